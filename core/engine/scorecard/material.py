"""What the scorecard takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.engine.types import Lockup, Treatment

Kind = Literal["gate", "score"]
Outcome = Literal["pass", "fail", "not_checked"]


@dataclass(frozen=True, slots=True)
class DomainState:
    """What is known of one domain; `source` and `checked_at` say from where and since when."""

    domain: str
    status: str
    source: str | None
    checked_at: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A tagline with what it is best at."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A logo concept in colours by role; `files` are its vector files.

    A picture of pixels has none.
    """

    family: str
    colors: Mapping[str, str]
    files: Mapping[tuple[Lockup, Treatment], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a package; None for a part that is not there.

    `name` is the brand's, `colors` maps the six roles of a palette to hex, `tlds` are the endings
    that were asked for.
    """

    name: str | None = None
    names: tuple[str, ...] | None = None
    domains: Mapping[str, tuple[DomainState, ...]] | None = None
    tlds: tuple[str, ...] = ()
    taglines: tuple[Line, ...] | None = None
    colors: Mapping[str, str] | None = None
    marks: tuple[Mark, ...] | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: a gate has to pass, a score is shown. `reason` says what the value rests on."""

    number: int
    key: str
    kind: Kind
    value: float | int | str | None
    threshold: str
    result: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Appraisal:
    """How a description was understood, and what was measured of what was made for it.

    `fields` are labels of fields of business with their weight, `confidence` (0–1) says how well
    they cover the description.
    """

    fields: Mapping[str, float]
    concepts: tuple[str, ...]
    confidence: float
    checks: tuple[CheckResult, ...]
