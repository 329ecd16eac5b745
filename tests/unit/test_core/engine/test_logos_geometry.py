"""Shapes: areas and boxes that arithmetic can predict."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.logos.geometry import (
    arc,
    circle,
    lens,
    nothing,
    outline,
    polygon,
    rect,
    regular,
    ring,
    sector,
    stroke,
    union,
)

size = st.floats(5, 40)


@given(size)
def test_a_circle_has_the_area_of_a_circle(radius: float) -> None:
    assert circle(50, 50, radius).area == pytest.approx(math.pi * radius**2, rel=1e-3)


def test_a_ring_is_a_disc_with_a_hole() -> None:
    assert ring(50, 50, 40, 10).area == pytest.approx(math.pi * (40**2 - 30**2), rel=2e-3)


def test_union_counts_the_overlap_once_whatever_way_the_outlines_run() -> None:
    clockwise = rect(0, 0, 20, 20)
    against = rect(10, 0, 20, 20).mirrored(20)
    assert union([clockwise, against]).area == pytest.approx(600, rel=1e-3)


def test_union_keeps_holes() -> None:
    holed = ring(50, 50, 40, 10)
    assert union([holed]).area == pytest.approx(holed.area, rel=1e-3)
    assert union([holed, rect(200, 0, 1, 1)]).area == pytest.approx(holed.area + 1, rel=1e-3)


def test_cutting_and_meeting_share_out_an_area() -> None:
    one, two = circle(40, 50, 30), rect(50, 20, 40, 60)
    assert (one - two).area + (one & two).area == pytest.approx(one.area, rel=1e-3)


def test_nothing_is_empty_and_changes_nothing() -> None:
    assert nothing().empty
    assert (circle(0, 0, 10) + nothing()).area == pytest.approx(circle(0, 0, 10).area)


def test_rounding_a_corner_takes_area_but_keeps_the_box() -> None:
    sharp, soft = rect(0, 0, 40, 20), rect(0, 0, 40, 20, 5)
    assert soft.bounds == pytest.approx(sharp.bounds)
    assert soft.area == pytest.approx(800 - (4 - math.pi) * 25, rel=1e-3)


def test_a_radius_larger_than_the_side_makes_a_capsule() -> None:
    assert rect(0, 0, 20, 10, 50).area == pytest.approx(100 + math.pi * 25, rel=1e-2)


def test_a_regular_polygon_points_up() -> None:
    left, top, right, _ = regular(50, 50, 40, 6).bounds
    assert top == pytest.approx(10)
    assert right - left == pytest.approx(2 * 40 * math.cos(math.pi / 6), rel=1e-3)


def test_an_arc_is_part_of_a_ring_with_round_ends() -> None:
    band = arc((50, 50), 30, 10, 0, 90)
    expected = math.pi * (35**2 - 25**2) / 4 + math.pi * 25
    assert band.area == pytest.approx(expected, rel=5e-3)


def test_a_sector_is_a_slice() -> None:
    assert sector((0, 0), 10, 0, 90).area == pytest.approx(math.pi * 25, rel=1e-3)


def test_a_stroke_with_round_ends_is_a_capsule() -> None:
    line = stroke(10, (0, 0), (40, 0))
    assert line.bounds == pytest.approx((-5, -5, 45, 5), abs=1e-3)
    assert line.area == pytest.approx(400 + math.pi * 25, rel=5e-3)


def test_growing_and_shrinking_move_the_rim() -> None:
    disc = circle(50, 50, 20)
    assert disc.grown(5).area == pytest.approx(math.pi * 25**2, rel=1e-2)
    assert disc.shrunk(5).area == pytest.approx(math.pi * 15**2, rel=1e-2)


@given(st.floats(0, 360))
def test_turning_keeps_the_area(degrees: float) -> None:
    shape = polygon([(10, 10), (80, 20), (40, 70)])
    assert shape.turned(degrees).area == pytest.approx(shape.area, rel=1e-3)


def test_fitting_fills_the_box_in_one_direction() -> None:
    fitted = rect(3, 7, 40, 10).fitted((50, 60), 20)
    assert fitted.centre == pytest.approx((50, 60))
    assert (fitted.width, fitted.height) == pytest.approx((20, 5))


def test_a_lens_is_as_wide_as_asked() -> None:
    assert lens((0, 0), (100, 0), 0.2).height == pytest.approx(40, rel=2e-2)


def test_an_outline_mixes_lines_and_curves() -> None:
    shape = outline((0, 0), (10, 0), (10, 10, 0, 10), (0, 5, 0, 5, 0, 0))
    assert shape.bounds == pytest.approx((0, 0, 10, 10))
