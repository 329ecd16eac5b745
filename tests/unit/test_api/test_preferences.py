"""What `Prefer` means to us (RFC 7240), and that no header breaks anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.preferences import LONGEST_WAIT_S, MOST_PATIENCE_S, patience

DEFAULT = (MOST_PATIENCE_S, None)


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        (None, DEFAULT),
        ("", DEFAULT),
        (" , ,", DEFAULT),
        ("respond-async", (0, "respond-async")),
        ("Respond-Async", (0, "respond-async")),
        ('respond-async; foo="some parameter"', (0, "respond-async")),
        ("wait=0", (0, "wait=0")),
        ("wait=1", (1, "wait=1")),
        ('wait="10"', (10, "wait=10")),
        ("WAIT = 10", (10, "wait=10")),
        ("wait=30", (30, "wait=30")),
        ("wait=31", (30, "wait=30")),
        ("wait=999999999", (30, "wait=30")),
        ("respond-async, wait=10", (10, "wait=10")),
        ("wait=10, respond-async", (10, "wait=10")),
        ("wait=5, wait=20", (5, "wait=5")),
        ("return=minimal, handling=lenient", DEFAULT),
        ("return=minimal, respond-async", (0, "respond-async")),
        ("return=minimal,wait=2", (2, "wait=2")),
        ("wait", DEFAULT),
        ("wait=", DEFAULT),
        ("wait=-1", DEFAULT),
        ("wait=1.5", DEFAULT),
        ("wait=NaN", DEFAULT),
        ("wait=9999999999", DEFAULT),
        ("wait=-1, respond-async", (0, "respond-async")),
        ("respond-async-please", DEFAULT),
    ],
)
def test_what_is_preferred(prefer: str | None, expected: tuple[float, str | None]) -> None:
    assert patience(prefer) == expected


PARTS = st.sampled_from(["wait", "=", '"', ";", ",", " ", "respond-async", "7", "٣", "²", "\xe9"])


@given(st.text(max_size=200) | st.lists(PARTS, max_size=20).map("".join))
def test_no_header_breaks_it(prefer: str) -> None:
    wait_s, applied = patience(prefer)

    if applied is None:
        assert wait_s == MOST_PATIENCE_S
    elif applied == "respond-async":
        assert wait_s == 0
    else:
        assert applied == f"wait={wait_s}"
        assert 0 <= wait_s <= LONGEST_WAIT_S
        assert applied.isascii()
