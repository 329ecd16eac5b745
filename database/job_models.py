"""The tables behind long work: finished steps, messages to be sent, kept answers, schedules."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from database.models import Base, Identified, Json, one_of


class Step(StrEnum):
    """The parts of a generation that are made, and kept, one by one."""

    NAMES = "names"
    DOMAINS = "domains"
    PALETTE = "palette"
    TAGLINES = "taglines"
    LOGOS = "logos"


class StepStatus(StrEnum):
    """What became of a step; KEPT was taken over from an earlier version."""

    COMPLETED = "completed"
    FAILED = "failed"
    KEPT = "kept"


class Topic(StrEnum):
    """What an outbox message is for."""

    RUN = "run"
    MAIL = "mail"
    WEBHOOK = "webhook"


class GenerationStep(Base):
    """What one step of a generation gave, so that a second attempt does not pay for it again."""

    __tablename__ = "generation_steps"
    __table_args__ = (CheckConstraint(one_of("status", StepStatus), name="status_known"),)

    generation_id: Mapped[UUID] = mapped_column(
        ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True
    )
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    input_hash: Mapped[str] = mapped_column(String(64))
    output: Mapped[Json | None]
    attempt: Mapped[int] = mapped_column(SmallInteger)
    duration_ms: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EventTicket(Base):
    """Opens one event stream, once, for a browser that cannot send a token with it."""

    __tablename__ = "event_tickets"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    generation_id: Mapped[UUID] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class IdempotencyKey(Base):
    """What a request with an `Idempotency-Key` made, and its answer once there is one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idx_idempotency_keys_created_at", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    resource_id: Mapped[UUID]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[Json | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxMessage(Identified, Base):
    """Something to be told to the outside, written with what it tells of and sent afterwards."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(one_of("topic", Topic), name="topic_known"),
        Index("idx_outbox_generation_id", "generation_id"),
        Index("idx_outbox_due", "next_try_at", postgresql_where=text("done_at is null")),
    )

    topic: Mapped[str] = mapped_column(String(20))
    generation_id: Mapped[UUID] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(100))


class Webhook(Identified, Base):
    """Where a user wants to hear that a generation ended; a new one has a new secret."""

    __tablename__ = "webhooks"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    url: Mapped[str] = mapped_column(Text)


class ScheduleRun(Base):
    """When a scheduled job began last, whichever process ran it."""

    __tablename__ = "schedule_runs"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    started_at: Mapped[datetime]


class Snapshot(Base):
    """A copy of an outside list that all processes use, such as prices or RDAP servers."""

    __tablename__ = "snapshots"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    content: Mapped[Json]
    fetched_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Total(Base):
    """A number that only grows, counted in the transaction of what it counts."""

    __tablename__ = "totals"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(18, 6), server_default=text("0"))
