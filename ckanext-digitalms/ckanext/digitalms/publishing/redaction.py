"""Blanking a value in releases: files, hashes and manifest change together, a note says when and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.model import Release

from . import folders, releases, snapshot, thinning
from .content import Content
from .spec import file_name
from .tables import MEASURE_TABLES, TABLES, OpenTable, Row, Rows

_READERS: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}


def blank(measure_id: str, secret: str, note: str, reason: str) -> None:
    """Put a note in the place of a text of a measure, in every release; the caller commits.

    The releases' new folders are in place before the commit, the former ones are removed by the next
    :func:`.releases.recover`. The caller holds the lock.

    Args:
        measure_id: whose text it is.
        secret: the whole text of a cell.
        note: what is shown instead.
        reason: why, for the releases' notes.
    """
    for release in model.Session.scalars(_with_files()).all():
        rows = {
            name: read_rows(table, release)
            for name, table in TABLES.items()
            if name in release.manifest["rows"]
        }
        touched = [_blank(row, secret, note) for row in _of(measure_id, rows)]
        if any(touched):
            _rewrite(release, rows, reason)


def _with_files() -> sa.Select[tuple[Release]]:
    gone = Release.state == thinning.THINNED
    return sa.select(Release).where(Release.group == MEASURE_TABLES, ~gone)


def read_rows(table: OpenTable, release: Release) -> Rows:
    """Read a table's rows from a release's JSON, with days as days."""
    path = releases.all_folders().path(release.manifest) / file_name(table.name, "json")
    types = {field["name"]: field["type"] for field in table.fields}
    rows: Rows = json.loads(path.read_bytes())
    return [{name: _typed(types[name], value) for name, value in row.items()} for row in rows]


def _typed(kind: str, value: Any) -> Any:
    return _READERS[kind](value) if kind in _READERS and value is not None else value


def _of(measure_id: str, tables: dict[str, Rows]) -> Rows:
    # a table whose rows name no measure is searched whole: better one text too many than one too few
    return [
        row for rows in tables.values() for row in rows if row.get("measure_id", measure_id) == measure_id
    ]


def _blank(row: Row, secret: str, note: str) -> bool:
    found = [name for name, value in row.items() if value == secret and name != "measure_id"]
    row.update(dict.fromkeys(found, note))
    return bool(found)


def _rewrite(release: Release, rows: dict[str, Rows], reason: str) -> None:
    manifest = dict(release.manifest)
    content = Content.of(rows, snapshot.publisher().described())
    beside = releases.all_folders().begin()
    tables = content.write(beside)
    files = releases.complete(beside, release.release_id, release.created_at, tables, release.group)
    notes = manifest["notes"]
    name = folders.rewritten(release.release_id, len(notes) + 1)
    releases.all_folders().remove(name)
    releases.all_folders().keep(beside, name)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reason": reason,
        "was": release.content_hash,
    }
    release.manifest = {**manifest, "folder": name, "files": files, "notes": [*notes, told]}
    release.content_hash = content.hash
    model.Session.add(release)
