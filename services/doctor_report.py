"""What `python main.py doctor` says: what needs attention, and then everything that was found."""

from collections.abc import Iterator

import orjson

from config.settings import Settings
from database.repositories.operations_repository import (
    MOST_COUNTED,
    MOST_LISTED,
    Figures,
    RunningJob,
)
from services.doctor import MOST_FILES, DatabaseHealth, Disk, Examination, Work, examine
from services.operations import spend_by_provider
from services.schedule import INTERVALS
from services.settings_check import is_degraded, lines

# The alerts in `config/monitoring/alerts.yml` have the same limits.
OLDEST_PENDING_S = 120.0
OUTBOX_DUE_S = 120.0
# The reaper comes every 15 seconds; a crash is dealt with in 60 (reliability-and-security.md P2).
EXPIRED_LEASE_S = 60.0
LATE_AFTER_INTERVALS = 2
LATE_AT_LEAST_S = 120.0
FREE_BYTES = 2**30

FINE, ATTENTION, NO_DATABASE = 0, 1, 2


def doctor_report(settings: Settings, *, as_json: bool) -> tuple[str, int]:
    """The report, and the exit status that goes with it."""
    found = examine(settings)
    problems = list(problems_of(found))
    told = _json(found, problems) if as_json else _text(found, problems)
    if found.database.state != "reachable":
        return told, NO_DATABASE
    return told, ATTENTION if problems else FINE


def problems_of(found: Examination) -> Iterator[str]:
    """What needs attention, one sentence each."""
    yield from _problems_of_database(found.database)
    if is_degraded(found.parts):
        yield "Something that is configured cannot be used: see the parts."
    if found.disk.free_bytes < FREE_BYTES:
        yield "The disk of the data folder is almost full."
    if found.work is not None:
        yield from _problems_of_work(found.work)
    for name, age_s in _ages(found).items():
        if _is_late(name, age_s):
            yield f"{name} has not run for {_span(age_s)}."


def _problems_of_work(work: Work) -> Iterator[str]:
    figures = work.figures
    if figures.oldest_pending_s > OLDEST_PENDING_S:
        yield f"A job has been waiting for {_span(figures.oldest_pending_s)}: does anybody work?"
    if any(_is_overdue(job) for job in work.running):
        yield "The job of a dead process was not taken from it: does a reaper run?"
    if figures.outbox_oldest_due_s > OUTBOX_DUE_S:
        yield f"A message has been due for {_span(figures.outbox_oldest_due_s)}."


def _problems_of_database(database: DatabaseHealth) -> Iterator[str]:
    if database.state == "refuses us":
        yield "The database refuses us."
    elif database.state != "reachable":
        yield f"The database is {database.state}."
    elif database.revision != database.expected_revision:
        yield (
            f"The schema is {database.revision or 'empty'} and not {database.expected_revision}:"
            " apply the migrations, or run the version that fits."
        )


def _is_overdue(job: RunningJob) -> bool:
    return job.lease_left_s is not None and job.lease_left_s < -EXPIRED_LEASE_S


def _ages(found: Examination) -> dict[str, float]:
    """Seconds since each schedule began last."""
    runs = found.work.figures.schedule_runs if found.work is not None else {}
    return {name: found.at.timestamp() - began for name, began in sorted(runs.items())}


def _is_late(name: str, age_s: float) -> bool:
    limit_s = LATE_AFTER_INTERVALS * INTERVALS.get(name, float("inf"))
    return age_s > max(limit_s, LATE_AT_LEAST_S)


def _json(found: Examination, problems: list[str]) -> str:
    report = {"needs_attention": problems, "found": found}
    # The database's driver has a kind of UUID of its own.
    return orjson.dumps(report, default=str, option=orjson.OPT_INDENT_2).decode()


def _text(found: Examination, problems: list[str]) -> str:
    verdict = [f"! {problem}" for problem in problems] or ["Nothing needs attention."]
    sections: dict[str, list[str]] = {
        "database": [_database_line(found.database)],
        **(_work_sections(found, found.work) if found.work is not None else {}),
        "disk": [_disk_line(found.disk)],
        "parts": lines(found.parts),
    }
    if found.messages is not None:
        sections["queue in Redis"] = [f"{found.messages} messages wait"]
    return "\n".join(
        [*verdict, *(line for title, told in sections.items() for line in _section(title, told))]
    )


def _section(title: str, told: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in told or ["none"])]


def _work_sections(found: Examination, work: Work) -> dict[str, list[str]]:
    figures = work.figures
    return {
        "jobs": _job_counts(figures),
        f"running jobs, at most {MOST_LISTED}": [_job_line(job) for job in work.running],
        "failures of 24 hours": [f"{code}: {_count(n)}" for code, n in work.failures.items()],
        "messages to be sent": [
            *(f"{topic}: {_count(n)}" for topic, n in sorted(figures.outbox_unsent.items())),
            f"oldest due for {_span(figures.outbox_oldest_due_s)}",
        ],
        "last runs": [
            f"{name}: {_span(age_s)} ago{', late' if _is_late(name, age_s) else ''}"
            for name, age_s in _ages(found).items()
        ]
        + [f"{name}: never" for name in INTERVALS if name not in figures.schedule_runs],
        "spend so far": [
            f"{provider}: {usd:.2f} USD"
            for provider, usd in sorted(spend_by_provider(figures.totals).items())
        ],
    }


def _job_counts(figures: Figures) -> list[str]:
    waiting, running = _count(figures.jobs_pending), _count(figures.jobs_running)
    totals = figures.totals
    return [
        f"waiting: {waiting}, oldest {_span(figures.oldest_pending_s)}",
        f"running: {running}, oldest {_span(figures.oldest_running_s)}",
        f"running with an expired lease: {_count(figures.expired_leases)}",
        f"leases lost so far: {totals.get('lease_losses', 0):.0f}",
        f"units given back so far: {totals.get('refunds', 0):.0f}",
    ]


def _database_line(database: DatabaseHealth) -> str:
    if database.latency_ms is None:
        return database.state
    return (
        f"{database.state} in {database.latency_ms:.1f} ms, schema {database.revision or 'empty'}"
    )


def _job_line(job: RunningJob) -> str:
    lease = "no lease" if job.lease_left_s is None else f"lease {job.lease_left_s:+.0f} s"
    age = "?" if job.age_s is None else _span(job.age_s)
    return (
        f"{job.id} {job.generation_type} by {job.lease_owner or 'nobody'}, {age} old,"
        f" attempt {job.attempt}, {lease}"
    )


def _disk_line(disk: Disk) -> str:
    more = " at least" if disk.files == MOST_FILES else ""
    return (
        f"{disk.free_bytes / 2**30:.1f} GiB free;{more} {disk.files} stored files"
        f" of {disk.files_bytes / 2**20:.1f} MiB"
    )


def _count(number: int) -> str:
    return f"more than {MOST_COUNTED - 1}" if number >= MOST_COUNTED else str(number)


def _span(seconds: float) -> str:
    """A time as people say it, in its largest unit."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
