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
    "First Ember": "dfa202a9ccc8b326e9a14915917c55f54fc226db04f2afa8b58774acf3196ca2",
    "Gusthawk": "c7522a08e491aa7d5da19b4ba0678f73c5e440ef2227dfcc8ab72e9606478ead",
    "Molarkite": "f3cb225ed41f45ae357f674e7fcf5702cccb68580d28c8c214dd9421a29c73fe",
    "Docketstone": "c4bb0829ba59e7a72c54bf33908ec6b9840900d98085b7c2f464123eddfa6ab7",
    "Stillow": "f8908b0d90a423a5921dda4cfcf0b71bccc7b04766309ccfe4171ef7b574f578",
    "Tailharbor": "c8783f69dafc1966ed1b77284d7f8cd59a781ad7e4d20d508dac100ebc7c3d80",
    "Versegrove": "b3d401e87cb9a69d4faed90d1f375f005b7e13826cffc019c89a3ce6512dd639",
    "Crumbloom": "34db1c44a250bdf210db59e65dee60e32d57bb0125f020188a8914c984483048",
    "Phasebeam": "4e43638910adcabfad9fffa0f98e310c7ac9e7494edb07668de636d0a8718d76",
    "Salt & Stone": "2c2133c3c2ee058f262ef357bc16d326dc2c5f23b7d263dc3d3e34398b910ab3",
    "Bobbin": "a1a42b748b7803cfa97730382292f776849c206ddddea6352680904fae91c41a",
    "Inkling": "4c7db77cd3188dcc386b96d44ec072f929d98f871882780373cc80694d1a8cc4",
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
