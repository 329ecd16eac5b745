"""Whether a chat completion is one, and what it cost: a 200 is a claim.

Source: sections 3.1, 3.3 and 3.4 of the contract of text and image providers.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.exceptions import AppError
from core.providers.base import Completion, TextRequest
from core.providers.prices import FREE, HIGHEST_COST_USD, TokenPrices, cost_of_tokens, rounded
from core.providers.text.chat_errors import Error, failure, failure_of
from utils.text_parsers import MAX_ANSWER_BYTES, parse_json_list, parse_json_object

_MODEL_NAME = re.compile(r"[\w.:/@~+-]{1,100}", re.ASCII)
# OpenRouter's and OpenAI's form; nothing else, for a header may repeat anything, also a key.
_REFERENCE = re.compile(r"(?:gen-|req_)[A-Za-z0-9-]{1,60}", re.ASCII)
_MOST_TOKENS = 10**9


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def reference_of(reply: Reply) -> str | None:
    """The number under which the endpoint keeps the call, if it states one."""
    stated = (reply.headers.get(name, "") for name in ("x-generation-id", "x-request-id"))
    return next((number for number in stated if _REFERENCE.fullmatch(number)), None)


def error_in(reply: Reply) -> Error:
    """The error object of a failed reply, empty when none can be read."""
    return _object(_object(_json(reply.content)).get("error"))


def completion_of(
    reply: Reply, request: TextRequest, provider: str, prices: TokenPrices = FREE
) -> Completion:
    """The answer in a reply; its tokens have a price where the endpoint does not state the cost.

    Raises ProviderUnavailableError or ProviderRejectedError, with the price where one was charged.
    """
    if reply.status != 200:
        raise failure_of(reply.status, reply.headers, error_in(reply))
    body = _object(_json(reply.content))
    if body.get("error"):
        raise _inside_a_200(reply, body["error"])
    choices = body.get("choices")
    choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
    if choice.get("finish_reason") == "error" or choice.get("error"):
        raise _inside_a_200(reply, choice.get("error"))
    usage = _object(body.get("usage"))
    read, written = _tokens(usage.get("prompt_tokens")), _tokens(usage.get("completion_tokens"))
    cost = _cost(usage.get("cost"))
    answer = Completion(
        text="",
        provider=provider,
        model=_model(body.get("model"), request.model),
        input_tokens=read,
        output_tokens=written,
        cost_usd=cost_of_tokens(read, written, prices) if cost is None else cost,
    )
    with _billed(answer):
        return replace(answer, text=_text_of(choice, request))


@contextmanager
def _billed(answer: Completion) -> Iterator[None]:
    """Failures in this block say what they have cost."""
    try:
        yield
    except AppError as error:
        error.context |= {
            "input_tokens": answer.input_tokens,
            "output_tokens": answer.output_tokens,
            "cost_usd": answer.cost_usd,
        }
        raise


def _text_of(choice: Mapping[str, Any], request: TextRequest) -> str:  # Any: JSON values
    """The text of a choice, also of one that was cut off: its whole items are of use."""
    message = _object(choice.get("message"))
    text = _joined(message.get("content"))
    if choice.get("finish_reason") == "content_filter" or (message.get("refusal") and not text):
        raise failure("moderated")
    if not text or not _fits(request, text):
        raise failure("bad_payload")
    return text


def _inside_a_200(reply: Reply, error: object) -> AppError:
    """An error whose status was sent before it happened; without a number it is the provider's."""
    return failure_of(502, reply.headers, _object(error))


def _fits(request: TextRequest, text: str) -> bool:
    """Whether the task's kind of JSON is in the text; who asked judges what it says."""
    if len(text.encode(errors="replace")) > MAX_ANSWER_BYTES:
        return False
    try:
        if request.task is None:
            return True
        return bool(
            parse_json_object(text) if request.task.kind == "palette" else parse_json_list(text)
        )
    except ValueError:
        return False


def _joined(content: object) -> str:
    """Text, or the text parts of a list of parts; blank text is none."""
    if isinstance(content, list):
        parts = [_object(part).get("text") for part in content]
        content = "".join(part for part in parts if isinstance(part, str))
    return content.strip() if isinstance(content, str) else ""


def _model(answered: object, asked: str) -> str:
    """The model that answered, if that is a name that can be kept; a fallback answers as itself."""
    return answered if isinstance(answered, str) and _MODEL_NAME.fullmatch(answered) else asked


def _tokens(value: object) -> int:
    return value if type(value) is int and 0 <= value <= _MOST_TOKENS else 0


def _cost(value: object) -> Decimal | None:
    """US dollars, None when they are not stated: OpenRouter alone does."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or not 0 <= value <= HIGHEST_COST_USD:
        return None
    return rounded(Decimal(str(value)))


def _json(content: bytes) -> Any:  # Any: JSON values
    """The value, or None; blank lines before it keep a connection alive."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> dict[str, Any]:  # Any: JSON values
    return value if isinstance(value, dict) else {}
