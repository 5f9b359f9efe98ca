"""What has to follow in rows that a redaction has changed: tags, days of change, sizes and hashes."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.digitalms import config

from .blanking import Blanker
from .scope import Scope
from .text_columns import Found

_TAGS = sa.text("SELECT id, name FROM tag")
_UNTAG = sa.text("""
DELETE FROM package_tag WHERE tag_id = ANY(:tags) AND package_id = coalesce(:package, package_id)
RETURNING package_id
""")
_UNUSED = sa.text("""
DELETE FROM tag WHERE id = ANY(:tags) AND NOT EXISTS (SELECT FROM package_tag WHERE tag_id = tag.id)
""")
_CHANGED = sa.text("UPDATE package SET metadata_modified = :now WHERE id = ANY(:ids)")
_OF_GROUPS = sa.text("SELECT id FROM package WHERE owner_org = ANY(:ids)")
# a draft of before cannot be published any more: it was read with the text
_DELIVERIES = sa.text("""
UPDATE digitalms_delivery SET
    sha256 = encode(sha256(content), 'hex'), size = octet_length(content),
    about = about || jsonb_build_object('blanked_on', CAST(:day AS text)) || CASE WHEN about ? 'revision'
        THEN jsonb_build_object('revision', CAST(about ->> 'revision' AS int) + 1) ELSE '{}' END
WHERE id = ANY(:ids)
""")
_REPORTS = sa.text(
    "UPDATE digitalms_report_import SET sha256 = encode(sha256(content), 'hex') WHERE id = ANY(:ids)"
)


def tags(connection: Connection, blanker: Blanker, scope: Scope, found: Found) -> None:
    """Take keywords that hold the text from datasets; the word goes with the last of them."""
    ids = [row.id for row in connection.execute(_TAGS) if blanker.is_in(row.name)]
    if not ids:
        return
    taken = connection.execute(_UNTAG, {"tags": ids, "package": scope.package_id}).scalars().all()
    connection.execute(_UNUSED, {"tags": ids})
    found.add("tag.name", len(taken))
    if taken:
        found.rows.setdefault("package_tag", []).extend({"package_id": one} for one in taken)


def settle(connection: Connection, found: Found) -> set[str]:
    """Bring day of change, size and hash up to the new content; return the datasets that changed."""
    ids = {str(row["id"]) for row in found.rows.get("package", [])}
    for table in ("resource", "package_tag"):
        ids |= {str(row["package_id"]) for row in found.rows.get(table, [])}
    groups = [row["id"] for row in found.rows.get("group", [])]
    ids |= set(connection.execute(_OF_GROUPS, {"ids": groups}).scalars())
    now = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(_CHANGED, {"now": now, "ids": sorted(ids)})
    told = {"day": config.today().isoformat(), "ids": _ids(found, "digitalms_delivery")}
    connection.execute(_DELIVERIES, told)
    connection.execute(_REPORTS, {"ids": _ids(found, "digitalms_report_import")})
    return ids


def _ids(found: Found, table: str) -> list[str]:
    return [str(row["id"]) for row in found.rows.get(table, [])]


def sources(found: Found) -> set[str]:
    """Return the ids of the sources that have delivered the text, and may again."""
    told = {row["source_id"] for row in found.rows.get("digitalms_delivery", [])}
    told |= {row["harvest_source_id"] for row in found.rows.get("harvest_object", [])}
    return {str(one) for one in told if one}
