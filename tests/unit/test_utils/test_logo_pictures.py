"""From bytes of unknown origin to the files of a logo."""

import io
import random
import resource
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageFilter, PngImagePlugin

from tests.simulators.pictures import picture, png_bomb, svg
from utils.logo_pictures import UnusablePictureError, _spread, logo_pictures

INK = (31, 58, 46, 255)


def opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as found:
        return found.convert("RGBA")


def saved(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue()


@pytest.mark.parametrize("ground", ["white", "#f2e7d5", "black", "transparent"])
@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
def test_a_flat_ground_is_removed_and_the_ink_stays(ground: str, file_format: str) -> None:
    if (ground, file_format) == ("transparent", "JPEG"):
        return
    main = opened(logo_pictures(picture(file_format, ground=ground)).pngs[0])

    corner, middle = main.getpixel((0, 0)), main.getpixel((main.width // 2, main.height // 2))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert corner[3] == 0
    if ground != "black":
        assert all(abs(a - b) <= 3 for a, b in zip(middle, INK, strict=True))


def test_over_its_old_ground_the_cut_out_looks_as_before() -> None:
    before = Image.open(io.BytesIO(picture(size=(1024, 1024)))).convert("RGB")
    main = opened(logo_pictures(saved(before)).pngs[0])
    white = Image.new("RGBA", main.size, "white")
    after = Image.alpha_composite(white, main).convert("L").resize((64, 48))
    width, height = 614, 512
    box = ((1024 - width) // 2, (1024 - height) // 2)
    margin = round(0.06 * width)
    old = Image.new("L", (width + 2 * margin, height + 2 * margin), 255)
    crop = before.crop((*box, box[0] + width, box[1] + height)).convert("L")
    old.paste(crop, (margin, margin))
    differences = [
        abs(a - b) for a, b in zip(after.tobytes(), old.resize((64, 48)).tobytes(), strict=True)
    ]
    assert sum(differences) / len(differences) < 3


def test_a_ground_that_is_not_flat_stays() -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    main = opened(logo_pictures(saved(noise)).pngs[0])
    assert main.getchannel("A").getextrema() == (0, 255)  # the margin, and all of the picture
    assert main.getpixel((main.width // 2, main.height // 2))[3] == 255  # type: ignore[index]


def test_files_are_as_wide_as_promised_and_never_higher_than_wide() -> None:
    for size, shape in (((900, 200), "wide"), ((200, 900), "square"), ((64, 64), "square")):
        made = logo_pictures(picture(size=size))
        sizes = [opened(png).size for png in made.pngs]
        assert [width for width, _ in sizes] == [1024, 512, 256]
        assert all(height <= width for width, height in sizes)
        assert made.shape == shape


def test_metadata_do_not_get_through() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "canary-comment")
    exif = Image.Exif()
    exif[0x010E] = "canary-exif"
    image = Image.open(io.BytesIO(picture()))
    given = saved(image, pnginfo=info, exif=exif, icc_profile=b"canary-profile")
    assert b"canary" in given
    for png in logo_pictures(given).pngs:
        assert b"canary" not in png
        with Image.open(io.BytesIO(png)) as found:
            assert found.info == {}


def test_vectors_are_kept_and_drawn() -> None:
    made = logo_pictures(svg())
    assert made.svg is not None
    assert "#1F3A2E" in made.svg
    main = opened(made.pngs[0])
    assert main.getpixel((main.width // 2, main.height // 2)) == INK
    assert main.getpixel((0, 0)) == (0, 0, 0, 0)


def animated() -> bytes:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    return saved(frames[0], save_all=True, append_images=frames[1:])


UNUSABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"It works",
    "gif": lambda: saved(Image.new("RGB", (64, 64)), "GIF"),
    "tiff": lambda: saved(Image.new("RGB", (64, 64)), "TIFF"),
    "truncated": lambda: picture()[:-200],
    "cut jpeg": lambda: picture("JPEG")[:600],
    "wrong name": lambda: b"\x89PNG\r\n\x1a\n" + picture("JPEG"),
    "bomb": png_bomb,
    "long side": lambda: saved(Image.new("1", (9_000, 10))),
    "two frames": animated,
    "one colour": lambda: saved(Image.new("RGB", (256, 256), "white")),
    "all transparent": lambda: saved(Image.new("RGBA", (256, 256), (0, 0, 0, 0))),
    "a line": lambda: picture(size=(400, 6)),
    "hostile vectors": lambda: svg().replace(b"<circle", b"<text>x</text><circle"),
    "vectors that cannot be drawn": lambda: svg().replace(b"0 0 120 80", b"0 0 120"),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_is_no_logo_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(UnusablePictureError):
        logo_pictures(content())


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = png_bomb()
    assert len(bomb) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnusablePictureError):
        logo_pictures(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


@pytest.mark.parametrize("size", [(1, 7), (5, 9), (64, 37)])
def test_spreading_is_what_the_filters_of_pillow_do(size: tuple[int, int]) -> None:
    band = Image.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1]))

    lightest, darkest = _spread(band, ImageChops.lighter), _spread(band, ImageChops.darker)

    assert lightest.tobytes() == band.filter(ImageFilter.MaxFilter(5)).tobytes()
    assert darkest.tobytes() == band.filter(ImageFilter.MinFilter(5)).tobytes()
