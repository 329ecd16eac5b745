"""Keyset pages: newest first, stable while rows are added."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.exceptions import InvalidInputError

Row = Mapping[str, Any]  # Any: column values

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in the order `(created_at, id)` descending."""

    created_at: datetime
    id: UUID


BEFORE_FIRST = Position(datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the cursor of the next; None after the last."""

    items: Sequence[Row]
    next_cursor: str | None


def encode_cursor(position: Position) -> str:
    """An opaque, URL-safe text for a position."""
    microseconds = (position.created_at - _EPOCH) // timedelta(microseconds=1)
    raw = microseconds.to_bytes(8, "big", signed=True) + position.id.bytes
    return base64.urlsafe_b64encode(raw).decode()


def decode_cursor(cursor: str | None) -> Position:
    """The position in a cursor, or the one before all rows. Raises InvalidInputError."""
    if cursor is None:
        return BEFORE_FIRST
    try:
        raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
        microseconds = int.from_bytes(raw[:8], "big", signed=True)
        return Position(_EPOCH + timedelta(microseconds=microseconds), UUID(bytes=raw[8:]))
    except (ValueError, OverflowError, binascii.Error) as error:
        raise InvalidInputError("The cursor is not one that this API gave out.") from error


def page_of(rows: Sequence[Row], limit: int) -> Page:
    """The page from up to `limit` + 1 rows: the extra row only tells that there is a next page."""
    items = rows[:limit]
    if len(rows) <= limit:
        return Page(items, None)
    last = items[-1]
    return Page(items, encode_cursor(Position(last["created_at"], last["id"])))
