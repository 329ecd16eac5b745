"""Constructed motifs, each a few primitives and booleans in a 100-unit box."""

from collections.abc import Callable
from functools import cache

from core.engine.logos.motifs import (
    culture,
    larder,
    living,
    moving,
    nature,
    signs,
    sky,
    tools,
    trade,
)
from core.engine.logos.motifs.base import Motif
from core.engine.types import MOTIF_IDS

_SOURCES = (culture, larder, living, moving, nature, signs, sky, tools, trade)


def _drawing(motif_id: str) -> Callable[[], Motif]:
    """The function of that name; a primitive of that name, which files import, does not count."""
    for source in _SOURCES:
        drawing: Callable[[], Motif] | None = vars(source).get(motif_id)
        if drawing is not None and drawing.__module__ == source.__name__:
            return drawing
    raise KeyError(motif_id)


@cache
def motif(motif_id: str) -> Motif:
    """One of `MOTIF_IDS`, drawn once per process; raises KeyError for any other id."""
    if motif_id not in MOTIF_IDS:
        raise KeyError(motif_id)
    return _drawing(motif_id)()
