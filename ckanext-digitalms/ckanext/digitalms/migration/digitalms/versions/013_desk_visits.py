"""The desk says what has changed since somebody's last visit: when that was, and an index by moments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "digitalms_desk_visit", "digitalms_statement_recorded"


def upgrade() -> None:
    """Make the table of visits, which go with their account, and the index."""
    op.create_table(
        _TABLE,
        sa.Column("user_id", sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(_INDEX, "digitalms_statement", ["recorded_at"])


def downgrade() -> None:
    """Forget the visits."""
    op.drop_index(_INDEX, "digitalms_statement")
    op.drop_table(_TABLE)
