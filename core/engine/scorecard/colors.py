"""Checks 19 and 20: the palette on light and dark ground, for every kind of vision.

WCAG 2.2 criteria 1.4.3, 1.4.6 and 1.4.11; Machado, Oliveira & Fernandes (2009) for the simulation,
CIEDE2000 for the distance, thresholds after the status sets of Okabe & Ito and of Petroff (2021).
"""

from collections.abc import Mapping

from core.engine.palette.judge import LEAST_DIFFERENCES, ROLES, carries_meaning, shortfalls
from core.engine.palette.theme import scheme_of
from core.engine.palette.vision import VISIONS
from core.engine.scorecard.material import CheckResult
from core.engine.types import Scheme


def contrast(colors: Mapping[str, str]) -> CheckResult:
    """Check 19: every pair of roles that may be used, in both themes."""
    missing = [role for role in ROLES if role not in colors]
    if missing:
        return _failed(19, "contrast", f"Missing: {', '.join(missing)}.")
    scheme = scheme_of(colors)
    pairs = [*scheme.light.pairs, *scheme.dark.pairs]
    below = [pair for pair in pairs if pair.ratio < pair.required]
    missed = [*shortfalls(colors), *(f"{pair.foreground} on {pair.background}" for pair in below)]
    closest = min(pairs, key=lambda pair: pair.ratio / pair.required)
    return CheckResult(
        19, "contrast", "gate", len(missed), "0 of all pairs below", "fail" if missed else "pass",
        f"Below: {'; '.join(missed)}." if missed else
        f"{len(pairs)} pairs hold; the closest is {closest.foreground} on {closest.background} "
        f"with {closest.ratio:.2f} for {closest.required:g}.",
    )  # fmt: skip


def color_vision(colors: Mapping[str, str]) -> CheckResult:
    """Check 20: colours that carry meaning differ for every kind of vision, and in grey."""
    if any(role not in colors for role in ROLES):
        return _failed(20, "color_vision", "The palette is not complete.")
    scheme = scheme_of(colors)
    least = {
        vision: min(scheme.light.differences[vision], scheme.dark.differences[vision])
        for vision in VISIONS
    }
    limits = dict(zip(VISIONS, LEAST_DIFFERENCES, strict=True))
    sound = all(least[vision] >= limits[vision] for vision in VISIONS) and _grey_cue(scheme)
    return CheckResult(
        20, "color_vision", "gate",
        ", ".join(f"{vision} {value:g}" for vision, value in least.items()),
        ", ".join(f"{vision} {value:g}" for vision, value in limits.items()),
        "pass" if sound else "fail",
        "Least CIEDE2000 between states, and between primary and accent, in both themes.",
    )  # fmt: skip


def _grey_cue(scheme: Scheme) -> bool:
    """Whether primary and accent differ in grey as well."""
    themes = (scheme.light, scheme.dark)
    return all(carries_meaning(each.colors["primary"], each.colors["accent"]) for each in themes)


def _failed(number: int, key: str, reason: str) -> CheckResult:
    return CheckResult(number, key, "gate", None, "a complete palette", "fail", reason)
