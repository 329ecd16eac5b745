"""Constructed motifs, each a few primitives and booleans in a 100-unit box."""

from collections.abc import Callable
from functools import cache

from core.engine.logos.motifs import nature, signs, sky, trade
from core.engine.logos.motifs.base import Motif
from core.engine.types import MOTIF_IDS

_SOURCES = (nature, signs, sky, trade)


def _drawing(motif_id: str) -> Callable[[], Motif]:
    for source in _SOURCES:
        drawing: Callable[[], Motif] | None = vars(source).get(motif_id)
        if drawing is not None:
            return drawing
    raise KeyError(motif_id)


@cache
def motif(motif_id: str) -> Motif:
    """One of `MOTIF_IDS`, drawn once per process; raises KeyError for any other id."""
    if motif_id not in MOTIF_IDS:
        raise KeyError(motif_id)
    return _drawing(motif_id)()
