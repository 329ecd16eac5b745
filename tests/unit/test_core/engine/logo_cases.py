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

# SHA-256 of all files of each brand, reviewed on sheets; see test_logos_golden.
GOLDEN = {
    "First Ember": "057bfdd9da23afe5c6d97a239ac1518ad7a29bdb5e38dd8881b7c7f2e9f4156c",
    "Gusthawk": "bf908728bb2d629b37da8d816031a17a02d4552ef6f6b0ee0fdcf8f807b42a49",
    "Molarkite": "870dc1e16339b4aaf5ca975eb78ef16f6dafa5e3edeecbc77560f31e198e68d8",
    "Docketstone": "c3e4abf9b54d567d3302101ff6a80aeea603545494467e2ca39521d84f134319",
    "Stillow": "a9e43e2b1a2840e800603244b4c01e171ec6fe408852abffc75bd1bace2221bb",
    "Tailharbor": "dd1ec8233deaf0fa1cbb07aaf4ff95ee0b959a5f16adcc39eeeb6a6b21df6c34",
    "Versegrove": "198bb3b071817dd147582a59f3dcd13f734a3cca34f41e3b18ea9a1f66d57574",
    "Crumbloom": "28aa0f6baedb4bbe23149395be648543810712186c82f355093c4724c5117f9f",
    "Phasebeam": "981a8c5c408b76f811bb5d599850d17a445c0fcaf7078edefee74d9ff843a4ee",
    "Salt & Stone": "aa272f5a831e49dda78ae3c14b1e5a681ddd9a8dba674da7aabdca9c351dd091",
    "Bobbin": "1f83ae614e0b80c51280b87c002dd8ca8ec75a11b96f02f3718a5f96ce8b0149",
    "Inkling": "150b8cbc6e458d306319a4a27b922f65e813a2a43bddbcf273bf538b92ddd1b5",
}


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
