"""Coverage: known areas, editions with their figures; what a delivery states besides its dialect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.add_column(
        "digitalms_delivery", sa.Column("about", JSONB, nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_table(
        "digitalms_area_list",
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("areas", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
    )
    op.create_table(
        "digitalms_coverage_edition",
        sa.Column("edition_id", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("area_type", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("series", JSONB, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Text),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.UniqueConstraint("edition", "customer", "base", "direction", "area_type"),
    )
    op.create_table(
        "digitalms_coverage_area",
        sa.Column(
            "edition_id",
            sa.Text,
            sa.ForeignKey("digitalms_coverage_edition.edition_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("area_code", sa.Text, primary_key=True),
        sa.Column("area_name", sa.Text, nullable=False),
        sa.Column("shares", ARRAY(sa.Numeric), nullable=False),
        sa.Column("states", sa.Text, nullable=False),
        sa.CheckConstraint("cardinality(shares) = length(states)", name="digitalms_coverage_area_states"),
    )
    op.create_index("digitalms_coverage_area_code", "digitalms_coverage_area", ["area_code"])


def downgrade() -> None:
    for table in ("coverage_area", "coverage_edition", "area_list"):
        op.drop_table(f"digitalms_{table}")
    op.drop_column("digitalms_delivery", "about")
