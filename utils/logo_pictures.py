"""From the bytes that an image model gave to the files of a logo: checked, cut out, in sizes."""

import io
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from PIL import Image, ImageChops, ImageMath

from utils.image_utils import svg_to_png
from utils.svg_sanitiser import sanitised_svg

WIDTHS = (1024, 512, 256)
MAX_PIXELS = 40_000_000
MAX_SIDE = 8_192
Shape = Literal["wide", "square"]

_SIGNATURES = (
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("WEBP", 8, b"WEBP"),
)
_WORKING_SIDE = 2_048
_GROUND = 12  # of 255: what is no farther from the ground's colour belongs to it
_FAINTEST = 24  # farther than that from the ground is ink, however faint
_FLAT_SHARE = 0.98  # of the frame's pixels that must have the ground's colour
_VISIBLE = 16  # of 255: fainter pixels do not count when the picture is trimmed
_PADDING = 0.06
_WIDE = 1.6


class UnusablePictureError(ValueError):
    """The bytes are no picture that a logo can be made of."""


@dataclass(frozen=True, slots=True)
class LogoPictures:
    """PNG files with the width of `WIDTHS` each, the largest first, and the vector if it is one."""

    shape: Shape
    pngs: tuple[bytes, ...] = field(repr=False)
    svg: str | None = field(default=None, repr=False)


def logo_pictures(content: bytes) -> LogoPictures:
    """The files of a logo. Raises UnusablePictureError.

    Nothing of the given file is passed on but its pixels, or the harmless part of its vectors. It
    may take long and much memory: for pictures of strangers there is `contained_logo_pictures`.
    """
    svg = None
    if _looks_like_svg(content):
        try:
            svg = sanitised_svg(content)
            content = svg_to_png(svg, _WORKING_SIDE // 2)
        except ValueError as error:
            raise UnusablePictureError(str(error)) from error
    picture = _trimmed(_cut_out(_decoded(content)))
    return LogoPictures(
        shape="wide" if picture.width > _WIDE * picture.height else "square",
        pngs=tuple(_sizes(_padded(picture))),
        svg=svg,
    )


def _looks_like_svg(content: bytes) -> bool:
    return not _raster_format(content) and b"<svg" in content[:4096]


def _raster_format(content: bytes) -> str | None:
    for name, offset, signature in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return name
    return None


def _decoded(content: bytes) -> Image.Image:
    """The only frame, with an alpha channel, at most `_WORKING_SIDE` wide and high."""
    found = _raster_format(content)
    if found is None:
        raise UnusablePictureError("neither PNG, JPEG, WebP nor SVG")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[found]) as opened:
                _refuse_large(opened)
                opened.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
                opened.load()
                picture = _reduced(opened)
    except UnusablePictureError:
        raise
    except Exception as error:  # decoders raise anything for broken files
        raise UnusablePictureError("the picture cannot be decoded") from error
    return picture


def _reduced(opened: Image.Image) -> Image.Image:
    """At the working size; made small before it is converted, for a copy may take 160 MB."""
    picture = opened if opened.mode in {"L", "RGB", "RGBA"} else opened.convert("RGBA")
    picture.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture.convert("RGBA")


def _refuse_large(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise UnusablePictureError("too many pixels")
    if getattr(opened, "n_frames", 1) != 1:
        raise UnusablePictureError("more than one frame")


def _cut_out(picture: Image.Image) -> Image.Image:
    """Without its ground, if that is transparent already or of one flat colour; else on white."""
    frame = _frame(picture)
    if _share(alpha < _VISIBLE for *_, alpha in frame) > _FLAT_SHARE:
        return picture
    white = Image.new("RGBA", picture.size, "white")
    solid = Image.alpha_composite(white, picture)
    ground = _median([pixel[:3] for pixel in _frame(solid)])
    if _share(_distance(pixel, ground) <= _GROUND for pixel in _frame(solid)) < _FLAT_SHARE:
        return solid
    return _without(solid.convert("RGB"), ground)


def _frame(picture: Image.Image) -> list[tuple[int, ...]]:
    """The outermost pixels."""
    width, height = picture.size
    edges = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    return [pixel for edge in edges for pixel in _pixels(picture.crop(edge))]


def _pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    raw, bands = picture.tobytes(), len(picture.getbands())
    return [tuple(raw[start : start + bands]) for start in range(0, len(raw), bands)]


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


def _median(pixels: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted(band)[len(band) // 2] for band in zip(*pixels, strict=True))


def _distance(pixel: Sequence[int], other: Sequence[int]) -> int:
    return max(abs(a - b) for a, b in zip(pixel, other, strict=False))


def _without(picture: Image.Image, ground: tuple[int, ...]) -> Image.Image:
    """The ground made transparent everywhere, also inside letters, and cut off around the ink.

    What is left is such that over the old ground it looks as before: soft edges keep no rim of it.
    """
    bands = picture.split()
    distances = [
        ImageChops.difference(band, Image.new("L", picture.size, level))
        for band, level in zip(bands, ground, strict=True)
    ]
    distance = ImageChops.lighter(ImageChops.lighter(distances[0], distances[1]), distances[2])
    alpha = _opacity(distance)
    box = alpha.getbbox() or (0, 0, *picture.size)
    alpha, bands = alpha.crop(box), tuple(band.crop(box) for band in bands)
    pure = [_unmixed(band, level, alpha) for band, level in zip(bands, ground, strict=True)]
    return Image.merge("RGBA", (*pure, alpha))


def _opacity(distance: Image.Image) -> Image.Image:
    """Full inside the ink; at its edges the share that a pixel has of the ink beside it."""
    ink = _spread(distance, ImageChops.lighter)
    share = _calculated(
        lambda args: (
            (args["distance"] - _GROUND) * 255 / args["max"](args["ink"] - _GROUND, _FAINTEST)
        ),
        distance=distance,
        ink=ink,
    )
    inside = _spread(distance, ImageChops.darker).point(
        [0] * (_GROUND + 1) + [255] * (255 - _GROUND)
    )
    return ImageChops.lighter(share, inside)


def _spread(
    band: Image.Image, choose: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """What Pillow's MaxFilter(5) or MinFilter(5) gives, in a thirtieth of the time.

    Each pixel is compared with its neighbours by moving the whole band.
    """
    for _ in range(2):
        for x, y in ((1, 0), (0, 1)):
            behind, ahead = band.copy(), band.copy()
            behind.paste(band, (-x, -y))
            ahead.paste(band, (x, y))
            band = choose(choose(band, behind), ahead)
    return band


def _unmixed(band: Image.Image, ground: int, alpha: Image.Image) -> Image.Image:
    """One colour band as it was before it was laid over the ground."""
    return _calculated(
        lambda args: ground + (args["band"] - ground) * 255 / args["max"](args["alpha"], 1),
        band=band,
        alpha=alpha,
    )


def _calculated(
    formula: Callable[[dict[str, Any]], Any],  # Any: operands of ImageMath, which have no type
    **bands: Image.Image,
) -> Image.Image:
    """A band calculated in whole numbers and cut off at 0 and 255."""
    mixed = ImageMath.lambda_eval(
        lambda args: args["convert"](args["min"](args["max"](formula(args), 0), 255), "L"),
        **{name: band.convert("I") for name, band in bands.items()},
    )
    return cast(Image.Image, mixed)


def _trimmed(picture: Image.Image) -> Image.Image:
    visible = picture.getchannel("A").point([0] * _VISIBLE + [255] * (256 - _VISIBLE))
    box = visible.getbbox()
    if box is None or min(box[2] - box[0], box[3] - box[1]) < 8:
        raise UnusablePictureError("the picture is empty")
    return picture.crop(box)


def _padded(picture: Image.Image) -> Image.Image:
    """With an even margin, and never higher than wide: the width is what files are asked by."""
    margin = round(_PADDING * max(picture.size))
    width, height = max(picture.size) + 2 * margin, picture.height + 2 * margin
    sheet = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    sheet.paste(picture, ((width - picture.width) // 2, margin))
    return sheet


def _sizes(picture: Image.Image) -> list[bytes]:
    """Each made from the next larger one, which is as good and quicker."""
    files = []
    for width in WIDTHS:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        target = io.BytesIO()
        picture.save(target, "PNG")
        files.append(target.getvalue())
    return files
