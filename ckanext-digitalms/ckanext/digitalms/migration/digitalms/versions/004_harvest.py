"""Harvest: records that vanished, questions to the coordinator, errors of runs, mails that were sent."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "004"
down_revision = "002"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")


def _moment(name: str, **told: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **told)


def upgrade() -> None:
    op.add_column("digitalms_harvest_identity", sa.Column("title", sa.Text))
    op.add_column("digitalms_harvest_identity", _moment("removed_at"))
    op.add_column(
        "digitalms_harvest_identity",
        sa.Column("gone_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "digitalms_harvest_question",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False, index=True),
        sa.Column("job_id", sa.Text),
        sa.Column("present", sa.Integer, nullable=False),
        sa.Column("vanishing", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        _moment("asked_at", nullable=False, server_default=NOW),
        _moment("decided_at"),
    )
    op.create_index(
        "digitalms_harvest_question_waiting",
        "digitalms_harvest_question",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "digitalms_harvest_finding",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False, index=True),
        sa.Column("job_id", sa.Text, nullable=False, index=True),
        sa.Column("identifier", sa.Text),
        sa.Column("record", sa.Text),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("found", sa.Text),
        sa.Column("message", JSONB, nullable=False),
        sa.Column("remedy", JSONB),
        _moment("created_at", nullable=False, server_default=NOW),
    )
    op.create_table(
        "digitalms_harvest_notice",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        _moment("tried_at", nullable=False, server_default=NOW),
        sa.UniqueConstraint("source_id", "kind", "recipient", name="digitalms_harvest_notice_one"),
    )


def downgrade() -> None:
    for table in ("notice", "finding", "question"):
        op.drop_table(f"digitalms_harvest_{table}")
    for column in ("gone_confirmed", "removed_at", "title"):
        op.drop_column("digitalms_harvest_identity", column)
