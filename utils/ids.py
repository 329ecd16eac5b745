"""Time-ordered identifiers."""

import os
import time
from datetime import datetime
from uuid import UUID


def uuid7() -> UUID:
    """A UUID whose first 48 bits are milliseconds since 1970 (RFC 9562 section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 68) << 64
    return UUID(int=value | 0b10 << 62 | random_bits & ((1 << 62) - 1))


def smallest_uuid7(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment: "made before it" is then a range of the primary key."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62)
