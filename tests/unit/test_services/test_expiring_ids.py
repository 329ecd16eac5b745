"""Ids that matter until a given time."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.expiring_ids import ExpiringIds

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_an_id_is_known_until_its_time_has_come() -> None:
    ids, one = ExpiringIds(), uuid4()
    ids.add(one, NOW + timedelta(seconds=5))

    assert ids.has(one, NOW)
    assert not ids.has(uuid4(), NOW)
    assert not ids.has(one, NOW + timedelta(seconds=5))


def test_the_oldest_are_forgotten_first() -> None:
    ids = ExpiringIds(max_entries=2)
    first, second, third = uuid4(), uuid4(), uuid4()
    for known_id in (first, second, first, third):
        ids.add(known_id, NOW + timedelta(days=1))

    assert [ids.has(known_id, NOW) for known_id in (first, second, third)] == [True, False, True]
