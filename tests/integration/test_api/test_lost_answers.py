"""The database does what it is asked and its answer gets lost: nothing is done twice."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from core.exceptions import UnavailableError
from database.repositories.generation_repository import GenerationRepository, Reservation
from services.container import Container

BODY = {"description": "A small bakery that delivers bread", "tlds": []}


async def test_a_request_that_was_accepted_unheard_is_not_refused_for_ever(
    client: httpx.AsyncClient,
    container: Container,
    signed_in: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reserve: Callable[..., object] = GenerationRepository.reserve

    async def unheard(*args: object, **kwargs: object) -> Reservation | None:
        await reserve(*args, **kwargs)  # type: ignore[misc]  # what it takes is passed on
        raise UnavailableError

    headers = signed_in | {"Idempotency-Key": "one", "Prefer": "respond-async"}
    with monkeypatch.context() as broken:
        broken.setattr(GenerationRepository, "reserve", unheard)
        assert (
            await client.post("/api/generate/names", json=BODY, headers=headers)
        ).status_code == 503
    async with container.database.session() as session:
        await session.execute(text("update generations set lease_until = now()"))

    again = await client.post("/api/generate/names", json=BODY, headers=headers)

    assert again.status_code == 202, again.text
    account = await client.get("/api/users/me", headers=signed_in)
    assert account.json()["generations_remaining"] == 1
