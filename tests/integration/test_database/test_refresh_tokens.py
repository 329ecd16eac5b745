"""Logins as families of refresh tokens, on a real database and with a clock of our own."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from core.exceptions import AuthenticationError
from database.models import RefreshToken
from database.unit_of_work import Database
from services.login_sessions import Lifetimes, LoginSessions, TokenPair
from utils.security import RefreshTicket, derived_key, read_refresh_token, refresh_token

SECRET = b"Zq8-only-for-tests-vT3mWc5yLr1uJd7bHn"
ISSUER = "http://localhost:8000"
KEY = derived_key(SECRET, "refresh token")
SECOND = timedelta(seconds=1)


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Case:
    """One account, logged in once."""

    database: Database
    clock: MovingClock
    sessions: LoginSessions
    user_id: UUID
    first: TokenPair

    async def refresh(self, pair: TokenPair) -> TokenPair:
        return await self.sessions.refresh(pair.refresh_token)

    async def is_refused(self, pair: TokenPair) -> bool:
        try:
            await self.refresh(pair)
        except AuthenticationError:
            return True
        return False

    async def families(self) -> list[RefreshToken]:
        async with self.database.session() as session:
            return list((await session.scalars(select(RefreshToken))).all())

    async def open(self) -> TokenPair:
        async with self.database.transaction() as repositories:
            return await self.sessions.open(repositories, self.user_id)

    def elsewhere(self) -> LoginSessions:
        """The same service in another process."""
        return LoginSessions(SECRET, ISSUER, Lifetimes(), self.database, self.clock)


@pytest.fixture
async def case(database: Database) -> Case:
    clock = MovingClock()
    sessions = LoginSessions(SECRET, ISSUER, Lifetimes(), database, clock)
    async with database.transaction() as repositories:
        user = await repositories.users.create({"email": "founder@example.com"})
        first = await sessions.open(repositories, user.id)
    return Case(database, clock, sessions, user.id, first)


async def test_each_token_has_one_successor(case: Case) -> None:
    second = await case.refresh(case.first)
    third = await case.refresh(second)

    tickets = [read_refresh_token(KEY, pair.refresh_token) for pair in (case.first, second, third)]
    assert [ticket.counter for ticket in tickets] == [0, 1, 2]
    assert len({ticket.family_id for ticket in tickets}) == 1
    assert (await case.families())[0].counter == 2


async def test_a_lost_answer_is_given_again_for_ten_seconds(case: Case) -> None:
    second = await case.refresh(case.first)
    case.clock.now += 10 * SECOND
    again = await case.refresh(case.first)

    assert again.refresh_token == second.refresh_token
    assert (await case.families())[0].counter == 1
    assert await case.refresh(second)


async def test_forgiveness_does_not_prolong_itself(case: Case) -> None:
    await case.refresh(case.first)
    case.clock.now += 8 * SECOND
    await case.refresh(case.first)
    case.clock.now += 8 * SECOND

    assert await case.is_refused(case.first)


@pytest.mark.parametrize("elapsed", [11 * SECOND, timedelta(days=1)], ids=str)
async def test_a_copy_used_later_ends_the_whole_family(case: Case, elapsed: timedelta) -> None:
    second = await case.refresh(case.first)
    assert await case.sessions.authenticate(second.access_token)
    case.clock.now += elapsed

    assert await case.is_refused(case.first)
    assert await case.is_refused(second)
    with pytest.raises(AuthenticationError):
        await case.sessions.authenticate(second.access_token)
    assert (await case.families())[0].revoked_at == case.clock.now


async def test_an_older_token_ends_the_family_even_at_once(case: Case) -> None:
    second = await case.refresh(case.first)
    third = await case.refresh(second)

    assert await case.is_refused(case.first)
    assert await case.is_refused(third)


async def test_a_token_that_we_have_not_made_yet_ends_the_family(case: Case) -> None:
    family_id = read_refresh_token(KEY, case.first.refresh_token).family_id
    ahead = refresh_token(KEY, RefreshTicket(family_id, 1))

    with pytest.raises(AuthenticationError):
        await case.sessions.refresh(ahead)
    assert await case.is_refused(case.first)


async def test_one_family_ends_and_the_others_go_on(case: Case) -> None:
    other = await case.open()
    await case.refresh(await case.refresh(case.first))

    assert await case.is_refused(case.first)
    assert await case.refresh(other)


async def test_an_idle_login_ends_after_seven_days(case: Case) -> None:
    case.clock.now += timedelta(days=7) - SECOND
    second = await case.refresh(case.first)
    case.clock.now += timedelta(days=7)

    assert await case.is_refused(second)


async def test_a_busy_login_ends_after_thirty_days(case: Case) -> None:
    pair = case.first
    for _ in range(5):
        case.clock.now += timedelta(days=5)
        pair = await case.refresh(pair)
    case.clock.now += timedelta(days=5) - SECOND
    pair = await case.refresh(pair)
    assert await case.sessions.authenticate(pair.access_token)
    case.clock.now += 2 * SECOND

    assert await case.is_refused(pair)
    with pytest.raises(AuthenticationError):
        await case.elsewhere().authenticate(pair.access_token)


async def test_twenty_refreshes_in_two_processes_agree(case: Case) -> None:
    processes = [case.sessions, case.elsewhere()]

    pairs = await asyncio.gather(
        *(processes[n % 2].refresh(case.first.refresh_token) for n in range(20))
    )

    assert len({pair.refresh_token for pair in pairs}) == 1
    assert (await case.families())[0].counter == 1


async def test_refreshing_and_ending_at_once_leaves_nothing_alive(case: Case) -> None:
    family_id = read_refresh_token(KEY, case.first.refresh_token).family_id

    async def end() -> None:
        async with case.database.transaction() as repositories:
            await repositories.refresh_tokens.revoke(family_id, case.clock.now)

    pair, _ = await asyncio.gather(case.refresh(case.first), end(), return_exceptions=True)

    if isinstance(pair, TokenPair):
        assert await case.is_refused(pair)
    else:
        assert isinstance(pair, AuthenticationError)


async def test_a_login_that_nobody_has_is_refused(case: Case) -> None:
    with pytest.raises(AuthenticationError):
        await case.sessions.refresh(refresh_token(KEY, RefreshTicket(uuid4(), 0)))


async def test_neither_token_is_stored_or_shown(case: Case) -> None:
    async with case.database.session() as session:
        rows = str((await session.execute(text("select * from refresh_tokens"))).all())

    for token in (case.first.refresh_token, case.first.access_token):
        assert token not in rows
        assert token not in repr(case.first)


async def test_an_access_token_of_an_ended_login_is_refused_elsewhere_within_a_minute(
    case: Case,
) -> None:
    elsewhere = case.elsewhere()
    principal = await elsewhere.authenticate(case.first.access_token)
    assert principal.user_id == case.user_id
    async with case.database.transaction() as repositories:
        await repositories.refresh_tokens.revoke(principal.session_id, case.clock.now)

    assert await elsewhere.authenticate(case.first.access_token)  # the documented rule
    with pytest.raises(AuthenticationError):
        await case.elsewhere().authenticate(case.first.access_token)
    case.clock.now += 60 * SECOND
    with pytest.raises(AuthenticationError):
        await elsewhere.authenticate(case.first.access_token)


async def test_a_known_token_costs_no_query_and_a_refused_one_is_never_remembered(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    fetch = case.database.fetch

    async def counting(statement: object, values: object, **options: object) -> object:
        statements.append(str(values))
        return await fetch(statement, values, **options)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(case.database, "fetch", counting)
    for _ in range(3):
        await case.sessions.authenticate(case.first.access_token)
    assert len(statements) == 1

    second = await case.open()
    async with case.database.transaction() as repositories:
        await repositories.refresh_tokens.revoke_all(case.user_id, case.clock.now)
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            await case.sessions.authenticate(second.access_token)
    assert len(statements) == 4


async def test_logging_in_forgets_logins_that_have_ended(case: Case) -> None:
    await case.refresh(await case.refresh(case.first))
    assert await case.is_refused(case.first)
    expired = await case.open()
    case.clock.now += timedelta(days=31)

    await case.open()

    alive = [family.id for family in await case.families()]
    assert len(alive) == 1
    assert read_refresh_token(KEY, expired.refresh_token).family_id not in alive


async def test_logins_go_with_their_account(case: Case) -> None:
    assert await case.sessions.authenticate(case.first.access_token)
    await case.database.alone.users.delete(case.user_id)

    assert await case.families() == []
    assert await case.is_refused(case.first)
    with pytest.raises(AuthenticationError):
        await case.elsewhere().authenticate(case.first.access_token)
