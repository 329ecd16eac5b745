"""Colour differences against published figures."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.palette.color import Triplet
from core.engine.palette.vision import VISIONS, ciede2000, difference, distances, simulated

# Okabe & Ito, "Color Universal Design" (2008)
OKABE_ITO = (
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7",
)  # fmt: skip
hexes = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # test data of Sharma, Wu & Dalal (2005); the hard cases of hue wrap and rotation
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000_of_the_published_pairs(first: Triplet, second: Triplet, expected: float) -> None:
    assert ciede2000(first, second) == pytest.approx(expected, abs=1e-4)
    assert ciede2000(second, first) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("vision", "least"), [("protan", 12.2), ("deutan", 11.6)])
def test_okabe_ito_stays_as_distinct_as_reported(vision: str, least: float) -> None:
    measured = min(difference(one, two, vision) for one, two in combinations(OKABE_ITO, 2))

    assert measured == pytest.approx(least, abs=0.06)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("level", [0.0, 0.2, 0.7, 1.0])
def test_greys_look_the_same_to_everyone(vision: str, level: float) -> None:
    assert simulated((level, level, level), vision) == pytest.approx((level,) * 3, abs=1e-4)


def test_red_and_green_come_together_for_red_green_deficiency() -> None:
    seen = dict(zip(VISIONS, distances("#c0392b", "#6b7a1e"), strict=True))

    assert seen["deutan"] < seen["normal"] / 3


@given(hexes, hexes)
def test_distances_are_symmetric_and_zero_only_for_equal_colors(first: str, second: str) -> None:
    assert distances(first, second) == distances(second, first)
    assert (distances(first, second)[0] == 0) == (first == second)


@given(hexes, hexes, st.sampled_from(VISIONS))
def test_simulation_stays_inside_srgb(first: str, second: str, vision: str) -> None:
    linear = (int(first[1:3], 16) / 255, int(first[3:5], 16) / 255, int(second[1:3], 16) / 255)

    assert all(0 <= channel <= 1 for channel in simulated(linear, vision))
