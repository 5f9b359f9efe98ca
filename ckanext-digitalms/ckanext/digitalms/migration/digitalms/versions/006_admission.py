"""Organisations that a coordinator has let in; those that are there already count as let in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, with every organisation of today."""
    op.create_table(
        "digitalms_admission",
        sa.Column("organisation_id", sa.Text, primary_key=True),
        sa.Column("admitted_by", sa.Text),
        sa.Column(
            "admitted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
    )
    op.execute(
        'INSERT INTO digitalms_admission (organisation_id) SELECT id FROM "group" WHERE is_organization'
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("digitalms_admission")
