"""Generated palettes: their guarantees on the rounded hex, their variety and their words."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import build
from core.engine.ontology import ontology
from core.engine.pack import PACK_DIRECTORY, section
from core.engine.palette.color import Oklch, contrast, from_hex, to_hex
from core.engine.palette.generate import generate_palette
from core.engine.palette.judge import ROLES, apart, carries_meaning, floored, shortfalls
from core.engine.palette.moods import archetypes, mood_weights
from core.engine.palette.names import anchors, nearest_name
from core.engine.types import MOOD_IDS, Palette

from .palette_cases import brief

HINTS = (
    None, "earthy tones", "navy and gold", "pastel", "no pink", "neon purple", "muted ocean",
    "monochrome", "black and gold", "mint and peach", "dark red", "#ff6600", "yellow", "sunset",
    "warm, no red, no orange", "pastel pink, yellow and blue", "luxury", "white and grey",
)  # fmt: skip


def colors_of(palette: Palette) -> dict[str, str]:
    return {swatch.role: swatch.hex for swatch in palette.swatches}


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(tuple(ontology().industries)), max_size=3, unique=True),
    st.lists(st.sampled_from(tuple(ontology().concepts)), max_size=4, unique=True),
    st.integers(0, 2**31),
    st.sampled_from(HINTS),
    st.sampled_from((0.1, 1.0)),
)
def test_every_guarantee_holds_for_every_brief(
    industries: list[str], concepts: list[str], seed: int, hints: str | None, confidence: float
) -> None:
    subject = brief(*industries, concepts=tuple(concepts), confidence=confidence)

    palette = generate_palette(subject, seed=seed, hints=hints)

    colors = colors_of(palette)
    assert tuple(colors) == ROLES
    assert shortfalls(colors) == ()
    assert contrast(colors["text"], colors["background"]) >= 10
    assert min(palette.distances.values()) >= 8.5
    assert len({swatch.name for swatch in palette.swatches}) == len(ROLES)


@pytest.mark.parametrize(
    ("role", "value", "problem"),
    [
        ("text", "#777777", "text on background"),
        ("primary", "#66aaff", "white on primary"),
        ("secondary", "#aaddaa", "secondary on background"),
        ("accent", "#444444", "text on accent"),
        ("soft", "#555555", "text on soft"),
        ("secondary", "#2a4a7c", "primary and secondary"),
        ("accent", "#5a6c8f", "too little to carry meaning"),
    ],
)
def test_a_broken_guarantee_is_noticed(role: str, value: str, problem: str) -> None:
    sound = {
        "primary": "#274a7a", "secondary": "#b3541e", "accent": "#ecc74e", "soft": "#d5e4fa",
        "background": "#f4f8fd", "text": "#131b26",
    }  # fmt: skip
    assert shortfalls(sound) == ()

    assert any(problem in shortfall for shortfall in shortfalls({**sound, role: value}))


def test_listed_contrasts_are_those_of_the_hex_values() -> None:
    palette = generate_palette(brief("dental"), seed=4)
    known = {**colors_of(palette), "white": "#ffffff"}

    assert len(palette.contrasts) == 6
    for pair in palette.contrasts:
        assert pair.ratio == floored(contrast(known[pair.foreground], known[pair.background]))
        assert pair.ratio >= pair.required


@pytest.mark.parametrize(("ratio", "printed"), [(4.499, 4.49), (4.5, 4.5), (21.0, 21.0)])
def test_ratios_are_floored(ratio: float, printed: float) -> None:
    assert floored(ratio) == printed


def test_swatches_report_the_color_of_their_hex() -> None:
    for swatch in generate_palette(brief("coffee"), seed=1).swatches:
        assert swatch.oklch == pytest.approx(from_hex(swatch.hex), abs=0.006)


def test_equal_inputs_give_equal_palettes_in_other_processes() -> None:
    program = (
        "import json, dataclasses\n"
        "from core.engine.palette.generate import generate_palette\n"
        "from core.engine.types import Brief, WeightedIndustry\n"
        "subject = Brief('teas', (WeightedIndustry('coffee', 1.0),), ('calm',), ())\n"
        "found = [dataclasses.asdict(generate_palette(subject, seed=s, hints='warm, no pink'))\n"
        "         for s in range(5)]\n"
        "print(json.dumps(found))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "77")
    }

    assert len(answers) == 1
    assert len(json.loads(answers.pop())) == 5


def test_another_seed_gives_another_palette() -> None:
    served = {generate_palette(brief("finance"), seed=seed).hex("primary") for seed in range(20)}

    assert len(served) >= 15


def test_primaries_are_neither_all_dark_nor_all_navy() -> None:
    primaries = [
        from_hex(generate_palette(brief(industry), seed=seed).hex("primary"))
        for industry in tuple(ontology().industries)
        for seed in range(8)
    ]

    dark = sum(color.lightness < 0.40 for color in primaries) / len(primaries)
    navy = sum(color.lightness < 0.42 and 235 < color.hue < 275 for color in primaries)
    blues = sum(225 < color.hue < 275 for color in primaries) / len(primaries)
    sextants = Counter(int(color.hue // 60) for color in primaries)
    assert dark < 0.30
    assert navy / len(primaries) < 0.12
    assert blues < 0.40
    assert min(sextants[index] for index in (0, 2, 3, 4)) / len(primaries) > 0.06


@pytest.mark.parametrize("industry", tuple(ontology().industries))
def test_moods_are_those_of_the_industry(industry: str) -> None:
    fitting = section("industries")[industry]["moods"]

    moods = Counter(generate_palette(brief(industry), seed=seed).mood for seed in range(6))

    assert set(moods) <= set(fitting)


def test_concepts_lead_when_the_topic_is_unknown() -> None:
    moods = [generate_palette(brief(concepts=("calm",)), seed=seed).mood for seed in range(8)]

    assert set(moods) == {"calm"}


def test_an_unsure_industry_yields_to_the_concepts() -> None:
    weights = mood_weights(brief("finance", concepts=("play",), confidence=0.2))

    assert max(weights, key=lambda mood: weights[mood]) == "play"


def test_reasons_state_measured_facts() -> None:
    palette = generate_palette(brief("bakery"), seed=2)
    stated = f"{int(contrast('#ffffff', palette.hex('primary')) * 10) / 10}:1"
    primary = palette.swatches[0]

    assert primary.reasoning.endswith(f"; white text on it reads at {stated}.")
    assert palette.reasoning.count(primary.name) == 1


def test_no_reason_is_malformed() -> None:
    for industry in tuple(ontology().industries):
        palette = generate_palette(brief(industry), seed=11, hints="warm but not too dark")
        for text in (palette.reasoning, *(swatch.reasoning for swatch in palette.swatches)):
            assert text[0].isupper()
            assert text.endswith(".")
            assert not any(slip in text for slip in (" ,", ",,", "  ", "None", "{", ".."))


def test_every_mood_has_five_to_eight_sound_triples() -> None:
    counts = Counter(archetype.mood for archetype in archetypes())

    assert set(counts) == set(MOOD_IDS)
    assert all(5 <= count <= 8 for count in counts.values())
    for archetype in archetypes():
        primary, secondary, accent = (to_hex(color) for color in archetype.colors.values())
        assert contrast("#ffffff", primary) >= 4.5, archetype
        assert contrast("#ffffff", secondary) >= 3, archetype
        assert apart(primary, secondary), archetype
        assert apart(primary, accent), archetype
        assert apart(secondary, accent), archetype
        assert carries_meaning(primary, accent), archetype


def test_every_mood_has_mid_tone_primaries() -> None:
    for mood in MOOD_IDS:
        tones = [a.colors["primary"].lightness for a in archetypes() if a.mood == mood]
        assert sum(tone >= 0.42 for tone in tones) >= 4, mood


@pytest.mark.parametrize(
    ("color", "forbidden"),
    [
        (Oklch(0.91, 0.035, 255), ("Lavender", "Lilac", "Pink")),
        (Oklch(0.45, 0.002, 0), ("Rose", "Brick", "Slate", "Teal")),
        (Oklch(0.36, 0.10, 258), ("Violet", "Indigo", "Plum")),
        (Oklch(0.50, 0.10, 150), ("Teal", "Blue", "Olive")),
    ],
)
def test_names_do_not_mislead(color: Oklch, forbidden: tuple[str, ...]) -> None:
    name = nearest_name(color)

    assert not any(word in name for word in forbidden), name


def test_anchors_carry_their_own_names() -> None:
    known = anchors()

    assert len(known) >= 150
    assert all(nearest_name(color) == name for name, color in known.items())


def test_pack_is_built_from_the_sources() -> None:
    sources = build.read_section(build.SOURCE_DIRECTORY / "palette")

    assert (PACK_DIRECTORY / "palette.json.zz").read_bytes() == build.packed(sources)
