"""Typefaces and set text: coverage, kerning, case, broken lines, seals."""

import hashlib

import fontpkg
import pytest

from core.engine.logos import badge
from core.engine.logos.fonts import (
    Typeface,
    all_presets,
    covering,
    preset,
    presets_for,
    typeface,
)
from core.engine.logos.geometry import rect
from core.engine.logos.gesture import Request, beside, stop_shape
from core.engine.logos.gestures import motif_letter
from core.engine.logos.lettermark import initial, letter_shape, lettermark, styles_for
from core.engine.logos.typeset import broken, cased, line, normalised, on_circle
from core.engine.logos.word_frames import cursor, label
from core.engine.pack import section
from core.engine.types import MOOD_IDS


@pytest.mark.parametrize("mood", MOOD_IDS)
def test_every_mood_offers_three_families_that_draw_latin_letters(mood: str) -> None:
    faces = covering(presets_for(mood), "Ångström Żółć")
    assert len({face.label for face in faces}) >= 3


def test_every_preset_can_be_loaded_and_measured() -> None:
    for each in all_presets():
        face = typeface(each)
        assert 55 < face.cap_height < 80
        assert 30 < face.x_height < face.cap_height


def test_moods_name_known_presets_only() -> None:
    fonts = section("logos")["fonts"]
    assert set(fonts["moods"]) == set(MOOD_IDS)
    assert {name for names in fonts["moods"].values() for name in names} <= set(fonts["presets"])


@pytest.mark.parametrize("mood", MOOD_IDS)
def test_every_mood_has_five_to_seven_families(mood: str) -> None:
    families = [each.family for each in presets_for(mood)]
    assert 5 <= len(families) <= 7
    assert len(set(families)) == len(families)


LISTED = section("logos")["typefaces"]


def test_every_listed_family_is_in_use_and_every_family_in_use_is_listed() -> None:
    used = {each.family for mood in MOOD_IDS for each in presets_for(mood)}
    assert used == {each.family for each in all_presets()} == set(LISTED)


@pytest.mark.parametrize("family", LISTED)
def test_the_installed_font_is_the_one_that_was_checked(family: str) -> None:
    record = LISTED[family]
    file = fontpkg.path(family, nearest=True)
    assert file.name == record["file"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == record["sha256"]
    assert fontpkg.family(family).license == record["licence"] == "OFL-1.1"
    licence = (file.parent.parent / "LICENSE").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    copyright_lines = licence.split("This Font Software")[0].lower()
    assert record["reserved_name"] == ("reserved font name" in copyright_lines)


def test_faces_that_widen_with_their_weight_have_no_second_weight() -> None:
    for each in all_presets():
        assert each.two_weights is None or each.family not in ("syne", "unbounded")


def test_a_typeface_knows_what_it_cannot_draw() -> None:
    face = typeface(preset("fredoka-bold"))
    assert face.covers("Molar kite")
    assert not face.covers("ИКЕЯ")
    assert not face.covers("日本")


def test_a_heavier_weight_is_wider_and_has_more_ink() -> None:
    light, heavy = (typeface(preset("manrope-bold").weighing(weight)) for weight in (300, 800))
    assert line(heavy, "nest").shape.area > 1.5 * line(light, "nest").shape.area


def test_pairs_are_kerned() -> None:
    face = typeface(preset("playfair-bold"))
    apart = line(face, "A").width + line(face, "V").width + face.preset.tracking * 100
    assert line(face, "AV").width < apart - 2


def test_tracking_lies_between_letters_only() -> None:
    face = typeface(preset("manrope-bold").spaced(0.0))
    spaced = typeface(preset("manrope-bold").spaced(0.5))
    assert line(spaced, "nest").width == pytest.approx(line(face, "nest").width + 150, abs=0.01)


@pytest.mark.parametrize(
    ("name", "case", "expected"),
    [
        ("Gusthawk", "lower", "gusthawk"),
        ("McKay", "lower", "McKay"),
        ("IKO", "lower", "IKO"),
        ("Gusthawk", "upper", "GUSTHAWK"),
        ("Straße", "upper", "Straße"),
        ("A name of many letters", "upper", "A name of many letters"),
        ("Gusthawk", "given", "Gusthawk"),
    ],
)
def test_case_respects_the_name(name: str, case: str, expected: str) -> None:
    assert cased(name, case) == expected  # type: ignore[arg-type]  # a parametrised literal


def test_names_are_composed_and_single_spaced() -> None:
    assert normalised("  cafe\u0301 \u00a0 bar\u200b ") == "café bar"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("First Ember", ["First Ember"]),
        ("Pneumonoultramicroscopic", ["Pneumonoultramicroscopic"]),
        ("Hearth and Home Bakery", ["Hearth and", "Home Bakery"]),
    ],
)
def test_long_names_break_between_words(name: str, lines: list[str]) -> None:
    assert broken(name) == lines


def test_text_on_a_circle_keeps_to_its_band() -> None:
    face = typeface(preset("league-caps"))
    size = 20.0
    for top, inner in ((True, 60.0), (False, 60.0)):
        text = on_circle(face, "HEN", size, inner, top=top)
        left, upper, right, lower = text.bounds
        assert left == pytest.approx(-right, abs=1.5)
        assert (lower < 0) == top
        reach = max(abs(upper), abs(lower))
        assert reach <= inner + face.cap_height * size / 100 + 1 if top else reach <= inner + 1


def test_a_seal_is_for_names_that_stay_large_on_the_ring() -> None:
    face = typeface(preset("figtree-bold"))
    assert badge.fits(face, "First Ember")
    assert not badge.fits(face, "The Northern Isles Hearth and Home Bakery")
    assert not badge.fits(face, "Q")


def test_no_letter_of_a_seal_touches_its_rings() -> None:
    face = typeface(preset("figtree-bold"))
    for name in ("Bean", "Crumbloom", "Salt & Stone"):
        disc, *_ = badge.badge(face, name, "BAKERY", "loaf")
        rim = badge.badge(face, name, "", "loaf")[0].shape
        assert disc.shape.bounds == pytest.approx((0, 0, 100, 100), abs=0.01)
        assert len(rim.contours()) >= len([letter for letter in name if letter != " "]) + 3


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Tailharbor", "T"),
        ("inkling", "i"),
        ("Inkling", "i"),
        ("'Round", "R"),
        ("&", "&"),
        ("7up", "7"),
    ],
)
def test_the_initial_is_one_that_reads_alone(name: str, letter: str) -> None:
    assert initial(name, typeface(preset("league-bold"))).lower() == letter.lower()
    if letter in "Ti":
        assert initial(name, typeface(preset("league-bold"))) == letter


@pytest.mark.parametrize("letter", list("tTxXfF+Hoeu"))
def test_letters_that_would_read_as_a_cross_are_never_cropped(letter: str) -> None:
    face = typeface(preset("league-bold"))
    for holder in ("circle", "squircle", "hexagon", "arch", "shield", "house"):
        assert "crop" not in styles_for(face, letter, holder)


@pytest.mark.parametrize("letter", list("oO0"))
def test_round_letters_are_never_a_dot_in_a_ring(letter: str) -> None:
    for name in ("league-bold", "playfair-bold"):
        for holder in ("circle", "squircle", "shield"):
            assert "knockout" not in styles_for(typeface(preset(name)), letter, holder)


def test_a_lettermark_stays_within_its_container() -> None:
    face = typeface(preset("league-bold"))
    for style in ("knockout", "crop", "stripes", "split", "outline"):
        for layer in lettermark(face, "n", "squircle", style):
            left, top, right, bottom = layer.shape.bounds
            assert min(left, top) >= 3.9
            assert max(right, bottom) <= 96.1


@pytest.mark.parametrize("preset_id", ["manrope-bold", "league-bold", "dm-serif", "josefin-caps"])
@pytest.mark.parametrize("last", ["n", "r", "y", "T", "L"])
def test_a_sign_stands_near_the_last_letter_and_never_touches_it(preset_id: str, last: str) -> None:
    face = typeface(preset(preset_id))
    letter = letter_shape(face, last)
    dot = beside(stop_shape(face), letter, face.preset.tracking)
    assert (dot.grown(4) & letter).empty
    assert not (dot.grown(22) & letter).empty


def _request(preset_id: str, name: str, motifs: tuple[str, ...] = (), trade: str = "") -> Request:
    return Request(typeface(preset(preset_id)), name, (), motifs, trade)


@pytest.mark.parametrize("preset_id", ["manrope-bold", "quicksand-bold", "playfair-bold"])
@pytest.mark.parametrize("name", ["Canter", "Quigley", "Åland"])
def test_a_label_surrounds_every_letter(preset_id: str, name: str) -> None:
    made = label(_request(preset_id, name))
    assert made is not None
    (layer,) = made.word.art
    left, top, right, bottom = layer.shape.bounds
    solid = rect(left, top, right - left, bottom - top)
    letters = solid - layer.shape
    capital = typeface(preset(preset_id)).cap_height
    side, upper = 0.45 * capital, 0.2 * capital  # beyond them the round ends of a label begin
    inner = rect(left + side, top + upper, right - left - 2 * side, bottom - top - 2 * upper)
    assert len((letters & inner).contours()) >= len(name)
    assert (letters & inner).area == pytest.approx(
        line(*_set(preset_id, name)).shape.area, rel=0.01
    )


def _set(preset_id: str, name: str) -> tuple[Typeface, str]:
    face = typeface(preset(preset_id))
    return face, cased(name, face.preset.case)


@pytest.mark.parametrize("name", ["Fable", "Of", "Transcontinental", "Ohm"])
def test_no_label_for_long_names_and_initials_of_others(name: str) -> None:
    assert label(_request("manrope-bold", name)) is None


def test_a_cursor_follows_technical_names_only() -> None:
    made = cursor(_request("space-bold", "Trace", trade="devtools"))
    assert made is not None
    word, sign = made.word.art
    assert sign.shape.bounds[0] > word.shape.bounds[2]
    assert cursor(_request("space-bold", "Trace", trade="bakery")) is None
    assert cursor(_request("playfair-bold", "Trace", trade="devtools")) is None


def test_no_letter_of_a_long_name_becomes_a_picture() -> None:
    assert motif_letter(_request("figtree-bold", "Stone", ("compass",))) is not None
    assert motif_letter(_request("figtree-bold", "Transcontinental", ("compass",))) is None
