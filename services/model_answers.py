"""Reads what a text provider answered; raises ValueError when nothing in it can be used."""

from typing import cast, get_args

from core.engine.types import NameCandidate, NameStrategy
from utils.plain_lines import plain_line
from utils.text_parsers import parse_json_list, parse_json_object

MAX_NAME_LENGTH = 40
MAX_LINE_LENGTH = 80
MAX_REASONING_LENGTH = 300
MAX_ITEMS = 40


def name_candidates(answer: str) -> list[NameCandidate]:
    """Names from a JSON list of texts or of objects with name, parts, style and reasoning."""
    candidates = [_name_candidate(item) for item in parse_json_list(answer)[:MAX_ITEMS]]
    return [candidate for candidate in candidates if candidate is not None]


def _name_candidate(item: object) -> NameCandidate | None:
    if isinstance(item, str):
        item = {"name": item}
    if not isinstance(item, dict) or not (text := _text(item.get("name"), MAX_NAME_LENGTH)):
        return None
    parts = item.get("parts")
    style = item.get("style")
    return NameCandidate(
        text=text,
        parts=tuple(part for part in map(_part, parts[:4]) if part)
        if isinstance(parts, list)
        else (),
        strategy=cast(NameStrategy, style) if style in get_args(NameStrategy) else None,
        reasoning=_text(item.get("reasoning"), MAX_REASONING_LENGTH),
    )


def tagline_candidates(answer: str) -> list[tuple[str, str | None]]:
    """Lines with their frameworks from a JSON list of texts or of objects with both."""
    lines: list[tuple[str, str | None]] = []
    for item in parse_json_list(answer)[:MAX_ITEMS]:
        entry = {"text": item} if isinstance(item, str) else item
        if isinstance(entry, dict) and (text := _text(entry.get("text"), MAX_LINE_LENGTH)):
            lines.append((text, _text(entry.get("framework"), 20)))
    return lines


def color_roles(answer: str) -> dict[str, str]:
    """Colours by role from a JSON object; whether they are colours is judged later."""
    found = parse_json_object(answer)
    roles = {
        role: value.strip()
        for role, value in found.items()
        if isinstance(role, str) and isinstance(value, str) and len(value) <= 20
    }
    if not roles:
        raise ValueError("no colours in the answer")
    return roles


def _part(value: object) -> str | None:
    return _text(value, MAX_NAME_LENGTH)


def _text(value: object, limit: int) -> str | None:
    """The value as one line of text, or None when it is none, too long or unfit to be shown."""
    return plain_line(value, limit) if isinstance(value, str) else None
