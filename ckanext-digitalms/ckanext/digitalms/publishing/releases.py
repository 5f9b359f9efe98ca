"""Publishing: the one way from the database to files, DataStore and datasets, and back from a crash.

A release goes through these states, each committed before the next step begins:

* its folder is written beside, judged by frictionless, and its row says ``written``;
* the folder is put in place, the tables are staged in the DataStore: ``loaded``;
* datasets and states change in one transaction, which commits right after the DataStore has swapped its
  tables in one transaction of its own: ``current``; the one before is ``former``.

Until the last step everybody sees the former release. :func:`recover` finishes what has its files and
undoes what has not; between the two last commits only a kill can come, and the next start finishes.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import Release
from ckanext.digitalms.search import index

from . import datasets, datastore, folders, judge, package, snapshot, writing
from .spec import file_name
from .tables import ALL_TABLES, COVERAGE, COVERAGE_TABLES, GROUPS, MEASURE_TABLES

log = logging.getLogger(__name__)

WRITTEN, LOADED, CURRENT, FORMER = "written", "loaded", "current", "former"
REFUSAL = "refused.json"
# the table and the column that say which time a release covers
_PERIOD_FROM = {MEASURE_TABLES: ("status_series", "as_of"), COVERAGE_TABLES: (COVERAGE, "edition")}
_LOCK = sa.text("SELECT pg_advisory_lock(hashtextextended('digitalms:publish', 0))")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtextextended('digitalms:publish', 0))")


@dataclass(frozen=True)
class Outcome:
    """What a run of publishing did: ``published``, ``unchanged`` or ``refused`` (with the reasons)."""

    change: str
    release_id: str | None = None
    problems: tuple[Message, ...] = ()


def publish_all() -> Outcome:
    """Publish every group; tell of the one that was refused, else of the first that has changed."""
    outcomes = [publish(group) for group in GROUPS]
    told = [one for word in ("refused", "published") for one in outcomes if one.change == word]
    return (told or outcomes)[0]


def publish(group: str = MEASURE_TABLES) -> Outcome:
    """Publish what is public now in a group of tables, if it differs from the current release."""
    with locked():
        _recover()
        now = current(group)
        if now is not None and snapshot.is_known(group, now.content_hash):
            return Outcome("unchanged", now.release_id)
        with snapshot.taken(group) as content:
            if now is not None and now.content_hash == content.hash:
                return Outcome("unchanged", now.release_id)
            folder = all_folders().begin()
            rows = content.write(folder)
        if now is None and not any(rows.values()):
            all_folders().clear_unfinished()
            return Outcome("unchanged")
        return _release(folder, content.hash, rows, group)


def recover() -> None:
    """Finish or undo what a crash left half done, and mend what differs from the current release."""
    with locked():
        _recover()


def current(group: str = MEASURE_TABLES) -> Release | None:
    """Give the current release of a group of tables."""
    query = sa.select(Release).where(Release.group == group, Release.state == CURRENT)
    found: Release | None = model.Session.scalars(query).first()
    return found


def finished(group: str = MEASURE_TABLES) -> list[Release]:
    """Give all releases that are or were current, newest first."""
    query = sa.select(Release).where(Release.group == group, Release.state.in_((CURRENT, FORMER)))
    return list(model.Session.scalars(query.order_by(Release.created_at.desc())))


def get(release_id: str) -> Release | None:
    """Give a release that is or was current."""
    release = model.Session.get(Release, release_id)
    return release if release is not None and release.state in (CURRENT, FORMER) else None


def all_folders() -> folders.Folders:
    """Give the folders of all releases."""
    return folders.Folders(config.release_path())


@contextmanager
def locked() -> Iterator[None]:
    """Let one run at a time through, on all machines; a killed one lets go with its connection."""
    with model.meta.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_LOCK)
        try:
            yield
        finally:
            model.Session.rollback()
            connection.execute(_UNLOCK)


def last_refusal(group: str = MEASURE_TABLES) -> dict[str, Any] | None:
    """Give when and why the last run was refused, or ``None``."""
    try:
        told: dict[str, Any] = json.loads(_refusal(group).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return told


def _release(folder: Path, content_hash: str, rows: dict[str, int], group: str) -> Outcome:
    created = datetime.now(UTC)
    release_id = f"{created:%Y-%m-%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    files = complete(folder, release_id, created, rows, group)
    verdict = judge.judge(folder)
    if not verdict.is_valid:
        all_folders().clear_unfinished()
        _refuse(verdict, group)
        return Outcome("refused", None, verdict.problems)
    row = Release(
        release_id=release_id,
        group=group,
        content_hash=content_hash,
        state=WRITTEN,
        created_at=created,
        manifest={
            "folder": release_id,
            "files": files,
            "rows": rows,
            "period": _period(folder, group),
            "notes": [],
        },
    )
    model.Session.add(row)
    model.repo.commit()
    all_folders().keep(folder, release_id)
    _settle(row)
    _refusal(group).unlink(missing_ok=True)
    return Outcome("published", release_id)


def complete(
    folder: Path, release_id: str, created: datetime, tables: Iterable[str], group: str
) -> folders.FileFacts:
    """Write what a release has besides the CSV files of its tables; give size and hash of all files."""
    files: folders.FileFacts = {}
    for name in tables:
        spec = ALL_TABLES[name]
        written = [file_name(name, "csv"), *writing.write_formats(folder, spec)]
        files |= {one: folders.settled(folder / one) for one in written}
        schema_file = (file_name(name, package.SCHEMA_ENDING), package.schema_bytes(spec))
        files |= folders.write_files(folder, [schema_file])
    described = package.descriptor(release_id, created, snapshot.publisher(), files, group)
    return files | folders.write_files(folder, [(package.PACKAGE_FILE, described)])


def _period(folder: Path, group: str) -> list[str | None]:
    table, column = _PERIOD_FROM[group]
    # an edition is a month: it begins with its first day
    days = writing.extent(folder, ALL_TABLES[table], column)
    return [f"{day}-01" if day and len(day) == len("2019-06") else day for day in days]


def _refuse(verdict: judge.Verdict, group: str) -> None:
    reasons = [str(problem) for problem in verdict.problems]
    log.error("The open tables were not published: %s", "; ".join(reasons))
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "problems": reasons}
    _refusal(group).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def _refusal(group: str) -> Path:
    return config.release_path() / (REFUSAL if group == MEASURE_TABLES else f"{group}-{REFUSAL}")


def mark(release: Release) -> str:
    """Give what marks a DataStore table as this release, after a redaction as its new content."""
    return f"{release.release_id} {release.content_hash[:16]}"


def _settle(release: Release) -> None:
    resources = datasets.datastore_ids(release.manifest)
    owner = datasets.prepare()
    if not datastore.holds(mark(release), resources):
        datastore.stage(all_folders().path(release.manifest), mark(release), resources)
    if release.state == WRITTEN:
        release.state = LOADED
        model.repo.commit()
    ids = datasets.save(release.release_id, release.created_at, release.manifest, owner)
    if release.state != CURRENT:
        _make_current(release)
    model.Session.flush()
    datastore.swap(mark(release), resources)
    model.repo.commit()
    index.reindex(ids)


def _make_current(release: Release) -> None:
    former = sa.update(Release).where(Release.group == release.group, Release.state == CURRENT)
    model.Session.execute(former.values(state=FORMER))
    release.state, release.current_at = CURRENT, datetime.now(UTC)


def _recover() -> None:
    model.Session.rollback()
    all_folders().clear_unfinished()
    query = sa.select(Release).where(Release.state.in_((WRITTEN, LOADED))).order_by(Release.created_at)
    for release in model.Session.scalars(query).all():
        if all_folders().is_complete(release.manifest):
            log.warning("Release %s was half done and is finished now", release.release_id)
            _settle(release)
        else:
            log.warning("Release %s was half written and is undone now", release.release_id)
            _undo(release)
    kept = {r.release_id: str(r.manifest["folder"]) for r in model.Session.scalars(sa.select(Release))}
    all_folders().clear_replaced(kept)
    for group in GROUPS:
        now = current(group)
        if now is not None:
            _mend(now)


def _undo(release: Release) -> None:
    folder = str(release.manifest["folder"])
    model.Session.delete(release)
    model.repo.commit()
    all_folders().remove(folder)
    datastore.clear_staged()


def _mend(release: Release) -> None:
    if not all_folders().is_complete(release.manifest):
        log.error("Files of release %s are missing: a new one will be made", release.release_id)
        release.state = FORMER
        model.repo.commit()
        return
    holds = datastore.holds(mark(release), datasets.datastore_ids(release.manifest))
    if not (holds and datasets.tell(release.release_id, release.manifest)):
        log.warning("DataStore or datasets differed from release %s", release.release_id)
        _settle(release)


def problems() -> list[Message]:
    """List releases that are half done, and what is not as the current release says."""
    query = sa.select(Release.release_id).where(Release.state.in_((WRITTEN, LOADED)))
    text = N_("Release {release}: it is half done.")
    found = [Message(text, {"release": release_id}) for release_id in model.Session.scalars(query)]
    current_ones = [now for group in GROUPS if (now := current(group))]
    return found + [problem for now in current_ones for problem in _problems_of(now)]


def _problems_of(now: Release) -> list[Message]:
    checks = (
        (
            all_folders().is_complete(now.manifest),
            N_("Release {release}: files are missing or were changed."),
        ),
        (
            datastore.holds(mark(now), datasets.datastore_ids(now.manifest)),
            N_("Release {release}: the DataStore differs."),
        ),
        (
            datasets.tell(now.release_id, now.manifest),
            N_("Release {release}: datasets or resources differ."),
        ),
    )
    return [Message(text, {"release": now.release_id}) for is_sound, text in checks if not is_sound]
