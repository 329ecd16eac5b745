"""The audit of everything that a deployment has left behind, once it has come to rest.

Every query names rows that must not exist; the answer shows them all.
"""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import asyncpg
import orjson
from PIL import Image
from sqlalchemy import make_url

from database.engine import EngineOptions
from database.unit_of_work import Database
from services.cleanup import ORPHAN_AGE, Cleanup
from utils.clock import utc_now
from utils.storage import LocalStorage

Row = Mapping[str, Any]  # Any: column values
UNITS = 2
PARTS = ["color", "logo", "name", "tagline"]

# What a package asks of the providers: two models for names, one call a part, three logos.
CALLS = {"names": 2, "palette": 1, "taglines": 1, "logo": 3}
TEXT_CALLS = CALLS["names"] + CALLS["palette"] + CALLS["taglines"]

_UNRESTED = """
select id::text, status from generations where status in ('pending', 'running')
union all select id::text, 'outbox ' || topic from outbox where done_at is null
"""

# Generations with events of their own; the parts of a package share those of the package.
_JOBS = "(select * from generations where not coalesce(input_data ? 'package_id', false))"

_MISTAKES: Mapping[str, str] = {
    "users whose used units are not those held and spent in their window": f"""
select u.id, {UNITS} - u.generations_remaining as used, count(g.id) as on_record
from users u left join generations g on g.user_id = u.id
    and g.quota_state in ('held', 'spent')
    and g.quota_window_started_at = u.quota_window_started_at
group by u.id having {UNITS} - u.generations_remaining <> count(g.id)""",
    "units held by nobody": """
select id, status from generations
where quota_state = 'held' and (lease_until is null or lease_until < now())""",
    "units held, work unfinished or messages unsent at rest": f"""
select id::text, status from generations where quota_state = 'held'
union all {_UNRESTED}""",
    "results without a price, and prices without a result": """
select id, status, quota_state from generations
where (status = 'success' and quota_state not in ('spent', 'free')
        and output_data ->> 'status' = 'completed')
    or (status <> 'success' and quota_state not in ('refunded', 'free'))""",
    "refunds that are not the refunded rows": """
select coalesce((select value from totals where name = 'refunds'), 0) as told, count(*) as found
from generations where quota_state = 'refunded'
having coalesce((select value from totals where name = 'refunds'), 0) <> count(*)""",
    "streams with a gap, a repeat or another beginning": f"""
select g.id, g.last_seq, array_agg(e.seq || ' ' || e.type order by e.seq) as events
from {_JOBS} g left join generation_events e on e.generation_id = g.id
group by g.id, g.last_seq
having array_agg(e.seq order by e.seq) is distinct from
        (select array_agg(n) from generate_series(1, g.last_seq) n)
    or min(e.type) filter (where e.seq = 1) is distinct from 'job.accepted'""",
    "streams without one end, in keeping with the status": f"""
select g.id, g.status, array_agg(e.type order by e.seq) as events
from {_JOBS} g left join generation_events e on e.generation_id = g.id
group by g.id, g.status, g.last_seq
having array_agg(e.seq || e.type) filter (
        where e.type in ('job.success', 'job.failed', 'job.cancelled'))
    is distinct from array[g.last_seq || 'job.' || g.status]""",
    "work that is given up before the second attempt": """
select id, attempt, handed_back from generations
where status = 'failed' and attempt - handed_back < 2""",
    "attempts that are not told of": f"""
select g.id, g.attempt, g.handed_back, array_agg(e.type order by e.seq) as events
from {_JOBS} g join generation_events e on e.generation_id = g.id
group by g.id, g.attempt, g.handed_back
having count(*) filter (where e.type = 'job.started') <> g.attempt
    or count(*) filter (where e.type = 'job.handed_back') <> g.handed_back
    or g.attempt - g.handed_back > 2""",
    "steps that end twice": """
select generation_id, payload ->> 'step' as step, count(*) from generation_events
where type = 'step.completed' group by 1, 2 having count(*) > 1""",
    "steps that are told of and not kept": """
select e.generation_id, e.payload ->> 'step' as step from generation_events e
where e.type = 'step.completed' and not exists (select 1 from generation_steps s
    where s.generation_id = e.generation_id and s.step = e.payload ->> 'step'
        and s.status = 'completed')""",
    "packages whose parts are not there once each": f"""
select g.id, g.status, array_agg(p.generation_type order by p.generation_type) as parts
from {_JOBS} g left join generations p on p.input_data ->> 'package_id' = g.id::text
where g.generation_type = 'package'
group by g.id, g.status, g.output_data
having array_agg(p.generation_type::text order by p.generation_type) is distinct from
    case when g.status = 'success' and g.output_data ->> 'status' = 'completed'
        then array['{"','".join(PARTS)}'] when g.status <> 'success' then array[null::text]
        else array_agg(p.generation_type::text order by p.generation_type) end""",
    "results without output, and output without a result": """
select id, status from generations where (status = 'success') <> (output_data is not null)""",
    "projects with more results than requests": """
select project_id, count(*) from generations
where generation_type = 'package' and status = 'success'
group by project_id, input_data having count(*) > 1""",
}


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found: statuses of packages by id, how many were begun again, lost files."""

    packages: Mapping[str, str]
    again: int
    orphans: int


def unrested(url: str) -> list[Row]:
    """What is still to come to rest."""
    return asyncio.run(_fetch(url, _UNRESTED))


def rows(url: str, query: str, *values: object) -> list[Row]:
    """The answer to a query."""
    return asyncio.run(_fetch(url, query, *values))


def audit(url: str, storage: Path) -> Audit:
    """Look at everything. Raises AssertionError with the rows that must not be."""
    for what, query in _MISTAKES.items():
        assert rows(url, query) == [], what
    _check_paid_once(url)
    known = _check_files(url, storage)
    orphans = _check_orphans(url, storage, known)
    packages = rows(
        url, "select id::text, status, attempt from generations where generation_type = 'package'"
    )
    again = sum(row["attempt"] > 1 for row in packages)
    return Audit({row["id"]: row["status"] for row in packages}, again, orphans)


async def _fetch(url: str, query: str, *values: object) -> list[Row]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        return [dict(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


def _check_paid_once(url: str) -> None:
    """A step that the first attempt kept has been paid for by the first attempt alone."""
    kept = """
select s.generation_id, s.step, count(u.id) as calls
from generation_steps s join api_usage u on u.generation_id = s.generation_id
where s.status = 'completed' and s.attempt = 1 and u.outcome = 'success'
    and u.provider <> 'builtin' and u.task = $1 and s.step = $2
group by 1, 2 having count(u.id) > $3"""
    for task, calls in CALLS.items():
        step = "logos" if task == "logo" else task
        assert rows(url, kept, task, step, calls) == [], f"{task} paid for twice"


def _check_files(url: str, storage: Path) -> set[str]:
    """The keys on record: each file is there, whole, and one that its result refers to."""
    results = rows(url, "select id, output_data from generations where generation_type = 'package'"
                   " and status = 'success'")  # fmt: skip
    recorded = rows(url, "select * from assets")
    assert {row["generation_id"] for row in recorded} <= {row["id"] for row in results}
    for result in results:
        referred = {
            (file["asset_id"], file["key"], file["format"], file["size"])
            for logo in orjson.loads(result["output_data"]).get("logos", ())
            for file in logo["files"]
        }
        own = {
            (str(row["id"]), row["file_url"], row["file_format"], row["file_size"])
            for row in recorded
            if row["generation_id"] == result["id"]
        }
        assert referred, "a package without logos"
        assert own == referred
    for row in recorded:
        content = (storage / row["file_url"]).read_bytes()
        assert len(content) == row["file_size"]
        _decode(row["file_format"], content)
    keys = {row["file_url"] for row in recorded}
    assert len(keys) == len(recorded)
    return keys


def _decode(file_format: str, content: bytes) -> None:
    if file_format == "svg":
        assert ET.fromstring(content).tag.endswith("svg")
    else:
        assert file_format == "png"
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.load()


def _check_orphans(url: str, storage: Path, known: set[str]) -> int:
    """Files that belong to nothing are those of attempts that broke off; the sweep takes them."""
    orphans = _files(storage) - known
    broken_off = {
        str(row["user_id"])
        for row in rows(
            url, "select user_id from generations where attempt > 1 or status <> 'success'"
        )
    }
    assert {key.partition("/")[0] for key in orphans} <= broken_off
    assert asyncio.run(_sweep(url, storage, timedelta(0))) == 0
    assert _files(storage) - known == orphans, "young files are left alone"
    whole = {key for key in orphans if not key.endswith(".partial")}
    assert asyncio.run(_sweep(url, storage, ORPHAN_AGE * 2)) == len(whole)
    assert _files(storage) == known
    return len(orphans)


def _files(storage: Path) -> set[str]:
    return {str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file()}


async def _sweep(url: str, storage: Path, later: timedelta) -> int:
    """Sweep as it will be done after a while."""

    def clock() -> float:
        return (utc_now() + later).timestamp()

    database = Database(lambda: url, EngineOptions())
    try:
        files = LocalStorage(storage, b"", "", clock)
        sweeper = Cleanup(database, files, timedelta(days=90), lambda: utc_now() + later)
        return await sweeper.sweep_files()
    finally:
        await database.close()
