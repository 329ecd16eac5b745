"""`python -m tests.simulators`: a developer sees providers answer, fail and be replaced."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from services.color_service import NO_PALETTE
from services.name_service import NO_NAMES
from services.tagline_service import NO_TAGLINES
from tests.running_service import ROOT, free_port, wait_until_alive
from tests.simulators import openrouter
from tests.simulators.world import MODELS

pytestmark = pytest.mark.timeout(300)

ASKED = {f"openai/{model}" for model in MODELS}
ACCOUNT = {"email": "developer@example.com", "password": "four plain words here"}
DESCRIPTION = "A small bakery that delivers sourdough bread by bike"
# Suffixes whose registries run no RDAP server: nobody outside of this machine is asked.
FIRST, SECOND = "it", "es"


@dataclass(frozen=True)
class Demo:
    """The running demonstration, the API's address, and where its output goes."""

    process: subprocess.Popen[bytes]
    api: str
    output: Path

    def log(self) -> str:
        return self.output.read_text()

    def fail(self, provider: str, modes: list[str], share: float | None = 1) -> None:
        address = re.search(rf"^{provider} +(http://\S+)$", self.log(), re.MULTILINE)
        assert address, self.log()
        change = {"modes": modes, "share": share}
        httpx.post(f"{address[1]}/_modes", json=change).raise_for_status()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    arguments = ["--port", str(port), "--first-port", "0", "--data-dir", str(folder / "data")]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulators", *arguments],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        api = f"http://127.0.0.1:{port}"
        wait_until_alive(process, api)
        yield Demo(process, api, folder / "output")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def client(demo: Demo) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.api, timeout=60) as client:
        session = client.post("/api/auth/signup", json=ACCOUNT).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        yield client


def package(client: httpx.Client, suffix: str) -> Any:  # Any: JSON values
    body = {"description": DESCRIPTION, "tlds": [suffix]}
    response = client.post("/api/generate/package", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_package_comes_from_the_providers(demo: Demo, client: httpx.Client) -> None:
    made = package(client, FIRST)

    assert set(made["models_used"]) >= ASKED
    assert {logo["provider"] for logo in made["logos"]} == {"flux"}
    assert {name["domains"][0]["source"] for name in made["names"]} == {"cloudflare"}
    assert not [text for text in made["warnings"] if "built-in" in text]
    assert re.search(
        r"^\S+  text +POST /api/v1/chat/completions +ok → 200, ", demo.log(), re.MULTILINE
    )
    assert openrouter.KEY not in demo.log()


def test_failing_providers_are_replaced(demo: Demo, client: httpx.Client) -> None:
    demo.fail("text", ["500"])
    demo.fail("image flux", ["no_credits"])
    demo.fail("domain cloudflare", ["503"])

    made = package(client, SECOND)

    assert not ASKED & set(made["models_used"])
    assert "builtin" in made["models_used"]
    assert {NO_NAMES, NO_TAGLINES, NO_PALETTE} <= set(made["warnings"])
    assert {logo["provider"] for logo in made["logos"]} == {"ideogram"}
    assert {name["domains"][0]["source"] for name in made["names"]} == {"whoisxml"}
    assert re.search(r"^\S+  text .+ 500 → 500, ", demo.log(), re.MULTILINE)


def test_modes_for_the_next_requests_are_used_up(demo: Demo, client: httpx.Client) -> None:
    demo.fail("domain whoapi", ["404", "reset"], share=None)
    address = re.search(r"^domain whoapi +(\S+)$", demo.log(), re.MULTILINE)
    assert address

    assert httpx.get(address[1]).status_code == 404
    with pytest.raises(httpx.TransportError):
        httpx.get(address[1])
    assert httpx.get(address[1]).status_code == 200
    unknown = httpx.post(f"{address[1]}/_modes", json={"modes": "500"})
    assert unknown.status_code == 422


def test_ctrl_c_ends_everything(demo: Demo) -> None:
    family = psutil.Process(demo.process.pid).children(recursive=True)
    assert family

    demo.process.send_signal(signal.SIGINT)

    assert demo.process.wait(timeout=60) == 0
    until = time.monotonic() + 20
    while time.monotonic() < until and any(each.is_running() for each in family):
        time.sleep(0.1)
    assert not [each for each in family if each.is_running()]
    assert "Traceback" not in demo.log()
