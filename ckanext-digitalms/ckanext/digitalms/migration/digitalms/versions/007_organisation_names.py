"""Statements name an organisation by its id from now on: which names the ones of before stand for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

_TABLE = "digitalms_organisation_name"
_OF_TODAY = f"""
INSERT INTO {_TABLE} (name, organisation_id)
SELECT DISTINCT g.name, g.id FROM digitalms_statement s
JOIN "group" g ON g.name = s.content ->> 'organisation' AND g.is_organization
"""  # noqa: S608 - the name of a table
# an organisation that was renamed before: the newest statement of a measure still has the former name
_OF_BEFORE = f"""
INSERT INTO {_TABLE} (name, organisation_id)
SELECT DISTINCT ON (newest.name) newest.name, p.owner_org FROM (
    SELECT DISTINCT ON (package_id) package_id, content ->> 'organisation' AS name
    FROM digitalms_statement WHERE content IS NOT NULL
    ORDER BY package_id, as_of DESC, statement_id DESC
) newest JOIN package p ON p.id = newest.package_id
WHERE newest.name IS NOT NULL AND p.owner_org IS NOT NULL
ORDER BY newest.name, p.owner_org
ON CONFLICT (name) DO NOTHING
"""  # noqa: S608 - the name of a table


def upgrade() -> None:
    """Note which organisation each name in the statements stands for; the statements stay as they are."""
    op.create_table(
        _TABLE,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("organisation_id", sa.Text, nullable=False, index=True),
    )
    op.execute(_OF_TODAY)
    op.execute(_OF_BEFORE)


def downgrade() -> None:
    """Forget the names."""
    op.drop_table(_TABLE)
