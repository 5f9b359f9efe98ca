"""When the council and its committees sit, so that wordings such as "letzte Gremienkette" have days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

_TABLE = "digitalms_sitting_calendar"


def upgrade() -> None:
    """Make the table of the calendar, each version of it a row."""
    op.create_table(
        _TABLE,
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sittings", JSONB, nullable=False),
        sa.Column("change", JSONB, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column(
            "written_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Forget the sittings."""
    op.drop_table(_TABLE)
