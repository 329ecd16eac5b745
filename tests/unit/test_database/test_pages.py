"""Cursors: whatever was encoded comes back, whatever was not is refused."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exceptions import InvalidInputError
from database.pages import BEFORE_FIRST, Position, decode_cursor, encode_cursor, page_of

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1))  # noqa: DTZ001  # made aware below


@given(MOMENTS, st.uuids())
def test_a_position_survives_its_cursor(moment: datetime, row_id: UUID) -> None:
    position = Position(moment.replace(tzinfo=UTC), row_id)

    assert decode_cursor(encode_cursor(position)) == position


def test_no_cursor_is_the_beginning() -> None:
    assert decode_cursor(None) == BEFORE_FIRST


@given(st.text(max_size=64))
def test_a_made_up_cursor_is_refused_or_read(cursor: str) -> None:
    try:
        position = decode_cursor(cursor)
    except InvalidInputError:
        return
    assert encode_cursor(position) == cursor


@pytest.mark.parametrize("cursor", ["", "abc", "a" * 32 + "=", "ü" * 32])
def test_garbage_is_an_input_error(cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        decode_cursor(cursor)


@given(st.integers(0, 10), st.integers(1, 10))
def test_a_page_has_at_most_its_limit_and_a_cursor_only_when_more_follows(
    rows: int, limit: int
) -> None:
    items = [
        {"created_at": datetime(2026, 1, 1, tzinfo=UTC), "id": UUID(int=i)} for i in range(rows)
    ]

    page = page_of(items[: limit + 1], limit)

    assert len(page.items) == min(rows, limit)
    assert (page.next_cursor is not None) == (rows > limit)
