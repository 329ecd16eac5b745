"""Names in any Latin letters: every typeface that sets them has all glyphs; no empty boxes."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.logos.fonts import Typeface, all_presets, typeface
from core.engine.logos.generate import _typefaces, generate_logos
from core.engine.logos.typeset import cased, line, normalised
from core.engine.types import MOOD_IDS
from tests.unit.test_core.engine.logo_cases import brief, palette

NAMES = ("Smörgås", "Żubr", "Łódź", "Čaj", "Ñandú", "Ægir", "Ștefan", "Việt", "Đỗ", "Þǫrr", "Œuvre")
_ODD = {0xD7, 0xF7, 0x132, 0x133, 0x138, 0x149, 0x17F}  # signs, ligatures and letters out of use
LETTERS = "".join(
    chr(code)
    for block in (range(0xC0, 0x180), range(0x218, 0x21C), range(0x1EA0, 0x1EFA))
    for code in block
    if code not in _ODD
)


def check_set(face: Typeface, text: str) -> None:
    """Every letter is drawn, and none as the glyph for missing ones."""
    missing = face.outline(0)
    for glyph in line(face, text).glyphs:
        if glyph.text == " ":
            continue
        assert not glyph.shape.empty, (face.label, glyph.text)
        if not missing.empty:
            moved = missing.moved(glyph.shape.bounds[0] - missing.bounds[0], 0)
            assert glyph.shape.path != moved.path, (face.label, glyph.text)


@pytest.mark.parametrize("mood", MOOD_IDS)
@pytest.mark.parametrize("name", NAMES[:-2])
def test_a_name_with_marks_is_set_in_three_families(name: str, mood: str) -> None:
    faces = _typefaces(mood, name, random.Random(3))
    assert len({face.preset.family for face in faces}) >= 3
    for face in faces:
        check_set(face, cased(name, face.preset.case))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_marks_gets_three_concepts_in_faces_that_have_them(name: str) -> None:
    by_label = {typeface(each).label: typeface(each) for each in all_presets()}
    for logo in generate_logos(brief("restaurant"), name, (), palette("care"), seed=2):
        face = by_label[logo.font]
        for text in (name, name.upper(), name.lower()):
            assert face.covers(text)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from(LETTERS + "aeionrst"), min_size=1, max_size=12),
    st.sampled_from(MOOD_IDS),
    st.integers(0, 9),
)
def test_every_latin_name_is_set_without_an_empty_box(name: str, mood: str, seed: int) -> None:
    apart = unicodedata.normalize("NFD", name)
    assert normalised(apart) == name
    faces = _typefaces(mood, normalised(apart), random.Random(seed))
    assert len(faces) >= 3
    for face in faces:
        check_set(face, cased(name, face.preset.case))


def test_marks_typed_apart_give_the_same_files() -> None:
    whole, apart = (
        generate_logos(brief(), unicodedata.normalize(form, "Smörgås"), (), palette(), seed=1)
        for form in ("NFC", "NFD")
    )
    assert whole == apart


@pytest.mark.parametrize("name", ["日本", "سلام", "Rocket 🚀", "x\u20dd"])
def test_a_name_that_no_typeface_can_set_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"No installed typeface has all characters of the name"):
        generate_logos(brief(), name, (), palette(), seed=1)
