"""Every text and image provider in every state of failure, in a chain as the service builds it.

The next leg answers, and the built-in engine when that one is down as well. What the adapters make
of a failure is tested with them; here counts what is left for whoever asked.
"""

import io
import sys
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar, cast

import pytest
from pydantic import SecretStr

from config.logging_config import configure_logging
from core.ai_manager import AIManager
from core.engine_pool import ThreadEngine
from core.failover_manager import FailoverManager
from core.provider_stats import ModelStats, ProviderStats
from core.providers.base import BUILTIN, BrandTask
from core.providers.image.builtin import BuiltinImageProvider
from core.providers.text.builtin import BuiltinTextProvider
from core.providers.text.openai_compatible import (
    ChatConnections,
    Endpoint,
    OpenAICompatibleProvider,
)
from tests.integration.test_providers.image_world import FETCHED, PROVIDERS, REQUEST, SERVICES
from tests.integration.test_providers.image_world import opened as image_provider
from tests.integration.test_providers.test_image_failures import ANY, OWN
from tests.simulators.image_service import KEY as IMAGE_KEY
from tests.simulators.modes import ModesChange
from tests.simulators.openrouter import FAILURES, KEY, NAMES, OpenRouterSimulator
from tests.unit.test_core.test_text_provider import FAILING

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(60)]

SICK, NEXT = "model-of-the-sick-one", "model-of-the-next-one"
ENDLESS = ("hang", "drip")
TASK = BrandTask("names", "A bakery that delivers by bike", seed=7, count=10)


P = ParamSpec("P")
T = TypeVar("T")


class RememberingEngine(ThreadEngine):
    """Draws a logo once for all tests: what the engine makes is tested with it."""

    def __init__(self) -> None:
        self._made: dict[str, object] = {}

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result."""
        key = repr((function, args, kwargs))
        if key not in self._made:
            self._made[key] = await super().run(function, *args, **kwargs)
        return cast(T, self._made[key])


ENGINE = RememberingEngine()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> io.StringIO:
    """All lines of a test as the service writes them, those of debugging included."""
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    configure_logging(level="DEBUG", as_json=True, folder=None)
    return lines


def sentences(told: object) -> Iterator[str]:
    """What a provider says in words."""
    if isinstance(told, str) and " " in told:
        yield told
    elif isinstance(told, dict):
        for value in told.values():
            yield from sentences(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from sentences(value)


def always(mode: str) -> ModesChange:
    return ModesChange(modes=[mode], share=1)


def only_model(stats: ProviderStats) -> ModelStats:
    [record] = stats["models"].values()
    return record


# --- Text --------------------------------------------------------------------------------------


def chat(simulator: OpenRouterSimulator, model: str, name: str) -> OpenAICompatibleProvider:
    endpoint = Endpoint(name, simulator.base_url, SecretStr(KEY))
    return OpenAICompatibleProvider(ChatConnections(endpoint), (model,))


@pytest.mark.parametrize("mode", [*FAILING, *ENDLESS])
async def test_text(mode: str, written: io.StringIO) -> None:
    kind = FAILING[mode][0] if mode in FAILING else "timeout"
    async with OpenRouterSimulator() as sick, OpenRouterSimulator() as healthy:
        providers = [chat(sick, SICK, "openrouter"), chat(healthy, NEXT, "next")]
        manager = AIManager(
            [*providers, BuiltinTextProvider(ENGINE)],
            deadline_s=0.4 if mode in ENDLESS else 20,
            attempts=1,
        )
        sick.modes.change(always(mode))
        by_next = await manager.generate_text("names", task=TASK, brief="a bakery")
        healthy.modes.change(always("reset"))
        by_engine = await manager.generate_text("names", task=TASK, brief="a bakery")
        for provider in providers:
            await provider._connections.aclose()
        stats = manager.get_stats()

    assert NAMES[0] in by_next
    assert NAMES[0] not in by_engine
    assert "reasoning" in by_engine
    record = only_model(stats["openrouter"])
    assert (record["successes"], record["last_failure"]) == (0, kind)
    assert [stats["next"]["successes"], stats[BUILTIN]["successes"]] == [1, 1]
    assert "failed: " in written.getvalue()
    told = f"{written.getvalue()} {stats} {by_next} {by_engine}"
    for secret in (KEY, *sentences(FAILURES.get(mode)), "<html>", "Bad gateway"):
        assert secret not in told


# --- Images ------------------------------------------------------------------------------------

OF_PICTURES: list[tuple[str, str | None]] = [
    ("expired", None), ("500", None), ("404", None), ("html", "bad_payload"),
    ("empty", "bad_payload"), ("cut_off", None), ("reset", None), ("flood", "bad_payload"),
    ("to http://169.254.169.254/latest", "bad_payload"), ("hang", "timeout"), ("drip", "timeout"),
]  # fmt: skip
OF_ANY = [*ANY, *((mode, "timeout") for mode in ENDLESS)]
MODES: list[tuple[str, str, str, str | None]] = [
    *((name, "api", *mode) for name in PROVIDERS for mode in [*OF_ANY, *OWN[name].items()]),
    *((name, "results", *mode) for name in FETCHED for mode in OF_PICTURES),
]


@pytest.mark.parametrize(("name", "host", "mode", "kind"), MODES)
async def test_images(
    name: str, host: str, mode: str, kind: str | None, written: io.StringIO
) -> None:
    second = "openai" if name != "openai" else "recraft"
    sick, healthy = SERVICES[name](), SERVICES[second]()
    {"api": sick.api, "results": sick.results}[host].modes.change(always(mode))
    patience = 0.4 if mode in ENDLESS else 20
    async with (
        sick,
        healthy,
        image_provider(name, sick, deadline_s=patience) as first,
        image_provider(second, healthy) as next_one,
    ):
        manager = FailoverManager([first, next_one, BuiltinImageProvider(ENGINE)], attempts=1)
        by_next = await manager.generate(REQUEST)
        healthy.api.modes.change(always("reset"))
        by_engine = await manager.generate(REQUEST)
        stats = manager.get_stats()

    assert (by_next.provider, by_engine.provider) == (second, BUILTIN)
    record = only_model(stats[name])
    assert record["successes"] == 0
    assert record["last_failure"] == (kind or record["last_failure"])
    assert "failed: " in written.getvalue()
    told = f"{written.getvalue()} {stats} {by_next!r} {by_engine!r}"
    errors = dict(sick.ERRORS)
    for secret in (IMAGE_KEY, "sig=abc", *sentences(errors.get(mode)), "<html>"):
        assert secret not in told
