"""The brands on the sheet: fixed descriptions, each with what the engine makes of it."""

from dataclasses import dataclass

from core.engine.facade import (
    LogoConcept,
    Query,
    make_logo,
    make_names,
    make_palette,
    make_taglines,
)
from core.engine.types import Name, Palette, Tagline

# From every width of small company, plain and odd wording, with a field of ours and without one.
DESCRIPTIONS = (
    "A neighbourhood sourdough bakery that delivers by bike",
    "Small-batch coffee roaster with a monthly subscription",
    "Invoicing software for independent builders",
    "A friendly dental clinic for children",
    "Drones that inspect wind turbines",
    "Vintage and secondhand fashion, curated by hand",
    "A law firm that helps immigrants with visas",
    "Guided hiking trips in the Alps for beginners",
    "House cleaning for busy families, with fair wages",
    "Phone and laptop repair while you wait",
    "Wedding planning for small budgets",
    "Laundry picked up and brought back the next day",
    "A password manager for families",
    "Kubernetes observability for engineering teams",
    "Beekeeping supplies for hobby beekeepers",
    "A climbing gym with a bouldering cave",
    "Natural skincare made from botanical oils",
    "A volunteer network for lonely neighbours",
    "Solar panels for people who rent",
    "An indie studio that makes cosy video games",
    "A plumber for old houses, day and night",
    "Organic vegetable boxes from our own farm",
    "Violin lessons for adults who start late",
    "Contract machining of precision parts in short runs",
)


@dataclass(frozen=True, slots=True)
class Board:
    """One description and its brand; the first name carries taglines and logos."""

    description: str
    names: tuple[Name, ...]
    taglines: tuple[Tagline, ...]
    palette: Palette
    concepts: tuple[LogoConcept, ...]


def make_board(description: str, seed: int) -> Board:
    """Ten names, five taglines, a palette and three logos for a description."""
    query = Query(description)
    names = make_names(query, seed, 10)
    first = names[0]
    palette = make_palette(query, seed, None)
    return Board(
        description,
        tuple(names),
        tuple(make_taglines(query, first.text, first.parts, seed, 5)),
        palette,
        tuple(
            make_logo(query, first.text, first.parts, palette.colors, seed, variation)
            for variation in (1, 2, 3)
        ),
    )
