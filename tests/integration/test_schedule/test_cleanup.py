"""What is forgotten at which age, and that nothing else is."""

from datetime import timedelta

import pytest

from database.job_models import EventTicket, GenerationStep, IdempotencyKey, OutboxMessage
from database.models import Generation, GenerationEvent, RefreshToken, User
from services import cleanup as module
from services.cleanup import Cleanup
from tests.integration.test_schedule.rows import DAY, HOUR, SECOND, Rows, born


async def test_logins_go_when_they_can_never_be_continued(rows: Rows, cleanup: Cleanup) -> None:
    for name, age, left in (
        ("over", 30 * DAY + SECOND, -SECOND),
        ("long, but going on", 31 * DAY, HOUR),
        ("young", 30 * DAY - HOUR, HOUR),
        ("over, but of an age that has none yet", 29 * DAY, -SECOND),
    ):
        await rows.add(
            RefreshToken, id=born(rows.now - age), user_id=rows.user_id, counter=len(name),
            expires_at=rows.now + left,
        )  # fmt: skip

    assert await cleanup.forget_expired() == 1
    assert await rows.count(RefreshToken) == 3
    assert len("over") not in await rows.all(RefreshToken.counter)


async def test_tickets_go_when_they_expire_and_answers_after_a_day(
    rows: Rows, cleanup: Cleanup
) -> None:
    generation_id = await rows.generation(HOUR)
    for name, age in (("old", SECOND), ("new", -SECOND)):
        await rows.add(
            EventTicket, token_hash=name, generation_id=generation_id, user_id=rows.user_id,
            expires_at=rows.now - age,
        )  # fmt: skip
        await rows.add(
            IdempotencyKey, user_id=rows.user_id, key=name, request_hash="", created_at=rows.now
            - DAY - age, resource_id=generation_id,
        )  # fmt: skip

    assert await cleanup.forget_expired() == 2
    assert await rows.all(EventTicket.token_hash) == {"new"}
    assert await rows.all(IdempotencyKey.key) == {"new"}


@pytest.mark.parametrize(
    ("age", "status", "events", "steps"),
    [
        (30 * DAY + SECOND, "success", 0, 0),
        (30 * DAY - SECOND, "failed", 2, 0),
        (7 * DAY + SECOND, "cancelled", 2, 0),
        (7 * DAY - SECOND, "success", 2, 2),
        (60 * DAY, "running", 2, 2),
        (60 * DAY, "pending", 2, 2),
    ],
)
async def test_progress_goes_some_time_after_the_end(
    rows: Rows, cleanup: Cleanup, age: timedelta, status: str, events: int, steps: int
) -> None:
    generation_id = await rows.generation(age, status)
    for number, step in enumerate(("names", "logos")):
        await rows.add(GenerationEvent, generation_id=generation_id, seq=number, type="step.done")
        await rows.add(
            GenerationStep, generation_id=generation_id, step=step, status="completed",
            input_hash="", attempt=1,
        )  # fmt: skip

    assert await cleanup.forget_expired() == 4 - events - steps
    assert await rows.count(GenerationEvent) == events
    assert await rows.count(GenerationStep) == steps
    assert await rows.count(Generation) == 1


async def test_what_ended_late_is_as_old_as_its_end(rows: Rows, cleanup: Cleanup) -> None:
    generation_id = await rows.generation(60 * DAY, finished_at=rows.now - DAY)
    await rows.add(GenerationEvent, generation_id=generation_id, seq=1, type="job.accepted")

    assert await cleanup.forget_expired() == 0


async def test_messages_go_a_week_after_they_were_done_with(rows: Rows, cleanup: Cleanup) -> None:
    old = await rows.generation(80 * DAY)
    await rows.outbox(old, done=7 * DAY + SECOND)
    await rows.outbox(old, done=7 * DAY - SECOND)
    await rows.outbox(old, done=None)

    assert await cleanup.forget_expired() == 1
    assert await rows.count(OutboxMessage) == 2
    assert await cleanup.forget_expired() == 0


async def test_one_run_does_a_bounded_number_of_batches(
    rows: Rows, cleanup: Cleanup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS", 3)
    monkeypatch.setattr(module, "MOST_BATCHES", 2)
    generation_id = await rows.generation(40 * DAY)
    for number in range(8):
        await rows.add(GenerationEvent, generation_id=generation_id, seq=number, type="step.done")

    assert await cleanup.forget_expired() == 6
    assert await cleanup.forget_expired() == 2
    assert await cleanup.forget_expired() == 0
    assert await rows.count(User) == 1
