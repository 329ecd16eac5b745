"""SVG text: shapes as path data, layers as a document of nothing but paths."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

import pathops

from core.engine.logos.geometry import Bounds, Point, Shape

# Conic arcs do not occur: `geometry` draws and converts arcs to cubics.
_COMMANDS = {
    pathops.PathVerb.MOVE: "M",
    pathops.PathVerb.LINE: "L",
    pathops.PathVerb.QUAD: "Q",
    pathops.PathVerb.CUBIC: "C",
    pathops.PathVerb.CLOSE: "Z",
}


def number(value: float) -> str:
    """A coordinate with at most two decimals, as short as it can be."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path_data(shape: Shape) -> str:
    """The outline as SVG path data in absolute coordinates."""
    return "".join(_COMMANDS[verb] + _list(points) for verb, points in shape.path)


def _list(points: Iterable[Point]) -> str:
    return " ".join(number(value) for point in points for value in point)


def document(title: str, view: Bounds, paths: Iterable[tuple[str, str]]) -> str:
    """An SVG of (path data, fill) pairs, back to front; `view` is left, top, right, bottom."""
    left, top, right, bottom = view
    box = " ".join(number(value) for value in (left, top, right - left, bottom - top))
    body = "".join(f'<path fill="{fill}" d="{data}"/>' for data, fill in paths)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )
