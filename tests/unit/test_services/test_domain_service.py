"""What the client sees: names become domains, results keep the order and the honest state."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from core.exceptions import InvalidInputError
from core.providers.domain.availability import DomainAvailability, Stages
from core.providers.domain.base import (
    DnsAnswer,
    DnsVerdict,
    DomainName,
    LifeSigns,
    RdapAnswer,
    RdapVerdict,
    witness,
)
from core.providers.domain.bootstrap import shipped_directory
from services.domain_service import DEFAULT_TLDS, DomainResult, DomainService

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class World:
    """Names that begin with `taken` are delegated, with `odd` unanswered, the rest free."""

    def __init__(self) -> None:
        self.signs = LifeSigns()
        self.asked: list[str] = []

    async def look_up(self, name: DomainName) -> DnsAnswer:
        self.asked.append(name.domain)
        self.signs.heard()
        verdict = DnsVerdict.NXDOMAIN
        if name.label.startswith("taken"):
            verdict = DnsVerdict.DELEGATED
        if name.label.startswith("odd"):
            verdict = DnsVerdict.NONE
        return DnsAnswer(verdict, witness("dns", verdict, "scripted", 0.0))

    async def aclose(self) -> None:
        """Nothing is open."""


class Registry:
    """No record of anything; suffixes are trusted as the shipped directory says."""

    def __init__(self) -> None:
        self.closed = 0
        self.patience: list[float] = []

    async def look_up(self, name: DomainName, deadline: float) -> RdapAnswer:
        self.patience.append(deadline - asyncio.get_running_loop().time())
        server = shipped_directory().server_for(name.domain)
        verdict = RdapVerdict.NOT_FOUND
        if server is None or name.label.startswith("odd"):
            verdict = RdapVerdict.NO_SERVER
        elif not server.trusted:
            verdict = RdapVerdict.NOT_FOUND_LOW_TRUST
        return RdapAnswer(verdict, witness("rdap", verdict, "scripted", 0.0))

    async def aclose(self) -> None:
        self.closed += 1


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def service(world: World, registry: Registry) -> DomainService:
    availability = DomainAvailability(lambda: Stages(world, registry, world.signs), now=lambda: NOW)
    return DomainService(checker=availability, common_words=frozenset({"bright"}))


async def one(service: DomainService, text: str) -> DomainResult:
    (result,) = await service.check_batch([text], ["com"])
    return result


async def test_a_brand_name_is_tried_under_every_preset_in_order(service: DomainService) -> None:
    results = await service.check_batch(["Flavor AI"])

    assert [r["domain"] for r in results] == [f"flavorai.{tld}" for tld in DEFAULT_TLDS]


async def test_domains_and_brand_names_may_be_mixed_and_each_is_checked_once(
    service: DomainService, world: World
) -> None:
    results = await service.check_batch(
        ["brand.co.uk", "Simmer", "simmer.com", "SIMMER.COM", "a.b.com"], ["com", ".io"]
    )

    assert [r["domain"] for r in results] == ["brand.co.uk", "simmer.com", "simmer.io", "a.b.com"]
    assert sorted(world.asked) == ["brand.co.uk", "simmer.com", "simmer.io"]


@pytest.mark.parametrize(
    ("text", "status", "detail", "available", "confidence", "source"),
    [
        ("taken.com", "taken", "taken", False, 0.99, "dns"),
        ("free.com", "available", "available", True, 0.95, "rdap"),
        ("free.io", "unknown", "likely_available", None, 0.88, "rdap"),
        ("odd.com", "unknown", "unknown", None, None, None),
        ("ab--cd.com", "invalid", "invalid", False, None, None),
    ],
)
async def test_public_state_and_exact_state(
    service: DomainService,
    text: str,
    status: str,
    detail: str,
    available: bool | None,
    confidence: float | None,
    source: str | None,
) -> None:
    result = await one(service, text)

    assert (result["status"], result["detail"]) == (status, detail)
    assert result["domain_available"] is available
    assert (result["confidence"], result["source"]) == (confidence, source)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ab--cd.com", "bad_label"),
        ("🚀", "bad_label"),
        ("a.b.com", "not_registrable"),
        ("x.notatld", "unknown_tld"),
        ("odd.com", "no_source"),
        ("free.com", None),
    ],
)
async def test_reasons(service: DomainService, text: str, reason: str | None) -> None:
    assert (await one(service, text))["reason"] == reason


async def test_prices_are_strings_with_renewal_source_and_date(service: DomainService) -> None:
    result = await one(service, "free.ai")

    assert result["pricing"] == {
        "kind": "list",
        "currency": "USD",
        "registration": "82.70",
        "renewal": "82.70",
        "transfer": None,
        "min_years": 2,
        "premium": False,
        "source": "porkbun",
        "as_of": "2026-08-22",
        "tco_3y": "330.80",
        "promo": False,
        "note": "the registry sells two years at a time",
    }


@pytest.mark.parametrize(
    ("text", "possible"),
    [("free.io", True), ("bright.io", True), ("brand.io", False), ("free.com", False)],
)
async def test_short_names_and_plain_words_may_cost_more(
    service: DomainService, text: str, possible: bool
) -> None:
    assert (await one(service, text))["premium_possible"] is possible


async def test_results_are_plain_json(service: DomainService) -> None:
    results = await service.check_batch(["Bücher", "taken.com", "🚀", "free.co"])

    assert json.loads(json.dumps(results)) == results
    assert results[0]["unicode"] == "bucher.com"
    assert results[0]["checked_at"] == "2026-11-22T12:00:00+00:00"
    assert [item["source"] for item in results[0]["evidence"]] == ["dns", "rdap"]


async def test_check_names_answers_by_name_whatever_the_name_is(service: DomainService) -> None:
    found = await service.check_names(["Simmer", "taken one", "🚀", "taken-one"], ["com", "dev"])

    assert list(found) == ["Simmer", "taken one", "🚀", "taken-one"]
    assert [r["domain"] for r in found["Simmer"]] == ["simmer.com", "simmer.dev"]
    assert [r["status"] for r in found["taken one"]] == ["taken", "taken"]
    assert {r["status"] for r in found["🚀"]} == {"invalid"}


@pytest.mark.parametrize("names", [[], [f"brand{i}" for i in range(26)]])
async def test_too_little_and_too_much_are_refused(
    service: DomainService, world: World, names: list[str]
) -> None:
    with pytest.raises(InvalidInputError):
        await service.check_batch(names, ["com", "io"])

    assert world.asked == []


async def test_fifty_domains_are_not_too_much(service: DomainService) -> None:
    results = await service.check_batch([f"brand{i}" for i in range(25)] * 2, ["com", "dev"])

    assert len(results) == 50


async def test_ten_generated_names_under_all_presets(service: DomainService) -> None:
    found = await service.check_names([f"Brand {i}" for i in range(10)])

    assert sum(len(results) for results in found.values()) == 60


async def test_generated_names_wait_half_as_long_as_a_check_that_was_asked_for(
    service: DomainService, registry: Registry
) -> None:
    await service.check_names(["free"], ["com"])
    await service.check_batch(["other.com"])

    generated, asked_for = registry.patience
    assert generated <= 4.0 < asked_for <= 8.0


async def test_closing_closes_the_registry_connection_once(
    service: DomainService, registry: Registry
) -> None:
    await one(service, "free.com")
    await service.aclose()
    await service.aclose()

    assert registry.closed == 1
