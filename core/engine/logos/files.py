"""From lockups to SVG files in all treatments."""

from collections.abc import Iterable, Mapping
from functools import cache

from core.engine.logos.art import one_colour
from core.engine.logos.layout import Sheet
from core.engine.logos.paint import Inks
from core.engine.logos.svg import document, path_data
from core.engine.types import Lockup, LogoFile, Treatment

TREATMENTS: tuple[Treatment, ...] = ("color", "color-dark", "black", "white")
_ONE_COLOUR: tuple[Treatment, ...] = ("black", "white")


def files(
    title: str, sheets: Iterable[tuple[Lockup, Sheet]], inks: Mapping[Treatment, Inks]
) -> tuple[LogoFile, ...]:
    """Every lockup in every treatment, lockups in the given order."""
    made = []
    written = cache(path_data)  # what is the same in colours and in one ink is written once
    for lockup, sheet in sheets:
        layers = [(written(layer.shape), layer.role) for layer in sheet.art]
        single = "".join(written(shape) for shape in one_colour(sheet.art))
        for treatment in TREATMENTS:
            colours = inks[treatment]
            if treatment in _ONE_COLOUR:
                paths = [(single, colours["mark"])]
            else:
                paths = [(data, colours[role]) for data, role in layers]
            made.append(LogoFile(lockup, treatment, document(title, sheet.view, paths)))
    return tuple(made)
