"""When somebody looked at the desk last, statements by when they came, and who changed an internal note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "digitalms_desk_visit", "digitalms_statement_recorded"
_NOTES = "digitalms_internal_note"


def upgrade() -> None:
    """Make the table of visits, which go with their account, the index, and the columns."""
    op.create_table(
        _TABLE,
        sa.Column("user_id", sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(_INDEX, "digitalms_statement", ["recorded_at"])
    op.add_column(_NOTES, sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column(_NOTES, sa.Column("changed_by", sa.Text))


def downgrade() -> None:
    """Forget the visits, and who changed a note."""
    op.drop_column(_NOTES, "changed_by")
    op.drop_column(_NOTES, "changed_at")
    op.drop_index(_INDEX, "digitalms_statement")
    op.drop_table(_TABLE)
