"""Statements can be taken back, and what is no news is told apart from Stände."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('stand', 'correction', 'backdated', 'withdrawn', 'tombstone'{more})"
# the guard of statements says what is refused of them; here nothing is ever changed
_GUARD = """
CREATE OR REPLACE FUNCTION digitalms_retraction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'digitalms_retraction is append-only: % refused', TG_OP
        USING HINT = 'State again what was taken back.';
END $$;
CREATE TRIGGER digitalms_retraction_row_guard BEFORE UPDATE OR DELETE ON digitalms_retraction
    FOR EACH ROW EXECUTE FUNCTION digitalms_retraction_guard();
CREATE TRIGGER digitalms_retraction_truncate_guard BEFORE TRUNCATE ON digitalms_retraction
    FOR EACH STATEMENT EXECUTE FUNCTION digitalms_retraction_guard();
"""


def upgrade() -> None:
    """Make the table with its guard, and allow the kind."""
    op.create_table(
        "digitalms_retraction",
        sa.Column("statement_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "retracted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.Column("user_id", sa.Text),
    )
    op.execute(_GUARD)
    _allow(", 'upkeep'")


def downgrade() -> None:
    """Take the table away; refused where there are statements of the kind."""
    _allow("")
    op.drop_table("digitalms_retraction")
    op.execute("DROP FUNCTION digitalms_retraction_guard()")


def _allow(more: str) -> None:
    op.drop_constraint("digitalms_statement_kind", "digitalms_statement", type_="check")
    op.create_check_constraint("digitalms_statement_kind", "digitalms_statement", _KINDS.format(more=more))
