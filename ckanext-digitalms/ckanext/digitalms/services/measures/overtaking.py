"""Who saves second is told so: found out inside the transaction of the change, when nobody else can write."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.services import locks

__all__ = ["refuse_overtaken"]


def refuse_overtaken(package: model.Package | None, seen: object) -> None:
    """Lock a measure and refuse to write over what somebody else saved meanwhile; sent again, it is meant.

    Args:
        package: the measure.
        seen: its ``metadata_modified`` as it was read; nothing is not asked (a script's).

    Raises:
        tk.ValidationError: keyed ``seen``; the transaction is rolled back.
    """
    if package is None or not seen:
        return
    locks.measures([package.id])
    query = sa.select(model.Package.metadata_modified).where(model.Package.id == package.id)
    modified = model.Session.execute(query).scalar_one_or_none()
    if modified is None or modified.isoformat() != seen:
        model.Session.rollback()
        message = tk._(
            "Somebody else saved this measure while you were typing. What you typed is still here. "
            "Look at the measure in another window first; if you save again, yours takes its place."
        )
        raise tk.ValidationError({"seen": [message]})
