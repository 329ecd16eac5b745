"""Text by OpenRouter or any endpoint that speaks OpenAI's chat completions.

OpenAI, Ollama, vLLM and LM Studio do. Source: section 3 of the contract of text and image
providers.
"""

import asyncio
import importlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from core.exceptions import AppError
from core.providers.base import Completion, TextRequest
from core.providers.per_loop import PerLoop
from core.providers.prices import FREE, TokenPrices
from core.providers.text.chat_answers import Reply, completion_of, error_in, reference_of
from core.providers.text.chat_errors import failure
from core.providers.text.schemas import response_format

if TYPE_CHECKING:
    from core.providers.text.openai_client import ChatClient

SDK_MODULE = "core.providers.text.openai_client"
MAX_TOKENS = 4_096  # a bound sizes OpenRouter's budget for calls in flight, too
_VENDORS = ("openrouter", "openai")  # others may know the older name of the bound alone

# Parameters that some models refuse, and how the refusal calls them.
_OPTIONAL = {
    "response_format": re.compile(
        r"response_format|json_schema|structured.output|schema", re.IGNORECASE
    ),
    "temperature": re.compile("temperature", re.IGNORECASE),
    "seed": re.compile("seed", re.IGNORECASE),
}
_CONSTRAINED = "constraint_filtered"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask: one place may serve several providers of ours, with one set of connections."""

    name: str
    url: str
    key: SecretStr | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    deadline_s: float = 60.0


class ChatConnections:
    """The clients of one endpoint, one for each event loop, opened on first use."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._clients = PerLoop(self._open)
        self._has_sdk = False

    def _open(self) -> "ChatClient":
        endpoint = self.endpoint
        client: ChatClient = importlib.import_module(SDK_MODULE).ChatClient(
            endpoint.url,
            endpoint.key.get_secret_value() if endpoint.key else "",
            endpoint.headers,
        )
        return client

    async def send(self, body: Mapping[str, Any]) -> Reply:  # Any: JSON values
        """POST a chat completion. Raises ProviderUnavailableError."""
        if not self._has_sdk:
            await asyncio.to_thread(importlib.import_module, SDK_MODULE)
            self._has_sdk = True
        return await self._clients.get().send(body)

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        client = self._clients.take()
        if client is not None:
            await client.aclose()


class OpenAICompatibleProvider:
    """One endpoint with one or more models, the preferred one first, and what their tokens cost.

    It learns which parameters a model refuses and leaves them out from then on.
    """

    def __init__(
        self,
        connections: ChatConnections,
        models: tuple[str, ...],
        prices: Mapping[str, TokenPrices] = MappingProxyType({}),
    ) -> None:
        self.name = connections.endpoint.name
        self.models = models
        self._connections = connections
        self._prices = prices
        self._refused: defaultdict[str, set[str]] = defaultdict(set)

    async def complete(self, request: TextRequest) -> Completion:
        """The model's answer.

        Raises ProviderUnavailableError or ProviderRejectedError, also for an answer without the
        task's JSON.
        """
        try:
            async with asyncio.timeout(
                min(self._connections.endpoint.deadline_s, request.timeout_s)
            ):
                reply = await self._asked(request)
        except TimeoutError:
            raise failure("timeout") from None
        try:
            return completion_of(reply, request, self.name, self._prices.get(request.model, FREE))
        except AppError as error:
            error.context["reference"] = reference_of(reply)
            raise

    async def _asked(self, request: TextRequest) -> Reply:
        """The reply; a parameter that is refused is left out at once.

        That is no retry: the refused request has reached no model and cost nothing.
        """
        refused = self._refused[request.model]
        body = self._body(request)
        reply = await self._connections.send(body)
        unwanted = _unwanted(reply) & body.keys()
        if not unwanted:
            return reply
        refused |= unwanted
        return await self._connections.send(self._body(request))

    def _body(self, request: TextRequest) -> dict[str, Any]:  # Any: JSON values
        bound = "max_completion_tokens" if self.name in _VENDORS else "max_tokens"
        body: dict[str, Any] = {  # Any: JSON values
            "model": request.model,
            "messages": _messages(request),
            "temperature": request.temperature,
            bound: MAX_TOKENS,
        }
        if request.task is not None:
            body |= {"seed": request.task.seed, "response_format": response_format(request.task)}
            if self.name == "openrouter":
                body["plugins"] = [{"id": "response-healing"}]
        refused = self._refused[request.model]
        return {name: value for name, value in body.items() if name not in refused}


def _messages(request: TextRequest) -> list[dict[str, str]]:
    """The prompt is ours and has authority; what others wrote stands apart and has none."""
    theirs = "\n\n".join(text for text in (request.context, request.brief) if text)
    if not theirs:
        return [{"role": "user", "content": request.prompt}]
    return [
        {"role": "system", "content": request.prompt},
        {"role": "user", "content": theirs},
    ]


def _unwanted(reply: Reply) -> set[str]:
    """The optional parameters that a refusal names, or all when no endpoint takes them together."""
    if reply.status not in {400, 404, 422}:
        return set()
    error = error_in(reply)
    availability = error.get("availability")
    if isinstance(availability, dict) and availability.get("code") == _CONSTRAINED:
        return set(_OPTIONAL)
    told = f"{error.get('param')} {error.get('message')}"[:1_000]
    return {name for name, pattern in _OPTIONAL.items() if pattern.search(told)}
