"""How long a provider asks to be left alone, in every form that a header or a body may have."""

import math
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EPOCH_S, _EPOCH_MS = 1e9, 1e12  # smaller numbers are a span of time
_LONGEST_TEXT = 40
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0}


def seconds_from(value: object) -> float | None:
    """Seconds from a number, a moment since 1970, a duration such as "6m0s", or an HTTP date.

    None for anything else; what has passed already is negative.
    """
    text = str(value).strip()[:_LONGEST_TEXT] if isinstance(value, str | int | float) else ""
    try:
        number = float(text)
    except ValueError:
        return _spelled_out(text)
    if not math.isfinite(number) or number < 0:
        return None
    if number >= _EPOCH_MS:
        return number / 1_000 - time.time()
    return number - time.time() if number >= _EPOCH_S else number


def wait_from(value: object, longest: float) -> float | None:
    """Seconds to wait, at most `longest`; None without a usable hint, and 0 is none."""
    seconds = seconds_from(value)
    return min(seconds, longest) if seconds is not None and seconds > 0 else None


def _spelled_out(text: str) -> float | None:
    if text and not _DURATION.sub("", text):
        return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):  # the second for a day or a year of eleven digits
        return None
