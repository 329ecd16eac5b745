"""Identifiers that tell when they were made."""

from datetime import UTC, datetime, timedelta

from utils.ids import smallest_uuid7, uuid7


def test_the_smallest_of_a_moment_parts_what_is_older_from_what_is_younger() -> None:
    before = datetime.now(UTC)
    made = [uuid7() for _ in range(100)]
    after = datetime.now(UTC) + timedelta(milliseconds=1)

    assert smallest_uuid7(before) <= min(made)
    assert max(made) < smallest_uuid7(after)
    assert smallest_uuid7(before).version == 7
    assert smallest_uuid7(before) < smallest_uuid7(before + timedelta(milliseconds=1))


def test_nothing_is_older_than_the_count_of_time() -> None:
    assert smallest_uuid7(datetime(1900, 1, 1, tzinfo=UTC)).int >> 80 == 0
