"""What a founder does from the first call to the last, against the service as it is started."""

import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from tests.running_service import ROOT, RunningService, running_service

pytestmark = pytest.mark.timeout(300)

SVG = "{http://www.w3.org/2000/svg}"
ACCOUNT = {"email": "workflow@example.com", "password": "four plain words here"}
BAKERY = {
    "description": "A small bakery that delivers sourdough bread by bike",
    "preferences": {"colors": "earthy tones"},
    "tlds": [],
}


@pytest.fixture(scope="module")
def service(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """`python main.py` on a free port."""
    with running_service(tmp_path_factory.mktemp("service"), database_url) as running:
        yield running


@pytest.fixture
def client(service: RunningService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.address, timeout=60) as client:
        yield client


def answer(response: httpx.Response, status: int = 200) -> Any:  # Any: JSON values
    assert response.status_code == status, response.text
    return response.json()


def check_file(content: bytes, file_format: str, treatment: str) -> None:
    """A file that opens: outlines only, and a transparent ground where it is promised."""
    if file_format == "svg":
        tags = {element.tag for element in fromstring(content).iter()}
        assert f"{SVG}path" in tags
        assert not tags & {f"{SVG}text", f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}
    else:
        image = Image.open(io.BytesIO(content))
        assert (image.format, image.mode) == ("PNG", "RGBA"), treatment
        assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]  # RGBA pixels are tuples


def check_links(package: Any) -> list[str]:  # Any: JSON values
    """The links of all files, each of which opens without a token."""
    files = [file for logo in package["logos"] for file in logo["files"]]
    with httpx.Client() as anybody:
        for file in files:
            downloaded = anybody.get(file["url"]).raise_for_status()
            assert len(downloaded.content) == file["size"]
            check_file(downloaded.content, file["format"], file["treatment"])
    links = [file["url"] for file in files]
    assert len(links) == len(set(links)) >= 12
    return links


@pytest.mark.usefixtures("database")
def test_from_signing_up_to_leaving(client: httpx.Client) -> None:
    session = answer(client.post("/api/auth/signup", json=ACCOUNT), 201)
    client.headers["Authorization"] = f"Bearer {session['access_token']}"

    package = answer(client.post("/api/generate/package", json=BAKERY))
    assert (len(package["names"]), len(package["taglines"]), len(package["logos"])) == (10, 5, 3)
    assert 5 <= len(package["colors"]) <= 6
    assert package["status"] == "completed"

    links = check_links(package)

    project = answer(client.get(f"/api/projects/{package['project_id']}"))
    assert project["name"] == package["brand_name"]
    kept = answer(client.get(f"/api/generations/{package['generation_id']}"))
    assert [name["name"] for name in kept["result"]["names"]] == [
        name["name"] for name in package["names"]
    ]

    again = {"description": BAKERY["description"], "project_id": package["project_id"]}
    answer(client.post("/api/generate/colors", json=again))
    refused = client.post("/api/generate/names", json=again)
    assert answer(refused, 429)["code"] == "RATE_LIMIT_EXCEEDED"
    assert 0 < int(refused.headers["retry-after"]) <= 24 * 3600

    history = answer(client.get("/api/users/history"))
    packages = [one for one in history["items"] if one["generation_type"] == "package"]
    assert [one["id"] for one in packages] == [package["generation_id"]]
    assert answer(client.get("/api/users/me"))["generations_remaining"] == 0

    refreshed = client.post("/api/auth/refresh", json={"refresh_token": session["refresh_token"]})
    client.headers["Authorization"] = f"Bearer {answer(refreshed)['access_token']}"
    password = {"password": ACCOUNT["password"]}
    assert client.request("DELETE", "/api/users/me", json=password).status_code == 204
    assert client.get("/api/users/me").status_code == 401
    assert client.post("/api/auth/login", json=ACCOUNT).status_code == 401
    assert {httpx.get(link).status_code for link in links} == {404}


@pytest.mark.usefixtures("database")  # nobody has the address of the README's account
def test_the_calls_of_the_readme_end_with_files_on_disk(
    service: RunningService, tmp_path: Path
) -> None:
    (calls,) = re.findall(r"```bash\n(API=.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    calls = calls.replace("http://localhost:8000", service.address)
    # The real look-ups would leave this machine.
    calls = calls.replace('"preferences"', '"tlds":[],"preferences"')

    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", calls],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        check=True,
        timeout=120,
    )

    package = json.loads((tmp_path / "package.json").read_text())
    assert len(package["names"]) == 10
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix != ".json"}
    assert len(files) == sum(len(logo["files"]) for logo in package["logos"])
    for name, content in files.items():
        check_file(content, name.rpartition(".")[2], name)
