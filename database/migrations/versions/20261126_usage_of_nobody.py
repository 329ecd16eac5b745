"""usage of nobody: calls that the service makes on its own account, as research does."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002_usage_of_nobody"
down_revision: str | None = "0001_initial"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("api_usage", "user_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("delete from api_usage where user_id is null")
    op.alter_column("api_usage", "user_id", existing_type=sa.Uuid(), nullable=False)
