"""Reports that are built here, and their frozen versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

_REPORT, _VERSION = "digitalms_report", "digitalms_report_version"
_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    """Make both tables; a number is that of one report."""
    op.create_table(
        _REPORT,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("previous_day", sa.Date),
        sa.Column("previous_name", sa.Text),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
    )
    has_number = sa.text("number <> ''")
    op.create_index(f"{_REPORT}_number", _REPORT, ["number"], unique=True, postgresql_where=has_number)
    op.create_table(
        _VERSION,
        sa.Column("report_name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("releases", JSONB, nullable=False),
        sa.Column("corrects", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_because", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Forget the reports."""
    op.drop_table(_VERSION)
    op.drop_table(_REPORT)
