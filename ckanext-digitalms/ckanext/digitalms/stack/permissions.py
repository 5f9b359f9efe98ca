"""The DataStore's rights, from CKAN's own SQL."""

from __future__ import annotations

from ckanext.datastore.cli import permissions_sql

from . import postgres
from .home import State
from .postgres import Databases

__all__ = ["grant_datastore_permissions"]


def grant_datastore_permissions(state: State, names: Databases) -> None:
    """Let the read-only role read the DataStore and nothing else; safe to repeat."""
    text = permissions_sql(
        maindb=names.ckan,
        datastoredb=names.datastore,
        mainuser="ckan_default",
        writeuser="ckan_default",
        readuser="datastore_default",
    )
    # psql's own command; we are connected to that database already
    statements = "\n".join(line for line in text.splitlines() if not line.startswith("\\connect"))
    with postgres.connect(state, names.datastore) as cursor:
        cursor.execute(statements)
