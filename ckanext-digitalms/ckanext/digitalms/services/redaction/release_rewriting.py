"""A release is rewritten: rows, files, hashes and manifest change together, and a note says when and why.

What a release says is otherwise the same for good. There are two reasons to rewrite one: a text is blanked,
or the rows of a measure that is no longer public are taken out. Both are an :class:`Editor`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import duck
from ckanext.digitalms.custom_tables.canonical import content_hash as own_hash
from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import (
    custom_tables,
    folders,
    frictionless_report,
    releases,
    snapshot,
    writing,
)
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.publishing.content import Content
from ckanext.digitalms.publishing.formats import excel_schema
from ckanext.digitalms.publishing.package import PACKAGE_FILE, SCHEMA_ENDING, json_bytes
from ckanext.digitalms.tables.open_tables import MEASURE_TABLES, TABLES
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import beside_tables

Cells = dict[str, str | None]
# a row, or none where it goes, with the names of the cells that were changed
Edited = tuple[Cells | None, tuple[str, ...]]
# what of a schema the package says beside it
_BESIDE = frozenset({"name", "title", "description", "$schema"})
BLANKED, ROWS_REMOVED = "blanked", "rows_removed"


class Editor(Protocol):
    """What is to be changed in a release."""

    def may_touch(self, path: Path) -> bool:
        """Return whether a file may hold anything that is to be changed."""

    def text(self, value: Any) -> tuple[Any, int]:
        """Change what is said beside the rows (schema, package, report); say in how many places."""

    def rows(self, spec: TableSpec, rows: Iterable[Cells], is_own: bool) -> Iterator[Edited]:
        """Change rows of a table."""

    def schema(self, spec: TableSpec, touched: Iterable[str]) -> TableSpec:
        """Return the table with a schema that its changed columns keep."""


@dataclass(frozen=True)
class Rewritten:
    """What was changed in a release.

    Args:
        release_id: of the release.
        cited_in: where it is cited.
        tables: how many places were changed, by table.
        files: how many beside the tables, by file.
    """

    release_id: str
    cited_in: str
    tables: Mapping[str, int]
    files: Mapping[str, int]

    @classmethod
    def of(cls, release: Release, tables: Mapping[str, int], said: beside_tables.Beside) -> Rewritten | None:
        """Return what was changed in a release; ``None`` for nothing."""
        changed = {name: number for name, number in tables.items() if number}
        if not changed and not said.counts:
            return None
        return cls(release.release_id, release_retention.cited(release), changed, said.counts)

    @property
    def count(self) -> int:
        """Count the places that were changed."""
        return sum(self.tables.values()) + sum(self.files.values())

    def told(self) -> dict[str, Any]:
        """Return it as actions tell it."""
        return {
            "release_id": self.release_id,
            "cited_in": self.cited_in,
            "tables": dict(self.tables),
            "files": dict(self.files),
        }


@dataclass
class _Work:
    release: Release
    editor: Editor
    folder: Path
    beside: Path
    said: beside_tables.Beside
    schemas: dict[str, TableSpec] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


def with_files() -> list[Release]:
    """Return every release whose files are there, oldest first."""
    query = sa.select(Release).where(Release.state != release_retention.REMOVED).order_by(Release.created_at)
    return list(model.Session.scalars(query))


def rewrite(release: Release, editor: Editor, change: str, reason: str) -> Rewritten | None:
    """Rewrite a release where an editor changes it; return what was changed, ``None`` for nothing.

    The new folder is in place before the caller commits; the former one is removed by the next
    :func:`.releases.recover`, which also brings DataStore and datasets up to it. The caller holds the lock.
    """
    folder = releases.all_folders().path(release.manifest)
    if not any(editor.may_touch(path) for path in sorted(folder.iterdir())):
        return None
    beside = releases.all_folders().begin()
    work = _Work(release, editor, folder, beside, _said(release, editor, folder))
    for name in release.manifest["rows"]:
        _write_table(work, name)
    done = Rewritten.of(release, work.counts, work.said)
    if done is None:
        releases.all_folders().remove(beside.name)
        return None
    _keep(work, {"change": change, "reason": reason})
    return done


def count(release: Release, editor: Editor) -> Rewritten | None:
    """Say what :func:`rewrite` would change, and change nothing."""
    folder = releases.all_folders().path(release.manifest)
    if not any(editor.may_touch(path) for path in sorted(folder.iterdir())):
        return None
    counts = {}
    for name in release.manifest["rows"]:
        if not _may_touch(editor, folder, name):
            continue
        spec, changed = _schema(editor, folder, name)
        edited = editor.rows(spec, _Stored(folder, spec), _is_own(release))
        counts[name] = changed + sum(_number(cells, names) for cells, names in edited)
    return Rewritten.of(release, counts, _said(release, editor, folder))


def _said(release: Release, editor: Editor, folder: Path) -> beside_tables.Beside:
    return beside_tables.read(folder, release.manifest["rows"], editor.text)


def _is_own(release: Release) -> bool:
    return custom_tables.is_own(release.group)


def _schema(editor: Editor, folder: Path, name: str) -> tuple[TableSpec, int]:
    """Return the table as this release has it (maybe older than today's), and what was changed in it."""
    schema, count = editor.text(json.loads((folder / file_name(name, SCHEMA_ENDING)).read_bytes()))
    return TableSpec(name, schema), count


def _number(cells: Cells | None, names: tuple[str, ...]) -> int:
    return 1 if cells is None else len(names)


@dataclass(frozen=True)
class _Stored:
    """The rows of a table in a folder; can be read more than once."""

    folder: Path
    spec: TableSpec

    def __iter__(self) -> Iterator[Cells]:
        names = [one["name"] for one in self.spec.fields]
        with duck.lent() as database:
            source = writing.read(self.folder / file_name(self.spec.name, "csv"), self.spec)
            for cells in writing.cells(database, source):
                yield dict(zip(names, cells, strict=True))


def _write_table(work: _Work, name: str) -> None:
    if not _may_touch(work.editor, work.folder, name):
        work.schemas[name], work.counts[name] = _schema(work.editor, work.folder, name)
        work.rows[name] = work.release.manifest["rows"][name]
        work.kept.add(name)
        return
    spec, count = _schema(work.editor, work.folder, name)
    touched: set[str] = set()

    def kept() -> Iterator[Cells]:
        nonlocal count
        for cells, names in work.editor.rows(spec, _Stored(work.folder, spec), _is_own(work.release)):
            count += _number(cells, names)
            touched.update(names)
            if cells is not None:
                yield cells

    work.rows[name] = writing.write_csv(work.beside / file_name(name, "csv"), spec, kept())
    work.counts[name] = count
    work.schemas[name] = work.editor.schema(spec, touched)


def _keep(work: _Work, note: Mapping[str, str]) -> None:
    release, manifest = work.release, dict(work.release.manifest)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    notes = [*manifest["notes"], {"at": now, **note, "was": release.content_hash}]
    files = _write_files(work, notes)
    name = folders.rewritten(release.release_id, len(notes))
    releases.all_folders().remove(name)
    releases.all_folders().keep(work.beside, name)
    release.manifest = {**manifest, "folder": name, "files": files, "rows": work.rows, "notes": notes}
    release.content_hash = _content_hash(work, name)
    model.Session.add(release)


def _write_files(work: _Work, notes: list[dict[str, str]]) -> folders.FileFacts:
    """Write what a release has besides the CSV files of its tables."""
    files: folders.FileFacts = {}
    formats = writing.write_formats(
        work.beside, [spec for name, spec in work.schemas.items() if name not in work.kept]
    )
    for name, spec in work.schemas.items():
        if name in work.kept:
            files |= _copied(work, name)
            continue
        written = [file_name(name, "csv"), *formats[name]]
        files |= {one: folders.settled(work.beside / one) for one in written}
        schema = (file_name(name, SCHEMA_ENDING), json_bytes(dict(spec.schema)))
        files |= folders.write_files(work.beside, [schema])
    package = _package(work, files, notes)
    files |= folders.write_files(work.beside, [(PACKAGE_FILE, json_bytes(package))])
    return files | _write_report(work)


def _may_touch(editor: Editor, folder: Path, name: str) -> bool:
    return any(editor.may_touch(folder / file_name(name, ending)) for ending in ("csv", SCHEMA_ENDING))


def _copied(work: _Work, name: str) -> folders.FileFacts:
    """Copy the files of a table in which nothing is changed."""
    files: folders.FileFacts = {}
    for file in work.release.manifest["files"]:
        if file.startswith(f"{name}.") and not file.endswith(frictionless_report.REPORT_ENDING):
            shutil.copyfile(work.folder / file, work.beside / file)
            files[file] = folders.settled(work.beside / file)
    return files


def _package(work: _Work, files: folders.FileFacts, notes: list[dict[str, str]]) -> dict[str, Any]:
    """Return the package as it was, with the hashes and schemas of the new files, and the notes."""
    told = work.said.package
    for resource in told["resources"]:
        name = str(resource["name"])
        is_excel = name not in work.schemas
        spec = work.schemas[name.removesuffix("-excel") if is_excel else name]
        schema = {n: v for n, v in spec.schema.items() if n not in _BESIDE}
        fact = files[resource["path"]]
        resource |= {
            "bytes": fact["size"],
            "hash": f"sha256:{fact['sha256']}",
            "schema": excel_schema(spec) if is_excel else schema,
        }
    shown = ("at", "change", "reason")
    changed = [{"change": BLANKED, **{n: note[n] for n in shown if n in note}} for note in notes]
    return {**told, "notes": changed}


def _write_report(work: _Work) -> folders.FileFacts:
    """Write the report on a table of one's own anew, with the warnings that it had."""
    found: folders.FileFacts = {}
    for name in work.schemas:
        file = file_name(name, frictionless_report.REPORT_ENDING)
        if file in work.said.warnings:
            _, told = frictionless_report.written(work.beside, name, work.said.warnings[file])
            found |= folders.write_files(work.beside, [(file, told)])
    return found


def _content_hash(work: _Work, folder: str) -> str:
    """Return the hash of what a release says now; that of the current one is what the next run compares."""
    release, base = work.release, releases.all_folders().base / folder
    if _is_own(release):
        (spec,) = work.schemas.values()
        schema = {n: spec.schema[n] for n in ("fields", "missingValues", "primaryKey") if n in spec.schema}
        return own_hash((base / file_name(spec.name, "csv")).read_bytes(), schema)
    described = snapshot.described(release.group)
    if release.group == MEASURE_TABLES:
        rows = {
            name: json.loads((base / file_name(name, "json")).read_bytes())
            for name in TABLES
            if name in work.rows
        }
        return Content.of(rows, described).hash
    if release.state == releases.CURRENT:
        return snapshot.fingerprint(release.group)
    told = "".join(fact["sha256"] for fact in release.manifest["files"].values())
    return hashlib.sha256(told.encode()).hexdigest()
