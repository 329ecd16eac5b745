"""Domain services that the settings select, from the endpoint to the simulators and back."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from config.settings import DomainSettings, Settings
from core.exceptions import UnavailableError
from core.providers.domain.price_refresh import StoredPrices
from database.models import ApiUsage
from database.unit_of_work import Database
from services.container import Container
from services.schedule import REFRESH_PRICES
from tests.integration.usage_rows import kept
from tests.simulators import registrar, whoapi, whoisxml
from tests.simulators.dns_server import DnsServer
from tests.simulators.porkbun import PorkbunSimulator
from tests.simulators.registrar import RegistrarSimulator, refused
from tests.simulators.whoapi import WhoApiSimulator
from tests.simulators.whoisxml import WhoisXmlSimulator


@pytest.fixture
async def world() -> AsyncIterator[tuple[DomainSettings, RegistrarSimulator, WhoisXmlSimulator]]:
    async with (
        DnsServer() as dns,
        WhoisXmlSimulator() as first,
        WhoApiSimulator() as second,
        RegistrarSimulator() as seller,
        PorkbunSimulator() as prices,
    ):
        options = DomainSettings(
            DNS_NAMESERVERS=[dns.address],
            DOMAIN_API_1_PROVIDER="whoisxml",
            DOMAIN_API_1_KEY=whoisxml.KEY,
            DOMAIN_API_1_URL=first.url,
            DOMAIN_API_2_PROVIDER="whoapi",
            DOMAIN_API_2_KEY=whoapi.KEY,
            DOMAIN_API_2_URL=second.url,
            DOMAIN_REGISTRAR="cloudflare",
            DOMAIN_REGISTRAR_KEY=registrar.KEY,
            DOMAIN_REGISTRAR_ACCOUNT=registrar.ACCOUNT,
            DOMAIN_REGISTRAR_URL=seller.url,
            DOMAIN_PRICE_LIST="porkbun",
            DOMAIN_PRICE_LIST_URL=prices.url,
        )
        yield options, seller, first


@pytest.fixture
def settings(
    make_settings: Callable[..., Settings],
    world: tuple[DomainSettings, RegistrarSimulator, WhoisXmlSimulator],
) -> Settings:
    return make_settings(domains=world[0], providers_on_loopback=True)


async def list_is_read(container: Container) -> None:
    """As in a process that has looked for prices before."""
    prices = container.domains._checker._prices
    assert isinstance(prices, StoredPrices)
    prices.of("so", datetime.now(UTC).date())
    assert prices._stored._task is not None
    await prices._stored._task


async def test_configured_services_answer_and_their_calls_are_on_record(
    world: tuple[DomainSettings, RegistrarSimulator, WhoisXmlSimulator],
    client: httpx.AsyncClient,
    signed_in: dict[str, str],
    database: Database,
    container: Container,
) -> None:
    _, seller, first = world
    seller.rows |= {"sold.so": None, "other.so": refused("extension_not_supported")}
    first.values["other.so"] = "UNAVAILABLE"
    await container.schedule.run(REFRESH_PRICES)
    await list_is_read(container)

    response = await client.post(
        "/api/domains/check",
        headers=signed_in,
        json={"domains": ["brand.so", "sold.so", "other.so"]},
    )

    assert response.status_code == 200, response.text
    for key in (whoisxml.KEY, whoapi.KEY, registrar.KEY):
        assert key not in response.text
    quoted, listed, taken = response.json()["results"]
    assert (quoted["detail"], quoted["source"]) == ("available", "cloudflare")
    assert quoted["pricing"]["kind"] == "quote"
    assert (listed["detail"], listed["source"]) == ("available", "whoisxml")
    assert (listed["pricing"]["source"], listed["pricing"]["registration"]) == ("porkbun", "31.20")
    assert listed["pricing"]["as_of"] == datetime.now(UTC).date().isoformat()
    assert (taken["detail"], taken["source"]) == ("taken", "whoisxml")
    async with database.session() as session:
        rows = (await session.execute(select(ApiUsage.provider, ApiUsage.task))).all()
    assert sorted(row.provider for row in rows) == ["cloudflare", "whoisxml", "whoisxml"]
    assert {row.task for row in rows} == {"domains"}
    seen = (await client.get("/providers/health")).json()["domains"]
    assert {name: vendor["successes"] for name, vendor in seen.items()} == {
        "cloudflare": 1, "whoisxml": 2, "whoapi": 0,
    }  # fmt: skip
    metrics = (await client.get("/metrics")).text
    assert 'ai_provider_open{model="whoapi",provider="whoapi",task="domains"} 0.0' in metrics


async def test_the_calls_of_a_check_that_fails_are_on_record_too(
    client: httpx.AsyncClient,
    signed_in: dict[str, str],
    container: Container,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = container.domains._check

    async def fail(targets: Any) -> Any:
        await ask(targets)
        raise UnavailableError

    monkeypatch.setattr(container.domains, "_check", fail)
    body = {"domains": ["brand.so"]}
    response = await client.post("/api/domains/check", headers=signed_in, json=body)

    assert response.status_code == 503
    assert await kept(database_url, "cloudflare", "task, user_id is not null") == [
        ("domains", True)
    ]


async def test_without_settings_nobody_is_asked(
    make_settings: Callable[..., Settings], app: FastAPI
) -> None:
    container = Container(make_settings())

    assert container.domains._checker._checkers == []
    await container.aclose()
