"""Reads one JSON value the way language models write it, in a single pass.

Forgiven are trailing commas, single quotes, line breaks inside strings, Python's names of the
constants, and an end that was cut off. Everything else is as strict as JSON, and more: a key may
stand only once and a number must be finite.
"""

import json
import math
import re
from typing import Any, NamedTuple

MAX_DEPTH = 32

_SPACE = re.compile(r"[ \t\r\n]*+")
_NUMBER = re.compile(
    r"-?(?:0|[1-9]\d{0,40})(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?(?![\w.])", re.ASCII
)
_STRINGS = json.JSONDecoder(strict=False)
_WORD = re.compile(r"[A-Za-z]{1,10}+")
# An apostrophe ends the text only where a value may end: 'Baker's bread' is one text.
_SINGLE_QUOTED = re.compile(r"'((?:[^'\\]|\\.|'(?!\s*+(?:[,:\]}]|\Z)))*+)'", re.DOTALL)
_CONSTANTS = {
    "true": True, "false": False, "null": None,
    "True": True, "False": False, "None": None,
}  # fmt: skip


class Found(NamedTuple):
    """A value and where its text ends; `whole` is false when its end was cut off or is broken."""

    value: Any  # Any: JSON values
    end: int
    whole: bool


class BrokenJsonError(ValueError):
    """No value can be read; `end` is how far the reading came, for the caller's accounts."""

    def __init__(self, end: int) -> None:
        super().__init__(f"not JSON at character {end}")
        self.end = end


def read_value(text: str, start: int, depth: int = 0) -> Found:
    """The value that begins at `start`. Raises BrokenJsonError.

    Of a cut-off list or object the whole items are kept; of a list also those before a fault.
    """
    opening = text[start : start + 1]
    if depth > MAX_DEPTH or not opening:
        raise BrokenJsonError(start)
    if opening == "{":
        return _object(text, start, depth)
    if opening == "[":
        return _list(text, start, depth)
    if opening in {'"', "'"}:
        return _string(text, start)
    return _scalar(text, start)


def _list(text: str, start: int, depth: int) -> Found:
    items: list[Any] = []  # Any: JSON values
    position = _skip(text, start + 1)
    while text[position : position + 1] != "]":
        try:
            item = read_value(text, position, depth + 1)
        except BrokenJsonError as error:
            return Found(items, error.end, whole=False)
        if not item.whole:
            return Found(items, item.end, whole=False)
        items.append(item.value)
        position, separated = _after_item(text, item.end, "]")
        if not separated:
            return Found(items, position, whole=False)
    return Found(items, position + 1, whole=True)


def _object(text: str, start: int, depth: int) -> Found:
    members: dict[str, Any] = {}  # Any: JSON values
    position = _skip(text, start + 1)
    while text[position : position + 1] != "}":
        try:
            key, value = _member(text, position, depth)
        except BrokenJsonError as error:
            if error.end < len(text):
                raise
            return Found(members, error.end, whole=False)
        if key in members:
            raise BrokenJsonError(value.end)
        if not value.whole:
            return Found(members, value.end, whole=False)
        members[key] = value.value
        position, separated = _after_item(text, value.end, "}")
        if not separated:
            if position < len(text):
                raise BrokenJsonError(position)
            return Found(members, position, whole=False)
    return Found(members, position + 1, whole=True)


def _member(text: str, start: int, depth: int) -> tuple[str, Found]:
    if text[start : start + 1] not in {'"', "'"}:
        raise BrokenJsonError(start)
    key = _string(text, start)
    colon = _skip(text, key.end)
    if text[colon : colon + 1] != ":":
        raise BrokenJsonError(colon)
    return key.value, read_value(text, _skip(text, colon + 1), depth + 1)


def _after_item(text: str, end: int, closing: str) -> tuple[int, bool]:
    """Where the next item or the closing sign is, and whether one may follow there."""
    position = _skip(text, end)
    sign = text[position : position + 1]
    if sign == ",":
        return _skip(text, position + 1), True
    return position, sign == closing


def _string(text: str, start: int) -> Found:
    if text[start] == '"':
        try:
            value, end = _STRINGS.raw_decode(text, start)
        except json.JSONDecodeError as error:
            cut_off = "Unterminated" in error.msg
            raise BrokenJsonError(len(text) if cut_off else error.pos) from error
        return Found(value, end, whole=True)
    quoted = _SINGLE_QUOTED.match(text, start)
    if quoted is None:
        raise BrokenJsonError(len(text))
    return Found(re.sub(r"\\(['\"\\/])", r"\1", quoted[1]), quoted.end(), whole=True)


def _scalar(text: str, start: int) -> Found:
    number = _NUMBER.match(text, start)
    if number:
        digits = number[0]
        value = int(digits) if digits.lstrip("-").isdigit() else float(digits)
        if number.end() < len(text) and math.isfinite(value):
            return Found(value, number.end(), whole=True)
        raise BrokenJsonError(number.end())
    word = _WORD.match(text, start)
    if word and word[0] in _CONSTANTS:
        return Found(_CONSTANTS[word[0]], word.end(), whole=True)
    raise BrokenJsonError(word.end() if word else start)


def _skip(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position
