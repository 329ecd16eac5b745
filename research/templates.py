"""Reads the prompt templates: plain text with `$name` for what is filled in."""

from functools import cache
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent / "prompts"


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


def filled(name: str, **values: object) -> str:
    """A template with its values, in which nothing is looked for again.

    Raises KeyError when one is missing.
    """
    return _template(name).substitute(values)
