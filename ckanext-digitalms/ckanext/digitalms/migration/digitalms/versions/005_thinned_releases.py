"""Releases that the rule for old ones has left out."""

from __future__ import annotations

from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

_NAME, _TABLE = "digitalms_release_state", "digitalms_release"


def upgrade() -> None:
    """Allow the state ``thinned``."""
    _allow("'written', 'loaded', 'current', 'former', 'thinned'")


def downgrade() -> None:
    """Forget the releases whose files are gone, and the state."""
    op.execute("DELETE FROM digitalms_release WHERE state = 'thinned'")
    _allow("'written', 'loaded', 'current', 'former'")


def _allow(states: str) -> None:
    op.drop_constraint(_NAME, _TABLE, type_="check")
    op.create_check_constraint(_NAME, _TABLE, f"state IN ({states})")
