"""Visits to the desk, statements by when they came, who changed a note, and names of published tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "digitalms_desk_visit", "digitalms_statement_recorded"
_NOTES, _NAMES = "digitalms_internal_note", "digitalms_table_name"


def upgrade() -> None:
    """Make the tables, the index and the columns; names are those of the tables that are published now."""
    op.create_table(
        _TABLE,
        sa.Column("user_id", sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(_INDEX, "digitalms_statement", ["recorded_at"])
    op.add_column(_NOTES, sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column(_NOTES, sa.Column("changed_by", sa.Text))
    op.create_table(
        _NAMES,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("package_id", sa.Text, nullable=False),
    )
    op.execute(
        f"""
        INSERT INTO {_NAMES} (name, package_id)
        SELECT extras ->> 'digitalms_own_table', id FROM package
        WHERE coalesce(extras ->> 'digitalms_own_table', '') <> ''
          AND coalesce(extras ->> 'digitalms_release', '') <> ''
        ON CONFLICT DO NOTHING
        """  # noqa: S608 - our own texts
    )


def downgrade() -> None:
    """Forget the visits, the names, and who changed a note."""
    op.drop_table(_NAMES)
    op.drop_column(_NOTES, "changed_by")
    op.drop_column(_NOTES, "changed_at")
    op.drop_index(_INDEX, "digitalms_statement")
    op.drop_table(_TABLE)
