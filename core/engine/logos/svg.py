"""SVG text: shapes as path data, layers as a document of nothing but paths."""

from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import escape

from core.engine.logos.geometry import Bounds, Point, Shape


def number(value: float) -> str:
    """A coordinate with at most two decimals, as short as it can be."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path_data(shape: Shape) -> str:
    """The outline as SVG path data in absolute coordinates."""
    words: list[str] = []
    for command, points in shape.path.segments:
        if command == "qCurveTo":
            words += _quadratics(points)
        elif command == "closePath":
            words.append("Z")
        elif command != "endPath":
            words.append({"moveTo": "M", "lineTo": "L", "curveTo": "C"}[command] + _list(points))
    return "".join(words)


def _quadratics(points: tuple[Point, ...]) -> Iterable[str]:
    """One command per curve: between two control points lies an implied point on the curve."""
    *controls, end = points
    for one, two in pairwise(controls):
        middle = (one[0] + two[0]) / 2, (one[1] + two[1]) / 2
        yield "Q" + _list((one, middle))
    yield "Q" + _list((controls[-1], end))


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
