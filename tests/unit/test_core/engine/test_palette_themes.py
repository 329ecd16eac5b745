"""Both themes and the ramps of any palette keep contrast and colour-vision limits."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.facade import Query, complete_palette, make_palette
from core.engine.ontology import ontology
from core.engine.palette.color import contrast, from_hex
from core.engine.palette.generate import generate_palette
from core.engine.palette.judge import carries_meaning
from core.engine.palette.ramps import STEPS, neutral_ramp, ramp_of
from core.engine.palette.repair import repair_palette
from core.engine.palette.theme import FILLS, scheme_of
from core.engine.palette.vision import difference
from core.engine.types import Brief, Palette, Scheme, Theme, WeightedIndustry

HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
ROLES = {
    "primary", "secondary", "accent", "background", "surface", "border", "text", "text-muted",
    "link", "focus", "success", "warning", "error", "info", *(f"on-{fill}" for fill in FILLS),
}  # fmt: skip


def assert_sound(theme: Theme) -> None:
    """Gates 19 and 20 of the scorecard."""
    assert set(theme.colors) == ROLES
    for pair in theme.pairs:
        ratio = contrast(theme.colors[pair.foreground], theme.colors[pair.background])
        assert ratio >= pair.required, (theme.mode, pair)
        assert pair.ratio <= ratio < pair.ratio + 0.01
    assert theme.differences["normal"] >= 15
    assert min(theme.differences["protan"], theme.differences["deutan"]) >= 10
    assert theme.differences["tritan"] >= 7
    assert carries_meaning(theme.colors["primary"], theme.colors["accent"])


def assert_ramps(scheme: Scheme) -> None:
    for ramp in scheme.ramps.values():
        assert tuple(ramp) == STEPS
        lightness = [from_hex(value).lightness for value in ramp.values()]
        assert all(one > other for one, other in pairwise(lightness))


@pytest.mark.parametrize("industry", tuple(ontology().industries))
def test_every_field_gets_two_sound_themes(industry: str) -> None:
    brief = Brief("A company", (WeightedIndustry(industry, 1.0),), (), ())
    for seed in range(3):
        scheme = scheme_of(generate_palette(brief, seed=seed).colors)
        assert_sound(scheme.light)
        assert_sound(scheme.dark)
        assert_ramps(scheme)


@settings(max_examples=80, deadline=None)
@given(HEX, HEX, HEX, st.one_of(st.none(), HEX))
def test_colours_of_others_get_two_sound_themes(
    primary: str, secondary: str, accent: str, background: str | None
) -> None:
    given_colors = {"primary": primary, "secondary": secondary, "accent": accent}
    if background:
        given_colors["background"] = background
    palette = repair_palette(understand("A company"), given_colors)
    assert isinstance(palette, Palette)
    scheme = scheme_of(palette.colors)
    assert_sound(scheme.light)
    assert_sound(scheme.dark)
    assert_ramps(scheme)


@given(HEX)
def test_a_ramp_holds_its_colour_and_stays_in_its_hue(color: str) -> None:
    assert color in ramp_of(color).values()


def test_a_grey_brand_gets_pure_greys() -> None:
    assert all(
        from_hex(value).chroma < 0.001 for value in neutral_ramp({"primary": "#222222"}).values()
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_light_theme_keeps_the_palette_itself(seed: int) -> None:
    palette = make_palette(Query("A small bakery"), seed, None)
    assert palette.scheme is not None
    light = palette.scheme.light.colors
    for role in ("primary", "secondary", "accent", "background", "text"):
        assert light[role] == palette.hex(role)


def test_the_dark_primary_is_the_same_hue() -> None:
    palette = make_palette(Query("A small bakery"), 3, "navy and gold")
    assert palette.scheme is not None
    light, dark = (
        from_hex(t.colors["primary"]) for t in (palette.scheme.light, palette.scheme.dark)
    )
    assert dark.lightness > light.lightness
    assert abs(dark.hue - light.hue) < 12


def test_repaired_palettes_come_with_their_scheme() -> None:
    palette, refused = complete_palette(Query("A small bakery"), 1, None, {"primary": "#777777"})
    assert refused is None
    assert palette.scheme is not None


def test_states_differ_by_more_than_the_threshold() -> None:
    for mode in ("light", "dark"):
        palette = make_palette(Query("Solar panels"), 5, None)
        assert palette.scheme is not None
        theme: Theme = getattr(palette.scheme, mode)
        assert difference(theme.colors["success"], theme.colors["error"], "deutan") >= 10
