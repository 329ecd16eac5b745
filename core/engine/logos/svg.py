"""SVG text: shapes as path data, layers as a document of nothing but paths."""

import re
from collections.abc import Iterable
from html import escape
from itertools import chain

import pathops

from core.engine.logos.geometry import Bounds, Shape

# Conic arcs do not occur: `geometry` draws and converts arcs to cubics.
_COMMANDS = {
    pathops.PathVerb.MOVE: "M%.2f %.2f",
    pathops.PathVerb.LINE: "L%.2f %.2f",
    pathops.PathVerb.QUAD: "Q%.2f %.2f %.2f %.2f",
    pathops.PathVerb.CUBIC: "C%.2f %.2f %.2f %.2f %.2f %.2f",
    pathops.PathVerb.CLOSE: "Z",
}
_ENDING = re.compile(r"\.00|(?<=\.[1-9])0(?!\d)")  # zeros that say nothing


def numbers(text: str) -> str:
    """A text of numbers with two decimals each, every number as short as it can be."""
    return _ENDING.sub("", text.replace("-0.00", "0"))


def path_data(shape: Shape) -> str:
    """The outline as SVG path data in absolute coordinates."""
    pattern = "".join([_COMMANDS[verb] for verb in shape.path.verbs])
    return numbers(pattern % tuple(chain.from_iterable(shape.path.points)))


def document(title: str, view: Bounds, paths: Iterable[tuple[str, str]]) -> str:
    """An SVG of (path data, fill) pairs, back to front; `view` is left, top, right, bottom."""
    left, top, right, bottom = view
    box = numbers(f"{left:.2f} {top:.2f} {right - left:.2f} {bottom - top:.2f}")
    body = "".join(f'<path fill="{fill}" d="{data}"/>' for data, fill in paths)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img">'
        f"<title>{escape(title, quote=False)}</title>{body}</svg>"
    )
