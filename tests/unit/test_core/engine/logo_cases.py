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
    "First Ember": "6fd46ef9183f93e18d657a2db4a83cec5ee39756a5ed34f8b3404cc5a0e5a3de",
    "Gusthawk": "557018e95359064356bb4b3e7fb87596d9fe008ae02ebd58945123f496d458af",
    "Molarkite": "6b8b1999ddfce8ce5092f27e5582a5fb384b0dd4e346bbee060c18f21e341886",
    "Docketstone": "6116a02119dbbe27ca02d5b94fc9102ca1e12f1ccb2e1d2d6bad0fe36cd7ad24",
    "Stillow": "1dc69a8be9c64196340c4cc6b4ed294bcab3206754c0cc8bfbe763f0ed85259a",
    "Tailharbor": "7e14d1b4d3483482ad20d2faaa47628a46fd58bef444560f745d4fd5e2bf26c6",
    "Versegrove": "aaeea73f0a99ef07a849b4a94e6c5c223fb6b824b4b8885a93482e5e2dfdd7da",
    "Crumbloom": "bcf30b3b788c13cbe39f2e8dfe0918572147356da067d10422565f6174ce72d7",
    "Phasebeam": "017d2d4467a99e2a9ee4a5f78897a09df2ec5da95379982e63e5aee5c0939751",
    "Salt & Stone": "60f3338987f50c613a9291a8c0a859e5ac9e8793bd6cbf6922b212e7bfd04dcd",
    "Bobbin": "0e6cf4178c9549b6b8a0823d7f2eaa983b887823ea27308c7438d7b0b52960bf",
    "Inkling": "7957c1d354264ca1b36e4a5a97eb984b1db64daa479346135476a6b363198062",
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
