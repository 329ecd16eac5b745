"""initial schema: the tables of the service, and Row Level Security on each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001_initial"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


_POLICIES = {
    "users": "id = (select auth.uid())",
    "projects": "user_id = (select auth.uid())",
    "generations": "user_id = (select auth.uid())",
    "api_usage": "user_id = (select auth.uid())",
    "generation_events": "exists (select 1 from public.generations g "
    "where g.id = generation_id and g.user_id = (select auth.uid()))",
    "assets": "exists (select 1 from public.projects p "
    "where p.id = project_id and p.user_id = (select auth.uid()))",
}
_TABLES = (*_POLICIES, "refresh_tokens", "alembic_version")


def _protect_tables() -> None:
    """Close the tables to Supabase's own REST endpoint, except reading one's own rows.

    The service connects as the owner, whom this does not bind. Plain PostgreSQL has neither the
    role nor the function, so there the tables are closed and have no policy.
    """
    for table in _TABLES:
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
        "users",
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column(
            "generations_remaining", sa.Integer(), server_default=sa.text("2"), nullable=False
        ),
        sa.Column("is_premium", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("quota_window_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "generations_remaining >= 0", name=op.f("ck_users_generations_remaining_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index("idx_users_email", "users", ["email"], unique=False)
    op.create_index("idx_users_premium", "users", ["is_premium"], unique=False)
    op.create_table(
        "projects",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("industry", sa.String(length=100), nullable=True),
        sa.Column("status", sa.String(length=50), server_default="draft", nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status in ('draft', 'in_progress', 'completed')", name=op.f("ck_projects_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_projects_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index("idx_projects_status", "projects", ["status"], unique=False)
    op.create_index("idx_projects_user_id", "projects", ["user_id"], unique=False)
    op.create_index(
        "idx_projects_user_page",
        "projects",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("counter", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "rotated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_refresh_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("idx_refresh_tokens_user_id", "refresh_tokens", ["user_id"], unique=False)
    op.create_table(
        "generations",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("generation_type", sa.String(length=50), nullable=False),
        sa.Column("input_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("output_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("status", sa.String(length=50), server_default="pending", nullable=False),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("quota_state", sa.String(length=10), server_default="held", nullable=False),
        sa.Column("quota_window_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=True),
        sa.Column("attempt", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "models_used",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "cost_usd",
            sa.Numeric(precision=12, scale=6),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "warnings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "generation_type in ('name', 'logo', 'color', 'tagline', 'package')",
            name=op.f("ck_generations_type_known"),
        ),
        sa.CheckConstraint(
            "quota_state in ('held', 'spent', 'refunded', 'free')",
            name=op.f("ck_generations_quota_state_known"),
        ),
        sa.CheckConstraint(
            "status in ('pending', 'running', 'success', 'failed', 'cancelled')",
            name=op.f("ck_generations_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_generations_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_generations_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generations")),
    )
    op.create_index("idx_generations_project_id", "generations", ["project_id"], unique=False)
    op.create_index(
        "idx_generations_project_page",
        "generations",
        ["project_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("idx_generations_status", "generations", ["status"], unique=False)
    op.create_index("idx_generations_type", "generations", ["generation_type"], unique=False)
    op.create_index(
        "idx_generations_unfinished",
        "generations",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status in ('pending', 'running')"),
    )
    op.create_index("idx_generations_user_id", "generations", ["user_id"], unique=False)
    op.create_index(
        "idx_generations_user_page",
        "generations",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "idx_generations_user_status_page",
        "generations",
        ["user_id", "status", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "idx_generations_user_type_page",
        "generations",
        [
            "user_id",
            "generation_type",
            sa.literal_column("created_at DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
    )
    op.create_index(
        "uq_generations_idempotency",
        "generations",
        ["user_id", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key is not null"),
    )
    op.create_table(
        "api_usage",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.String(length=50), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("task", sa.String(length=50), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "cost_usd",
            sa.Numeric(precision=12, scale=6),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("latency_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_api_usage_generation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_api_usage_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_usage")),
    )
    op.create_index("idx_api_usage_generation_id", "api_usage", ["generation_id"], unique=False)
    op.create_index(
        "idx_api_usage_user_window", "api_usage", ["user_id", "created_at"], unique=False
    )
    op.create_table(
        "assets",
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("asset_type", sa.String(length=50), nullable=False),
        sa.Column("file_url", sa.Text(), nullable=False),
        sa.Column("file_format", sa.String(length=10), nullable=True),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("variation", sa.SmallInteger(), nullable=True),
        sa.Column("lockup", sa.String(length=20), nullable=True),
        sa.Column("treatment", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "asset_type in ('logo', 'image', 'document')", name=op.f("ck_assets_type_known")
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_assets_generation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_assets_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    op.create_index("idx_assets_generation_id", "assets", ["generation_id"], unique=False)
    op.create_index("idx_assets_project_id", "assets", ["project_id"], unique=False)
    op.create_index("idx_assets_type", "assets", ["asset_type"], unique=False)
    op.create_table(
        "generation_events",
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=50), nullable=False),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name=op.f("fk_generation_events_generation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("generation_id", "seq", name=op.f("pk_generation_events")),
    )
    _protect_tables()


def downgrade() -> None:
    op.drop_table("generation_events")
    op.drop_index("idx_assets_type", table_name="assets")
    op.drop_index("idx_assets_project_id", table_name="assets")
    op.drop_index("idx_assets_generation_id", table_name="assets")
    op.drop_table("assets")
    op.drop_index("idx_api_usage_user_window", table_name="api_usage")
    op.drop_index("idx_api_usage_generation_id", table_name="api_usage")
    op.drop_table("api_usage")
    op.drop_index(
        "uq_generations_idempotency",
        table_name="generations",
        postgresql_where=sa.text("idempotency_key is not null"),
    )
    op.drop_index("idx_generations_user_type_page", table_name="generations")
    op.drop_index("idx_generations_user_status_page", table_name="generations")
    op.drop_index("idx_generations_user_page", table_name="generations")
    op.drop_index("idx_generations_user_id", table_name="generations")
    op.drop_index(
        "idx_generations_unfinished",
        table_name="generations",
        postgresql_where=sa.text("status in ('pending', 'running')"),
    )
    op.drop_index("idx_generations_type", table_name="generations")
    op.drop_index("idx_generations_status", table_name="generations")
    op.drop_index("idx_generations_project_page", table_name="generations")
    op.drop_index("idx_generations_project_id", table_name="generations")
    op.drop_table("generations")
    op.drop_index("idx_refresh_tokens_user_id", table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("idx_projects_user_page", table_name="projects")
    op.drop_index("idx_projects_user_id", table_name="projects")
    op.drop_index("idx_projects_status", table_name="projects")
    op.drop_table("projects")
    op.drop_index("idx_users_premium", table_name="users")
    op.drop_index("idx_users_email", table_name="users")
    op.drop_table("users")
