"""Finds the JSON in what a language model answered: fences, prose around it, a cut-off end."""

import json
import math
import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

MAX_ANSWER_BYTES = 256 * 1024
MAX_REPAIR_CHARACTERS = 32 * 1024
MAX_STARTS = 50

_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_BETWEEN_ITEMS = re.compile(r"[\s,]*")


def parse_json_list(answer: str) -> list[Any]:  # Any: JSON values
    """The longest JSON list in the answer; of a cut-off list the whole items.

    Raises ValueError when there is none, or the answer is longer than 256 KiB.
    """
    found: list[Any] | None = _longest(answer, "[", list)  # Any: JSON values
    if found is None:
        raise ValueError("no JSON list in the answer")
    return found


def parse_json_object(answer: str) -> dict[str, Any]:  # Any: JSON values
    """The longest JSON object in the answer.

    Raises ValueError when there is none, or the answer is longer than 256 KiB.
    """
    found: dict[str, Any] | None = _longest(answer, "{", dict)  # Any: JSON values
    if found is None:
        raise ValueError("no JSON object in the answer")
    return found


def _longest(answer: str, opening: str, kind: type[Any]) -> Any:  # Any: JSON values
    """The value that takes most of the text, so that "[1]" in the prose is not the answer."""
    if len(answer.encode(errors="replace")) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    texts = [answer]
    if len(answer) <= MAX_REPAIR_CHARACTERS:
        texts.append(_TRAILING_COMMA.sub(r"\1", answer))
    values = (found for text in texts for found in _values(text, opening))
    fitting = [(size, value) for size, value in values if isinstance(value, kind)]
    return max(fitting, key=itemgetter(0), default=(0, None))[1]


def _values(text: str, opening: str) -> Iterator[tuple[int, Any]]:  # Any: JSON values
    """Values that are not inside another, each with the number of characters that it takes."""
    position = 0
    for _ in range(MAX_STARTS):
        start = text.find(opening, position)
        if start < 0:
            return
        found = _decoded(text, start)
        if found is None and opening == "[":
            found = _whole_items(text, start)
        if found is None:
            position = start + 1
        else:
            value, position = found
            yield position - start, value


def _decoded(text: str, start: int) -> tuple[Any, int] | None:  # Any: JSON values
    """The value that begins at `start` and where it ends; None when it is not valid JSON."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return value, end


def _whole_items(text: str, start: int) -> tuple[list[Any], int] | None:  # Any: JSON values
    """The items of a broken list up to the last whole one; None when it has none."""
    if len(text) > MAX_REPAIR_CHARACTERS:
        return None
    items: list[Any] = []  # Any: JSON values
    position = start + 1
    while item := _decoded(text, _after_separator(text, position)):
        items.append(item[0])
        position = item[1]
    return (items, position) if items else None


def _after_separator(text: str, position: int) -> int:
    separator = _BETWEEN_ITEMS.match(text, position)
    return separator.end() if separator else position


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: JSON values
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_unique
)
