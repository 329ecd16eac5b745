"""What a picture costs, also one that does not come: whatever was owed when the request ended."""

import asyncio
from decimal import Decimal

import pytest

from core.exceptions import AllProvidersFailedError
from core.failover_manager import FailoverManager
from core.providers.image.bill import Bill
from core.providers.image.remote import RemoteImageProvider
from core.usage import track_usage
from tests.integration.test_providers.image_world import (
    FETCHED,
    PRICE,
    PROVIDERS,
    REQUEST,
    SERVICES,
    arrival,
    failed,
    opened,
)
from tests.simulators.flux import Flux
from tests.simulators.ideogram import Ideogram
from tests.simulators.openai_images import OpenAIImagesService

OWED = [(name, Decimal(0) if name == "openrouter" else PRICE) for name in PROVIDERS]
"""What a picture costs whose answer was not waited for: OpenRouter bills none of them."""
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


@pytest.mark.parametrize(("name", "cost"), OWED)
async def test_pictures_that_are_left_at_a_deadline_may_be_billed(name: str, cost: Decimal) -> None:
    service = SERVICES[name]()
    service.api.modes.extend(["hang", "hang"])
    async with service:
        async with opened(name, service, deadline_s=0.3) as provider:
            assert (await failed(provider)).cost == (cost or None)
        async with opened(name, service) as provider:
            chain = FailoverManager([provider], deadline_s=0.3)
            with track_usage() as usage, pytest.raises(AllProvidersFailedError):
                await chain.generate(REQUEST)
    assert [(call.outcome, call.cost_usd) for call in usage.records] == [("timeout", cost)]


@pytest.mark.parametrize(("name", "cost"), OWED)
async def test_pictures_that_are_broken_off_may_be_billed(name: str, cost: Decimal) -> None:
    service = SERVICES[name]()
    arrived = arrival(service.api)
    async with service, opened(name, service) as provider:
        with track_usage() as usage:
            await broken_off(provider, arrived)
    assert [(call.outcome, call.cost_usd) for call in usage.records] == [("cancelled", cost)]


@pytest.mark.parametrize("name", FETCHED)
async def test_pictures_that_are_broken_off_when_they_are_made_are_paid(name: str) -> None:
    service = SERVICES[name]()
    arrived = arrival(service.results)
    async with service, opened(name, service) as provider:
        with track_usage() as usage:
            await broken_off(provider, arrived)
    assert [(call.outcome, call.cost_usd) for call in usage.records] == [("cancelled", PRICE)]


async def broken_off(provider: RemoteImageProvider, arrived: asyncio.Event) -> None:
    work = asyncio.create_task(FailoverManager([provider]).generate(REQUEST))
    await arrived.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"input_tokens": 19, "output_tokens": 1763}, Decimal("0.05289")),
        ({"input_tokens": 19}, PRICE),
        ({"output_tokens": 2**63}, PRICE),
        (None, PRICE),
    ],
)
async def test_openai_pictures_cost_their_output_tokens(usage: object, cost: Decimal) -> None:
    service = OpenAIImagesService()
    service.usage = usage
    async with service, opened("openai", service, output_price=Decimal(30)) as provider:
        assert (await provider.generate(REQUEST)).cost_usd == cost


async def test_openai_pictures_have_their_own_price_when_tokens_have_none() -> None:
    service = OpenAIImagesService()
    async with service, opened("openai", service) as provider:
        assert (await provider.generate(REQUEST)).cost_usd == PRICE


async def test_openai_pictures_that_cannot_be_read_say_what_they_took() -> None:
    service = OpenAIImagesService()
    service.content = b"no picture"
    async with service, opened("openai", service, output_price=Decimal(30)) as provider:
        context = (await failed(provider)).error.context
    assert (context["cost_usd"], context["output_tokens"]) == (Decimal("0.05289"), 1763)


async def test_no_picture_costs_more_than_can_be_kept() -> None:
    bill = Bill()
    bill.charge(Decimal(999_999))
    assert bill.cost_usd == 10_000
