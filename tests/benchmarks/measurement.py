"""What a row of the table is made of."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value, how far its rounds lie apart as a share of it, and what else was seen."""

    row: str
    value: float
    spread: float | None = None
    note: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def of_rounds(
    row: str, values: Sequence[float], note: str = "", details: Mapping[str, object] | None = None
) -> Measurement:
    """The median of the rounds."""
    middle = statistics.median(values)
    spread = (max(values) - min(values)) / middle if len(values) > 1 else None
    return Measurement(row, middle, spread, note, {"rounds": list(values), **(details or {})})
