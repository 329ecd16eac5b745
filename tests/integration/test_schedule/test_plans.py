"""The plans of the clean-up's statements on tables where most rows are young."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from sqlalchemy import Uuid, bindparam, null, text, update

from database.hot import HotStatement
from database.models import Generation
from database.repositories import cleanup_repository as cleanup
from database.repositories.cleanup_repository import Perishable
from tests.integration.test_schedule.rows import DAY, Rows
from utils.ids import smallest_uuid7

GENERATIONS = 4_000
BATCH = 20  # of so few rows; more of them are worth reading the table for
FILL = """
with made as (
    insert into generations (id, project_id, user_id, generation_type, status, created_at,
        finished_at)
    select cast(lpad(to_hex(cast(extract(epoch from moment) * 1000 as bigint)), 12, '0')
            || '7000a000' || lpad(to_hex(n), 12, '0') as uuid),
        :project_id, :user_id, 'package', 'success', moment, moment
    from (select n, cast(:now as timestamptz) - make_interval(secs => n * 2000) as moment
        from generate_series(1, :generations) n) ages
    returning id, created_at
), events as (
    insert into generation_events (generation_id, seq, type)
    select id, seq, 'step.completed' from made, generate_series(1, 3) seq
), steps as (
    insert into generation_steps (generation_id, step, status, input_hash, attempt)
    select id, 'names', 'completed', '', 1 from made
), messages as (
    insert into outbox (topic, generation_id, done_at) select 'run', id, created_at from made
), files as (
    insert into assets (generation_id, project_id, asset_type, file_url)
    select id, :project_id, 'logo', 'folder/' || id || '.png' from made
), logins as (
    insert into refresh_tokens (id, user_id, expires_at)
    select id, :user_id, created_at + interval '30 days' from made
)
insert into idempotency_keys (user_id, key, request_hash, resource_id, created_at)
select :user_id, id, '', id, cast(:now as timestamptz) - (:now - created_at) / 90 from made
"""


@pytest.fixture
async def full(rows: Rows) -> Rows:
    """93 days of generations, one every 33 minutes."""
    values = {
        "project_id": rows.project_id, "user_id": rows.user_id, "now": rows.now,
        "generations": GENERATIONS,
    }  # fmt: skip
    async with rows.database.session() as session:
        await session.execute(text(FILL), values)
    async with rows.database.session() as session:
        await session.execute(text("analyze"))
    return rows


def node_types(plan: dict[str, Any]) -> Iterator[str]:
    """The kinds of all steps of a plan."""
    yield plan["Node Type"]
    for part in plan.get("Plans", ()):
        yield from node_types(part)


class Explained(HotStatement):
    """A statement that tells how it would be run."""

    def __init__(self, statement: HotStatement) -> None:
        super().__init__(statement._statement)

    @property
    def sql(self) -> str:
        return f"explain (format json) {super().sql}"


async def plan_of(rows: Rows, statement: HotStatement, **values: object) -> set[str]:
    [row] = await rows.database.fetch(Explained(statement), values)
    [found] = row["QUERY PLAN"]
    return set(node_types(found["Plan"]))


@pytest.mark.parametrize(
    ("what", "days"),
    [
        ("refresh_tokens", 88), ("idempotency_keys", 1), ("outbox", 85), ("generation_steps", 85),
        ("generation_events", 85),
    ],
)  # fmt: skip
async def test_forgetting_reads_nothing_but_what_is_old(full: Rows, what: str, days: int) -> None:
    before = full.now - days * DAY
    found = await plan_of(
        full, cleanup._FORGET[cast(Perishable, what)],
        before=before, born_before=smallest_uuid7(before), batch=BATCH,
    )  # fmt: skip

    assert "Seq Scan" not in found


async def test_retention_and_sweeps_use_indexes(full: Rows) -> None:
    before = full.now - 90 * DAY
    old = await full.database.alone.cleanup.old_generations(before, BATCH)
    assert len(old) == BATCH
    keys = [f"folder/{each}.png" for each in old]

    for statement, values in (
        (
            cleanup._OLD_GENERATIONS,
            {"before": before, "born_before": smallest_uuid7(before), "batch": BATCH},
        ),
        (cleanup._KEYS_OF_GENERATIONS, {"ids": old}),
        (cleanup._DELETE_GENERATIONS, {"ids": old}),
        (cleanup._KNOWN_KEYS, {"keys": keys}),
    ):
        found = await plan_of(full, statement, **values)
        assert "Seq Scan" not in found, statement.sql
    assert set(await full.database.alone.cleanup.keys_of_generations(old)) == set(keys)
    assert await full.database.alone.cleanup.known_keys([*keys, "folder/x.png"]) == set(keys)


async def test_deleting_a_generation_looks_for_its_versions_by_index(full: Rows) -> None:
    """As the foreign key does it, once a deleted row."""
    versions = HotStatement(
        update(Generation)
        .where(Generation.based_on == bindparam("base", type_=Uuid()))
        .values(based_on=null())
    )
    assert "Seq Scan" not in await plan_of(full, versions, base=full.project_id)
