"""Pictures: SVG to PNG, the size of a PNG, and how well a mark survives being small."""

import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

import resvg_py
from PIL import Image, ImageFilter
from PIL.PngImagePlugin import PngImageFile

_PNG_START = b"\x89PNG\r\n\x1a\n"
_SIDE = 256  # px at which marks are measured
_RUN = re.compile(rb"\xff+")


@dataclass(frozen=True, slots=True)
class SmallSizes:
    """What is left of a square mark when it is small; all but `parts` are shares, 0–1."""

    legibility: float
    lost_at_16: float
    lost_at_32: float
    parts: int
    ink: float


def svg_to_png(svg: str, width: int) -> bytes:
    """The SVG as a PNG with a transparent ground, `width` pixels wide, proportions kept.

    Raises ValueError when the text is no SVG or the width is below one.
    """
    if width < 1:
        raise ValueError("The width of a picture must be at least one pixel.")
    return resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header; raises ValueError for anything but a PNG."""
    if len(png) < 24 or not png.startswith(_PNG_START) or png[12:16] != b"IHDR":
        raise ValueError("These bytes are not a PNG picture.")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def drawn(png: bytes) -> Image.Image:
    """A PNG of ours, decoded; loads no other format's decoder, which takes some 15 ms."""
    with PngImageFile(io.BytesIO(png)) as opened:
        return opened.convert("RGBA")


def on_white(png: bytes) -> Image.Image:
    """The picture over a white ground, as grey levels."""
    picture = drawn(png)
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("L")


@lru_cache(maxsize=16)
def _large(svg: str) -> bytes:
    """The mark at the size that is measured; what is asked of one mark is asked in a row."""
    return svg_to_png(svg, _SIDE)


def legibility(svg: str) -> float:
    """How much of a square mark is left at 16 pixels: Pearson correlation, at most 1.

    The mark at 256 pixels reduced to 64 is compared with the mark at 16 enlarged to 64.
    """
    return legible(on_white(_large(svg)), on_white(svg_to_png(svg, 16)))


def legible(large: Image.Image, small: Image.Image) -> float:
    """The legibility of a mark from its grey levels in a large picture and in one of 16 pixels."""
    reduced = large.resize((64, 64), Image.Resampling.BOX)
    enlarged = small.resize((64, 64), Image.Resampling.BICUBIC)
    return correlation(reduced.tobytes(), enlarged.tobytes())


def small_sizes(svg: str) -> SmallSizes:
    """All that is measured of a square mark at small sizes."""
    return sizes_of(_large(svg), svg_to_png(svg, 16))


def sizes_of(large: bytes, small: bytes) -> SmallSizes:
    """The same from a large picture, 256 pixels wide to be exact, and one of 16 pixels.

    A large picture of 128 pixels is measured in a third of the time; losses come out higher.
    """
    mask = _mask(large)
    return SmallSizes(
        legibility=legible(on_white(large), on_white(small)),
        lost_at_16=_lost(mask, 16),
        lost_at_32=_lost(mask, 32),
        parts=_parts(mask),
        ink=_share(mask),
    )


def likeness(one: str, other: str) -> float:
    """How alike two marks look: Pearson correlation of their grey levels at 64 x 64."""
    return correlation(thumbnail(one), thumbnail(other))


def thumbnail(svg: str) -> bytes:
    """Grey levels of a mark on white, 64 x 64, as likeness compares them."""
    picture = on_white(_large(svg))
    side = max(picture.size)
    square = Image.new("L", (side, side), 255)
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square.resize((64, 64), Image.Resampling.BOX).tobytes()


def correlation(one: Sequence[int], other: Sequence[int]) -> float:
    """Pearson correlation of two equally long series; 0 when either is constant."""
    count, total_one, total_other = len(one), sum(one), sum(other)
    cross = count * sum(map(mul, one, other)) - total_one * total_other
    spread_one = count * sum(map(mul, one, one)) - total_one**2
    spread_other = count * sum(map(mul, other, other)) - total_other**2
    if spread_one == 0 or spread_other == 0:
        return 0.0
    return float(cross / (spread_one * spread_other) ** 0.5)


def ink_share(svg: str) -> float:
    """The share of a mark's canvas that is inked, 0–1."""
    return _share(_mask(_large(svg)))


def lost_ink(svg: str, pixels: int) -> float:
    """The share of a square mark's ink that is thinner than one pixel at a size, 0–1.

    The mark at 256 pixels is opened with a square as large as one pixel of the small size.
    """
    return _lost(_mask(_large(svg)), pixels)


def ink_parts(svg: str) -> int:
    """The number of separate areas of ink; areas that meet only at corners are separate."""
    return _parts(_mask(_large(svg)))


def _share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def _lost(mask: Image.Image, pixels: int) -> float:
    before = mask.histogram()[255]
    opened = _opened(mask, mask.width // pixels)
    return 1 - opened.histogram()[255] / before if before else 0.0


def _opened(mask: Image.Image, side: int) -> Image.Image:
    """Erosion, then dilation with a square of about `side` pixels, by means over that square."""
    padded = Image.new("L", (mask.width + 4 * side, mask.height + 4 * side), 0)
    padded.paste(mask, (2 * side, 2 * side))
    mean = ImageFilter.BoxBlur(side // 2)
    eroded = padded.filter(mean).point([0] * 255 + [255])
    return eroded.filter(mean).point([0] + [255] * 255)


def _mask(png: bytes) -> Image.Image:
    return drawn(png).getchannel("A").point([0] * 128 + [255] * 128)


def _parts(mask: Image.Image) -> int:
    """Joins the runs of ink in each row with those of the row above that they touch."""
    pixels, width = mask.tobytes(), mask.width
    joined: list[int] = []  # of each run: an earlier run of the same part, or itself
    above: list[tuple[int, int, int]] = []
    for start in range(0, len(pixels), width):
        row = []
        for run in _RUN.finditer(pixels, start, start + width):
            left, right, label = run.start() - start, run.end() - start, len(joined)
            joined.append(label)
            for other_left, other_right, other in above:
                if other_left < right and left < other_right:
                    joined[_first(joined, other)] = _first(joined, label)
            row.append((left, right, label))
        above = row
    return sum(before == label for label, before in enumerate(joined))


def _first(joined: list[int], label: int) -> int:
    while joined[label] != label:
        label = joined[label]
    return label
