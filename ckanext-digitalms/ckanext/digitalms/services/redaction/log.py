"""What every redaction leaves behind: the mark in the place of a text, and a line that says who and why."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config

_LINE = sa.text(
    "INSERT INTO digitalms_redaction (statement_id, path, reason, user_id) "
    "VALUES (0, :path, :reason, :user) RETURNING redaction_id"
)


def mark() -> str:
    """Return what stands where a text was; it is German, as the data are."""
    return f"[geschwärzt am {config.today():%d.%m.%Y}]"


def write(path: str, reason: str, user_id: str | None) -> int:
    """Log a redaction that is no single statement's, in the caller's transaction; return its number.

    Args:
        path: the table or the places that were blanked.
    """
    values = {"path": path, "reason": reason, "user": user_id}
    return int(model.Session.execute(_LINE, values).scalar_one())


def refuse_reason(*, holds: bool) -> None:
    """Refuse a reason that holds what is to be blanked.

    Raises:
        tk.ValidationError: it does.
    """
    if holds:
        message = tk._("The reason is logged and shown: it must not hold what is to be blanked.")
        raise tk.ValidationError({"reason": [message]})
