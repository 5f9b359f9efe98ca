"""An edition of coverage that was replaced or taken back stays, for whoever asks what was known then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

_TABLE = "digitalms_coverage_edition"
_KEY = ("edition", "customer", "base", "direction", "area_type")


def upgrade() -> None:
    """Let editions end; of those that count there is one for each key."""
    op.add_column(_TABLE, sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column(_TABLE, sa.Column("replaced_id", sa.Text))
    for unique in sa.inspect(op.get_bind()).get_unique_constraints(_TABLE):
        op.drop_constraint(str(unique["name"]), _TABLE)  # PostgreSQL named it
    op.create_index(
        "digitalms_coverage_edition_counts",
        _TABLE,
        list(_KEY),
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Drop what has ended."""
    op.execute("DELETE FROM digitalms_coverage_edition WHERE ended_at IS NOT NULL")
    op.drop_index("digitalms_coverage_edition_counts", _TABLE)
    op.create_unique_constraint(None, _TABLE, list(_KEY))
    op.drop_column(_TABLE, "replaced_id")
    op.drop_column(_TABLE, "ended_at")
