"""The cache of verified tokens: bounded, short-lived, and empty where a login has ended."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.auth_provider import Principal
from services.token_cache import TokenCache

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def principal(
    user_id: UUID | None = None, session_id: UUID | None = None, life: timedelta = 600 * SECOND
) -> Principal:
    return Principal(user_id or uuid4(), session_id or uuid4(), NOW + life)


def test_a_token_is_remembered_for_a_minute() -> None:
    cache, caller = TokenCache(), principal()
    cache.put("token", caller, NOW, cache.generation)

    assert cache.get("token", NOW + 59 * SECOND) == caller
    assert cache.get("token", NOW + 60 * SECOND) is None
    assert cache.get("another", NOW) is None


def test_looking_does_not_prolong_the_minute() -> None:
    cache = TokenCache()
    cache.put("token", principal(), NOW, cache.generation)

    for seconds in range(60):
        assert cache.get("token", NOW + seconds * SECOND)
    assert cache.get("token", NOW + 60 * SECOND) is None


def test_nothing_is_remembered_beyond_its_own_end() -> None:
    cache = TokenCache()
    cache.put("token", principal(life=5 * SECOND), NOW, cache.generation)

    assert cache.get("token", NOW + 4 * SECOND)
    assert cache.get("token", NOW + 5 * SECOND) is None


def test_the_longest_unused_goes_first() -> None:
    cache = TokenCache(max_entries=3)
    for token in "abc":
        cache.put(token, principal(), NOW, cache.generation)
    cache.get("a", NOW)
    cache.put("d", principal(), NOW, cache.generation)

    assert [token for token in "abcd" if cache.get(token, NOW)] == ["a", "c", "d"]


def test_ending_a_login_or_an_account_forgets_its_tokens_only() -> None:
    cache, user, session = TokenCache(), uuid4(), uuid4()
    cache.put("first", principal(user, session), NOW, cache.generation)
    cache.put("first again", principal(user, session), NOW, cache.generation)
    cache.put("second", principal(user), NOW, cache.generation)
    cache.put("stranger", principal(), NOW, cache.generation)

    cache.evict_session(session)
    assert [t for t in ("first", "first again", "second", "stranger") if cache.get(t, NOW)] == [
        "second",
        "stranger",
    ]
    cache.evict_user(user)
    assert cache.get("second", NOW) is None
    assert cache.get("stranger", NOW)


def test_what_was_verified_before_a_login_ended_comes_too_late() -> None:
    cache, session = TokenCache(), uuid4()
    seen = cache.generation
    cache.evict_session(session)  # while the database was being asked
    cache.put("token", principal(session_id=session), NOW, seen)

    assert cache.get("token", NOW) is None


def test_tokens_that_are_no_text_of_ours_are_looked_up_as_well() -> None:
    assert TokenCache().get("\ud800", NOW) is None
