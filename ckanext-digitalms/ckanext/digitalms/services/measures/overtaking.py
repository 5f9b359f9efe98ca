"""Who saves second is told so: found out inside the transaction of the change, when nobody else can write."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from .locked import lock_measures

__all__ = ["refuse_overtaken"]


def refuse_overtaken(package: model.Package | None, seen: object) -> None:
    """Lock a measure and refuse to write over what somebody else saved meanwhile; sent again, it is meant.

    Args:
        package: the measure.
        seen: its ``metadata_modified`` as it was read; nothing is not asked (a script's).

    Raises:
        tk.ValidationError: keyed ``seen``; the transaction is rolled back.
    """
    if package is None:
        return
    there = lock_measures([package.id])
    if seen and not any(one.metadata_modified.isoformat() == seen for one in there):
        model.Session.rollback()
        message = tk._(
            "Somebody else saved this measure while you were typing. What you typed is still here. "
            "Look at the measure in another window first; if you save again, yours takes its place."
        )
        raise tk.ValidationError({"seen": [message]})
