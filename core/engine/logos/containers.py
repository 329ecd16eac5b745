"""Containers: the outlines that hold a motif or a letter, each with its optical box."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from core.engine.logos.geometry import (
    Point,
    Shape,
    circle,
    ellipse,
    outline,
    polygon,
    rect,
    regular,
)
from core.engine.logos.motifs.nature import drop_body
from core.engine.logos.motifs.signs import shield_body, tooth_body


@dataclass(frozen=True, slots=True)
class Container:
    """An outline in a 100-unit box; what it holds is fitted to `width` x `height` at `centre`."""

    shape: Shape
    centre: Point
    width: float
    height: float


def _disc() -> Container:
    return Container(circle(50, 50, 48), (50, 50), 60, 60)


def _shield() -> Container:
    return Container(shield_body(), (50, 49), 52, 54)


def _house() -> Container:
    walls = polygon([(50, 3), (95, 40), (95, 97), (5, 97), (5, 40)], [4, 5, 8, 8, 5])
    return Container(walls, (50, 62), 54, 52)


def _page() -> Container:
    sheet = polygon([(14, 3), (62, 3), (86, 27), (86, 97), (14, 97)], [9, 4, 4, 9, 9])
    return Container(sheet, (50, 56), 50, 56)


def _bubble() -> Container:
    tail = outline((6, 98), (12, 84, 10, 74, 8, 60), (60, 80), (44, 92, 24, 98, 6, 98))
    return Container(circle(51, 48, 45) + tail, (51, 48), 54, 54)


def _arch() -> Container:
    door = circle(50, 48, 44) + rect(6, 48, 88, 48, 9) + rect(6, 46, 88, 30)
    return Container(door, (50, 53), 56, 58)


def _drop() -> Container:
    return Container(drop_body(), (50, 64), 42, 44)


def _squircle() -> Container:
    body = outline(
        (50, 4),
        (86, 4, 96, 14, 96, 50),
        (96, 86, 86, 96, 50, 96),
        (14, 96, 4, 86, 4, 50),
        (4, 14, 14, 4, 50, 4),
    )
    return Container(body, (50, 50), 60, 60)


def _hexagon() -> Container:
    return Container(regular(50, 50, 50, 6, 9), (50, 50), 54, 56)


def _tooth() -> Container:
    return Container(tooth_body(), (50, 42), 50, 38)


def _bean() -> Container:
    return Container(ellipse(50, 50, 36, 48).turned(24), (50, 50), 44, 48)


_CONTAINERS: dict[str, Callable[[], Container]] = {
    "circle": _disc,
    "shield": _shield,
    "house": _house,
    "page": _page,
    "bubble": _bubble,
    "arch": _arch,
    "drop": _drop,
    "squircle": _squircle,
    "hexagon": _hexagon,
    "tooth": _tooth,
    "bean": _bean,
}

CONTAINER_IDS = tuple(_CONTAINERS)


@cache
def container(container_id: str) -> Container:
    """One of `CONTAINER_IDS`; raises KeyError for any other id."""
    return _CONTAINERS[container_id]()
