"""The documentation page in a real browser: it works, and nothing leaves the machine."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import ARGUMENTS
from tests.running_service import running_service

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
expect.set_options(timeout=60_000)  # a browser is slow on a machine that does much else


@pytest.fixture(scope="module")
def address(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `python main.py` serves."""
    with running_service(tmp_path_factory.mktemp("docs"), database_url) as service:
        yield service.address


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def requested() -> list[str]:
    """The addresses of all requests of the page, filled while it is used."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, requested: list[str]) -> Iterator[Page]:
    """The documentation, loaded."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(60_000)
    problems: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    yield page
    page.close()
    assert [problem for problem in problems if "status of 401" not in problem] == []


def execute(page: Page, operation: str) -> str:
    """Try an operation out and return the status that the page shows."""
    block = page.locator(f"[id$='-{operation}']")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()
    status = block.locator(".live-responses-table .response-col_status").last
    expect(status).to_contain_text("0")  # every status of these tests has one
    return status.inner_text().split()[0]


def test_the_page_lists_every_tag_and_nothing_leaves_the_machine(
    page: Page, address: str, requested: list[str]
) -> None:
    document = httpx.get(f"{address}/openapi.json").json()

    for tag in document["tags"]:
        expect(page.locator(f"#operations-tag-{tag['name']}")).to_be_visible()
    assert len(requested) >= 5
    hosts = {urlsplit(url).netloc for url in requested if not url.startswith("data:")}
    assert hosts == {urlsplit(address).netloc}


def test_an_open_operation_can_be_tried(page: Page) -> None:
    assert execute(page, "get_liveness") == "200"


def test_a_protected_operation_can_be_tried_after_authorize(
    page: Page, address: str, requested: list[str]
) -> None:
    account = {"email": "reader@example.com", "password": "four plain words here"}
    token = httpx.post(f"{address}/api/auth/signup", json=account).json()["access_token"]
    assert execute(page, "get_me") == "401"

    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_role("textbox").fill(token)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    block = page.locator("[id$='-get_me']")
    block.get_by_role("button", name="Execute").click()

    expect(block.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(block.locator(".live-responses-table")).to_contain_text("reader@example.com")
    assert {urlsplit(url).hostname for url in requested if url.startswith("http")} == {"127.0.0.1"}
