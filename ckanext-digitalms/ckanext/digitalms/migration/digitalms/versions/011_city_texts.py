"""The city's own pages (imprint, privacy, contact …) are texts that coordinators write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

_TABLE = "digitalms_city_text"


def upgrade() -> None:
    """Make the table of the texts, each version of them a row."""
    op.create_table(
        _TABLE,
        sa.Column("page", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Forget what was written."""
    op.drop_table(_TABLE)
