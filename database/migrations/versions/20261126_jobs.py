"""jobs: finished steps, outbox, kept answers, tickets, schedules, webhooks and totals.

The columns of `generations` for idempotency were never written: their table serves every request.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003_jobs"
down_revision: str | None = "0002_usage_of_nobody"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_POLICIES = {
    "generation_steps": "exists (select 1 from public.generations g "
    "where g.id = generation_id and g.user_id = (select auth.uid()))",
    "webhooks": "user_id = (select auth.uid())",
}
_PRIVATE = (
    "event_tickets",
    "idempotency_keys",
    "outbox",
    "schedule_runs",
    "snapshots",
    "totals",
)


def _protect_tables() -> None:
    """As in the initial schema: closed to Supabase's REST endpoint, but for one's own rows."""
    for table in (*_POLICIES, *_PRIVATE):
        op.execute(f"alter table {table} enable row level security")
    for table, owned in _POLICIES.items():
        op.execute(
            f"""
            do $guard$ begin
                if exists (select 1 from pg_roles where rolname = 'authenticated')
                    and to_regprocedure('auth.uid()') is not null
                then
                    create policy {table}_owner_reads on {table}
                        for select to authenticated using ({owned});
                end if;
            end $guard$
            """
        )


def upgrade() -> None:
    op.create_table(
        "schedule_runs",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_runs")),
    )
    op.create_table(
        "snapshots",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "fetched_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "totals",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "value", sa.Numeric(precision=18, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_totals")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        "idx_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "webhooks",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_webhooks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("user_id", name=op.f("uq_webhooks_user_id")),
    )
    op.create_table(
        "event_tickets",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_event_tickets_generation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_event_tickets_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_event_tickets")),
    )
    op.create_table(
        "generation_steps",
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("output", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status in ('completed', 'failed', 'kept')",
            name=op.f("ck_generation_steps_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_generation_steps_generation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("generation_id", "step", name=op.f("pk_generation_steps")),
    )
    op.create_table(
        "outbox",
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_try_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=100), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "topic in ('run', 'mail', 'webhook')", name=op.f("ck_outbox_topic_known")
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_outbox_generation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "idx_outbox_due",
        "outbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index("idx_outbox_generation_id", "outbox", ["generation_id"], unique=False)
    op.add_column("generations", sa.Column("error_code", sa.String(length=50), nullable=True))
    op.add_column("generations", sa.Column("based_on", sa.Uuid(), nullable=True))
    op.add_column(
        "generations",
        sa.Column("version", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.add_column(
        "generations",
        sa.Column("handed_back", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "generations",
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.execute(
        "update generations g set last_seq ="
        " (select coalesce(max(seq), 0) from generation_events e where e.generation_id = g.id)"
    )
    op.drop_index(
        op.f("uq_generations_idempotency"),
        table_name="generations",
        postgresql_where="(idempotency_key IS NOT NULL)",
    )
    op.create_foreign_key(
        op.f("fk_generations_based_on"),
        "generations",
        "generations",
        ["based_on"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "idx_generations_based_on",
        "generations",
        ["based_on"],
        unique=False,
        postgresql_where=sa.text("based_on is not null"),
    )
    op.create_index("idx_assets_file_url", "assets", ["file_url"], unique=False)
    op.drop_column("generations", "request_hash")
    op.drop_column("generations", "idempotency_key")
    op.add_column(
        "users",
        sa.Column("wants_mail", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    _protect_tables()


def downgrade() -> None:
    op.drop_index("idx_assets_file_url", table_name="assets")
    op.drop_index(
        "idx_generations_based_on",
        table_name="generations",
        postgresql_where=sa.text("based_on is not null"),
    )
    op.drop_column("users", "wants_mail")
    op.add_column(
        "generations",
        sa.Column("idempotency_key", sa.VARCHAR(length=255), autoincrement=False, nullable=True),
    )
    op.add_column(
        "generations",
        sa.Column("request_hash", sa.VARCHAR(length=64), autoincrement=False, nullable=True),
    )
    op.drop_constraint(op.f("fk_generations_based_on"), "generations", type_="foreignkey")
    op.create_index(
        op.f("uq_generations_idempotency"),
        "generations",
        ["user_id", "idempotency_key"],
        unique=True,
        postgresql_where="(idempotency_key IS NOT NULL)",
    )
    op.drop_column("generations", "last_seq")
    op.drop_column("generations", "handed_back")
    op.drop_column("generations", "version")
    op.drop_column("generations", "based_on")
    op.drop_column("generations", "error_code")
    op.drop_index("idx_outbox_generation_id", table_name="outbox")
    op.drop_index(
        "idx_outbox_due", table_name="outbox", postgresql_where=sa.text("done_at is null")
    )
    op.drop_table("outbox")
    op.drop_table("generation_steps")
    op.drop_table("event_tickets")
    op.drop_table("webhooks")
    op.drop_index("idx_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("totals")
    op.drop_table("snapshots")
    op.drop_table("schedule_runs")
