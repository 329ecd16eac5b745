"""How the work goes, in numbers: for operators and their tools. Every read is bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, text

from database.hot import HotStatement
from database.job_models import Total
from database.repositories.base_repository import BaseRepository
from utils.ids import smallest_uuid7

MOST_COUNTED = 10_001  # shown as "more than 10,000": counting all of a full queue takes seconds
MOST_LISTED = 20
_CLOCK_SKEW = timedelta(hours=1)

_MOST = bindparam("most", MOST_COUNTED, type_=Integer())
_LISTED = bindparam("listed", MOST_LISTED, type_=Integer())

# Waiting and running jobs and due messages each have a partial index; the other two tables have a
# row a name.
_FIGURES = HotStatement(
    text("""
with pending as (
    select created_at from generations where status = 'pending' limit :most
), running as (
    select started_at, lease_until from generations where status = 'running' limit :most
), unsent as (
    select topic from outbox where done_at is null limit :most
), due as (
    select next_try_at from outbox
    where done_at is null and next_try_at <= now() order by next_try_at limit 1
)
select
    p.jobs_pending, p.oldest_pending_s, r.jobs_running, r.oldest_running_s, r.expired_leases,
    (select coalesce(jsonb_object_agg(topic, messages), '{}') from (
        select topic, count(*) as messages from unsent group by topic
    ) as topics) as outbox_unsent,
    coalesce(extract(epoch from now() - (select next_try_at from due)), 0)::float8
        as outbox_oldest_due_s,
    (select coalesce(jsonb_object_agg(name, value), '{}') from totals) as totals,
    (select coalesce(jsonb_object_agg(name, extract(epoch from started_at)), '{}')
        from schedule_runs) as schedule_runs
from (
    select count(*) as jobs_pending,
        coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_pending_s
    from pending
) as p, (
    select count(*) as jobs_running,
        coalesce(extract(epoch from now() - min(started_at)), 0)::float8 as oldest_running_s,
        count(*) filter (where lease_until < now()) as expired_leases
    from running
) as r
""").bindparams(_MOST)
)

_RUNNING = HotStatement(
    text("""
select id, generation_type, lease_owner, attempt,
    extract(epoch from now() - started_at)::float8 as age_s,
    extract(epoch from lease_until - now())::float8 as lease_left_s
from generations where status = 'running' order by lease_until limit :listed
""").bindparams(_LISTED)
)

# Keys are made in order of time: the range is that of the primary key.
_FAILURES = HotStatement(
    text("""
select coalesce(error_code, 'unknown') as error_code, count(*) as failures
from (
    select status, error_code from generations
    where id >= :first_id and id < :end_id order by id desc limit :most
) as newest
where status = 'failed' group by 1 order by 2 desc, 1 limit :listed
""").bindparams(
        _MOST,
        _LISTED,
        bindparam("first_id", type_=Uuid()),
        bindparam("end_id", type_=Uuid()),
    )
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts reach at most `MOST_COUNTED`; ages are in seconds, and 0 where there is nothing.

    `totals` only grow; `schedule_runs` says by name when each began last, in seconds since 1970.
    """

    jobs_pending: int
    oldest_pending_s: float
    jobs_running: int
    oldest_running_s: float
    expired_leases: int
    outbox_unsent: Mapping[str, int]
    outbox_oldest_due_s: float
    totals: Mapping[str, float]
    schedule_runs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RunningJob:
    """Who works on a generation; a lease without time left has run out."""

    id: UUID
    generation_type: str
    lease_owner: str | None
    attempt: int
    age_s: float | None
    lease_left_s: float | None


class OperationsRepository(BaseRepository[Total]):
    """Reads what operators ask, across tables."""

    model = Total

    async def figures(self) -> Figures:
        """All numbers of one moment."""
        (row,) = await self._database.fetch(_FIGURES, {})
        return Figures(**row)

    async def running(self) -> list[RunningJob]:
        """The running jobs whose leases end first."""
        return [RunningJob(**row) for row in await self._database.fetch(_RUNNING, {})]

    async def failures(self, since: datetime, now: datetime) -> dict[str, int]:
        """How many of the newest generations failed since then, by error code."""
        span = {"first_id": smallest_uuid7(since), "end_id": smallest_uuid7(now + _CLOCK_SKEW)}
        rows = await self._database.fetch(_FAILURES, span)
        return {row["error_code"]: row["failures"] for row in rows}
