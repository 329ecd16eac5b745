"""Colour conversions against their specifications, and their properties over all of sRGB."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.palette.color import (
    Oklch,
    contrast,
    fitted,
    from_hex,
    hue_gap,
    in_gamut,
    linear_channel,
    luminance,
    normalized_hex,
    to_hex,
)

hexes = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
wishes = st.builds(Oklch, st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 359.99))


@pytest.mark.parametrize(
    ("hex_color", "expected"),
    [  # the sample conversions of CSS Color Module Level 4
        ("#ff0000", (0.62796, 0.25768, 29.234)),
        ("#008000", (0.51975, 0.17686, 142.495)),
        ("#0000ff", (0.45201, 0.31321, 264.052)),
        ("#ffff00", (0.96798, 0.21101, 109.769)),
        ("#ffffff", (1.0, 0.0, 0.0)),
        ("#000000", (0.0, 0.0, 0.0)),
    ],
)
def test_oklch_of_known_colors(hex_color: str, expected: tuple[float, float, float]) -> None:
    lightness, chroma, hue = from_hex(hex_color)

    assert lightness == pytest.approx(expected[0], abs=1e-4)
    assert chroma == pytest.approx(expected[1], abs=1e-4)
    assert hue == pytest.approx(expected[2], abs=0.05)


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that passes AA on white
        ("#777777", "#ffffff", 4.48),  # and the first that fails
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#ffffff", "#ffffff", 1.0),
    ],
)
def test_contrast_of_known_pairs(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.006)


def test_linear_light_has_its_knee_where_the_standard_puts_it() -> None:
    assert linear_channel(0.04045) == pytest.approx(0.04045 / 12.92)
    assert linear_channel(0.5) == pytest.approx(0.21404, abs=1e-5)


@given(hexes)
def test_every_hex_survives_the_round_trip(hex_color: str) -> None:
    assert to_hex(from_hex(hex_color)) == hex_color


@given(hexes, hexes)
def test_contrast_is_symmetric_and_bounded(first: str, second: str) -> None:
    ratio = contrast(first, second)

    assert ratio == contrast(second, first)
    assert 1 <= ratio <= 21 + 1e-9


@given(hexes)
def test_black_or_white_always_reads(hex_color: str) -> None:
    assert max(contrast(hex_color, "#000000"), contrast(hex_color, "#ffffff")) >= 4.58
    assert 0 <= luminance(hex_color) <= 1 + 1e-9


@given(wishes)
def test_fitting_takes_chroma_only(color: Oklch) -> None:
    shown = fitted(color)

    assert in_gamut(shown)
    assert shown.chroma <= color.chroma
    assert (shown.lightness, shown.hue) == (color.lightness, color.hue)


@given(wishes)
def test_fitting_takes_no_more_than_needed(color: Oklch) -> None:
    shown = fitted(color)

    assert shown == color or not in_gamut(shown._replace(chroma=shown.chroma + 0.001))


@given(st.builds(Oklch, st.floats(0.2, 1), st.floats(0, 0.4), st.floats(0, 359.99)))
def test_rounding_to_hex_keeps_lightness_and_hue(color: Oklch) -> None:
    shown = fitted(color)
    measured = from_hex(to_hex(color))

    assert measured.lightness == pytest.approx(shown.lightness, abs=0.005)
    if shown.chroma > 0.05:
        assert hue_gap(measured.hue, shown.hue) < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#AbC", "#aabbcc"),
        (" 1a2b3C ", "#1a2b3c"),
        ("#12345", None),
        ("#11223344", None),
        ("red", None),
        ("", None),
        ("##112233", None),
        ("#11223g", None),
    ],
)
def test_hex_text_is_normalized_or_refused(text: str, expected: str | None) -> None:
    assert normalized_hex(text) == expected


@pytest.mark.parametrize(("first", "second", "gap"), [(350, 10, 20), (10, 350, 20), (0, 180, 180)])
def test_hue_gap_goes_the_short_way(first: float, second: float, gap: float) -> None:
    assert hue_gap(first, second) == gap
