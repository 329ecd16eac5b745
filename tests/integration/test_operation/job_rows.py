"""Writes rows of states that would take minutes, or a killed process, to come about."""

from uuid import UUID

from sqlalchemy import text

from database.repositories.operations_repository import Figures
from database.unit_of_work import Database
from utils.ids import uuid7

NOTHING = Figures(
    jobs_pending=0,
    oldest_pending_s=0,
    jobs_running=0,
    oldest_running_s=0,
    expired_leases=0,
    outbox_unsent={},
    outbox_oldest_due_s=0,
    totals={},
    schedule_runs={},
)

_ADD_OWNER = text("""
with owner as (
    insert into users (id, email) values (:id, 'jobs@example.com')
    on conflict (email) do update set email = excluded.email returning id
)
insert into projects (id, user_id, name) select :id, id, 'jobs' from owner returning user_id, id
""")
_ADD_JOBS = text("""
insert into generations (id, project_id, user_id, generation_type, status, quota_state, attempt,
    lease_owner, created_at, started_at, lease_until, error_code)
select coalesce(cast(:id as uuid), gen_random_uuid()), :project_id, :user_id, 'package',
    cast(:status as varchar), 'held', 1, 'host-1-ab', now() - make_interval(secs => :age_s),
    case when cast(:status as varchar) = 'running' then now() - make_interval(secs => :age_s) end,
    now() + make_interval(secs => :lease_left_s), :error_code
from generate_series(1, :count)
""")
_ADD_MESSAGES = text("""
insert into outbox (topic, generation_id, next_try_at, done_at)
select :topic, :generation_id, now() - make_interval(secs => :due_s),
    case when :done then now() end
from generate_series(1, :count)
""")


async def add_jobs(  # one keyword a column
    database: Database,
    status: str,
    *,
    job_id: UUID | None = None,
    age_s: float = 0,
    lease_left_s: float = 30,
    error_code: str | None = None,
    count: int = 1,
) -> None:
    """Insert generations that began `age_s` ago; with an id only one."""
    async with database.session() as session:
        owner = (await session.execute(_ADD_OWNER, {"id": uuid7()})).one()
        await session.execute(
            _ADD_JOBS,
            {
                "id": job_id,
                "project_id": owner.id,
                "user_id": owner.user_id,
                "status": status,
                "age_s": age_s,
                "lease_left_s": lease_left_s,
                "error_code": error_code,
                "count": count,
            },
        )


async def add_messages(
    database: Database,
    topic: str,
    job_id: UUID,
    *,
    due_s: float = 0,
    done: bool = False,
    count: int = 1,
) -> None:
    """Insert messages of a job that were to be sent `due_s` ago."""
    async with database.session() as session:
        await session.execute(
            _ADD_MESSAGES,
            {
                "topic": topic,
                "generation_id": job_id,
                "due_s": due_s,
                "done": done,
                "count": count,
            },
        )


async def set_total(database: Database, name: str, value: float) -> None:
    """Write a number that only grows."""
    async with database.session() as session:
        await session.execute(
            text("insert into totals (name, value) values (:name, :value)"),
            {"name": name, "value": value},
        )


async def set_last_run(database: Database, name: str, age_s: float) -> None:
    """Write when a schedule began last."""
    async with database.session() as session:
        await session.execute(
            text(
                "insert into schedule_runs (name, started_at)"
                " values (:name, now() - make_interval(secs => :age_s))"
            ),
            {"name": name, "age_s": age_s},
        )
