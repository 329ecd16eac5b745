"""Briefs and palettes that the logo tests share."""

from core.engine.types import Brief, Palette, Swatch, WeightedIndustry

COLOURS = {
    "primary": "#254a39",
    "secondary": "#b1783b",
    "accent": "#eddcad",
    "soft": "#d1e3d9",
    "background": "#fbf6f0",
    "text": "#15241d",
}

GOLDEN: dict[str, str] = {}

BRANDS = (
    ("First Ember", ("first", "ember"), "coffee"),
    ("Gusthawk", ("gust", "hawk"), "robotics"),
    ("Molarkite", ("molar", "kite"), "dental"),
    ("Docketstone", ("docket", "stone"), "construction"),
    ("Stillow", ("still", "willow"), "wellness"),
    ("Tailharbor", ("tail", "harbor"), "pets"),
    ("Versegrove", ("verse", "grove"), "education"),
    ("Crumbloom", ("crumb", "bloom"), "bakery"),
    ("Phasebeam", ("phase", "beam"), "data"),
    ("Salt & Stone", ("salt", "stone"), "restaurant"),
    ("Bobbin", ("bobbin",), "fashion"),
    ("Inkling", ("inkling",), "devtools"),
)


def brief(industry: str | None = "coffee", place: str | None = None) -> Brief:
    """A brief of one industry, or of none."""
    industries = (WeightedIndustry(industry, 1.0),) if industry else ()
    confidence = 0.9 if industry else 0.1
    return Brief("A test", industries, (), (), place=place, confidence=confidence)


def palette(mood: str = "warmth", **changed: str) -> Palette:
    """A palette that meets the contrast promises, unless a colour is changed."""
    swatches = tuple(
        Swatch(role, code, role, (0.5, 0.1, 100.0), "")
        for role, code in {**COLOURS, **changed}.items()
    )
    return Palette(mood, swatches, (), {}, "")
