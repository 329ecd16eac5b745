"""Pictures of strangers: made in another process, which ends at its limits."""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from tests.simulators.pictures import picture, png_bomb, png_with_giant_chunk, svg
from utils import picture_process
from utils.logo_pictures import UnusablePictureError, logo_pictures
from utils.picture_process import contained_logo_pictures

LAYER = '<g opacity=".9" mix-blend-mode="multiply"><rect width="4000" height="4000"/></g>'
HEAVY = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4000 4000">{LAYER * 1_600}</svg>'


@pytest.fixture(autouse=True)
def no_worker_of_others(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    idle: list[picture_process._Worker] = []
    monkeypatch.setattr(picture_process, "_idle", idle)
    yield
    for worker in idle:
        worker.end()


def idle_process() -> psutil.Process:
    [worker] = picture_process._idle
    return psutil.Process(worker._process.pid)


@pytest.mark.parametrize("content", [picture("JPEG"), svg()], ids=["raster", "vectors"])
def test_another_process_makes_what_this_one_would(content: bytes) -> None:
    assert contained_logo_pictures(content) == logo_pictures(content)


def test_good_pictures_share_a_process() -> None:
    contained_logo_pictures(picture())
    first = idle_process()
    contained_logo_pictures(picture("WEBP"))
    assert idle_process() == first


def test_a_picture_that_takes_too_long_is_left_and_its_process_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contained_logo_pictures(picture())
    process = idle_process()
    with monkeypatch.context() as patch:
        patch.setattr(picture_process, "PICTURE_S", 0.5)
        with pytest.raises(UnusablePictureError, match="too long"):
            contained_logo_pictures(HEAVY.encode())
    assert not process.is_running()

    assert contained_logo_pictures(picture()).pngs


def at_the_limit() -> bytes:
    """A WebP of nearly 40 million pixels, which its decoder holds twice."""
    target = io.BytesIO()
    Image.new("RGB", (6_300, 6_300), "white").save(target, "WEBP", quality=1, method=0)
    return target.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="not every system limits and tells memory")
@pytest.mark.parametrize(
    "content",
    [png_bomb, lambda: png_bomb(10_000), png_with_giant_chunk, at_the_limit],
    ids=["900 Mpx", "100 Mpx", "giant chunk", "much memory"],
)
def test_memory_has_a_limit(content: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    contained_logo_pictures(picture())
    [worker] = picture_process._idle
    peaks: list[int] = []
    end = worker.end

    def watched_end() -> None:
        peaks.append(_peak_kib(worker._process.pid))
        end()

    monkeypatch.setattr(worker, "end", watched_end)
    with pytest.raises(UnusablePictureError):
        contained_logo_pictures(content())
    assert peaks[0] <= picture_process.MEMORY_BYTES // 1024


def _peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in status if line.startswith("VmHWM:")]
    return int(line.split()[1])


def test_a_process_that_dies_over_a_picture_is_a_failure_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contained_logo_pictures(picture())
    [worker] = picture_process._idle
    poll = worker._ours.poll

    def killed_before(seconds: float) -> bool:
        worker._process.kill()
        return poll(seconds)

    with monkeypatch.context() as patch:
        patch.setattr(worker._ours, "poll", killed_before)
        with pytest.raises(UnusablePictureError, match="limits"):
            contained_logo_pictures(HEAVY.encode())


def test_a_process_that_died_while_idle_costs_nothing() -> None:
    contained_logo_pictures(picture())
    process = idle_process()
    process.kill()
    [worker] = picture_process._idle
    worker._process.wait()

    assert contained_logo_pictures(picture()).pngs
    assert idle_process() != process


def test_a_process_ends_with_those_that_ask_it() -> None:
    contained_logo_pictures(picture())
    process = idle_process()
    [worker] = picture_process._idle

    worker._ours.close()

    assert worker._process.wait(20) == 0
    assert not process.is_running()
    picture_process._idle.clear()
