"""Finds the JSON in what a language model answered: fences, prose around it, a cut-off end."""

import json
import re
from typing import Any

MAX_ANSWER_BYTES = 256 * 1024
MAX_REPAIR_CHARACTERS = 32 * 1024
MAX_STARTS = 50

_TRAILING_COMMA = re.compile(r",(\s*[\]}])")


def parse_json_list(answer: str) -> list[Any]:  # Any: JSON values
    """The first JSON list in the answer; of a cut-off list the whole items.

    Raises ValueError when there is none, or the answer is longer than 256 KiB.
    """
    found: list[Any] | None = _first(answer, "[", list)  # Any: JSON values
    if found is not None:
        return found
    return _whole_items(answer)


def parse_json_object(answer: str) -> dict[str, Any]:  # Any: JSON values
    """The first JSON object in the answer. Raises ValueError."""
    found: dict[str, Any] | None = _first(answer, "{", dict)  # Any: JSON values
    if found is None:
        raise ValueError("no JSON object in the answer")
    return found


def _first(answer: str, opening: str, kind: type[Any]) -> Any:  # Any: JSON values
    if len(answer.encode(errors="replace")) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    texts = [answer]
    if len(answer) <= MAX_REPAIR_CHARACTERS:
        texts.append(_TRAILING_COMMA.sub(r"\1", answer))
    for text in texts:
        start = text.find(opening)
        for _ in range(MAX_STARTS):
            if start < 0:
                break
            value = _decoded(text, start)
            if isinstance(value, kind):
                return value
            start = text.find(opening, start + 1)
    return None


def _whole_items(answer: str) -> list[Any]:  # Any: JSON values
    """The items of a list whose end is missing, up to the last whole one."""
    position = answer.find("[") + 1
    items: list[Any] = []
    if position == 0 or len(answer) > MAX_REPAIR_CHARACTERS:
        raise ValueError("no JSON list in the answer")
    decoder = _decoder()
    while True:
        while position < len(answer) and answer[position] in " \t\r\n,":
            position += 1
        try:
            item, position = decoder.raw_decode(answer, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    if not items:
        raise ValueError("no JSON list in the answer")
    return items


def _decoded(text: str, start: int) -> Any:  # Any: JSON values
    try:
        return _decoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_unique)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: JSON values
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found
