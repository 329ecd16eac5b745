"""Repair of colours from elsewhere: sound results, least change, honest reports."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.engine.ontology import ontology
from core.engine.palette.color import contrast, from_hex, hue_gap
from core.engine.palette.generate import generate_palette
from core.engine.palette.judge import BRAND_ROLES, ROLES, shortfalls
from core.engine.palette.repair import repair_palette
from core.engine.types import Palette, Rejection

from .palette_cases import brief

hexes = st.one_of(
    st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"),
    st.sampled_from(["#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#808080"]),
)


def repaired(colors: dict[str, str], industry: str = "coffee") -> Palette:
    palette = repair_palette(brief(industry), colors)
    assert isinstance(palette, Palette)
    return palette


def colors_of(palette: Palette) -> dict[str, str]:
    return {swatch.role: swatch.hex for swatch in palette.swatches}


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(tuple(ontology().industries)),
    st.integers(0, 2**31),
    st.sampled_from((None, "pastel", "navy and gold", "earthy", "monochrome", "neon", "#777")),
)
def test_a_generated_palette_comes_back_unmoved(
    industry: str, seed: int, hints: str | None
) -> None:
    colors = colors_of(generate_palette(brief(industry), seed=seed, hints=hints))

    palette = repaired(colors, industry)

    assert colors_of(palette) == colors
    assert palette.adjustments == ()


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(st.sampled_from(ROLES), hexes))
def test_any_colors_become_sound_and_stay_so(colors: dict[str, str]) -> None:
    assume(any(role in colors for role in BRAND_ROLES))

    palette = repaired(colors)

    assert shortfalls(colors_of(palette)) == ()
    assert repaired(colors_of(palette)).adjustments == ()


@settings(max_examples=80, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(BRAND_ROLES, hexes)))
def test_hue_stays_and_chroma_never_grows(colors: dict[str, str]) -> None:
    palette = repaired(colors)

    for role, given_hex in colors.items():
        before, after = from_hex(given_hex), from_hex(palette.hex(role))
        assert after.chroma <= before.chroma + 0.012
        if after.chroma > 0.05:
            assert hue_gap(before.hue, after.hue) < 4


@settings(max_examples=80, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ROLES, hexes)))
def test_what_moved_is_reported(colors: dict[str, str]) -> None:
    palette = repaired(colors)

    named = {adjustment.split(":")[0] for adjustment in palette.adjustments}
    if "text and background" in named:
        colors["text"], colors["background"] = colors["background"], colors["text"]
    moved = {role for role in ROLES if palette.hex(role) != colors[role]}
    assert named - {"text and background"} == moved


def test_a_primary_moves_no_further_than_white_text_needs() -> None:
    palette = repaired({"primary": "#e07a5f", "background": "#ffffff", "text": "#111111"})

    assert 4.5 <= contrast("#ffffff", palette.hex("primary")) < 4.6
    assert palette.adjustments[0].startswith("primary: lightness 0.688 to 0.5")
    assert palette.adjustments[0].endswith("to carry white text and reach 4.5:1 on the background")


def test_equal_greys_are_told_apart_by_lightness() -> None:
    palette = repaired(dict.fromkeys(BRAND_ROLES, "#888888"))

    assert min(palette.distances.values()) >= 8.5
    assert any("stay apart" in adjustment for adjustment in palette.adjustments)


def test_a_dark_theme_is_turned_over() -> None:
    palette = repaired({"primary": "#4f8cff", "background": "#0b0f19", "text": "#f5f5f5"})

    assert palette.hex("text") == "#0b0f19"
    assert palette.hex("background") == "#f5f5f5"
    assert palette.adjustments[0].startswith("text and background: exchanged")


def test_missing_roles_are_added_in_the_spirit_of_the_given() -> None:
    palette = repaired({"primary": "#1b4332"})

    assert palette.hex("primary") == "#1b4332"
    added = {note.split(":")[0] for note in palette.adjustments if ": added #" in note}
    assert added == set(ROLES) - {"primary"}
    assert hue_gap(from_hex(palette.hex("text")).hue, from_hex("#1b4332").hue) < 20


def test_unreadable_values_are_replaced_and_named() -> None:
    palette = repaired({"Primary ": "#1B4332", "accent": "goldenrod"})

    assert palette.hex("primary") == "#1b4332"
    assert "accent: not a hex colour" in palette.adjustments
    assert f"accent: added {palette.hex('accent')}" in palette.adjustments


@pytest.mark.parametrize(
    "colors",
    [{}, {"primary": "blue"}, {"background": "#ffffff", "text": "#000000"}, {"logo": "#112233"}],
)
def test_nothing_usable_is_rejected(colors: dict[str, str]) -> None:
    answer = repair_palette(brief("coffee"), colors)

    assert isinstance(answer, Rejection)
    assert answer.reason == "no primary, secondary or accent is a hex colour"
