"""The gates of the scorecard: what is measured, and that served concepts pass."""

import itertools
import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.logos.concepts import Material, combinations
from core.engine.logos.distinct import ALIKE as ALIKE_WHEN_SMALL
from core.engine.logos.distinct import first_sound, look, missed
from core.engine.logos.fonts import preset, typeface
from core.engine.logos.gates import ALIKE, LEGIBLE, LIKE_A_BRAND, missed_small
from core.engine.logos.generate import generate_logos
from core.engine.logos.ideas import Idea
from core.engine.logos.known import nearest, nearest_known
from core.engine.logos.paint import contrast, dark_ground, inks
from core.engine.logos.silhouette import BITS, likeness, silhouette
from core.engine.logos.svg_check import Simplicity, contrasts, faults, simplicity
from core.engine.types import MOOD_IDS, Logo, LogoFile, Treatment
from tests.unit.test_core.engine.logo_cases import BRANDS, COLOURS, brief, palette
from utils import image_utils
from utils.image_utils import legibility, small_sizes

INKS = {*COLOURS.values(), "#000000", "#ffffff"}
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" role="img"><title>A</title>'
SQUARE = '<path fill="#000000" d="M1 1L9 1L9 9L1 9Z"/>'
ART = HEAD + SQUARE + "</svg>"

# Drawings that missed a gate before: letters alone, rings, many parts, thin letters.
HARD = (
    ("Plata", ("plata",), "crafts", "luxe"),
    ("Heather", ("heather",), "wellness", "care"),
    ("Trestle", ("trestle",), "construction", "trust"),
    ("Simmer", ("simmer",), "food", "appetite"),
    ("Barley", ("barley",), "bakery", "craft"),
    ("Umber", ("umber",), "beauty", "luxe"),
    ("Jester", ("jester",), "media", "calm"),
)


@pytest.fixture(scope="module", params=[*BRANDS, *HARD], ids=lambda brand: brand[0])
def logos(request: pytest.FixtureRequest) -> list[Logo]:
    name, parts, industry, *mood = request.param
    return generate_logos(brief(industry), name, parts, palette(*mood), seed=4)


def test_every_file_is_clean(logos: list[Logo]) -> None:
    for file in itertools.chain.from_iterable(logo.files for logo in logos):
        assert faults(file.svg, INKS) == []


def test_no_symbol_is_like_another_or_like_a_known_brand(logos: list[Logo]) -> None:
    assert len({logo.family for logo in logos}) >= 2
    for logo in logos:
        assert nearest_known(logo.svg("symbol", "black"))[1] <= LIKE_A_BRAND
    for one, other in itertools.combinations(logos, 2):
        for treatment in ("black", "color"):
            pair = (logo.svg("symbol", treatment) for logo in (one, other))
            assert image_utils.likeness(*pair) <= ALIKE


def test_every_symbol_is_legible(logos: list[Logo]) -> None:
    for logo in logos:
        for treatment in ("black", "color"):
            assert legibility(logo.svg("symbol", treatment)) >= LEGIBLE


def small_files(logo: Logo) -> dict[Treatment, str]:
    return {file.treatment: file.svg for file in logo.files if file.lockup == "symbol-small"}


def test_there_is_a_small_mark_just_where_the_symbol_is_not_clear(logos: list[Logo]) -> None:
    for logo in logos:
        missed = [
            missed_small(small_sizes(logo.svg("symbol", "black"))),
            missed_small(small_sizes(logo.svg("symbol", "color"))),
        ]
        small = small_files(logo)
        assert bool(small) == (max(missed) > 0)
        assert len(small) in (0, 4)
        for treatment in ("black", "color"):
            assert not small or missed_small(small_sizes(small[treatment])) == 0


def test_some_concepts_have_a_small_mark_and_most_have_none() -> None:
    made = [
        small_files(logo)
        for name, parts, industry, mood in HARD
        for logo in generate_logos(brief(industry), name, parts, palette(mood), seed=4)
    ]
    assert 0 < sum(map(bool, made)) < len(made) / 2


GROUNDS: dict[Treatment, tuple[str, ...]] = {
    "color": (COLOURS["background"], "#ffffff"),
    "color-dark": (dark_ground(palette().colors),),
    "black": ("#ffffff",),
    "white": ("#000000",),
}


def grounds(file: LogoFile) -> list[str]:
    return list(GROUNDS[file.treatment])


def test_every_part_of_every_file_is_seen_on_its_grounds(logos: list[Logo]) -> None:
    for file in itertools.chain.from_iterable(logo.files for logo in logos):
        for ground in grounds(file):
            for fill, ratio in contrasts(file.svg, ground):
                assert ratio >= 3.0, (file.lockup, file.treatment, fill)
            if file.lockup == "wordmark":
                letters = max(contrasts(file.svg, ground), key=lambda part: part[1])
                assert letters[1] >= 4.5


@pytest.mark.parametrize(
    ("broken", "phrase"),
    [
        (ART.replace("</svg>", "<text>A</text></svg>"), "element"),
        (ART.replace("</svg>", '<image href="https://a.example/b.png"/></svg>'), "element"),
        (ART.replace("</svg>", "<script>1</script></svg>"), "element"),
        (ART.replace("<path ", '<path onclick="go()" '), "attributes"),
        (ART.replace("<path ", '<path style="fill:url(#a)" '), "attributes"),
        (ART.replace("<path ", '<path id="a" '), "attributes"),
        (ART.replace("#000000", "#123456"), "no colour of the palette"),
        (ART.replace("#000000", "url(#gradient)"), "no colour of the palette"),
        (ART.replace("M1 1", "M1.0001 1"), "decimals"),
        (ART.replace("M1 1", "MNaN 1"), "path data"),
        (ART.replace("<title>A</title>", ""), "title"),
        (ART.replace("<title>A</title>", "<title/>"), "title"),
        (ART.replace(' viewBox="0 0 10 10"', ""), "viewBox"),
        (ART.replace("0 0 10 10", "0 0 10 0"), "viewBox"),
        (ART.replace('role="img"', 'onload="go()"'), "root attributes"),
        (ART.replace(SQUARE, ""), "draws nothing"),
        (ART.replace("</svg>", ""), "well-formed"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + ART, "declaration"),
        (ART.replace("svg", "g"), "starts with"),
    ],
)
def test_what_is_not_clean_is_named(broken: str, phrase: str) -> None:
    assert any(phrase in fault for fault in faults(broken, INKS))


def test_a_clean_file_has_no_fault() -> None:
    assert faults(ART, INKS) == []
    assert faults(ART.replace("<path ", '<path id="logo-mark" '), INKS) == []


def test_simplicity_counts_outlines_commands_colours_and_bytes() -> None:
    assert simplicity(ART) == Simplicity(shapes=1, commands=5, colors=1, size=len(ART))


def test_simplicity_of_served_symbols_is_moderate(logos: list[Logo]) -> None:
    for logo in logos:
        measured = simplicity(logo.svg("symbol", "color"))
        assert measured.size <= 12_600
        assert measured.colors <= 3
        assert measured.commands <= 170


def test_contrast_is_measured_with_the_part_below() -> None:
    dot = '<path fill="#777777" d="M4 4L6 4L6 6L4 6Z"/>'
    (_, first), (_, second) = contrasts(ART.replace("</svg>", dot + "</svg>"), "#ffffff")
    assert first == pytest.approx(21)
    assert second == pytest.approx(contrast("#777777", "#000000"))


def test_the_nearest_brand_is_the_one_of_the_highest_likeness() -> None:
    mark = silhouette(HEAD + '<path fill="#000000" d="M1 1L9 1L5 9Z"/></svg>')
    name, likest = nearest(mark)
    assert name
    assert 0.5 < likest <= 1
    assert nearest(0) == nearest((1 << BITS) - 1) == ("", 0.0)


@given(st.integers(min_value=1, max_value=(1 << BITS) - 2), st.floats(min_value=0.05, max_value=1))
def test_leaving_out_who_cannot_reach_a_likeness_changes_no_higher_one(
    mark: int, least: float
) -> None:
    for near in (mark, silhouette(HEAD + '<path fill="#000000" d="M1 1L9 1L5 9Z"/></svg>')):
        exact = nearest(near)
        assert nearest(near, least) == exact or exact[1] < least


def test_silhouettes_correlate_as_any_two_series_do() -> None:
    one, other = 0b1100, 0b1010
    bits = [[int(mark >> at & 1) for at in range(BITS)] for mark in (one, other)]
    assert likeness(one, other) == pytest.approx(image_utils.correlation(*bits))


def test_the_least_bad_option_is_served_when_none_passes() -> None:
    """Every option here is the very symbol that it must be unlike."""
    face = typeface(preset("figtree-bold"))
    material = Material(brief(None), "Stillow", (), (Idea("leaf", "name", "leaf"),))
    colours = inks(palette(), "color")
    option = next(combinations(material, face, material.ideas, random.Random(1)))
    taken = look(option, colours)
    chosen, seen = first_sound(iter([option, option]), [taken], colours)
    assert chosen == option
    assert missed([seen, taken]) == pytest.approx(1 - ALIKE_WHEN_SMALL)


@settings(max_examples=15, deadline=None)
@given(
    st.text(st.sampled_from(string.ascii_lowercase), min_size=3, max_size=9),
    st.sampled_from(("coffee", "data", "dental", "construction", None)),
    st.sampled_from(MOOD_IDS),
    st.integers(0, 99),
)
def test_whatever_the_name_every_concept_passes_or_brings_a_small_mark(
    name: str, industry: str | None, mood: str, seed: int
) -> None:
    for logo in generate_logos(brief(industry), name.capitalize(), (), palette(mood), seed=seed):
        black = logo.svg("symbol", "black")
        assert nearest_known(black)[1] <= LIKE_A_BRAND
        best = small_files(logo).get("black", black)
        assert missed_small(small_sizes(best)) == 0
