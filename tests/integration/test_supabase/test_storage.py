"""Supabase Storage behind the interface that the local folder has."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from loguru import logger

from core.exceptions import AppError, UnavailableError, UpstreamError
from core.providers.supabase.project import SupabaseProject
from core.providers.supabase.storage import KEEP_LINKS_S, SupabaseStorage
from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_keys import SECRET_KEY
from utils.storage import LINK_SECONDS, MEDIA_TYPES

PNG = b"\x89PNG\r\n\x1a\nrest of a picture\r\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
KEY = "5f0c/logo-1.png"


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has a link and nothing else."""
    async with httpx.AsyncClient() as client:
        yield client


async def test_the_private_bucket_is_made_when_it_is_missing(
    supabase: SupabaseSimulator, files: SupabaseStorage
) -> None:
    await files.put(KEY, PNG)
    await files.put(KEY, PNG + b"again")

    bucket = supabase.storage.buckets["brand-packages"]
    assert not bucket.public
    assert set(bucket.media_types or ()) == set(MEDIA_TYPES.values())
    assert await files.get(KEY) == PNG + b"again"
    assert supabase.paths("POST").count("/storage/v1/bucket") == 1


@pytest.mark.parametrize(("extension", "media_type"), MEDIA_TYPES.items())
async def test_each_kind_of_file_gets_its_type(
    supabase: SupabaseSimulator, files: SupabaseStorage, extension: str, media_type: str
) -> None:
    await files.put(f"a/b.{extension}", b"content")

    stored = supabase.storage.buckets["brand-packages"].files[f"a/b.{extension}"]
    assert (stored.media_type, stored.content) == (media_type, b"content")


async def test_a_missing_file_and_a_missing_bucket_are_none(files: SupabaseStorage) -> None:
    assert await files.get(KEY) is None
    await files.delete([KEY])
    await files.put("a/other.png", PNG)
    assert await files.get(KEY) is None
    await files.delete([KEY, "a/other.png"])
    assert await files.get("a/other.png") is None


async def test_links_work_in_a_browser_for_a_day_and_no_key_is_in_them(
    supabase: SupabaseSimulator, files: SupabaseStorage, browser: httpx.AsyncClient
) -> None:
    await files.put(KEY, PNG)
    await files.put("a/b.svg", SVG)
    links = await files.signed_urls([KEY, "a/b.svg"])
    picture, vector = await browser.get(links[KEY]), await browser.get(links["a/b.svg"])

    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert vector.headers["content-type"] == "image/svg+xml"
    assert vector.headers["content-disposition"] == "attachment"
    assert "content-disposition" not in picture.headers
    assert SECRET_KEY not in str(links)
    supabase.skip(LINK_SECONDS)
    assert (await browser.get(links[KEY])).status_code == 200
    supabase.skip(KEEP_LINKS_S + 1)
    assert (await browser.get(links[KEY])).status_code == 400


async def test_links_are_kept_for_an_hour(
    supabase: SupabaseSimulator, project: SupabaseProject
) -> None:
    now = 0.0
    files = SupabaseStorage(project, "brand-packages", clock=lambda: now)
    await files.put(KEY, PNG)
    first = await files.signed_urls([KEY])
    asked = len(supabase.seen)
    assert await files.signed_urls([KEY]) == first
    assert len(supabase.seen) == asked

    now = KEEP_LINKS_S
    supabase.skip(1)
    assert await files.signed_urls([KEY]) != first


async def test_the_link_of_a_missing_file_leads_nowhere(
    files: SupabaseStorage, browser: httpx.AsyncClient
) -> None:
    await files.put(KEY, PNG)
    links = await files.signed_urls([KEY, "a/none.png"])
    other = await files.signed_urls(["a/none.png"])

    assert (await browser.get(links[KEY])).status_code == 200
    assert (await browser.get(links["a/none.png"])).status_code == 400
    assert other == {"a/none.png": links["a/none.png"]}


async def test_a_thousand_files_are_signed_and_removed_in_batches(
    supabase: SupabaseSimulator, files: SupabaseStorage
) -> None:
    await files.put("a/0.png", PNG)
    stored = supabase.storage.buckets["brand-packages"].files
    keys = [f"a/{number}.png" for number in range(1200)]
    for key in keys:
        stored[key] = stored["a/0.png"]

    assert set(await files.signed_urls(keys)) == set(keys)
    await files.delete(keys)
    assert stored == {}


@pytest.mark.parametrize("key", ["../a.png", "/a.png", "a/B.png", "a b.png", "ä.png", "a.png/", ""])
async def test_only_keys_of_ours_go_out(
    supabase: SupabaseSimulator, files: SupabaseStorage, key: str
) -> None:
    for work in (files.put(key, PNG), files.get(key), files.delete([key])):
        with pytest.raises(ValueError, match="storage key"):
            await work
    assert supabase.seen == []


FAILURES: list[tuple[str, type[AppError]]] = [
    ("storage:rls", UpstreamError),
    ("storage:too_large", UpstreamError),
    ("storage:busy", UnavailableError),
    ("storage:database", UnavailableError),
    ("storage:internal", UnavailableError),
    ("hang", UnavailableError),
    ("drip", UnavailableError),
    ("reset", UnavailableError),
    ("flood", UnavailableError),
    ("gzip_bomb", UnavailableError),
    ("502", UnavailableError),
    ("403", UpstreamError),
    ("html", UpstreamError),
    ("empty", UpstreamError),
]


@pytest.mark.parametrize("call", ["put", "get", "delete", "sign"])
@pytest.mark.parametrize(("mode", "expected"), FAILURES)
async def test_failures_are_ours_and_tell_no_key(
    supabase: SupabaseSimulator,
    project: SupabaseProject,
    files: SupabaseStorage,
    call: str,
    mode: str,
    expected: type[AppError],
) -> None:
    await files.put(KEY, PNG)
    project._deadline_s = 0.3 if mode in {"hang", "drip"} else 10
    supabase.modes.extend([mode] * 6)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "put": lambda: files.put(KEY, PNG),
        "get": lambda: files.get(KEY),
        "delete": lambda: files.delete([KEY]),
        "sign": lambda: files.signed_urls([KEY]),
    }
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="DEBUG")
    try:
        with pytest.raises(AppError) as raised:
            await calls[call]()
    finally:
        logger.remove(sink)

    assert type(raised.value) is expected
    told = f"{raised.value!r} {raised.value.context} {lines}"
    for secret in (SECRET_KEY, supabase.url, "<html>"):
        assert secret not in told


async def test_a_hiccup_is_not_noticed(supabase: SupabaseSimulator, files: SupabaseStorage) -> None:
    supabase.modes.extend(["storage:database", "502"])
    await files.put(KEY, PNG)
    supabase.modes.extend(["reset", "storage:busy"])

    assert await files.get(KEY) == PNG


async def warnings_of(files: SupabaseStorage) -> list[str]:
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="WARNING", format="{message}")
    try:
        await files.warn_if_public()
    finally:
        logger.remove(sink)
    return [line.strip() for line in lines]


async def test_a_bucket_that_others_made_public_is_told(
    supabase: SupabaseSimulator, files: SupabaseStorage
) -> None:
    assert await warnings_of(files) == []
    assert supabase.storage.buckets == {}, "it is made when there is something to keep"
    await files.put(KEY, PNG)
    assert await warnings_of(files) == []

    supabase.storage.buckets["brand-packages"].public = True

    [line] = await warnings_of(files)
    assert line == "the bucket brand-packages is public: whoever knows a path can read it"


@pytest.mark.parametrize("mode", ["502", "storage:rls", "html"])
async def test_a_bucket_that_cannot_be_asked_about_holds_nothing_up(
    supabase: SupabaseSimulator, files: SupabaseStorage, mode: str
) -> None:
    supabase.modes.extend([mode] * 3)
    assert all("public" not in line for line in await warnings_of(files))
