"""The threads that hash: few at once, few waiting, the loop free."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from core.exceptions import OverloadedError
from services.password_hashing import WAITING_PER_WORKER, PasswordHasher
from utils.passwords import PasswordScheme

WORKERS = 2
PLACES = WORKERS * (1 + WAITING_PER_WORKER)


class HeldScheme(PasswordScheme):
    """Hashes only when it is let go, and counts how many do so at once."""

    def __init__(self) -> None:
        super().__init__(4, b"pepper of the tests")
        self.go = threading.Event()
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.go.wait(30)
        with self._lock:
            self.at_once -= 1
        return super().hash(password)


@pytest.fixture
async def scheme() -> HeldScheme:
    return HeldScheme()


@pytest.fixture
async def hasher(scheme: HeldScheme) -> AsyncIterator[PasswordHasher]:
    hasher = PasswordHasher(scheme, WORKERS)
    yield hasher
    scheme.go.set()
    hasher.close()


async def fill(hasher: PasswordHasher) -> list[asyncio.Task[str]]:
    waiting = [asyncio.create_task(hasher.hash("four plain words here")) for _ in range(PLACES)]
    await asyncio.sleep(0)
    return waiting


async def test_a_password_is_hashed_and_verified(
    hasher: PasswordHasher, scheme: HeldScheme
) -> None:
    scheme.go.set()
    stored = await hasher.hash("four plain words here")

    assert await hasher.verify("four plain words here", stored)
    assert not await hasher.verify("four plain words her", stored)
    assert not await hasher.verify("four plain words here", None)
    assert not hasher.needs_rehash(stored)


async def test_a_full_queue_says_no_at_once_and_recovers(
    hasher: PasswordHasher, scheme: HeldScheme
) -> None:
    waiting = await fill(hasher)
    with pytest.raises(OverloadedError) as refusal:
        await hasher.hash("one too many")
    assert refusal.value.details == {"retry_after": 2}

    scheme.go.set()
    assert len(await asyncio.gather(*waiting)) == PLACES
    assert scheme.most_at_once <= WORKERS
    assert await hasher.hash("there is room again")


async def test_callers_who_leave_make_room_only_when_their_work_is_gone(
    hasher: PasswordHasher, scheme: HeldScheme
) -> None:
    waiting = await fill(hasher)
    while scheme.at_once < WORKERS:
        await asyncio.sleep(0.001)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    # The two that run cannot be stopped; what had not begun has left.
    fitting = [asyncio.create_task(hasher.hash("x" * 9)) for _ in range(PLACES - WORKERS)]
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError):
        await hasher.hash("one too many")
    scheme.go.set()
    assert len(await asyncio.gather(*fitting)) == PLACES - WORKERS
