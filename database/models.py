"""The tables, as SQLAlchemy models. Names, types and indexes follow the specification."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from utils.ids import uuid7

Json = dict[str, Any]  # Any: JSON values


class ProjectStatus(StrEnum):
    """How far a project is."""

    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class GenerationType(StrEnum):
    """What a generation makes."""

    NAME = "name"
    LOGO = "logo"
    COLOR = "color"
    TAGLINE = "tagline"
    PACKAGE = "package"


class GenerationStatus(StrEnum):
    """The life of a generation; the last three never change."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"


class QuotaState(StrEnum):
    """What became of the unit that a generation reserved; FREE reserved none."""

    HELD = "held"
    SPENT = "spent"
    REFUNDED = "refunded"
    FREE = "free"


class AssetType(StrEnum):
    """What a stored file is."""

    LOGO = "logo"
    IMAGE = "image"
    DOCUMENT = "document"


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition of a check constraint that a column holds one of an enumeration's values."""
    return f"{column} in ({', '.join(repr(member.value) for member in values)})"


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "idx_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {  # Any: keys and values of SQLAlchemy's map
        datetime: DateTime(timezone=True),
        Json: JSONB(),
        UUID: Uuid(),
    }


class Identified:
    """A time-ordered UUID made in Python; the column default serves rows made by hand."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid7, server_default=text("gen_random_uuid()")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class User(Identified, Base):
    """An account and its counter of free generations."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("generations_remaining >= 0", name="generations_remaining_not_negative"),
        Index("idx_users_email", "email"),
        Index("idx_users_premium", "is_premium"),
    )

    email: Mapped[str] = mapped_column(String(255), unique=True)
    username: Mapped[str | None] = mapped_column(String(100), unique=True)
    generations_remaining: Mapped[int] = mapped_column(Integer, server_default=text("2"))
    is_premium: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    quota_window_started_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(Text)
    wants_mail: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Project(Identified, Base):
    """One branding project of a user."""

    __tablename__ = "projects"
    __table_args__ = (
        CheckConstraint(one_of("status", ProjectStatus), name="status_known"),
        Index("idx_projects_user_id", "user_id"),
        Index("idx_projects_status", "status"),
        Index("idx_projects_user_page", "user_id", text("created_at DESC"), text("id DESC")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(50), server_default=ProjectStatus.DRAFT.value)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Generation(Identified, Base):
    """One request for results, from the reserved unit to the stored answer."""

    __tablename__ = "generations"
    __table_args__ = (
        CheckConstraint(one_of("generation_type", GenerationType), name="type_known"),
        CheckConstraint(one_of("status", GenerationStatus), name="status_known"),
        CheckConstraint(one_of("quota_state", QuotaState), name="quota_state_known"),
        Index("idx_generations_project_id", "project_id"),
        Index("idx_generations_user_id", "user_id"),
        Index("idx_generations_type", "generation_type"),
        Index("idx_generations_status", "status"),
        Index("idx_generations_user_page", "user_id", text("created_at DESC"), text("id DESC")),
        Index(
            "idx_generations_user_type_page",
            "user_id",
            "generation_type",
            text("created_at DESC"),
            text("id DESC"),
        ),
        Index(
            "idx_generations_user_status_page",
            "user_id",
            "status",
            text("created_at DESC"),
            text("id DESC"),
        ),
        Index(
            "idx_generations_project_page", "project_id", text("created_at DESC"), text("id DESC")
        ),
        Index(
            "idx_generations_based_on",
            "based_on",
            postgresql_where=text("based_on is not null"),
        ),
        Index(
            "idx_generations_unfinished",
            "lease_until",
            postgresql_where=text("status in ('pending', 'running')"),
        ),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    generation_type: Mapped[str] = mapped_column(String(50))
    input_data: Mapped[Json | None]
    output_data: Mapped[Json | None]
    status: Mapped[str] = mapped_column(String(50), server_default=GenerationStatus.PENDING.value)
    error_message: Mapped[str | None] = mapped_column(Text)
    quota_state: Mapped[str] = mapped_column(String(10), server_default=QuotaState.HELD.value)
    quota_window_started_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(50))
    based_on: Mapped[UUID | None] = mapped_column(ForeignKey("generations.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    attempt: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    handed_back: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    last_seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    models_used: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    cost_usd: Mapped[Decimal] = mapped_column(Numeric(12, 6), server_default=text("0"))
    warnings: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))


class GenerationEvent(Base):
    """One line of a generation's progress; never changed."""

    __tablename__ = "generation_events"

    generation_id: Mapped[UUID] = mapped_column(
        ForeignKey("generations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(50))
    payload: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Asset(Identified, Base):
    """One stored file; `file_url` is its key in the storage, from which signed links are made."""

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint(one_of("asset_type", AssetType), name="type_known"),
        Index("idx_assets_generation_id", "generation_id"),
        Index("idx_assets_project_id", "project_id"),
        Index("idx_assets_type", "asset_type"),
        Index("idx_assets_file_url", "file_url"),
    )

    generation_id: Mapped[UUID] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    asset_type: Mapped[str] = mapped_column(String(50))
    file_url: Mapped[str] = mapped_column(Text)
    file_format: Mapped[str | None] = mapped_column(String(10))
    file_size: Mapped[int | None] = mapped_column(Integer)
    variation: Mapped[int | None] = mapped_column(SmallInteger)
    lockup: Mapped[str | None] = mapped_column(String(20))
    treatment: Mapped[str | None] = mapped_column(String(20))


class RefreshToken(Identified, Base):
    """One family of refresh tokens, that is one login; only the newest counter is valid.

    The tokens themselves are derived (`utils.security`), so none is stored.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("idx_refresh_tokens_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    counter: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rotated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiUsage(Identified, Base):
    """One call to a provider, paid or not; without a user it was made for the service itself."""

    __tablename__ = "api_usage"
    __table_args__ = (
        Index("idx_api_usage_user_window", "user_id", "created_at"),
        Index("idx_api_usage_generation_id", "generation_id"),
    )

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    generation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("generations.id", ondelete="CASCADE")
    )
    provider: Mapped[str] = mapped_column(String(50))
    model: Mapped[str] = mapped_column(String(100))
    task: Mapped[str] = mapped_column(String(50))
    input_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    output_tokens: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    cost_usd: Mapped[Decimal] = mapped_column(Numeric(12, 6), server_default=text("0"))
    latency_ms: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))
