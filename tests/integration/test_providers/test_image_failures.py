"""Each image provider in each state of failure: the kind, and nothing of the key in any text."""

from decimal import Decimal

import pytest

from core.exceptions import ProviderRejectedError
from tests.integration.test_providers.image_world import (
    FETCHED,
    PRICE,
    PROVIDERS,
    SERVICES,
    failed,
    opened,
)
from tests.simulators.flux import Flux
from tests.simulators.pictures import png_bomb
from tests.simulators.recraft import Recraft

REJECTED = {"moderated", "invalid_request"}
ANY = [
    ("reset", "transient"),
    ("html", "bad_payload"),
    ("html_502", "transient"),
    ("cut_off", "transient"),
    ("empty", "bad_payload"),
    ("flood", "bad_payload"),
    ("302", "bad_payload"),
    ("400", "invalid_request"),
    ("401", "auth"),
    ("402", "quota"),
    ("403", "auth"),
    ("404", "model_gone"),
    ("408", "transient"),
    ("409", "transient"),
    ("413", "invalid_request"),
    ("429", "rate_limited"),
    ("500", "transient"),
    ("502", "transient"),
    ("503", "transient"),
    ("504", "transient"),
    ("529", "transient"),
]
OWN = {
    "flux": {
        "bad_reference": "invalid_request",
        "no_credits": "quota",
        "busy": "rate_limited",
        "invalid": "invalid_request",
        "down": "transient",
        "webhook": "bad_payload",
    },
    "ideogram": {
        "bad_request": "invalid_request",
        "no_funds": "quota",
        "forbidden": "auth",
        "too_large": "invalid_request",
        "unsafe_prompt": "moderated",
        "in_flight": "rate_limited",
        "no_data": "bad_payload",
        "withheld": "moderated",
    },
    "stability": {
        "bad_request": "invalid_request",
        "no_credits": "quota",
        "flagged": "moderated",
        "forbidden": "auth",
        "too_large": "invalid_request",
        "language": "invalid_request",
        "blocked": "rate_limited",
        "internal": "transient",
        "filtered": "moderated",
    },
    "openai": {
        "moderated": "moderated",
        "policy": "moderated",
        "hard_limit": "quota",
        "invalid": "invalid_request",
        "unverified": "auth",
        "unverified_400": "auth",
        "limited": "rate_limited",
        "no_quota": "quota",
        "server_error": "transient",
        "overloaded": "transient",
        "no_data": "bad_payload",
        "no_base64": "bad_payload",
    },
    "recraft": {
        "refused": "invalid_request",
        "no_units": "quota",
        "limited": "rate_limited",
        "internal": "transient",
        "no_data": "bad_payload",
    },
    "openrouter": {
        "invalid": "invalid_request",
        "refusal": "moderated",
        "unknown_model": "model_gone",
        "no_credits": "quota",
        "budget_in_flight": "rate_limited",
        "flagged": "moderated",
        "budget_spent": "quota",
        "region": "model_gone",
        "model_gone": "model_gone",
        "timed_out": "timeout",
        "too_large": "invalid_request",
        "limited": "rate_limited",
        "masked": "transient",
        "upstream": "transient",
        "edge": "transient",
        "overloaded": "transient",
        "error_in_200": "transient",
        "error_by_http_status": "rate_limited",
        "error_without_number": "bad_payload",
        "no_data": "bad_payload",
    },
}
HINTS = {
    ("flux", "busy"): 3,
    ("ideogram", "in_flight"): 5,
    ("stability", "blocked"): 60,
    ("openai", "limited"): 7.5,
    ("openrouter", "budget_in_flight"): 4,
    ("openrouter", "limited"): 9,
}


pytestmark = pytest.mark.usefixtures("nothing_logged_holds_the_key")


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(("mode", "kind"), ANY)
async def test_failures_that_any_service_may_have(name: str, mode: str, kind: str) -> None:
    service = SERVICES[name]()
    service.api.modes.append(mode)
    async with service, opened(name, service) as provider:
        found = await failed(provider)

    assert found.kind == kind
    assert isinstance(found.error, ProviderRejectedError) is (kind in REJECTED)
    assert found.cost is None
    assert len(service.api.seen) == 1, "an adapter sends nothing twice"


@pytest.mark.parametrize(
    ("name", "mode", "kind"),
    [(name, mode, kind) for name, modes in OWN.items() for mode, kind in modes.items()],
)
async def test_documented_failures(name: str, mode: str, kind: str) -> None:
    service = SERVICES[name]()
    service.api.modes.append(mode)
    async with service, opened(name, service) as provider:
        found = await failed(provider)

    assert found.kind == kind
    assert found.retry_after == HINTS.get((name, mode))
    assert found.cost == (PRICE if (name, mode) == ("ideogram", "withheld") else found.cost)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_wrong_key_is_told_as_such(name: str) -> None:
    service = SERVICES[name]()
    async with service, opened(name, service, key="wrong") as provider:
        assert (await failed(provider)).kind == "auth"


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("mode", ["hang", "drip"])
async def test_who_does_not_come_to_an_end_is_left_at_the_deadline(name: str, mode: str) -> None:
    service = SERVICES[name]()
    service.api.modes.append(mode)
    async with service, opened(name, service, deadline_s=0.3) as provider:
        assert (await failed(provider)).kind == "timeout"


@pytest.mark.parametrize("name", PROVIDERS)
async def test_nobody_at_home_is_a_failure_like_another(name: str) -> None:
    service = SERVICES[name]()
    async with service:
        pass
    async with opened(name, service) as provider:
        assert (await failed(provider)).kind == "transient"


@pytest.mark.parametrize(
    "polling_url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/v1/get_result?id=1",
        "https://bfldeliveryprod.blob.core.windows.net/x?id=1",
        "https://api.bfl.ai@127.0.0.2/x?id=1",
        "http://0x7f000001/x?id=1",
        "not a url at all",
        "http://[",
    ],
)
async def test_flux_keys_go_to_no_other_host(polling_url: str) -> None:
    service = Flux()
    service.polling_url = polling_url
    async with service, opened("flux", service) as provider:
        assert (await failed(provider)).kind == "bad_payload"


async def test_simulators_are_not_reached_without_the_explicit_word() -> None:
    service = Flux()
    async with service, opened("flux", service, loopback=False) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert service.api.seen == []


@pytest.mark.parametrize("name", FETCHED)
async def test_pictures_behind_many_redirects_are_left(name: str) -> None:
    service = SERVICES[name]()
    service.results.modes.extend(["to /a", "to /b", "to /c"])
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert len(service.results.seen) == 3


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/iam",
        "http://127.1/x.png",
        "http://2130706433/x.png",
        "https://delivery-us1.bfl.ai.evil.example/x.png",
        "https://[::ffff:127.0.0.1]/x.png",
        "https://[64:ff9b::a9fe:a9fe]/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//evil.example/x.png",
        "https://ideogram.ai\\@evil.example/x.png",
        "https://ideogram.ai\t.evil.example/x.png",
    ],
)
@pytest.mark.parametrize("name", FETCHED)
async def test_forbidden_addresses_of_pictures_are_not_asked(name: str, url: str) -> None:
    service = SERVICES[name]()
    service.result_url = url
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert service.results.seen == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><svg</html>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\nbroken",
        b"\xff\xd8\xff\xe0broken",
        b"RIFF\x00\x00\x00\x00WEBPbroken",
        b"GIF89a\x01\x00\x01\x00",
        b"%PDF-1.7",
        png_bomb(),
    ],
    ids=["empty", "html", "png head", "png", "jpeg", "webp", "gif", "pdf", "bomb"],
)
@pytest.mark.parametrize("name", ["flux", "ideogram", "stability", "openai", "openrouter"])
async def test_what_is_no_picture_is_a_failure(name: str, content: bytes) -> None:
    service = SERVICES[name]()
    service.content = content
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"


@pytest.mark.parametrize("wide", [b"9999999", b"1e9"])
async def test_hostile_vectors_are_a_failure(wide: bytes) -> None:
    service = Recraft()
    head = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ' + wide + b' 10">'
    service.vector = head + b'<path d="M0 0h9v9z"/></svg>'
    async with service, opened("recraft", service) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == ("bad_payload", Decimal("0.08"))
