"""What the doctor finds worth a person's attention."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from database.migrate import HEAD
from database.repositories.operations_repository import MOST_COUNTED, RunningJob
from services.doctor import DatabaseHealth, DatabaseState, Disk, Examination, Work
from services.doctor_report import _span, _text, problems_of
from services.schedule import INTERVALS
from services.settings_check import PartReport, SourceReport
from tests.integration.test_operation.job_rows import NOTHING
from utils.ids import uuid7

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WELL = Examination(
    at=NOW,
    parts=[],
    database=DatabaseHealth("reachable", 0.5, HEAD),
    work=Work(NOTHING, [], {}),
    disk=Disk(free_bytes=2**35, files=2, files_bytes=3 * 2**20),
    messages=None,
)


def with_figures(**changes: object) -> Examination:
    return replace(WELL, work=Work(replace(NOTHING, **changes), [], {}))  # type: ignore[arg-type]  # each field its own


def with_lease(left_s: float | None) -> Examination:
    job = RunningJob(uuid7(), "package", "host-1-ab", 1, 100.0, left_s)
    return replace(WELL, work=Work(NOTHING, [job], {}))


def last_run(name: str, age_s: float) -> Examination:
    return with_figures(schedule_runs={name: NOW.timestamp() - age_s})


def degraded() -> Examination:
    source = SourceReport(name="PostgreSQL", state="not reachable")
    part = PartReport(part="text models", configured=[source], using="the engine", problem=None)
    return replace(WELL, parts=[part])


@pytest.mark.parametrize(
    "found",
    [
        WELL,
        with_figures(oldest_pending_s=120, outbox_oldest_due_s=120, expired_leases=1),
        with_figures(oldest_running_s=5_000, jobs_running=9, totals={"refunds": 1e6}),
        with_lease(-60),
        with_lease(None),
        last_run("reap generations", 119),
        last_run("forget expired", 2 * INTERVALS["forget expired"]),
        last_run("of an older version", 1e9),
    ],
)
def test_what_is_well_is_not_mentioned(found: Examination) -> None:
    assert list(problems_of(found)) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (with_figures(oldest_pending_s=121), "A job has been waiting for 2 minutes"),
        (with_figures(outbox_oldest_due_s=7_300), "A message has been due for 2 hours"),
        (with_lease(-61), "does a reaper run?"),
        (last_run("reap generations", 121), "reap generations has not run for 2 minutes"),
        (last_run("forget expired", 7_201), "forget expired has not run for 2 hours"),
        (degraded(), "see the parts"),
        (replace(WELL, disk=Disk(2**30 - 1, 0, 0)), "almost full"),
        (replace(WELL, database=DatabaseHealth("reachable", 1, "0002_old"), work=None), "0002_old"),
        (replace(WELL, database=DatabaseHealth("reachable", 1, None), work=None), "empty"),
    ],
)
def test_what_needs_attention_is_one_sentence(found: Examination, words: str) -> None:
    (problem,) = problems_of(found)

    assert words in problem


@pytest.mark.parametrize("state", ["not running", "not reachable", "refuses us"])
def test_a_missing_database_is_a_problem(state: DatabaseState) -> None:
    found = replace(WELL, database=DatabaseHealth(state), work=None)

    (problem,) = problems_of(found)
    assert state in problem


def test_counts_that_reached_their_limit_say_so() -> None:
    found = with_figures(jobs_pending=MOST_COUNTED, outbox_unsent={"mail": MOST_COUNTED})
    told = _text(replace(found, messages=0), [])

    assert "waiting: more than 10000, oldest 0 s" in told
    assert "mail: more than 10000" in told
    assert "queue in Redis\n  0 messages wait" in told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "0 s"), (119, "119 s"), (120, "2 minutes"), (7_199, "120 minutes"),
        (7_200, "2 hours"), (172_800, "2 days"),
    ],
)  # fmt: skip
def test_times_are_told_as_people_say_them(seconds: float, told: str) -> None:
    assert _span(seconds) == told
