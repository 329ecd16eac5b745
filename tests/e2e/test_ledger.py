"""The audit finds nothing wrong with a package, and finds whatever is made wrong with it."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from services.container import Container
from tests.e2e.ledger import audit
from tests.e2e.ledger import rows as rows_of

BODY = {"description": "A small bakery that delivers bread", "tlds": []}
_PACKAGE = "generation_type = 'package'"

WRONGS = {
    "used units": "update users set generations_remaining = 2",
    "held by nobody": f"update generations set quota_state = 'held' where {_PACKAGE}",
    "messages unsent": "insert into outbox (topic, generation_id) select 'run', id"
    f" from generations where {_PACKAGE}",
    "without a price": "update generations set quota_state = 'refunded'"
    f" where {_PACKAGE}; update users set generations_remaining = 2",
    "refunds": "insert into totals (name, value) values ('refunds', 1)",
    "gap": "delete from generation_events where seq = 3",
    "one end": "update generation_events set type = 'job.failed' where type = 'job.success'",
    "not told of": f"update generations set attempt = 2 where {_PACKAGE}",
    "end twice": "update generation_events set type = 'step.completed',"
    """ payload = '{"step": "names"}' where type = 'step.started'""",
    "not kept": "delete from generation_steps where step = 'logos'",
    "there once each": "update generations set generation_type = 'name'"
    " where generation_type = 'color'",
    "without output": f"update generations set output_data = null where {_PACKAGE}",
}


@pytest.fixture
async def account(client: httpx.AsyncClient, signed_in: dict[str, str]) -> dict[str, str]:
    """Somebody who has a package."""
    answer = await client.post("/api/generate/package", json=BODY, headers=signed_in)
    assert answer.json()["status"] == "completed"
    return signed_in


async def find(container: Container, database_url: str) -> None:
    await asyncio.to_thread(audit, database_url, container.settings.data_dir / "storage")


async def test_nothing_is_wrong(
    container: Container, database_url: str, account: dict[str, str]
) -> None:
    await find(container, database_url)


@pytest.mark.parametrize("what", WRONGS)
async def test_a_wrong_row_is_found(
    container: Container, database_url: str, account: dict[str, str], what: str
) -> None:
    async with container.database.session() as session:
        for statement in WRONGS[what].split(";"):
            await session.execute(text(statement.replace(": ", "\\: ")))

    with pytest.raises(AssertionError, match=what):
        await find(container, database_url)


async def test_a_missing_a_broken_and_a_surplus_file_are_found(
    container: Container, database_url: str, account: dict[str, str]
) -> None:
    query = "select file_url, file_format from assets order by file_format"
    (png, *_, svg) = await asyncio.to_thread(rows_of, database_url, query)
    storage = container.settings.data_dir / "storage"
    path, drawing = storage / png["file_url"], storage / svg["file_url"]

    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    with pytest.raises(OSError, match="identify"):
        await find(container, database_url)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        await find(container, database_url)
    path.write_bytes(whole)
    drawing.with_name("0190b0a4-0000-7000-8000-000000000000.svg").write_bytes(b"<svg/>")
    with pytest.raises(AssertionError):
        await find(container, database_url)
