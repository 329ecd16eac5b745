"""What a picture costs that does not come: whatever was owed when the request ended."""

from decimal import Decimal

import pytest

from tests.integration.test_providers.image_world import FETCHED, PRICE, SERVICES, failed, opened
from tests.simulators.flux import Flux
from tests.simulators.ideogram import Ideogram

VECTORS = "ideogram-vector-1"

pytestmark = pytest.mark.usefixtures("nothing_logged_holds_the_key")


@pytest.mark.parametrize(
    ("status", "kind", "cost"),
    [
        ("Request Moderated", "moderated", None),
        ("Content Moderated", "moderated", Decimal("0.03")),
        ("Error", "transient", None),
    ],
)
@pytest.mark.parametrize("mode", ["ok", "status_422", "status_503"])
async def test_flux_tasks_that_end_badly(
    status: str, kind: str, cost: Decimal | None, mode: str
) -> None:
    service = Flux()
    service.statuses = ["Pending", status]
    service.polls.modes.extend(["ok", mode])
    async with service, opened("flux", service) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == (kind, cost)
    assert found.error.context["accepted"] is True


async def test_flux_polls_that_keep_failing_end_it() -> None:
    service = Flux()
    service.polls.modes.extend(["500", "reset", "html", "500", "ok"])
    async with service, opened("flux", service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert len(service.polls.seen) == 3


async def test_flux_tasks_that_never_end_are_left_at_the_deadline() -> None:
    service = Flux()
    service.statuses = ["Pending"] * 100_000
    async with service, opened("flux", service, deadline_s=0.3) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == ("timeout", Decimal("0.03"))
    assert found.error.context["accepted"] is True


async def test_ideogram_vectors_that_never_end_are_left_at_the_deadline() -> None:
    service = Ideogram()
    service.states = ["pending"] * 100_000
    async with service, opened("ideogram", service, model=VECTORS, deadline_s=0.3) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == ("timeout", PRICE)
    assert found.error.context["accepted"] is True


@pytest.mark.parametrize(
    ("reason", "kind"), [("content_policy_violation", "moderated"), ("internal", "transient")]
)
async def test_ideogram_vectors_that_failed_cost_nothing(reason: str, kind: str) -> None:
    service = Ideogram()
    service.states = ["pending", f"failed:{reason}"]
    async with service, opened("ideogram", service, model=VECTORS) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == (kind, None)
    assert found.error.context["accepted"] is True


async def test_ideogram_polls_that_keep_failing_end_it() -> None:
    service = Ideogram()
    service.api.modes.extend(["ok", "429", "502", "500", "ok"])
    async with service, opened("ideogram", service, model=VECTORS) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == ("transient", PRICE)
    assert service.api.seen[-1].method == "GET"


@pytest.mark.parametrize("name", FETCHED)
async def test_pictures_whose_download_hangs_are_paid_all_the_same(name: str) -> None:
    service = SERVICES[name]()
    service.results.modes.extend(["drip", "drip"])
    async with service, opened(name, service, deadline_s=0.5) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == ("timeout", PRICE)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("expired", "transient"),
        ("404", "transient"),
        ("html", "bad_payload"),
        ("empty", "bad_payload"),
        ("flood", "bad_payload"),
        ("gzip_bomb", "bad_payload"),
        ("to http://169.254.169.254/latest/meta-data", "bad_payload"),
        ("to http://10.0.0.1/x.png", "bad_payload"),
        ("to file:///etc/passwd", "bad_payload"),
        ("to https://evil.example/x.png", "bad_payload"),
    ],
)
@pytest.mark.parametrize("name", FETCHED)
async def test_pictures_that_cannot_be_fetched_are_paid_all_the_same(
    name: str, mode: str, kind: str
) -> None:
    service = SERVICES[name]()
    service.results.modes.extend([mode, mode])
    async with service, opened(name, service) as provider:
        found = await failed(provider)
    assert (found.kind, found.cost) == (kind, PRICE)
    assert len(service.api.seen) == 1
