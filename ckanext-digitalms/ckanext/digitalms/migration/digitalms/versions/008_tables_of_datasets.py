"""The datasets of tables are found by an index, however many others there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

# of CKAN's table: which open table a dataset is (a dozen of them), and which table of one's own
_OPEN, _OWN = "(extras ->> 'digitalms_table')", "(extras ->> 'digitalms_own_table')"


def upgrade() -> None:
    """Make the indexes.

    That of one's own tables has all datasets in it: PostgreSQL takes from an index how many have none, and
    with one of a part only would rather read everything where all of them are listed.
    """
    known = sa.text(f"{_OPEN} IS NOT NULL")
    op.create_index("digitalms_package_table", "package", [sa.text(_OPEN)], postgresql_where=known)
    op.create_index("digitalms_package_own_table", "package", [sa.text(_OWN)])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("digitalms_package_own_table", "package")
    op.drop_index("digitalms_package_table", "package")
