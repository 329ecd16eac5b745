"""Hints in free text: what is understood, and that palettes follow."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.pack import section
from core.engine.palette.color import Oklch, from_hex, hue_gap
from core.engine.palette.generate import generate_palette
from core.engine.palette.hints import read_hints
from core.engine.palette.judge import shortfalls
from core.engine.types import MOOD_IDS, Palette

from .palette_cases import brief, in_band

BRAND = ("primary", "secondary", "accent")


def served(hints: str) -> Iterator[Palette]:
    """Palettes of unlike industries and several seeds under one hint."""
    for industry in ("legal", "bakery", "dental", "games", "garden", "robotics"):
        for seed in range(4):
            yield generate_palette(brief(industry), seed=seed, hints=hints)


def color(palette: Palette, role: str) -> Oklch:
    return from_hex(palette.hex(role))


def test_earthy_tones_stay_in_the_hues_of_earth() -> None:
    for palette in served("earthy tones"):
        for role in BRAND:
            assert in_band(color(palette, role).hue, 24, 126)
            assert color(palette, role).chroma <= 0.125


def test_navy_and_gold_lead_and_accent() -> None:
    for palette in served("navy and gold"):
        primary, accent = color(palette, "primary"), color(palette, "accent")
        assert hue_gap(primary.hue, 260) <= 20
        assert primary.lightness < 0.42
        assert hue_gap(accent.hue, 86) <= 20
        assert accent.lightness > 0.72


def test_the_darker_of_two_colors_leads_whatever_the_order() -> None:
    assert read_hints("gold and navy").anchors == read_hints("navy and gold").anchors


def test_no_pink_keeps_pink_out() -> None:
    for palette in served("no pink please"):
        for swatch in palette.swatches:
            _, chroma, hue = swatch.oklch
            assert chroma < 0.02 or hue_gap(hue, 0) > 24


def test_no_blue_reaches_further_than_its_middle() -> None:
    for palette in served("anything but blue"):
        for role in BRAND:
            assert color(palette, role).chroma < 0.02 or hue_gap(color(palette, role).hue, 257) > 37


def test_no_brown_spares_gold() -> None:
    for palette in served("warm, no brown"):
        for role in BRAND:
            lightness, chroma, hue = color(palette, role)
            assert lightness > 0.63 or chroma < 0.02 or not in_band(hue, 8, 92)
    assert any(
        in_band(color(palette, "accent").hue, 30, 90) for palette in served("warm, no brown")
    )


def test_pastels_keep_a_readable_primary() -> None:
    for palette in served("soft pastel colours"):
        assert color(palette, "accent").lightness >= 0.86
        assert all(color(palette, role).chroma <= 0.115 for role in BRAND)


def test_monochrome_has_no_hue() -> None:
    for palette in served("monochrome"):
        assert all(color(palette, role).chroma < 0.025 for role in BRAND)


def test_a_hex_code_is_taken_as_it_is() -> None:
    for palette in served("our brand colour is #1B4332"):
        assert palette.hex("primary") == "#1b4332"


def test_a_hex_code_too_light_to_lead_becomes_the_accent() -> None:
    for palette in served("#ffd166"):
        assert palette.hex("accent") == "#ffd166"


def test_three_equal_hex_codes_are_told_apart() -> None:
    for palette in served("#888888, #888888 and #888888"):
        assert shortfalls({swatch.role: swatch.hex for swatch in palette.swatches}) == ()


def test_a_third_color_is_the_second_voice() -> None:
    for palette in served("navy, gold and teal"):
        assert hue_gap(color(palette, "secondary").hue, 192) <= 20


def test_a_second_pale_color_tints_the_panels() -> None:
    for palette in served("mint and peach"):
        assert hue_gap(color(palette, "accent").hue, 162) <= 20
        assert hue_gap(color(palette, "soft").hue, 58) <= 20


def test_cream_and_white_choose_the_ground() -> None:
    for palette in served("cream background"):
        assert in_band(color(palette, "background").hue, 70, 100)
    for palette in served("lots of white"):
        assert color(palette, "background").chroma < 0.004


def test_dark_and_light_move_the_primary() -> None:
    assert all(color(palette, "primary").lightness <= 0.40 for palette in served("dark and moody"))
    assert all(color(palette, "primary").lightness >= 0.45 for palette in served("not too dark"))


def test_a_color_asked_for_keeps_its_name() -> None:
    palette = next(served("navy and gold"))

    assert [swatch.name for swatch in palette.swatches][0:3:2] == ["Navy", "Gold"]
    assert "built on navy and gold" in palette.reasoning


@pytest.mark.parametrize("industry", ["legal", "bakery", "garden"])
@pytest.mark.parametrize("hints", ["navy and gold", "pastel", "warm"])
def test_color_words_do_not_change_what_the_reasons_talk_about(industry: str, hints: str) -> None:
    own = section("industries")[industry]["moods"]

    moods = {generate_palette(brief(industry), seed=seed, hints=hints).mood for seed in range(6)}

    assert moods <= set(own)


def test_words_of_character_may_change_it() -> None:
    moods = {
        generate_palette(brief("realestate"), seed=seed, hints="luxurious").mood
        for seed in range(8)
    }

    assert "luxe" in moods


@pytest.mark.parametrize(
    ("text", "roles", "excluded"),
    [
        ("Navy & Gold", {"primary": "navy", "accent": "gold"}, 0),
        ("greens and blues", {"primary": "green", "accent": "blue"}, 0),
        ("forest green", {"primary": "forest green"}, 0),
        ("blue-green", {"primary": "blue", "accent": "green"}, 0),
        ("no pink, purple or red", {}, 3),
        ("no pink, navy instead", {"primary": "navy"}, 1),
        ("not pink but teal", {"primary": "teal"}, 1),
        ("avoid brown. Use olive", {"primary": "olive"}, 1),
        ("purple without pink", {"primary": "purple"}, 1),
        ("no black", {}, 0),
        ("not playful, not rustic, no cream", {}, 0),
        ("something that sings", {}, 0),
        ("", {}, 0),
    ],
)
def test_free_text_is_read(text: str, roles: dict[str, str], excluded: int) -> None:
    hints = read_hints(text)

    assert {role: anchor.word for role, anchor in hints.anchors.items()} == roles
    assert len(hints.excluded) == excluded


def test_negated_styles_mean_their_opposite() -> None:
    assert read_hints("not warm").hues == read_hints("cool").hues
    assert read_hints("nothing neon").chroma == read_hints("muted").chroma


def test_two_styles_narrow_each_other() -> None:
    low, high = read_hints("muted pastel").chroma["primary"]

    assert (low, high) == (0.06, 0.08)


def test_data_of_hints_is_sound() -> None:
    styles = section("palette")["styles"]
    words = [word for style in styles.values() for word in style["words"]]
    colors = section("palette")["colors"]

    assert len(words) == len(set(words))
    assert not set(words) & set(colors["words"])
    assert all(style.get("opposite", "dark") in styles for style in styles.values())
    assert all(set(style["moods"]) <= set(MOOD_IDS) for style in styles.values())
    assert all(plain in colors["words"] for plain in colors["forms"].values())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    generate_palette(brief("coffee"), seed=1, hints=text)
