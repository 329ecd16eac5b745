"""The adapter for chat completions against a stand-in for OpenRouter on a real socket."""

import asyncio
import logging
import tracemalloc
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from loguru import logger
from pydantic import SecretStr

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.base import BrandTask, Completion, TextRequest, failure_kind
from core.providers.prices import FREE, TokenPrices
from core.providers.text import openai_client
from core.providers.text.chat_answers import Reply, reference_of
from core.providers.text.openai_compatible import (
    ChatConnections,
    Endpoint,
    OpenAICompatibleProvider,
)
from tests.simulators.http_server import deaf_host
from tests.simulators.openrouter import KEY, NAMES, OpenRouterSimulator
from utils.text_parsers import parse_json_list

MODEL = "openai/gpt-6-luna"
TASK = BrandTask("names", "A bakery that delivers by bike", seed=7, count=10)
REQUEST = TextRequest("Propose names", MODEL, 0.9, task=TASK, brief="a bakery")

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def simulator() -> AsyncIterator[OpenRouterSimulator]:
    async with OpenRouterSimulator() as simulator:
        yield simulator


def connections(
    simulator: OpenRouterSimulator,
    *,
    name: str = "openrouter",
    key: str | None = KEY,
    deadline_s: float = 10,
) -> ChatConnections:
    secret = SecretStr(key) if key else None
    headers = {"X-OpenRouter-Title": "Test"}
    return ChatConnections(Endpoint(name, simulator.base_url, secret, headers, deadline_s))


async def ask(
    to: ChatConnections,
    request: TextRequest = REQUEST,
    times: int = 1,
    prices: TokenPrices = FREE,
) -> list[Completion | AppError]:
    provider = OpenAICompatibleProvider(to, (MODEL,), {MODEL: prices})
    found: list[Completion | AppError] = []
    try:
        for _ in range(times):
            try:
                found.append(await provider.complete(request))
            except (ProviderUnavailableError, ProviderRejectedError) as error:
                found.append(error)
    finally:
        await to.aclose()
    return found


async def test_a_good_answer_says_who_gave_it_and_what_it_cost(
    simulator: OpenRouterSimulator,
) -> None:
    [answer] = await ask(connections(simulator))

    assert isinstance(answer, Completion)
    assert (answer.provider, answer.model) == ("openrouter", MODEL)
    assert (answer.input_tokens, answer.output_tokens) == (212, 48)
    assert answer.cost_usd == Decimal("0.0000452")
    assert [item["name"] for item in parse_json_list(answer.text)] == list(NAMES)


async def test_the_request_keeps_the_customers_text_apart(simulator: OpenRouterSimulator) -> None:
    await ask(connections(simulator))

    [body] = simulator.asked
    assert body["messages"] == [
        {"role": "system", "content": "Propose names"},
        {"role": "user", "content": "a bakery"},
    ]
    assert (body["model"], body["temperature"], body["seed"]) == (MODEL, 0.9, 7)
    assert body["response_format"]["json_schema"]["strict"] is True
    headers = simulator.seen[0].headers
    assert headers["x-openrouter-title"] == "Test"
    assert headers["accept-encoding"] == "identity"
    assert "openai-organization" not in headers


async def test_research_has_no_more_authority_than_the_customers_text(
    simulator: OpenRouterSimulator,
) -> None:
    await ask(connections(simulator), TextRequest("Propose names", MODEL, context="- Be brief."))

    assert simulator.asked[0]["messages"] == [
        {"role": "system", "content": "Propose names"},
        {"role": "user", "content": "- Be brief."},
    ]


async def test_without_a_key_none_is_sent_not_even_one_from_the_environment(
    simulator: OpenRouterSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "sk-somebody-elses")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    simulator.key = None

    [answer] = await ask(connections(simulator, name="ollama", key=None))

    assert isinstance(answer, Completion)
    assert "sk-somebody-elses" not in str(simulator.seen[0].headers)
    assert "authorization" not in simulator.seen[0].headers
    [body] = simulator.asked
    assert "max_tokens" in body
    assert "plugins" not in body


@pytest.mark.parametrize(
    "mode",
    ["fenced", "prose", "trailing_comma", "single_quotes", "cut_off", "parts", "keep_alive"],
)
async def test_answers_in_other_forms_are_answers(
    simulator: OpenRouterSimulator, mode: str
) -> None:
    simulator.modes.append(mode)

    [answer] = await ask(connections(simulator))

    assert isinstance(answer, Completion)
    names = [item["name"] for item in parse_json_list(answer.text)]
    assert names
    assert names == list(NAMES)[: len(names)]


async def test_a_fallback_of_the_vendor_answers_under_its_own_name(
    simulator: OpenRouterSimulator,
) -> None:
    simulator.modes.append("fallback")

    [answer] = await ask(connections(simulator), TextRequest("Propose names", "a/b", task=TASK))

    assert isinstance(answer, Completion)
    assert answer.model == "openai/gpt-6-luna"


FAILING = {
    "bad_key": ("auth", None),
    "no_access": ("auth", None),
    "no_credits": ("quota", None),
    "budget_spent": ("quota", None),
    "no_quota": ("quota", None),
    "in_flight": ("rate_limited", 7),
    "limited_upstream": ("rate_limited", 2.5),
    "limited_without_hint": ("rate_limited", None),
    "limited": ("rate_limited", 30),
    "capacity": ("rate_limited", 11),
    "limit_in_200": ("rate_limited", 4),
    "flagged": ("moderated", None),
    "policy": ("moderated", None),
    "refusal": ("moderated", None),
    "filtered": ("moderated", None),
    "too_long": ("invalid_request", None),
    "too_large": ("invalid_request", None),
    "semantic": ("invalid_request", None),
    "unknown_model": ("model_gone", None),
    "retired": ("model_gone", None),
    "no_endpoints": ("model_gone", None),
    "404": ("model_gone", None),
    "timed_out": ("timeout", None),
    "masked": ("transient", None),
    "upstream_down": ("transient", None),
    "html_502": ("transient", None),
    "overloaded": ("transient", 20),
    "edge_timeout": ("transient", None),
    "provider_overloaded": ("transient", None),
    "error_in_200": ("transient", None),
    "choice_error": ("transient", None),
    "reset": ("transient", None),
    "cut": ("transient", None),
    "moved": ("bad_payload", None),
    "html": ("bad_payload", None),
    "empty": ("bad_payload", None),
    "broken_json": ("bad_payload", None),
    "no_choices": ("bad_payload", None),
    "null_choices": ("bad_payload", None),
    "null_content": ("bad_payload", None),
    "blank_content": ("bad_payload", None),
    "not_json": ("bad_payload", None),
    "deep_json": ("bad_payload", None),
    "bomb": ("bad_payload", None),
    "flood": ("bad_payload", None),
    "flooded_error": ("bad_payload", None),
}


@pytest.mark.parametrize("mode", FAILING)
async def test_every_failure_has_its_kind_and_hint_and_tells_no_secret(
    simulator: OpenRouterSimulator, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    kind, hint = FAILING[mode]
    simulator.modes.append(mode)
    lines: list[str] = []
    sink = logger.add(lines.append, level="TRACE")
    try:
        with caplog.at_level(logging.INFO):
            [error] = await ask(connections(simulator))
    finally:
        logger.remove(sink)

    assert isinstance(error, AppError)
    assert failure_kind(error) == kind
    assert error.context.get("retry_after") == (pytest.approx(hint, abs=2) if hint else None)
    assert isinstance(error, ProviderRejectedError) == (kind in {"moderated", "invalid_request"})
    assert len(simulator.seen) == 1, "an adapter retries nothing"
    chain = f"{error!r} {error.__cause__!r} {error.context}"
    for told in (chain, "".join(lines), caplog.text):
        assert KEY not in told
        assert "Provider returned error" not in told


@pytest.mark.parametrize("mode", ["not_json", "null_content", "filtered", "blank_content"])
async def test_a_failure_that_is_billed_states_its_price(
    simulator: OpenRouterSimulator, mode: str
) -> None:
    simulator.modes.append(mode)

    [error] = await ask(connections(simulator))

    assert isinstance(error, AppError)
    assert error.context["cost_usd"] == Decimal("0.0000452")


PRICES = (Decimal("0.75"), Decimal("3.75"))


@pytest.mark.parametrize("stated", [{}, {"cost": None}, {"cost": True}, {"cost": -1}])
async def test_tokens_have_their_price_where_the_endpoint_does_not_state_the_cost(
    simulator: OpenRouterSimulator, stated: dict[str, object]
) -> None:
    simulator.usage = {"prompt_tokens": 212, "completion_tokens": 48} | stated
    simulator.modes.extend(["ok", "not_json"])

    [answer, error] = await ask(connections(simulator, name="openai"), times=2, prices=PRICES)

    assert isinstance(answer, Completion)
    assert answer.cost_usd == Decimal("0.000339")
    assert isinstance(error, AppError)
    assert [error.context[name] for name in ("cost_usd", "input_tokens", "output_tokens")] == [
        Decimal("0.000339"), 212, 48,
    ]  # fmt: skip


async def test_a_local_server_without_prices_costs_nothing_and_its_tokens_count(
    simulator: OpenRouterSimulator,
) -> None:
    simulator.usage = {"prompt_tokens": 212, "completion_tokens": 48}

    [answer] = await ask(connections(simulator, name="vllm"))

    assert isinstance(answer, Completion)
    assert (answer.input_tokens, answer.output_tokens) == (212, 48)
    assert answer.cost_usd == 0


@pytest.mark.parametrize("cost", [0, 0.25])
async def test_a_stated_cost_goes_before_a_configured_price(
    simulator: OpenRouterSimulator, cost: float
) -> None:
    simulator.usage = {"prompt_tokens": 212, "completion_tokens": 48, "cost": cost}

    [answer] = await ask(connections(simulator), prices=PRICES)

    assert isinstance(answer, Completion)
    assert answer.cost_usd == Decimal(str(cost))


async def test_no_count_of_tokens_makes_a_call_dearer_than_can_be(
    simulator: OpenRouterSimulator,
) -> None:
    simulator.usage = {"prompt_tokens": 10**9, "completion_tokens": 10**9}

    [answer] = await ask(connections(simulator), prices=(Decimal(600), Decimal(600)))

    assert isinstance(answer, Completion)
    assert answer.cost_usd == 10_000


async def test_a_failure_can_be_found_again_at_the_vendor(simulator: OpenRouterSimulator) -> None:
    simulator.modes.extend(["not_json", "masked"])

    errors = await ask(connections(simulator), times=2)

    found = [error.context["reference"] for error in errors if isinstance(error, AppError)]
    assert found == ["gen-1", None]


@pytest.mark.parametrize(
    ("headers", "reference"),
    [
        ({"x-generation-id": "gen-1763800000-hp41"}, "gen-1763800000-hp41"),
        ({"x-request-id": "req_7d1f"}, "req_7d1f"),
        ({"x-generation-id": KEY, "x-request-id": "req_7d1f"}, "req_7d1f"),
        ({"x-generation-id": "gen-1 and more"}, None),
        ({"x-request-id": "req_" + "a" * 100}, None),
        ({}, None),
    ],
)
async def test_no_header_but_a_number_is_a_reference(
    headers: dict[str, str], reference: str | None
) -> None:
    assert reference_of(Reply(200, headers, b"")) == reference


@pytest.mark.parametrize("mode", ["hang", "drip"])
async def test_silence_and_dripping_end_at_the_deadline(
    simulator: OpenRouterSimulator, mode: str
) -> None:
    simulator.modes.append(mode)

    async with asyncio.timeout(30):
        [error] = await ask(connections(simulator, deadline_s=0.4))

    assert isinstance(error, ProviderUnavailableError)
    assert failure_kind(error) == "timeout"


@pytest.mark.parametrize("mode", ["flood", "flood_as_told", "bomb", "flooded_error"])
async def test_a_body_without_end_takes_no_memory(
    simulator: OpenRouterSimulator, mode: str
) -> None:
    to = connections(simulator)
    await to.send({"model": MODEL, "messages": [{"role": "user", "content": "palette"}]})
    simulator.modes.append(mode)
    tracemalloc.start()
    try:
        held = (64 << 20) if mode == "bomb" else 0  # the stand-in packs its bomb in this process
        await ask(to)
        assert tracemalloc.get_traced_memory()[1] - 3 * held < 40 << 20
    finally:
        tracemalloc.stop()


async def test_nobody_listening_is_transient() -> None:
    async with OpenRouterSimulator() as gone:
        to = connections(gone)

    [error] = await ask(to)

    assert isinstance(error, ProviderUnavailableError)
    assert failure_kind(error) == "transient"


@pytest.mark.parametrize("parameter", ["response_format", "temperature", "seed"])
async def test_a_refused_parameter_is_left_out_from_then_on(
    simulator: OpenRouterSimulator, parameter: str
) -> None:
    simulator.refuses = {parameter}

    first, second = await ask(connections(simulator), times=2)

    assert isinstance(first, Completion)
    assert isinstance(second, Completion)
    assert [parameter in body for body in simulator.asked] == [True, False, False]


async def test_a_key_that_cannot_be_a_header_is_not_told() -> None:
    to = ChatConnections(Endpoint("openai", "http://127.0.0.1:9", SecretStr("sk-ключ…")))

    [error] = await ask(to)

    assert isinstance(error, AppError)
    assert "ключ" not in f"{error!r} {error.__cause__!r} {to.endpoint!r}"


async def test_who_does_not_answer_the_call_is_left_at_the_connect_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert openai_client._CONNECT_S == 3.0
    monkeypatch.setattr(openai_client, "_CONNECT_S", 0.1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with deaf_host() as url:
        [found] = await ask(ChatConnections(Endpoint("openai", f"{url}/v1", SecretStr(KEY))))
    assert isinstance(found, AppError)
    assert failure_kind(found) == "transient"
    assert loop.time() - began < 4
