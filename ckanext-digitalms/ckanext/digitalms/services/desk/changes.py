"""What has changed since a moment, and who changed it: measures, and versions of tables of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.jsontypes import Json

__all__ = ["changes"]

# Of each thing the newest change, and how many there were. What was taken back is a change as well. What the
# program did by itself (a source, a command) was done by nobody.
_CHANGES = """
WITH events AS (
    SELECT package_id, recorded_at AS moment, author_id, kind, 'measure' AS what
    FROM digitalms_statement WHERE recorded_at > :since
    UNION ALL
    SELECT told.package_id, r.retracted_at, r.user_id, 'taken_back', 'measure'
    FROM digitalms_retraction r JOIN digitalms_statement told USING (statement_id)
    WHERE r.retracted_at > :since
    UNION ALL
    SELECT substr(version.table_group, 5), version.created_at,
        (SELECT d.user_id FROM digitalms_delivery d
         WHERE d.id = version.manifest -> 'own_table' ->> 'draft_id'), 'version', 'table'
    FROM digitalms_release version
    WHERE version.table_group LIKE 'own:%' AND version.created_at > :since
      AND version.state IN ('current', 'former')
), newest AS (
    SELECT DISTINCT ON (package_id) *, count(*) OVER (PARTITION BY package_id) AS changes
    FROM events ORDER BY package_id, moment DESC
)
SELECT newest.*, package.name, package.title, package.state,
    person.fullname, person.name AS login, person.id AS person
FROM newest JOIN package ON package.id = newest.package_id
LEFT JOIN "user" person ON person.id = newest.author_id AND person.name <> :program
WHERE CAST(:offices AS text[]) IS NULL OR package.owner_org = ANY(:offices)
ORDER BY newest.moment DESC, package.name
"""


def changes(user_id: str, offices: Sequence[str] | None, since: datetime) -> list[Json]:
    """Return what has changed since a moment of what somebody keeps, the newest first.

    Args:
        user_id: whose own changes are told as such.
        offices: the ids of the organisations; ``None``: of all.
        since: the moment.
    """
    told = {"offices": offices, "since": since, "program": tk.config["ckan.site_id"]}
    rows = model.Session.execute(sa.text(_CHANGES), told)
    return [_told(row, user_id) for row in rows]


def _told(row: Any, user_id: str) -> Json:
    return {
        "what": row.what,
        "id": row.name,
        "title": row.title or row.name,
        "kind": row.kind,
        "is_deleted": row.state == "deleted",
        "changed_at": row.moment.isoformat(),
        "changed_by": row.fullname or row.login,
        "is_own": row.person == user_id,
        "changes": row.changes,
    }
