"""The unit of quota: taken once, given back once, never below zero."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from database.job_models import Step, StepStatus
from database.models import GenerationStatus, GenerationType, User
from database.repositories.generation_repository import (
    Admission,
    EndedStep,
    Ending,
    FinishedGeneration,
    NewGeneration,
    Reservation,
)
from database.unit_of_work import Database
from services.generation_service import CANCELLED, MOST_ATTEMPTS
from services.steps import FIRST_STEPS, startable
from utils.ids import uuid7

UNITS = 2
WINDOW_MINUTES = 1440
BROKEN = Ending(GenerationStatus.FAILED, "GENERATION_FAILED", "broken")
STEP = EndedStep(Step.NAMES, StepStatus.COMPLETED, "hash", {"names": []}, 5, [("step.x", {})], ())


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
        new, Admission(owner="test", claimed=False), unit_limit=UNITS, window_minutes=WINDOW_MINUTES
    )
    assert reservation is not None
    return reservation


async def claim(database: Database, generation_id: UUID) -> int:
    claimed = await database.alone.generations.claim(generation_id, "runner", FIRST_STEPS)
    assert claimed is not None
    return claimed.attempt


async def reap(database: Database, patience_s: int = 900) -> tuple[int, int]:
    return await database.alone.generations.reap(most_attempts=MOST_ATTEMPTS, patience_s=patience_s)


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
        *(database.alone.generations.abandon(new.id, BROKEN) for _ in range(20))
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

    await database.alone.generations.abandon(old.id, BROKEN)

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
    generations = database.alone.generations
    assert await claim(database, new.id) == 1
    assert await generations.claim(new.id, "other", FIRST_STEPS) is None
    await set_expired_lease(database, new.id)

    assert await reap(database) == (0, 1)

    finished = FinishedGeneration({"names": []}, ["builtin"], [])
    for taken_over in (False, True):
        if taken_over:
            assert await claim(database, new.id) == 2
        async with database.transaction() as uow:
            assert not await uow.generations.finish(new.id, 1, finished)
        assert not await generations.record_step(new.id, 1, STEP)
        assert not await generations.abandon(new.id, BROKEN, attempt=1)
        assert not await generations.hand_back(new.id, 1)
        assert not await generations.renew(new.id, 1)
    assert await generations.record_step(new.id, 2, STEP)
    assert await units_of(database, user.id) == UNITS - 1

    await set_expired_lease(database, new.id)
    assert await reap(database) == (1, 0)
    assert await units_of(database, user.id) == UNITS
    assert await reap(database) == (0, 0)


async def test_a_step_that_is_recorded_again_is_told_of_once(
    database: Database, user: User
) -> None:
    new = new_generation(user.id)
    await reserve(database, new)
    attempt = await claim(database, new.id)

    for _ in range(2):  # the answer to the first got lost
        assert await database.alone.generations.record_step(new.id, attempt, STEP)

    (progress,) = (await database.alone.progress.since({new.id: 0})).values()
    events = [(event.seq, event.type) for event in progress.events]
    first = startable(GenerationType.NAME, ())
    assert events[-1] == (len(events), STEP.events[0][0])
    assert [seq for seq, _ in events] == list(range(1, len(events) + 1))
    assert len(events) == len(["job.accepted", "job.started", *first, STEP])


async def test_what_is_handed_back_is_no_failed_attempt(database: Database, user: User) -> None:
    new = new_generation(user.id)
    await reserve(database, new)
    for attempt in (1, 2, 3):
        assert await claim(database, new.id) == attempt
        assert await database.alone.generations.hand_back(new.id, attempt)
    assert await claim(database, new.id) == 4
    await set_expired_lease(database, new.id)

    assert await reap(database) == (0, 1)

    assert await units_of(database, user.id) == UNITS - 1


async def test_the_reaper_returns_several_units_of_one_user(database: Database, user: User) -> None:
    for _ in range(UNITS):
        new = new_generation(user.id)
        await reserve(database, new)
        await set_expired_lease(database, new.id)

    assert await reap(database, patience_s=0) == (UNITS, 0)

    assert await units_of(database, user.id) == UNITS


async def test_success_spends_the_unit(database: Database, user: User) -> None:
    new = new_generation(user.id)
    await reserve(database, new)
    attempt = await claim(database, new.id)
    finished = FinishedGeneration({"names": [1]}, ["builtin"], ["note"])
    async with database.transaction() as uow:
        assert await uow.generations.finish(new.id, attempt, finished)

    row = await database.alone.progress.job(new.id, user.id)

    assert row is not None
    assert (row["status"], row["quota_state"]) == ("success", "spent")
    assert row["output_data"] == {"names": [1]}
    assert not await database.alone.generations.abandon(new.id, CANCELLED, user_id=user.id)
    assert await units_of(database, user.id) == UNITS - 1
