"""Shorter intervals for the service's processes, so that a crash is settled while a test waits."""

from types import MappingProxyType

from database.repositories import generation_repository
from services import generation_runner, outbox, schedule

LEASE_S = 6


def quicken() -> None:
    """Shorten the intervals of this process; called before anything copies the constants.

    Their relations are those of the service: three beats a lease, two looks a lease.
    """
    generation_repository.LEASE_SECONDS = LEASE_S
    generation_runner.HEARTBEAT_S = 2.0
    outbox.HOLD_S = 10
    outbox.MOST_PAUSE_S = 2
    schedule.INTERVALS = MappingProxyType({**schedule.INTERVALS, schedule.REAP: 3.0})
