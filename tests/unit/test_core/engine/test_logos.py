"""Whole concepts: valid files, distinct ideas, colours that can be seen, equal bytes."""

import hashlib
import io
import itertools
import random
import re
import subprocess
import sys
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
import uharfbuzz as hb
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.engine.logos.fonts import Case
from core.engine.logos.generate import (
    LONGEST_NAME,
    _drawings,
    _typefaces,
    generate_logo,
    generate_logos,
)
from core.engine.logos.paint import contrast, dark_ground, inks
from core.engine.logos.typeset import cased, normalised
from core.engine.ontology import ontology
from core.engine.types import MOOD_IDS, Logo, Treatment
from tests.unit.test_core.engine.logo_cases import BRANDS, COLOURS, brief, palette
from utils.image_utils import legibility, likeness, svg_to_png

SVG = "{http://www.w3.org/2000/svg}"
PATH_DATA = re.compile(r"[MLQCZ0-9 .\-]+")
MOODS = ("warmth", "precision", "care", "luxe")


def make(
    name: str, parts: tuple[str, ...] = (), industry: str | None = "coffee", seed: int = 0
) -> list[Logo]:
    mood = MOODS[(len(name) + seed) % len(MOODS)]
    return generate_logos(brief(industry), name, parts, palette(mood), seed=seed)


def svgs(logo: Logo) -> list[str]:
    return [file.svg for file in logo.files]


def check_document(svg: str, title: str) -> None:
    """Nothing but paths, a title and numbers of at most two decimals."""
    root = ET.fromstring(svg)
    assert root.tag == SVG + "svg"
    assert set(root.attrib) == {"viewBox", "role"}
    assert root.attrib["role"] == "img"
    first, *rest = list(root)
    assert first.tag == SVG + "title"
    assert first.text == title
    assert rest
    for element in rest:
        assert element.tag == SVG + "path"
        assert set(element.attrib) == {"d", "fill"}
        assert PATH_DATA.fullmatch(element.attrib["d"])
        assert not re.search(r"\.\d{3}", element.attrib["d"])


def fills(svg: str) -> set[str]:
    return {path.attrib["fill"] for path in ET.fromstring(svg).iter(SVG + "path")}


def check_nothing_is_clipped(svg: str) -> None:
    """The outermost row of pixels on each side stays empty, the inside does not."""
    with Image.open(io.BytesIO(svg_to_png(svg, 240))) as opened:
        alpha = opened.convert("RGBA").getchannel("A")
    box = alpha.getbbox()
    assert box is not None
    assert box[0] >= 1
    assert box[1] >= 1
    assert box[2] <= alpha.width - 1
    assert box[3] <= alpha.height - 1


def check_unlike(one: Logo, other: Logo, treatment: Treatment) -> None:
    """Unrelated icons stay below 0.45."""
    assert likeness(one.svg("symbol", treatment), other.svg("symbol", treatment)) <= 0.45


@pytest.fixture(scope="module", params=BRANDS, ids=[brand[0] for brand in BRANDS])
def brand(request: pytest.FixtureRequest) -> tuple[str, list[list[Logo]]]:
    """One brand's concepts for two seeds."""
    name, parts, industry = request.param
    return name, [make(name, parts, industry, seed) for seed in range(2)]


def test_each_file_is_clean_and_whole(brand: tuple[str, list[list[Logo]]]) -> None:
    name, rolls = brand
    for logo in rolls[0]:
        for file in logo.files:
            check_document(file.svg, name)
        for file in logo.files:
            if file.treatment == "color":
                check_nothing_is_clipped(file.svg)


def test_concepts_differ_in_family_typeface_and_look(brand: tuple[str, list[list[Logo]]]) -> None:
    for logos in brand[1]:
        assert [logo.family for logo in logos] == ["combination", "compact", "wordmark"]
        assert len({logo.font for logo in logos}) == 3
        for one, other in itertools.combinations(logos, 2):
            for treatment in ("black", "color"):
                check_unlike(one, other, treatment)


def test_the_first_file_is_the_main_lockup_in_colour(brand: tuple[str, list[list[Logo]]]) -> None:
    for logos in brand[1]:
        mains = [(logo.files[0].lockup, logo.files[0].treatment) for logo in logos]
        assert mains == [("horizontal", "color"), ("stacked", "color"), ("wordmark", "color")]


def test_every_concept_has_four_lockups_in_four_treatments(
    brand: tuple[str, list[list[Logo]]],
) -> None:
    for logo in brand[1][0]:
        lockups = {file.lockup for file in logo.files}
        assert lockups - {"symbol-small"} == {"horizontal", "stacked", "symbol", "wordmark"}
        for lockup in lockups:
            for treatment in ("color", "color-dark", "black", "white"):
                assert logo.svg(lockup, treatment)


def test_colours_come_from_the_palette_and_one_ink_is_one_ink(
    brand: tuple[str, list[list[Logo]]],
) -> None:
    for logo in itertools.chain.from_iterable(brand[1]):
        for file in logo.files:
            if file.treatment in ("black", "white"):
                expected = "#000000" if file.treatment == "black" else "#ffffff"
                assert fills(file.svg) == {expected}
                assert file.svg.count("<path") == 1
            else:
                assert fills(file.svg) <= set(COLOURS.values())
                assert len(fills(file.svg)) <= 4


def test_symbols_are_legible_at_sixteen_pixels(brand: tuple[str, list[list[Logo]]]) -> None:
    for logo in itertools.chain.from_iterable(brand[1]):
        assert legibility(logo.svg("symbol", "color")) >= 0.77
        assert legibility(logo.svg("symbol", "black")) >= 0.77


def test_one_ink_keeps_the_holes(brand: tuple[str, list[list[Logo]]]) -> None:
    """The black version looks like the coloured one: what is dark in one is dark in the other."""
    for logo in brand[1][0]:
        lockup = logo.files[0].lockup
        assert likeness(logo.svg(lockup, "black"), logo.svg(lockup, "color")) >= 0.8


def test_the_idea_is_one_sentence(brand: tuple[str, list[list[Logo]]]) -> None:
    for logo in itertools.chain.from_iterable(brand[1]):
        assert logo.idea[0].isupper()
        assert logo.idea.endswith(".")
        assert 20 <= len(logo.idea) <= 140


def test_a_part_of_the_name_is_cut_out_of_the_trade() -> None:
    logo = make("First Ember", ("first", "ember"), "coffee")[0]
    assert logo.motif == "flame"
    assert logo.gesture == "cut-out"
    assert logo.idea == "A flame cut out of a coffee bean, because the name says “ember”."


def test_a_name_without_any_meaning_gets_a_pattern() -> None:
    logo = generate_logos(brief(None), "Zorvix", ("zorvix",), palette(), seed=1)[0]
    assert logo.motif is None
    assert logo.gesture == "tile"


def test_a_place_stands_on_the_seal() -> None:
    plain, placed = (
        generate_logos(brief("coffee", place), "Crumb", ("crumb",), palette(), seed=1)[1]
        for place in (None, "Lisbon")
    )
    assert plain.gesture == placed.gesture == "seal"
    assert plain.svg("stacked", "color") != placed.svg("stacked", "color")


def test_seeds_change_the_result_and_equal_seeds_do_not() -> None:
    one, same, other = (make("Gusthawk", ("gust", "hawk"), "data", seed) for seed in (1, 1, 2))
    assert one == same
    assert [svgs(logo) for logo in one] != [svgs(logo) for logo in other]


def test_a_concept_does_not_depend_on_those_after_it() -> None:
    assert (
        generate_logos(brief(), "Keelson", (), palette(), seed=3, count=1)
        == (generate_logos(brief(), "Keelson", (), palette(), seed=3)[:1])
    )


def test_each_concept_alone_equals_that_of_the_whole_set() -> None:
    colours = palette()
    together = generate_logos(brief(), "Keelson", ("keel", "son"), colours, seed=3)
    alone = [
        generate_logo(brief(), "Keelson", ("keel", "son"), colours, seed=3, variation=number)
        for number in (3, 1, 2)
    ]
    assert [alone[1], alone[2], alone[0]] == together


def test_one_drawing_serves_the_three_calls_of_a_package() -> None:
    colours = palette(primary="#1c6ab8")
    before = _drawings.cache_info().misses
    for number in (1, 2, 3):
        generate_logo(brief(), "Keelson", (), colours, seed=77, variation=number)
    assert _drawings.cache_info().misses == before + 1


def test_more_than_three_concepts_alternate_families() -> None:
    logos = generate_logos(brief(), "Keelson", (), palette(), seed=3, count=5)
    assert [logo.family for logo in logos][3:] == ["combination", "compact"]
    assert logos[0].motif != logos[3].motif


PRINT_HASH = """
import hashlib
from tests.unit.test_core.engine.test_logos import make, svgs
logos = make("Stillow", ("still", "willow"), "wellness")
text = "".join(svg for logo in logos for svg in svgs(logo))
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_bytes_are_equal_in_every_process(hash_seed: str) -> None:
    here = "".join(
        svg for logo in make("Stillow", ("still", "willow"), "wellness") for svg in svgs(logo)
    )
    there = subprocess.run(
        [sys.executable, "-c", PRINT_HASH],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert there == hashlib.sha256(here.encode()).hexdigest()


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\u00ad", "\u0000", "\ud800"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        make(name)


@pytest.mark.parametrize("name", ["日本", "Rocket 🚀", "नमस्ते"])
def test_letters_that_no_typeface_has_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="No installed typeface"):
        make(name)


UNUSUAL = ["Łódź", "ИКЕЯ", "Ægir", "Ñandú", "Þór", "Ŵyl", "Đăng", "e\u0301t", "Việt", "C++", "R²"]


@pytest.mark.parametrize("name", UNUSUAL)
@pytest.mark.parametrize("mood", MOOD_IDS)
def test_a_name_is_set_in_typefaces_that_have_all_its_letters(name: str, mood: str) -> None:
    """Glyph 0 is the empty box."""
    composed = normalised(name)
    faces = _typefaces(mood, composed, random.Random(1))
    assert faces
    for face in faces:
        buffer = hb.Buffer()
        buffer.add_str("".join(cased(composed, case) for case in get_args(Case)))
        buffer.guess_segment_properties()
        hb.shape(face.font, buffer)
        assert all(info.codepoint for info in buffer.glyph_infos), face.label


@pytest.mark.parametrize("industry", ["construction", "dental", "bakery", None])
def test_no_initial_reads_as_a_gravestone_or_a_sign_of_rights(industry: str | None) -> None:
    for name, shapes in (("Tilt", {"an archway"}), ("Canto", {"a disc", "a rounded tile"})):
        for seed in range(12):
            for logo in make(name, (), industry, seed):
                outlined = logo.gesture == "outline" or name == "Tilt"
                assert not (outlined and any(f"in {shape}:" in logo.idea for shape in shapes))


def test_a_name_of_one_letter_is_not_written_beside_itself() -> None:
    _, compact, drawn = make("X", (), "devtools")
    assert [file.lockup for file in compact.files[::4]] == ["stacked", "symbol", "wordmark"]
    assert [file.lockup for file in drawn.files[::4]] == ["wordmark", "symbol"]


def test_an_endless_name_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        make("x" * (LONGEST_NAME + 1))


def test_titles_are_escaped() -> None:
    svg = make("Salt & <Stone>")[0].files[0].svg
    assert "<title>Salt &amp; &lt;Stone&gt;</title>" in svg


PARTS = ("sun", "ember", "stone", "leaf", "tide", "orbit", "loom", "quill", "oak", "zed", "ivy")


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=2, unique=True),
    st.sampled_from((*ontology().industries, None)),
    st.sampled_from(MOOD_IDS),
    st.integers(0, 2**31),
)
def test_the_three_symbols_never_look_alike(
    parts: list[str], industry: str | None, mood: str, seed: int
) -> None:
    name = "".join(parts).capitalize()
    logos = generate_logos(brief(industry), name, parts, palette(mood), seed=seed)
    for one, other in itertools.combinations(logos, 2):
        check_unlike(one, other, "black")
        check_unlike(one, other, "color")


@pytest.mark.parametrize(
    ("name", "parts", "industry", "mood", "seed"),
    [
        ("Compasswheel", ("compass", "wheel"), None, "luxe", 116672978),
        ("Cup", ("cup",), None, "build", 239135826),
        ("XO", (), "media", "trust", 300163453),
        ("Tootheye", ("tooth", "eye"), "work", "trust", 2),
    ],
)
def test_a_name_whose_ideas_look_alike_gets_another_drawing(
    name: str, parts: tuple[str, ...], industry: str | None, mood: str, seed: int
) -> None:
    logos = generate_logos(brief(industry), name, parts, palette(mood), seed=seed)
    for one, other in itertools.combinations(logos, 2):
        check_unlike(one, other, "black")
        check_unlike(one, other, "color")


ODD = ["Q", "7", "365", "A&B", "O'Neill & Sons", "Łódź", "ИКЕЯ", "&", "'", "Yahoo!", "x" * 40]


@pytest.mark.parametrize("name", [*ODD, "The Northern Isles Hearth and Home Bakery"])
def test_odd_names_lay_out_without_overflow(name: str) -> None:
    for logo in make(name, (), "coffee" if len(name) % 2 else "devtools"):
        for file in logo.files:
            if file.treatment == "black":
                check_document(file.svg, name)
                check_nothing_is_clipped(file.svg)


LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCIOTXY0189&'’-. àéîõüçñšłœß")


@settings(max_examples=30, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=40), st.integers(0, 5))
def test_any_latin_name_gets_three_whole_concepts(name: str, seed: int) -> None:
    title = " ".join(name.split())
    if not title:
        with pytest.raises(ValueError, match="empty"):
            make(name, seed=seed)
        return
    logos = make(name, (), ("coffee", "data", None)[seed % 3], seed)
    assert len(logos) == 3
    for logo in logos:
        check_document(logo.files[0].svg, title)
        check_nothing_is_clipped(logo.files[0].svg)


@pytest.mark.parametrize("primary", ["#254a39", "#c0481b", "#1c6ab8", "#f4d35e"])
def test_every_colour_is_seen_on_its_ground(primary: str) -> None:
    colours = palette(primary=primary)
    light = inks(colours, "color")
    for ground in (colours.hex("background"), "#ffffff"):
        for role, least in (("word", 4.5), ("strong", 4.5), ("mark", 4.5), ("second", 3.0)):
            assert contrast(light[role], ground) >= least  # type: ignore[index]  # literals
    assert contrast(light["inner"], light["mark"]) >= 3.0
    assert contrast(light["note"], light["mark"]) >= 4.5
    dark = inks(colours, "color-dark")
    for role, least in (("word", 4.5), ("strong", 4.5), ("mark", 4.5), ("second", 3.0)):
        assert contrast(dark[role], dark_ground(colours.colors)) >= least  # type: ignore[index]  # literals
    assert contrast(dark["inner"], dark["mark"]) >= 3.0
    assert contrast(dark["note"], dark["mark"]) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
