"""Finds the JSON in what a language model answered: fences, prose around it, a cut-off end.

The whole work is bounded by a multiple of the answer's length: a start that turns out to be none
is charged with the text that was read for it.
"""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from operator import itemgetter
from typing import Any

from utils.lenient_json import BrokenJsonError, read_value

MAX_ANSWER_BYTES = 256 * 1024
MAX_REPAIR_CHARACTERS = 32 * 1024
MAX_STARTS = 50

_READINGS = 4  # how often all attempts together may read the text
_LOST_DEPTH = 1_000  # characters that a too deeply nested start has cost

_Read = Callable[[str, int], tuple[Any, int]]  # Any: JSON values


class _UnreadableError(Exception):
    """Nothing begins here; `cost` is how many characters were read to see it."""

    def __init__(self, cost: int) -> None:
        super().__init__()
        self.cost = cost


def parse_json_list(answer: str) -> list[Any]:  # Any: JSON values
    """The longest JSON list in the answer; of a cut-off list the whole items.

    Raises ValueError when there is none, or the answer is longer than 256 KiB.
    """
    found: list[Any] | None = _longest(answer, "[", list)  # Any: JSON values
    if found is None:
        raise ValueError("no JSON list in the answer")
    return found


def parse_json_object(answer: str) -> dict[str, Any]:  # Any: JSON values
    """The longest JSON object in the answer; of a cut-off object the whole members.

    Raises ValueError when there is none, or the answer is longer than 256 KiB.
    """
    found: dict[str, Any] | None = _longest(answer, "{", dict)  # Any: JSON values
    if found is None:
        raise ValueError("no JSON object in the answer")
    return found


def _longest(answer: str, opening: str, kind: type[Any]) -> Any:  # Any: JSON values
    """The value that takes most of the text, so that "[1]" in the prose is not the answer.

    Text that is valid as it stands is taken so before anything is forgiven.
    """
    if len(answer.encode(errors="replace")) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    start = answer.find(opening)
    if start < 0:
        return None
    with suppress(_UnreadableError):
        value, end = _strictly(answer, start)
        if 2 * (end - start) > len(answer) and isinstance(value, kind):
            return value  # no other can be longer
    ways: list[_Read] = [_strictly]
    if len(answer) <= MAX_REPAIR_CHARACTERS:
        ways.append(_leniently)
    values = (found for read in ways for found in _values(answer, opening, read))
    # Of a long answer that is broken only the insides would be found.
    least = len(answer) // 2 if len(answer) > MAX_REPAIR_CHARACTERS else 0
    fitting = [(size, value) for size, value in values if isinstance(value, kind) and size >= least]
    return max(fitting, key=itemgetter(0), default=(0, None))[1]


def _values(text: str, opening: str, read: _Read) -> Iterator[tuple[int, Any]]:  # Any: JSON values
    """Values that are not inside another, each with the number of characters that it takes."""
    position = 0
    allowance = _READINGS * len(text)
    for _ in range(MAX_STARTS):
        start = text.find(opening, position)
        if start < 0 or allowance <= 0:
            return
        try:
            value, position = read(text, start)
        except _UnreadableError as error:
            allowance -= error.cost
            position = start + 1
        else:
            yield position - start, value


def _strictly(text: str, start: int) -> tuple[Any, int]:  # Any: JSON values
    """The value that begins at `start` and where it ends."""
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise _UnreadableError(_LOST_DEPTH) from error
    except json.JSONDecodeError as error:
        # An unterminated text is reported where it began but was read to the end.
        far = len(text) if "Unterminated" in error.msg else error.pos
        raise _UnreadableError(far - start + 1) from error
    except ValueError as error:
        raise _UnreadableError(len(text) - start) from error


def _leniently(text: str, start: int) -> tuple[Any, int]:  # Any: JSON values
    """The same with what is forgiven; an empty rest of something broken counts for nothing."""
    try:
        found = read_value(text, start)
    except BrokenJsonError as error:
        raise _UnreadableError(error.end - start + 1) from error
    if not found.whole and not found.value:
        raise _UnreadableError(found.end - start + 1)
    return found.value, found.end


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
