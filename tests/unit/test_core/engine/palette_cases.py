"""Briefs for the palette tests, and the angle between hues."""

from core.engine.types import Brief, WeightedIndustry


def brief(
    *industries: str, concepts: tuple[str, ...] = (), confidence: float = 1.0, text: str = ""
) -> Brief:
    """A brief about these industries, the strongest first."""
    return Brief(
        description=text or " ".join(industries) or "something new",
        industries=tuple(
            WeightedIndustry(name, 1.0 if index == 0 else 0.8)
            for index, name in enumerate(industries)
        ),
        concepts=concepts,
        keywords=(),
        confidence=confidence,
    )


def in_band(hue: float, low: float, high: float) -> bool:
    """Whether a hue lies between two others, going up from the first."""
    return (hue - low) % 360 <= (high - low) % 360
