"""Plane shapes from primitives and booleans, y pointing down: what every mark is built of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pathops

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]

_ARC = 0.5522847498  # control length of a cubic quarter circle of radius 1


class Shape:
    """An immutable filled area; `+` unites, `-` cuts, `&` intersects."""

    __slots__ = ("path",)

    def __init__(self, path: pathops.Path) -> None:
        self.path = path

    def __add__(self, other: Shape) -> Shape:
        return Shape(pathops.op(self.path, other.path, pathops.PathOp.UNION))

    def __sub__(self, other: Shape) -> Shape:
        return Shape(pathops.op(self.path, other.path, pathops.PathOp.DIFFERENCE))

    def __and__(self, other: Shape) -> Shape:
        return Shape(pathops.op(self.path, other.path, pathops.PathOp.INTERSECTION))

    @property
    def empty(self) -> bool:
        """Whether nothing is filled."""
        return not len(self.path)

    @property
    def bounds(self) -> Bounds:
        """Left, top, right, bottom of the outline itself, not of its control points."""
        left, top, right, bottom = self.path.bounds
        return left, top, right, bottom

    @property
    def area(self) -> float:
        """The filled area in square units; holes count negative."""
        return abs(float(self.path.area))

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.bounds[2] - self.bounds[0]

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.bounds[3] - self.bounds[1]

    @property
    def centre(self) -> Point:
        """The middle of the bounds."""
        left, top, right, bottom = self.bounds
        return (left + right) / 2, (top + bottom) / 2

    def mapped(self, a: float, b: float, c: float, d: float, e: float, f: float) -> Shape:
        """The shape under the affine matrix [a c e; b d f]."""
        return Shape(self.path.transform(a, b, c, d, e, f))

    def moved(self, dx: float, dy: float) -> Shape:
        """The shape shifted."""
        return self.mapped(1, 0, 0, 1, dx, dy)

    def scaled(self, factor: float, about: Point = (0, 0)) -> Shape:
        """The shape enlarged about a point."""
        x, y = about
        return self.mapped(factor, 0, 0, factor, x - factor * x, y - factor * y)

    def turned(self, degrees: float, about: Point = (50, 50)) -> Shape:
        """The shape rotated clockwise on the screen."""
        x, y = about
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return self.mapped(cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)

    def mirrored(self, axis: float = 50) -> Shape:
        """The shape flipped left to right about the vertical line x = axis."""
        return self.mapped(-1, 0, 0, 1, 2 * axis, 0)

    def grown(self, by: float) -> Shape:
        """The shape with a rim of the given width added, corners rounded."""
        rim = pathops.Path(self.path)
        rim.stroke(2 * by, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, 4)
        return self + Shape(_cubic(rim))

    def shrunk(self, by: float) -> Shape:
        """The shape with a rim of the given width taken away."""
        rim = pathops.Path(self.path)
        rim.stroke(2 * by, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, 4)
        return self - Shape(_cubic(rim))

    def fitted(self, centre: Point, width: float, height: float | None = None) -> Shape:
        """The shape scaled to fit a box of the given size around a centre, proportions kept."""
        scale = min(width / self.width, (width if height is None else height) / self.height)
        x, y = self.centre
        return self.mapped(scale, 0, 0, scale, centre[0] - scale * x, centre[1] - scale * y)

    def contours(self) -> list[Shape]:
        """Each closed outline on its own."""
        parts = []
        for contour in self.path.contours:
            part = pathops.Path()
            part.addPath(contour)
            parts.append(Shape(part))
        return parts


def _cubic(path: pathops.Path) -> pathops.Path:
    """A copy whose conic arcs are cubics; exact enough for arcs up to 90° (error < 0.03 %)."""
    out = pathops.Path()
    here: Point = (0, 0)
    for verb, points in path:
        if verb == pathops.PathVerb.MOVE:
            out.moveTo(*points[0])
        elif verb == pathops.PathVerb.LINE:
            out.lineTo(*points[0])
        elif verb == pathops.PathVerb.QUAD:
            out.quadTo(*points[0], *points[1])
        elif verb == pathops.PathVerb.CUBIC:
            out.cubicTo(*points[0], *points[1], *points[2])
        elif verb == pathops.PathVerb.CONIC:
            corner, end, weight = points
            share = 4 * weight / (3 * (1 + weight))
            out.cubicTo(*_between(here, corner, share), *_between(end, corner, share), *end)
        else:
            out.close()
        here = _end_point(verb, points, here)
    return out


def _end_point(verb: pathops.PathVerb, points: Sequence[Point], here: Point) -> Point:
    if verb == pathops.PathVerb.CLOSE:
        return here
    return points[1] if verb == pathops.PathVerb.CONIC else points[-1]


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def nothing() -> Shape:
    """The empty shape."""
    return Shape(pathops.Path())


def union(shapes: Iterable[Shape]) -> Shape:
    """All shapes as one area without overlaps, whatever way each was drawn."""
    whole = nothing()
    for shape in shapes:
        whole += shape
    return whole


def group(shapes: Iterable[Shape]) -> Shape:
    """Shapes that are known not to overlap, side by side in one area."""
    path = pathops.Path()
    for shape in shapes:
        path.addPath(shape.path)
    return Shape(path)


def outline(start: Point, *steps: Sequence[float]) -> Shape:
    """A closed outline; a step of 2 numbers is a line, of 4 a quadratic, of 6 a cubic curve."""
    path = pathops.Path()
    path.moveTo(*start)
    _follow(path, steps)
    path.close()
    return Shape(path)


def stroke(width: float, start: Point, *steps: Sequence[float], round_ends: bool = True) -> Shape:
    """An open line of a given width; steps as for `outline`."""
    path = pathops.Path()
    path.moveTo(*start)
    _follow(path, steps)
    cap = pathops.LineCap.ROUND_CAP if round_ends else pathops.LineCap.BUTT_CAP
    path.stroke(width, cap, pathops.LineJoin.ROUND_JOIN, 4)
    path = _cubic(path)
    path.simplify(fix_winding=True, keep_starting_points=False)
    return Shape(path)


def _follow(path: pathops.Path, steps: Iterable[Sequence[float]]) -> None:
    for step in steps:
        if len(step) == 2:
            path.lineTo(*step)
        elif len(step) == 4:
            path.quadTo(*step)
        else:
            path.cubicTo(*step)


def ellipse(x: float, y: float, rx: float, ry: float) -> Shape:
    """An ellipse around (x, y)."""
    a, b = rx * _ARC, ry * _ARC
    return outline(
        (x + rx, y),
        (x + rx, y + b, x + a, y + ry, x, y + ry),
        (x - a, y + ry, x - rx, y + b, x - rx, y),
        (x - rx, y - b, x - a, y - ry, x, y - ry),
        (x + a, y - ry, x + rx, y - b, x + rx, y),
    )


def circle(x: float, y: float, radius: float) -> Shape:
    """A disc around (x, y)."""
    return ellipse(x, y, radius, radius)


def ring(x: float, y: float, radius: float, width: float) -> Shape:
    """A ring whose outer edge has the given radius."""
    return circle(x, y, radius) - circle(x, y, radius - width)


def rect(x: float, y: float, width: float, height: float, radius: float = 0) -> Shape:
    """A rectangle from its top left corner, corners rounded by `radius`."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return polygon(corners, radius)


def polygon(points: Sequence[Point], radius: float | Sequence[float] = 0) -> Shape:
    """A polygon whose corners are rounded by one radius, or by one each."""
    count = len(points)
    radii = [radius] * count if isinstance(radius, int | float) else list(radius)
    path = pathops.Path()
    for index, corner in enumerate(points):
        corner_arc(path, points[index - 1], corner, points[(index + 1) % count], radii[index])
    path.close()
    return Shape(path)


def corner_arc(
    path: pathops.Path, before: Point, corner: Point, after: Point, radius: float
) -> None:
    """Draw to the start of a rounded corner and around it."""
    back, ahead = math.dist(before, corner), math.dist(corner, after)
    begin = path.moveTo if not len(path) else path.lineTo
    cosine = (
        (before[0] - corner[0]) * (after[0] - corner[0])
        + (before[1] - corner[1]) * (after[1] - corner[1])
    ) / (back * ahead)
    half = math.acos(max(-1.0, min(1.0, cosine))) / 2
    reach = min(radius / math.tan(half), back / 2, ahead / 2) if radius else 0.0
    if reach < 1e-6:
        begin(*corner)
        return
    handle = 4 / 3 * math.tan((math.pi - 2 * half) / 4) * reach * math.tan(half)
    begin(*_between(corner, before, reach / back))
    path.cubicTo(
        *_between(corner, before, (reach - handle) / back),
        *_between(corner, after, (reach - handle) / ahead),
        *_between(corner, after, reach / ahead),
    )


def regular(
    x: float, y: float, radius: float, sides: int, corner: float = 0, start: float = -90
) -> Shape:
    """A regular polygon with its first corner at the angle `start`, in degrees."""
    return polygon([polar(x, y, radius, start + 360 / sides * i) for i in range(sides)], corner)


def polar(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point at an angle, clockwise on the screen from the right."""
    angle = math.radians(degrees)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def arc(
    centre: Point, radius: float, width: float, start: float, end: float, *, round_ends: bool = True
) -> Shape:
    """A circular band around its middle line, from one angle to the next, clockwise."""
    outer, inner = radius + width / 2, radius - width / 2
    steps: list[Sequence[float]] = [*_arc_steps(centre, outer, start, end)]
    if round_ends:
        steps += _arc_steps(polar(*centre, radius, end), width / 2, end, end + 180)
    else:
        steps.append(polar(*centre, inner, end))
    steps += _arc_steps(centre, inner, end, start)
    if round_ends:
        steps += _arc_steps(polar(*centre, radius, start), width / 2, start + 180, start + 360)
    return outline(polar(*centre, outer, start), *steps)


def sector(centre: Point, radius: float, start: float, end: float) -> Shape:
    """A slice of a disc."""
    return outline(centre, polar(*centre, radius, start), *_arc_steps(centre, radius, start, end))


def _arc_steps(centre: Point, radius: float, start: float, end: float) -> list[Sequence[float]]:
    """Cubic steps along a circle; clockwise when `end` is the larger angle."""
    pieces = max(1, math.ceil(abs(end - start) / 90))
    turn = math.radians((end - start) / pieces)
    handle = 4 / 3 * math.tan(turn / 4) * radius
    steps: list[Sequence[float]] = []
    for piece in range(pieces):
        a, b = math.radians(start) + piece * turn, math.radians(start) + (piece + 1) * turn
        x, y = centre[0] + radius * math.cos(b), centre[1] + radius * math.sin(b)
        first_x = centre[0] + radius * math.cos(a) - handle * math.sin(a)
        first_y = centre[1] + radius * math.sin(a) + handle * math.cos(a)
        last_x, last_y = x + handle * math.sin(b), y - handle * math.cos(b)
        steps.append((first_x, first_y, last_x, last_y, x, y))
    return steps


def lens(start: Point, end: Point, bulge: float) -> Shape:
    """A leaf between two points; `bulge` is its half width as a share of its length."""
    length = math.dist(start, end)
    across = (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)
    reach = bulge * length * 4 / 3
    sides = []
    for sign in (1, -1):
        one, two = _between(start, end, 0.26), _between(start, end, 0.74)
        dx, dy = sign * reach * across[0], sign * reach * across[1]
        sides.append(((one[0] + dx, one[1] + dy), (two[0] + dx, two[1] + dy)))
    (a, b), (c, d) = sides
    return outline(start, (*a, *b, *end), (*d, *c, *start))


def turned_copies(shape: Shape, count: int, about: Point = (50, 50)) -> list[Shape]:
    """The shape and its rotations by equal steps of the full turn."""
    return [shape.turned(360 / count * index, about) for index in range(count)]
