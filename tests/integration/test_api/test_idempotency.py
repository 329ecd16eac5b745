"""A request may be repeated with its key: `reliability-and-security.md` 2.3, row by row."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from core.exceptions import AllProvidersFailedError
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_api.keyed import (
    ALL,
    BAKERY,
    LEFT,
    PROJECT,
    WAITED_FOR,
    Gate,
    Headers,
    Keyed,
    made,
    sql,
    units,
    until,
)

pytestmark = pytest.mark.timeout(60)

each = pytest.mark.parametrize("keyed", ALL.values(), ids=ALL)
KEPT = ("location", "retry-after", "preference-applied", "content-type")


@pytest.fixture
def gate(container: Container, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Palettes are made when it opens."""
    gate = Gate(container.colors.generate)
    monkeypatch.setattr(container.colors, "generate", gate)
    return gate


async def sign_up(client: httpx.AsyncClient, email: str) -> Headers:
    account = {"email": email, "password": "four plain words here"}
    answer = await client.post("/api/auth/signup", json=account)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def assert_replayed(again: httpx.Response, first: httpx.Response) -> None:
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert [again.headers.get(name) for name in KEPT] == [first.headers.get(name) for name in KEPT]


@each
async def test_a_repeated_request_gets_the_first_answer_byte_for_byte(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    after_the_first, left = await made(database), await units(client, signed_in)
    again = [await keyed.send(client, signed_in) for _ in range(2)]

    assert first.status_code == keyed.status, first.text
    assert "idempotent-replayed" not in first.headers
    for answer in again:
        assert_replayed(answer, first)
    assert await made(database) == after_the_first
    assert await units(client, signed_in) == left


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (AllProvidersFailedError(retry_after=3), 503, "PROVIDERS_FAILED"),
        (RuntimeError("a mistake of ours"), 500, "GENERATION_FAILED"),
    ],
)
async def test_a_failure_after_the_work_began_is_kept_too(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
) -> None:
    calls: list[None] = []

    async def fail(**_: Any) -> None:
        calls.append(None)
        raise error

    monkeypatch.setattr(container.colors, "generate", fail)
    first = await WAITED_FOR.send(client, signed_in)
    again = await WAITED_FOR.send(client, signed_in)

    assert (first.status_code, first.json()["code"]) == (status, code)
    assert_replayed(again, first)
    assert len(calls) == 1
    assert await units(client, signed_in) == 2


async def test_while_the_first_request_is_worked_on_the_key_is_in_use(
    client: httpx.AsyncClient, signed_in: Headers, gate: Gate
) -> None:
    working = asyncio.create_task(WAITED_FOR.send(client, signed_in))
    await gate.begun.wait()
    early = await WAITED_FOR.send(client, signed_in)
    gate.open.set()
    first = await working

    assert (early.status_code, early.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert early.headers["retry-after"] == "2"
    assert "idempotent-replayed" not in early.headers
    assert first.status_code == 200
    assert_replayed(await WAITED_FOR.send(client, signed_in), first)
    assert gate.calls == 1


async def test_a_project_that_is_being_made_keeps_its_key_in_use(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    user_id = UUID((await client.get("/api/users/me", headers=signed_in)).json()["id"])
    async with database.transaction() as uow:
        await uow.idempotency.add(user_id, "one", "0" * 64, uuid4())
        second = asyncio.create_task(PROJECT.send(client, signed_in))
        waiting = "select exists (select 1 from pg_locks where not granted)"
        await until(lambda: sql(database, waiting))
    answer = await second

    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert answer.headers["retry-after"] == "2"
    assert await made(database) == (0, 0, 1)


@each
async def test_a_key_belongs_to_one_request(
    client: httpx.AsyncClient, signed_in: Headers, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    changed = await keyed.send(client, signed_in, json=keyed.body | {"description": "A brewery"})
    elsewhere = await Keyed("/api/generate/names", keyed.body, 200).send(client, signed_in)

    for answer in (changed, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert "idempotent-replayed" not in answer.headers
    assert_replayed(await keyed.send(client, signed_in), first)


@each
async def test_a_body_is_the_same_whatever_the_order_of_its_members(
    client: httpx.AsyncClient, signed_in: Headers, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    turned = json.dumps(dict(reversed(keyed.body.items())), indent=2)
    headers = signed_in | {"Content-Type": "application/json"}
    again = await keyed.send(client, headers, json=None, content=turned)

    assert_replayed(again, first)


async def test_a_key_may_be_quoted(client: httpx.AsyncClient, signed_in: Headers) -> None:
    bare = await PROJECT.send(client, signed_in, key='a "b" \\')
    quoted = await PROJECT.send(client, signed_in, key='"a \\"b\\" \\\\"')

    assert_replayed(quoted, bare)


LONGEST = b"x" * 255


@pytest.mark.parametrize(
    "keys",
    [[b""], [b"  "], [b'""'], [LONGEST + b"x"], [b'"' + LONGEST + b'x"'], [b"x" * 9_000],
     [b"\xe9"], ["schlüssel".encode()], [b"a\tb"], [b"\x7f"], [b"a", b"a"], [b"a", b""]],
    ids=lambda keys: b",".join(keys).decode("latin-1")[:12],
)  # fmt: skip
@pytest.mark.parametrize("keyed", [LEFT, PROJECT], ids=["generation", "project"])
async def test_what_cannot_be_a_key_is_refused(
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    keyed: Keyed,
    keys: list[bytes],
) -> None:
    given = [(name.encode(), value.encode()) for name, value in signed_in.items()]
    given += [(b"Idempotency-Key", key) for key in keys]
    answer = await client.post(keyed.path, headers=given, json=keyed.body)

    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_INVALID")
    assert await made(database) == (0, 0, 0)


@pytest.mark.parametrize("key", [LONGEST.decode(), f'"{LONGEST.decode()}"', "~", "a b", '"'])
async def test_what_can_be_a_key_is_taken(
    client: httpx.AsyncClient, signed_in: Headers, key: str
) -> None:
    first = await PROJECT.send(client, signed_in, key=key)

    assert first.status_code == 201, first.text
    assert_replayed(await PROJECT.send(client, signed_in, key=key), first)


REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "no object": (422, {"json": []}),
    "nothing": (422, {"json": {}}),
    "no JSON": (422, {"json": None, "content": b"{", "headers_": {"Content-Type": "text/json"}}),
    "too large": (413, {"json": {"description": "x" * 70_000}}),
    "too large, in pieces": (413, {"json": None, "content": "pieces"}),
    "too deep": (422, {"json": {"name": json.loads("[" * 400 + "]" * 400)}}),
}


async def pieces() -> Any:  # Any: an iterator of bytes
    for _ in range(20):
        yield b" " * 5_000


@pytest.mark.parametrize("refusal", REFUSALS)
@each
async def test_a_wrong_request_leaves_its_key_free(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed, refusal: str
) -> None:
    status, wrong = REFUSALS[refusal]
    wrong = dict(wrong)
    headers = signed_in | wrong.pop("headers_", {"Content-Type": "application/json"})
    if wrong.get("content") == "pieces":
        wrong["content"] = pieces()
    refused = await keyed.send(client, headers, **wrong)
    nothing = await made(database)
    first = await keyed.send(client, signed_in)

    assert refused.status_code in ({status, 415} if refusal == "no JSON" else {status})
    assert nothing == (0, 0, 0)
    assert first.status_code == keyed.status
    assert "idempotent-replayed" not in first.headers


@each
async def test_who_is_not_let_in_leaves_the_key_free(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed
) -> None:
    refused = await keyed.send(client, {"Authorization": "Bearer x.y.z"})

    assert refused.status_code == 401
    assert await made(database) == (0, 0, 0)
    assert (await keyed.send(client, signed_in)).status_code == keyed.status


async def test_a_foreign_project_leaves_the_key_free(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    stranger = await sign_up(client, "stranger@example.com")
    foreign = await client.post("/api/projects", json=PROJECT.body, headers=stranger)
    body = BAKERY | {"project_id": foreign.json()["id"]}

    refused = await WAITED_FOR.send(client, signed_in, json=body)

    assert refused.status_code == 404
    assert await made(database) == (0, 1, 0)
    assert (await WAITED_FOR.send(client, signed_in)).status_code == 200


async def test_without_a_unit_the_key_stays_free_until_there_is_one(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    await sql(database, "update users set generations_remaining=0, quota_window_started_at=now()")
    for _ in range(2):  # the second is refused before the database is asked for a unit
        refused = await WAITED_FOR.send(client, signed_in)
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
        assert await made(database) == (0, 0, 0)

    await sql(database, "update users set generations_remaining = 1")
    first = await WAITED_FOR.send(client, signed_in)
    assert first.status_code == 200
    assert "idempotent-replayed" not in first.headers
    assert_replayed(await WAITED_FOR.send(client, signed_in), first)
    assert (await WAITED_FOR.send(client, signed_in, key="two")).status_code == 429


@each
async def test_keys_of_two_users_do_not_meet(
    client: httpx.AsyncClient, signed_in: Headers, keyed: Keyed
) -> None:
    stranger = await sign_up(client, "stranger@example.com")
    mine = await keyed.send(client, signed_in)
    theirs = await keyed.send(client, stranger, json=keyed.body | {"description": "A brewery"})

    assert (mine.status_code, theirs.status_code) == (keyed.status, keyed.status)
    assert "idempotent-replayed" not in theirs.headers
    assert mine.content != theirs.content
    assert_replayed(await keyed.send(client, signed_in), mine)


@each
async def test_after_a_day_a_key_may_be_used_anew(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    await sql(database, "update idempotency_keys set created_at = now() - interval '23:59'")
    assert_replayed(await keyed.send(client, signed_in), first)
    await sql(database, "update idempotency_keys set created_at = now() - interval '24:01'")
    brewery = keyed.body | {"description": "A brewery"}
    anew = await keyed.send(client, signed_in, json=brewery)

    assert anew.status_code == keyed.status
    assert "idempotent-replayed" not in anew.headers
    assert_replayed(await keyed.send(client, signed_in, json=brewery), anew)


@pytest.mark.parametrize("left", [2, 1], ids=["units left", "last unit"])
@each
async def test_fifty_at_once_make_one(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed, left: int
) -> None:
    await sql(
        database,
        "update users set generations_remaining = :left, quota_window_started_at = now()",
        left=left,
    )
    answers = await asyncio.gather(*(keyed.send(client, signed_in) for _ in range(50)))

    for answer in answers:
        if answer.status_code != keyed.status:
            assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
            assert answer.headers["retry-after"] == "2"
    assert (await made(database))[1:] == (1, 1)
    assert await units(client, signed_in) == left - (keyed is not PROJECT)
    again = await keyed.send(client, signed_in)
    assert again.status_code == keyed.status
    assert again.headers["idempotent-replayed"] == "true"
