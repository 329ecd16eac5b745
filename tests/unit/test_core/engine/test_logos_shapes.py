"""Shapes that no logo may show: crosses, swastikas, signs of rights, of closing, and targets."""

import itertools
import random
import string
from functools import cache

import pytest

from core.engine.logos.art import Art
from core.engine.logos.concepts import Material, compacts, wordmarks
from core.engine.logos.containers import CONTAINER_IDS, container
from core.engine.logos.fonts import covering, preset, presets_for, typeface
from core.engine.logos.generate import generate_logos
from core.engine.logos.geometry import Shape, polygon, rect, union
from core.engine.logos.gesture import Request
from core.engine.logos.gestures import tittle
from core.engine.logos.ideas import Idea
from core.engine.logos.lettermark import STYLES, initial, lettermark, misread, styles_for
from core.engine.logos.silhouette import likeness as like_bits
from core.engine.logos.silhouette import silhouette
from core.engine.logos.svg import document, path_data
from core.engine.logos.symbols import tile
from core.engine.types import MOOD_IDS
from tests.unit.test_core.engine.logo_cases import brief, palette
from utils.image_utils import likeness

FACES = ("league-bold", "playfair-bold", "josefin-caps", "jost-medium", "unbounded-lower")
SOLEMN = ("arch", "circle", "house", "page", "shield")
A_CROSS = 0.75
NEARLY_A_CROSS = 0.65


def picture(shape: Shape) -> str:
    data = path_data(shape.fitted((50, 50), 90))
    return document("", (0, 0, 100, 100), [(data, "#000000")])


def post(width: float) -> Shape:
    return rect(50 - width / 2, 5, width, 90)


@cache
def crosses() -> list[tuple[int, int]]:
    """Silhouettes of Latin and Greek crosses of several weights; each with its post alone."""
    drawn = []
    for width, arm, reach in itertools.product((12, 18, 24), (24, 30, 36), (50, 60)):
        arms = rect(50 - reach / 2, 5 + arm - width / 2, reach, width)
        drawn.append((silhouette(picture(post(width) + arms)), silhouette(picture(post(width)))))
    for width in (18, 24, 30):
        greek = post(width) + post(width).turned(90)
        drawn.append((silhouette(picture(greek)), silhouette(picture(post(width)))))
    return drawn


def crossness(shape: Shape) -> float:
    """How like a cross the shape is, unless it is more like a mere post: I, l, i."""
    return _crossness(picture(shape))


@cache
def _crossness(drawn: str) -> float:
    bits = silhouette(drawn)
    return max(
        near if (near := like_bits(bits, cross)) > like_bits(bits, bare) else 0.0
        for cross, bare in crosses()
    )


def cut_out(art: Art, container_id: str) -> Shape:
    """What one sees in the container: the hole in it, and what is painted there."""
    painted = [layer.shape for layer in art if layer.role in ("inner", "strong")]
    if any(layer.role == "strong" for layer in art):
        return union(painted)
    mark = next(layer.shape for layer in art if layer.role == "mark")
    return union([container(container_id).shape - mark, *painted])


def allowed(face_id: str, name: str) -> list[tuple[str, str, Shape]]:
    """Each container and style that a name's initial may have, with the cut-out."""
    face = typeface(preset(face_id))
    letter = initial(name, face)
    return [
        (holder, style, cut_out(lettermark(face, letter, holder, style), holder))
        for holder in CONTAINER_IDS
        for style in (*styles_for(face, letter, holder), "outline")
        if not misread(letter, holder, style)
    ]


@pytest.mark.parametrize("face_id", FACES)
@pytest.mark.parametrize("letter", string.ascii_uppercase)
def test_no_letter_in_a_container_is_a_cross(letter: str, face_id: str) -> None:
    for name in {letter, letter.lower()}:
        for holder, style, shape in allowed(face_id, name):
            limit = NEARLY_A_CROSS if holder in SOLEMN else A_CROSS
            assert crossness(shape) < limit, (holder, style)


@pytest.mark.parametrize("letter", ["t", "+"])
def test_the_check_for_crosses_can_fail(letter: str) -> None:
    art = lettermark(typeface(preset("jost-medium")), letter, "arch", "knockout")
    assert crossness(cut_out(art, "arch")) >= A_CROSS


@pytest.mark.parametrize("letter", list("TtfŤţТ+"))
@pytest.mark.parametrize("holder", SOLEMN)
def test_letters_like_a_cross_stay_out_of_solemn_shapes(letter: str, holder: str) -> None:
    assert all(misread(letter, holder, style) for style in STYLES)


@pytest.mark.parametrize(
    ("letter", "holder", "style"),
    [
        ("C", "circle", "outline"),
        ("c", "circle", "knockout"),
        ("R", "circle", "outline"),
        ("P", "circle", "split"),
        ("Č", "squircle", "outline"),
        ("С", "circle", "outline"),
        ("X", "circle", "stripes"),
        ("x", "squircle", "outline"),
    ],
)
def test_signs_of_rights_and_of_closing_are_known(letter: str, holder: str, style: str) -> None:
    assert misread(letter, holder, style)
    assert not misread("B", holder, style)
    assert not misread(letter, "hexagon", style)


@pytest.mark.parametrize(
    "name", ["Tilt", "Canto", "Ripple", "Pluto", "Xylo", "Fern", "Ťava", "Oslo"]
)
@pytest.mark.parametrize("industry", ["coffee", "dental", "bakery", "legal", None])
def test_every_initial_finds_a_container(name: str, industry: str | None) -> None:
    for mood in MOOD_IDS:
        face = covering(presets_for(mood), name)[0]
        material = Material(brief(industry), name, (), (Idea(None, "none"),))
        assert list(compacts(material, face, material.ideas, random.Random(1)))
        assert list(wordmarks(material, face, material.ideas, random.Random(1)))


def swastika(mirrored: bool) -> Shape:
    arm = polygon([(44, 44), (44, 5), (95, 5), (95, 17), (56, 17), (56, 44)])
    whole = union([rect(44, 44, 12, 12), *(arm.turned(90 * turn) for turn in range(4))])
    return whole.mirrored() if mirrored else whole


@pytest.mark.parametrize("seed", range(40))
def test_no_pattern_of_four_shapes_has_fourfold_rotation(seed: int) -> None:
    whole = union(layer.shape for layer in tile(random.Random(seed)))
    drawn = picture(whole)
    assert likeness(drawn, picture(whole.turned(90))) < 0.9
    for mirrored in (False, True):
        assert likeness(drawn, picture(swastika(mirrored))) < 0.45


def test_the_check_for_fourfold_rotation_can_fail() -> None:
    for mirrored in (False, True):
        drawn = swastika(mirrored)
        assert likeness(picture(drawn), picture(drawn.turned(90))) > 0.95


@pytest.mark.parametrize("name", ["Ollo", "Oslo", "Noon"])
def test_no_letter_o_holds_a_dot(name: str) -> None:
    """A disc in the middle of a ring; motifs that fill the o are whole pictures."""
    target = picture(
        polygon([(5, 5), (95, 5), (95, 95), (5, 95)], 45)
        - polygon([(20, 20), (80, 20), (80, 80), (20, 80)], 30)
        + polygon([(36, 36), (64, 36), (64, 64), (36, 64)], 14)
    )
    for seed in range(4):
        for logo in generate_logos(brief("design"), name, (), palette("play"), seed=seed):
            assert likeness(logo.svg("symbol", "black"), target) < 0.75


def test_a_leaf_never_stands_on_the_baseline_as_a_full_stop() -> None:
    for name in ("Vini", "Tilia"):
        made = tittle(Request(typeface(preset("figtree-bold")), name, (), ("leaf",), ""))
        assert made is not None
        assert [layer.role for layer in made.symbol] == ["mark"]
