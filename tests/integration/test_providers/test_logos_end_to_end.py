"""A logo generation through the API, with configured image providers that work, or do not."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.application import create_app
from config.settings import ImageApi, ImageApiSettings, Settings
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_providers.image_world import PROVIDERS, SERVICES, arrival
from tests.integration.usage_rows import kept
from tests.simulators.image_service import KEY, ImageService

BRIEF = {
    "description": "A small workshop for oak furniture",
    "name": "Harborpine",
    "colors": {"primary": "#1f3a2e", "secondary": "#c98b4a", "accent": "#e4572e"},
    "seed": 7,
}


@asynccontextmanager
async def asked(
    make_settings: Callable[..., Settings],
    services: Iterable[tuple[str, ImageService]],
    **options: object,
) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """The API with these providers in order, and the headers of an account."""
    apis = {
        number: ImageApi.model_validate(
            {"provider": name, "key": SecretStr(KEY), "url": service.url, "price": "0.02"} | options
        )
        for number, (name, service) in enumerate(services, start=1)
    }
    settings = make_settings(images=ImageApiSettings(image_api=apis), providers_on_loopback=True)
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        account = {"email": "founder@example.com", "password": "four plain words here"}
        token = (await client.post("/api/auth/signup", json=account)).json()["access_token"]
        yield client, {"Authorization": f"Bearer {token}"}
    await container.aclose()


async def logos(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.post("/api/generate/logos", json=BRIEF, headers=headers)
    assert answer.status_code == 200, answer.text
    assert KEY not in answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("name", PROVIDERS)
async def test_logos_come_from_the_configured_provider(
    name: str, make_settings: Callable[..., Settings], database: Database
) -> None:
    service = SERVICES[name]()
    async with service, asked(make_settings, [(name, service)]) as (client, headers):
        answer = await logos(client, headers)

        assert [logo["provider"] for logo in answer["logos"]] == [name] * 3
        assert [logo["family"] for logo in answer["logos"]] == [
            "combination",
            "compact",
            "wordmark",
        ]
        assert answer["warnings"] == []
        assert len(answer["models_used"]) == 1
        assert answer["models_used"][0].startswith(f"{name}/")
        for file in answer["logos"][0]["files"]:
            picture = await client.get(file["url"].partition("8000")[2])
            assert picture.status_code == 200
            assert len(picture.content) == file["size"]
    sent = service.api.seen[0].body.decode()
    assert "Harborpine" in sent
    assert "#1f3a2e" in sent


async def test_the_next_provider_answers_for_one_that_cannot(
    make_settings: Callable[..., Settings], database: Database
) -> None:
    modes = {"flux": "500", "ideogram": "no_funds", "stability": "html", "openai": "ok"}
    services = [(name, SERVICES[name]()) for name in modes]
    async with AsyncExitStack() as stack:
        for name, service in services:
            await stack.enter_async_context(service)
            service.api.modes.extend([modes[name]] * 6)  # three logos, each asked for twice
        client, headers = await stack.enter_async_context(asked(make_settings, services))
        answer = await logos(client, headers)
    assert [logo["provider"] for logo in answer["logos"]] == ["openai"] * 3


async def test_when_all_fail_the_built_in_engine_draws(
    make_settings: Callable[..., Settings], database: Database
) -> None:
    modes = {
        "flux": "reset",
        "ideogram": "unsafe_prompt",
        "stability": "429",
        "openai": "no_base64",
        "recraft": "401",
        "openrouter": "error_in_200",
    }
    services = [(name, SERVICES[name]()) for name in modes]
    async with AsyncExitStack() as stack:
        for name, service in services:
            await stack.enter_async_context(service)
            service.api.modes.extend([modes[name]] * 6)  # three logos, each asked for twice
        client, headers = await stack.enter_async_context(asked(make_settings, services))
        answer = await logos(client, headers)
    assert [logo["provider"] for logo in answer["logos"]] == ["builtin"] * 3
    assert answer["models_used"] == ["builtin"]
    [warning] = answer["warnings"]
    assert "3 of the logos" in warning
    assert all(service.api.seen for _, service in services)


async def test_pictures_are_kept_at_the_price_of_their_tokens(
    make_settings: Callable[..., Settings], database: Database, database_url: str
) -> None:
    service = SERVICES["openai"]()
    async with service, asked(make_settings, [("openai", service)], output_price=30) as api:
        await logos(*api)
    rows = await kept(database_url, "openai", "outcome, output_tokens, cost_usd")
    assert rows == [("success", 1763, Decimal("0.05289"))] * 3


async def test_pictures_of_a_cancelled_generation_are_kept(
    make_settings: Callable[..., Settings], database: Database, database_url: str
) -> None:
    service = SERVICES["recraft"]()
    arrived = arrival(service.api, requests=3)
    async with service, asked(make_settings, [("recraft", service)]) as (client, headers):
        accepted = await client.post(
            "/api/generate/logos", json=BRIEF, headers=headers | {"Prefer": "respond-async"}
        )
        await arrived.wait()
        cancelled = await client.post(f"{accepted.headers['location']}/cancel", headers=headers)
        assert cancelled.json()["status"] == "cancelled"
    rows = await kept(database_url, "recraft", "outcome, cost_usd, generation_id is not null")
    assert rows == [("cancelled", Decimal("0.02"), True)] * 3


async def test_without_the_explicit_word_simulators_are_not_asked(
    make_settings: Callable[..., Settings], database: Database
) -> None:
    service = SERVICES["openai"]()
    async with service:
        api = ImageApi.model_validate({"provider": "openai", "key": KEY, "url": service.url})
        container = Container(make_settings(images=ImageApiSettings(image_api={1: api})))
        found = await container.logos.generate(description="A small workshop", name="Oak", seed=7)
        await container.aclose()
    assert {logo["provider"] for logo in found["logos"]} == {"builtin"}
    assert service.api.seen == []
