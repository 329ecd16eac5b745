"""What a client prefers: to wait for the result or not (RFC 7240)."""

import re
from typing import Annotated

from fastapi import Header

# Longer than any work may take: whoever states no preference gets the result.
MOST_PATIENCE_S = 280.0
LONGEST_WAIT_S = 30

_PREFERENCE = re.compile(r'\s*([\w-]+)\s*(?:=\s*"?(\d{1,9})"?)?\s*(?:;.*)?')

Prefer = Annotated[
    str | None,
    Header(
        max_length=200,
        description="`respond-async` answers 202 at once; `wait=10` answers 202 unless the result "
        "is there within ten seconds, at most 30 (RFC 7240). Without it, the result is waited for.",
        examples=["respond-async"],
    ),
]


def patience(prefer: str | None) -> tuple[float, str | None]:
    """How long to wait for the result, in seconds, and the preference that is followed.

    `wait` says how long; `respond-async` alone does not wait. Others are not known to us.
    """
    given: dict[str, str | None] = {}
    for text in (prefer or "").split(","):
        if match := _PREFERENCE.fullmatch(text):
            given.setdefault(match[1].lower(), match[2])
    if (seconds := given.get("wait")) is not None:
        wait_s = min(int(seconds), LONGEST_WAIT_S)
        return wait_s, f"wait={wait_s}"
    if "respond-async" in given:
        return 0, "respond-async"
    return MOST_PATIENCE_S, None
