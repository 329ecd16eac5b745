"""Drawings before they have colours: layers with a role, back to front."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.engine.logos.geometry import Bounds, Point, Shape, union

Role = Literal["mark", "second", "word", "strong", "inner", "note"]
WORDS = ("word", "strong")
INSIDE = ("inner", "note")  # lie on a mark: painted over it in colour, cut out of it in one colour


@dataclass(frozen=True, slots=True)
class Layer:
    """A shape and what it is: `inner` and `note` (small text) lie within a layer below them."""

    shape: Shape
    role: Role

    def mapped(self, scale: float, dx: float, dy: float) -> "Layer":
        """The layer enlarged about the origin, then shifted."""
        return Layer(self.shape.mapped(scale, 0, 0, scale, dx, dy), self.role)


Art = tuple[Layer, ...]


def layers(*pairs: tuple[Shape, Role]) -> Art:
    """The drawing of the shapes that are not empty."""
    return tuple(Layer(shape, role) for shape, role in pairs if not shape.empty)


def bounds(art: Iterable[Layer]) -> Bounds:
    """The box around all layers."""
    boxes = [layer.shape.bounds for layer in art]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def placed(art: Art, scale: float, dx: float, dy: float) -> Art:
    """The drawing enlarged about the origin, then shifted."""
    return tuple(layer.mapped(scale, dx, dy) for layer in art)


def fitted(art: Art, centre: Point, width: float, height: float) -> Art:
    """The drawing scaled to fit a box, proportions kept."""
    left, top, right, bottom = bounds(art)
    scale = min(width / (right - left), height / (bottom - top))
    dx, dy = centre[0] - scale * (left + right) / 2, centre[1] - scale * (top + bottom) / 2
    return placed(art, scale, dx, dy)


def one_colour(art: Art) -> list[Shape]:
    """The drawing for a single ink: what lies inside a mark becomes a hole in it."""
    words = [layer.shape for layer in art if layer.role in WORDS]
    marks = union(layer.shape for layer in art if layer.role not in INSIDE + WORDS)
    holes = [layer.shape for layer in art if layer.role in INSIDE]
    if holes:
        marks -= union(holes)
    return [ink for ink in (marks, *words) if not ink.empty]
