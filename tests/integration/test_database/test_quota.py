"""The unit of quota: taken once, given back once, never below zero."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from database.models import GenerationStatus, GenerationType, User
from database.repositories.generation_repository import (
    FinishedGeneration,
    NewGeneration,
    Reservation,
)
from database.unit_of_work import Database
from utils.ids import uuid7

UNITS = 2
WINDOW_MINUTES = 1440


def new_generation(user_id: UUID, project_id: UUID | None = None) -> NewGeneration:
    return NewGeneration(
        id=uuid7(),
        user_id=user_id,
        generation_type=GenerationType.NAME,
        input_data={"description": "bread"},
        project_id=project_id,
        new_project_id=uuid7(),
        project_name="bread",
        description="bread",
        industry=None,
    )


async def reserve(database: Database, new: NewGeneration) -> Reservation:
    reservation = await database.alone.generations.reserve(
        new, owner="test", unit_limit=UNITS, window_minutes=WINDOW_MINUTES
    )
    assert reservation is not None
    return reservation


async def units_of(database: Database, user_id: UUID) -> int:
    user = await database.alone.users.get_by_id(user_id)
    assert user is not None
    return user.generations_remaining


async def set_window(database: Database, user_id: UUID, age: timedelta) -> None:
    async with database.session() as session:
        await session.execute(
            text(
                "update users set quota_window_started_at = now() - cast(:age as interval)"
                " where id = :id"
            ),
            {"age": age, "id": user_id},
        )


async def set_expired_lease(database: Database, generation_id: UUID) -> None:
    async with database.session() as session:
        await session.execute(
            text("update generations set lease_until = now() - interval '1 s' where id = :id"),
            {"id": generation_id},
        )


@pytest.fixture
async def user(database: Database) -> User:
    return await database.alone.users.create({"email": "quota@example.com"})


async def test_two_hundred_at_once_get_exactly_two_units(database: Database, user: User) -> None:
    answers = await asyncio.gather(
        *(reserve(database, new_generation(user.id)) for _ in range(200))
    )

    assert sum(answer.admitted for answer in answers) == UNITS
    assert await units_of(database, user.id) == 0


async def test_a_foreign_project_takes_no_unit(database: Database, user: User) -> None:
    answer = await reserve(database, new_generation(user.id, project_id=uuid7()))

    assert not answer.project_found
    assert not answer.admitted
    assert await units_of(database, user.id) == UNITS


async def test_abandoning_returns_the_unit_once(database: Database, user: User) -> None:
    new = new_generation(user.id)
    await reserve(database, new)

    ended = await asyncio.gather(
        *(
            database.alone.generations.abandon(new.id, GenerationStatus.FAILED, "broken")
            for _ in range(20)
        )
    )

    assert sum(ended) == 1
    assert await units_of(database, user.id) == UNITS


async def test_a_unit_of_an_old_window_does_not_come_back_into_a_new_one(
    database: Database, user: User
) -> None:
    old = new_generation(user.id)
    await reserve(database, old)
    await set_window(database, user.id, timedelta(days=2))
    await reserve(database, new_generation(user.id))

    await database.alone.generations.abandon(old.id, GenerationStatus.FAILED, "broken")

    assert await units_of(database, user.id) == UNITS - 1


async def test_an_expired_window_starts_anew(database: Database, user: User) -> None:
    for _ in range(UNITS):
        await reserve(database, new_generation(user.id))
    assert not (await reserve(database, new_generation(user.id))).admitted
    await set_window(database, user.id, timedelta(minutes=WINDOW_MINUTES, seconds=1))

    answer = await reserve(database, new_generation(user.id))

    assert answer.admitted
    assert answer.remaining == UNITS - 1


async def test_premium_accounts_pay_no_units(database: Database) -> None:
    user = await database.alone.users.create({"email": "p@example.com", "is_premium": True})

    answers = [await reserve(database, new_generation(user.id)) for _ in range(5)]

    assert all(answer.admitted and answer.remaining is None for answer in answers)
    assert await units_of(database, user.id) == UNITS


async def test_a_lost_lease_publishes_nothing(database: Database, user: User) -> None:
    new = new_generation(user.id)
    await reserve(database, new)
    attempt = await database.alone.generations.claim(new.id, "runner")
    assert attempt == 1
    assert await database.alone.generations.claim(new.id, "other") is None
    await set_expired_lease(database, new.id)

    assert await database.alone.generations.reap() == 1

    finished = FinishedGeneration({"names": []}, ["builtin"], [], Decimal(0))
    async with database.transaction() as uow:
        assert not await uow.generations.finish(new.id, attempt, finished)
    assert not await database.alone.generations.renew(new.id, attempt)
    assert await units_of(database, user.id) == UNITS


async def test_the_reaper_returns_several_units_of_one_user(database: Database, user: User) -> None:
    for _ in range(UNITS):
        new = new_generation(user.id)
        await reserve(database, new)
        await set_expired_lease(database, new.id)

    assert await database.alone.generations.reap() == UNITS

    assert await units_of(database, user.id) == UNITS


async def test_success_spends_the_unit(database: Database, user: User) -> None:
    new = new_generation(user.id)
    await reserve(database, new)
    attempt = await database.alone.generations.claim(new.id, "runner")
    assert attempt is not None
    finished = FinishedGeneration({"names": [1]}, ["builtin"], ["note"], Decimal("0.01"))
    async with database.transaction() as uow:
        assert await uow.generations.finish(new.id, attempt, finished)

    row = await database.alone.progress.job(new.id, user.id)

    assert row is not None
    assert (row["status"], row["quota_state"]) == ("success", "spent")
    assert row["output_data"] == {"names": [1]}
    assert not await database.alone.generations.abandon(
        new.id, GenerationStatus.CANCELLED, "too late", user_id=user.id
    )
    assert await units_of(database, user.id) == UNITS - 1
