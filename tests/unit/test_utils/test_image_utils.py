"""Pictures: rendering, sizes and the measures of small marks."""

import io

import pytest
from PIL import Image

from utils.image_utils import (
    correlation,
    ink_parts,
    ink_share,
    legibility,
    likeness,
    lost_ink,
    png_size,
    sizes_of,
    small_sizes,
    svg_to_png,
)

START = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
SQUARE = START + '<path d="M25 25H75V75H25Z" fill="#c0481b"/></svg>'
WIDE = SQUARE.replace("0 0 100 100", "0 0 200 50")
HAIRLINES = (
    START + "".join(f'<path d="M{x} 5H{x + 1}V95H{x}Z" fill="#000"/>' for x in range(5, 95, 2))
) + "</svg>"
LEFT = START + '<path d="M0 0H50V100H0Z" fill="#000"/></svg>'
RIGHT = START + '<path d="M50 0H100V100H50Z" fill="#000"/></svg>'


def test_a_picture_is_as_wide_as_asked_and_transparent() -> None:
    png = svg_to_png(SQUARE, 64)
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGBA")
    assert picture.size == (64, 64) == png_size(png)
    assert picture.getpixel((1, 1)) == (0, 0, 0, 0)
    assert picture.getpixel((32, 32)) == (0xC0, 0x48, 0x1B, 255)


def test_proportions_are_kept() -> None:
    assert png_size(svg_to_png(WIDE, 400)) == (400, 100)


def test_text_is_not_drawn_with_the_fonts_of_the_machine() -> None:
    text = START + '<text x="10" y="60" font-size="40">Ag</text></svg>'
    with Image.open(io.BytesIO(svg_to_png(text, 64))) as opened:
        assert opened.convert("RGBA").getchannel("A").getbbox() is None


@pytest.mark.parametrize("svg", ["", "no svg", "<svg", "<html/>"])
def test_what_is_no_svg_is_refused(svg: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        svg_to_png(svg, 10)


def test_a_width_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        svg_to_png(SQUARE, 0)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(30)])
def test_only_a_png_has_a_png_size(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a PNG"):
        png_size(data)


def test_correlation_of_known_series() -> None:
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert correlation([1, 1, 1], [1, 2, 3]) == 0


def test_a_square_survives_and_hairlines_do_not() -> None:
    assert legibility(SQUARE) > 0.95
    assert legibility(HAIRLINES) < 0.85
    assert lost_ink(SQUARE, 16) == pytest.approx(0)
    assert lost_ink(HAIRLINES, 16) == pytest.approx(1)
    assert lost_ink(HAIRLINES.replace('fill="#000"', 'fill="none"'), 16) == 0


def test_ink_is_the_share_of_the_canvas() -> None:
    assert ink_share(SQUARE) == pytest.approx(0.25, abs=0.01)


def test_likeness_of_equal_and_opposite_marks() -> None:
    assert likeness(SQUARE, SQUARE) == pytest.approx(1)
    assert likeness(LEFT, RIGHT) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("paths", "count"),
    [
        ("", 0),
        ("M10 10H90V90H10Z", 1),
        ("M10 10H40V40H10ZM60 60H90V90H60Z", 2),
        ("M10 10H50V50H10ZM50 50H90V90H50Z", 2),
        ("M10 10H20V90H10ZM80 10H90V90H80ZM10 80H90V90H10Z", 1),
        ("M40 10H60V90H40ZM10 40H90V50H10Z", 1),
    ],
)
def test_parts_are_areas_that_touch_along_an_edge(paths: str, count: int) -> None:
    assert ink_parts(f'{START}<path d="{paths}" fill="#000"/></svg>') == count


def test_all_small_sizes_are_those_that_are_measured_one_by_one() -> None:
    for svg in (SQUARE, HAIRLINES, LEFT):
        sizes = small_sizes(svg)
        assert sizes.legibility == legibility(svg)
        assert (sizes.lost_at_16, sizes.lost_at_32) == (lost_ink(svg, 16), lost_ink(svg, 32))
        assert (sizes.parts, sizes.ink) == (ink_parts(svg), ink_share(svg))


def test_a_picture_of_half_the_size_gives_almost_the_same_measures() -> None:
    exact = small_sizes(SQUARE)
    quick = sizes_of(svg_to_png(SQUARE, 128), svg_to_png(SQUARE, 16))
    assert quick.legibility == pytest.approx(exact.legibility, abs=0.01)
    assert quick.ink == pytest.approx(exact.ink, abs=0.01)
