"""The catalogue's own figures: verdicts on datasets, what was counted by month, how often it was used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

_QUALITY, _FIGURES, _USE = "digitalms_dataset_quality", "digitalms_catalogue_figure", "digitalms_use_count"


def upgrade() -> None:
    """Make the three tables; what can be known of earlier months is filled in by the first count."""
    op.create_table(
        _QUALITY,
        sa.Column("package_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("mark", "rules")),
        sa.Column("judged_on", sa.Date, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("points", "unknown")),
        sa.Column("met", JSONB, nullable=False),
    )
    op.create_table(
        _FIGURES,
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("month", "figure", "key")),
        sa.Column("label", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("value", "total")),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("is_final", sa.Boolean, nullable=False),
    )
    op.create_table(
        _USE,
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("month", "counter", "kind", "key")),
        sa.Column("count", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Forget what was counted."""
    for table in (_USE, _FIGURES, _QUALITY):
        op.drop_table(table)
