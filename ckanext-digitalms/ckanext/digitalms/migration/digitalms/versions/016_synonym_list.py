"""What words of the search mean besides themselves: a list that coordinators keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

_TABLE = "digitalms_synonym_list"


def upgrade() -> None:
    """Make the table of the list, each version of it a row."""
    op.create_table(
        _TABLE,
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rows", JSONB, nullable=False),
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Forget the list."""
    op.drop_table(_TABLE)
