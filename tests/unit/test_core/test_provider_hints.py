"""How long providers ask to be left alone: every form, and what is none."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.providers.hints import seconds_from, wait_from


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7),
        (" 7.5 ", 7.5),
        (7, 7),
        ("0", None),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("\u00b2", None),
        (True, None),
        ([7], None),
        ("86400", 600),
        ("9" * 500, 600),
        ("1m1s", 61),
        ("1500ms", 1.5),
        ("Wed, 21 Oct 2015 07:28:00 +0000", None),
        ("Wed, 21 Oct 2099 07:28:00 -0000", 600),
        ("Mon, 1 Jan 99999999999 00:00:00 GMT", None),
        ("Mon, 99999999999 Jan 2026 00:00:00 GMT", None),
        ("Mon, 1 Jan 2026 00:00:00 +99999999999", None),
        ("Mon, 1 Jan 0001 00:00:00 +2359", None),
    ],
)
def test_hints_are_read_in_every_form(value: object, seconds: float | None) -> None:
    assert wait_from(value, 600) == seconds


@pytest.mark.parametrize("scale", [1, 1_000])
def test_hints_may_be_moments_since_1970(scale: int) -> None:
    found = seconds_from(str((time.time() + 90) * scale))
    assert found is not None
    assert 80 < found <= 90


def test_hints_may_be_dates() -> None:
    found = wait_from(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True), 600)
    assert found is not None
    assert 0 < found <= 90
