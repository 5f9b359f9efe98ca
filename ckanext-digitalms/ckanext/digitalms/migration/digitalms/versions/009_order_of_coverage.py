"""Figures of coverage are in the order of their bytes: so is the index, and a page begins where it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

_TABLE = "digitalms_coverage_area"


def upgrade() -> None:
    """Take an index in the order of bytes for the one in the order of the database's language."""
    op.create_index("digitalms_coverage_area_order", _TABLE, [sa.text('area_code COLLATE "C"')])
    op.drop_index("digitalms_coverage_area_code", _TABLE)


def downgrade() -> None:
    """Take the former one."""
    op.create_index("digitalms_coverage_area_code", _TABLE, ["area_code"])
    op.drop_index("digitalms_coverage_area_order", _TABLE)
