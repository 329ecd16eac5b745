"""Whether a chat completion is one, and what it cost: a 200 is a claim.

Source: sections 3.1, 3.3 and 3.4 of the contract of text and image providers.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.exceptions import AppError
from core.providers.base import Completion, TextRequest
from core.providers.text.chat_errors import Error, failure, failure_of
from utils.text_parsers import MAX_ANSWER_BYTES, parse_json_list, parse_json_object

_MODEL_NAME = re.compile(r"[\w.:/@~+-]{1,100}", re.ASCII)
_MOST_TOKENS = 10**9
_HIGHEST_COST = 10_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def error_in(reply: Reply) -> Error:
    """The error object of a failed reply, empty when none can be read."""
    return _object(_object(_json(reply.content)).get("error"))


def completion_of(reply: Reply, request: TextRequest, provider: str) -> Completion:
    """The answer in a reply.

    Raises ProviderUnavailableError or ProviderRejectedError, with the price where one was charged.
    """
    if reply.status != 200:
        raise failure_of(reply.status, reply.headers, error_in(reply))
    body = _object(_json(reply.content))
    if body.get("error"):
        raise _inside_a_200(reply, body["error"])
    usage = _object(body.get("usage"))
    answer = Completion(
        text="",
        provider=provider,
        model=_model(body.get("model"), request.model),
        input_tokens=_tokens(usage.get("prompt_tokens")),
        output_tokens=_tokens(usage.get("completion_tokens")),
        cost_usd=_cost(usage.get("cost")),
    )
    text = _text_of(reply, body.get("choices"), answer.cost_usd)
    if not _fits(request, text):
        raise failure("bad_payload", cost_usd=answer.cost_usd)
    return replace(answer, text=text)


def _text_of(reply: Reply, choices: object, cost_usd: Decimal) -> str:
    """The text of the first choice, also of one that was cut off: its whole items are of use."""
    choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
    message = _object(choice.get("message"))
    finish = choice.get("finish_reason")
    text = _joined(message.get("content"))
    if finish == "error" or choice.get("error"):
        raise _inside_a_200(reply, choice.get("error"))
    if finish == "content_filter" or (message.get("refusal") and not text):
        raise failure("moderated", cost_usd=cost_usd)
    if not text:
        raise failure("bad_payload", cost_usd=cost_usd)
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


def _cost(value: object) -> Decimal:
    """US dollars, rounded to what is kept of them; OpenRouter alone states them."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Decimal(0)
    if not math.isfinite(value) or not 0 <= value <= _HIGHEST_COST:
        return Decimal(0)
    return round(Decimal(str(value)), 9)


def _json(content: bytes) -> Any:  # Any: JSON values
    """The value, or None; blank lines before it keep a connection alive."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> dict[str, Any]:  # Any: JSON values
    return value if isinstance(value, dict) else {}
