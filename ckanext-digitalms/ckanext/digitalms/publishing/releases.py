"""Publishing: the one way from the database to files, DataStore and datasets, and back from a crash.

A release goes through these states, each committed before the next step begins:

* its folder is written beside, judged by frictionless, and its row says ``written``;
* the folder is put in place, the tables are staged in the DataStore: ``loaded``;
* datasets and states change in one transaction, which commits right after the DataStore has swapped its
  tables in one transaction of its own: ``current``; the one before is ``former``.

Until the last step everybody sees the former release. What fails on the way is undone at once and told to
its owner (:mod:`.failures`). :func:`recover` finishes what has its files and undoes what has not or cannot be
finished; one release that cannot never keeps another from being published.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import SearchError

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import Release as Release
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks
from ckanext.digitalms.tables.open_tables import GROUPS, MEASURE_TABLES

from . import (
    completion,
    custom_tables,
    datasets,
    datastore,
    failures,
    folders,
    last_refusal,
    origins,
    release_check,
    snapshot,
    stages,
)

log = logging.getLogger(__name__)

WRITTEN, LOADED, CURRENT, FORMER = "written", "loaded", "current", "former"


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
    """Publish what is public now in a group of tables, if it differs from the current release.

    Raises:
        BusyError: somebody else publishes it.
    """
    with locks.publishing(group):
        put_right(group)
        before = current(group)
        try:
            with failures.undoing(lambda: undo_half_done(group)):
                return _publish(group)
        except failures.FailedError as failed:
            if now := committed(group, before):
                return now
            last_refusal.keep((failed.message,), group)
            return Outcome("refused", None, (failed.message,))


def _publish(group: str) -> Outcome:
    now = current(group)
    if now is not None and snapshot.is_known(group, now.content_hash):
        return Outcome("unchanged", now.release_id)
    with snapshot.taken(group) as content:
        if now is not None and now.content_hash == content.hash:
            return Outcome("unchanged", now.release_id)
        folder = all_folders().begin(group)
        rows = content.write(folder)
    if now is None and not any(rows.values()):
        all_folders().clear_unfinished(group)
        return Outcome("unchanged")
    return _release(folder, content.hash, rows, group)


def recover() -> None:
    """Finish or undo what a crash left half done, and mend what differs from the current release."""
    with locks.all_publishing():
        all_folders().clear_unfinished()
        for group in _groups():
            put_right(group)
        for release in custom_tables.purged():
            remove(release)
        datastore.clear_staged()
        kept = {r.release_id: str(r.manifest["folder"]) for r in model.Session.scalars(sa.select(Release))}
        all_folders().clear_replaced(kept)


def _groups() -> list[str]:
    model.Session.rollback()
    wanted = Release.state.in_((WRITTEN, LOADED, CURRENT))
    query = sa.select(Release.group).where(wanted).group_by(Release.group)
    return list(model.Session.scalars(query.order_by(sa.func.min(Release.created_at))))


def put_right(group: str) -> None:
    """Finish or undo what is half done of a group, and mend its current release; the caller holds the lock.

    What cannot be put right is told to its owner and raises nothing: it is in nobody's way.
    """
    model.Session.rollback()
    all_folders().clear_unfinished(group)
    for release in _half_done(group):
        with suppress(failures.FailedError), failures.undoing(model.Session.rollback):
            _finish_or_undo(release)
    now = current(group)
    if now is not None and home_of(now).is_wanted(now):
        _repair_or_leave(now)


def committed(group: str, before: Release | None) -> Outcome | None:
    """Tell of a release that is current although something failed: the failure came after its commit."""
    now = current(group)
    if now is None or (before is not None and now.release_id == before.release_id):
        return None
    return Outcome("published", now.release_id)


def current(group: str = MEASURE_TABLES) -> Release | None:
    """Return the current release of a group of tables."""
    return current_of([group]).get(group)


def current_of(groups: Iterable[str]) -> dict[str, Release]:
    """Return the current releases of several groups of tables, by the group."""
    query = sa.select(Release).where(Release.group.in_(list(groups)), Release.state == CURRENT)
    return {release.group: release for release in model.Session.scalars(query)}


def finished(group: str = MEASURE_TABLES) -> list[Release]:
    """Return all releases that are or were current, newest first."""
    query = sa.select(Release).where(Release.group == group, Release.state.in_((CURRENT, FORMER)))
    return list(model.Session.scalars(query.order_by(Release.created_at.desc())))


def get(release_id: str) -> Release | None:
    """Return a release that is or was current."""
    release = model.Session.get(Release, release_id)
    return release if release is not None and release.state in (CURRENT, FORMER) else None


def of_group(group: str, release_id: str = "") -> Release | None:
    """Return a release of a group of tables, by default the current one."""
    found = get(release_id) if release_id else current(group)
    return found if found is not None and found.group == group else None


def all_folders() -> folders.Folders:
    """Return the folders of all releases."""
    return folders.Folders(config.release_path())


def _release(folder: Path, content_hash: str, rows: dict[str, int], group: str) -> Outcome:
    created = datetime.now(UTC)
    release_id = f"{created:%Y-%m-%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    told_of = completion.origins_of(folder, rows)
    files = completion.complete(folder, release_id, created, told_of, group)
    stages.begins("validation")
    verdict = release_check.validate(folder)
    for note in verdict.notes:
        log.info("%s", note)
    if not verdict.is_valid:
        all_folders().clear_unfinished(group)
        last_refusal.keep(verdict.problems, group)
        return Outcome("refused", None, verdict.problems)
    told = {
        "files": files,
        "rows": rows,
        "period": completion.period(folder, group),
        origins.ORIGINS: told_of,
    }
    keep(
        folder,
        Release(release_id=release_id, group=group, content_hash=content_hash, created_at=created),
        told,
    )
    last_refusal.forget(group)
    return Outcome("published", release_id)


def keep(folder: Path, release: Release, told: dict[str, Any]) -> None:
    """Make a written and judged folder the current release of its group; the caller holds the lock.

    Args:
        folder: as it was begun.
        release: with id, group, hash and moment.
        told: what its manifest says: files, rows, period, and what its datasets need.
    """
    release.manifest = {"folder": release.release_id, "notes": [], **told}
    release.state = WRITTEN
    model.Session.add(release)
    model.repo.commit()
    all_folders().keep(folder, release.release_id)
    _settle(release)


def mark(release: Release) -> str:
    """Return what marks a DataStore table as this release, after a redaction as its new content."""
    return f"{release.release_id} {release.content_hash[:16]}"


def _settle(release: Release) -> None:
    home = home_of(release)
    resources = home.resource_ids(release.manifest)
    owner = home.prepare()
    if not datastore.holds(mark(release), resources):
        stages.begins("DataStore")
        tables = home.datastore_tables(release.manifest)
        datastore.stage(all_folders().path(release.manifest), mark(release), tables)
    if release.state == WRITTEN:
        release.state = LOADED
        model.repo.commit()
    stages.begins("datasets")
    ids = home.save(release.release_id, release.created_at, release.manifest, owner)
    if release.state != CURRENT:
        _make_current(release)
    model.Session.flush()
    datastore.swap(mark(release), resources)
    model.repo.commit()
    _index(ids)


def _index(package_ids: list[str]) -> None:
    try:
        index.reindex(package_ids)
    except (SearchError, pysolr.SolrError):
        # the release is there for everybody; what search lacks is mended within the hour
        log.exception("The datasets of a release could not be indexed")


def home_of(release: Release) -> Any:
    """Return the module that knows the datasets of a release: the open tables', or those of one's own."""
    return custom_tables if custom_tables.is_own(release.group) else datasets


def _make_current(release: Release) -> None:
    former = sa.update(Release).where(Release.group == release.group, Release.state == CURRENT)
    model.Session.execute(former.values(state=FORMER))
    release.state, release.current_at = CURRENT, datetime.now(UTC)


def _half_done(group: str) -> list[Release]:
    query = sa.select(Release).where(Release.group == group, Release.state.in_((WRITTEN, LOADED)))
    return list(model.Session.scalars(query.order_by(Release.created_at)))


def _finish_or_undo(release: Release) -> None:
    """Finish a release that a crash left, or undo it and tell its owner why."""
    told, release_id = dict(release.manifest), release.release_id
    home = home_of(release)
    if not (home.is_wanted(release) and all_folders().is_complete(release.manifest)):
        log.warning("Release %s was half written and is undone now", release_id)
        undo(release)
        return
    log.warning("Release %s was half done and is finished now", release_id)
    try:
        with failures.undoing(lambda: _undo(release_id)):
            _settle(release)
    except failures.FailedError as failed:
        home.tell_owner(told, failed.message)


def undo_half_done(group: str) -> None:
    """Undo what of a group did not become current; the caller holds the lock."""
    model.Session.rollback()
    all_folders().clear_unfinished(group)
    for release in _half_done(group):
        undo(release)


def _undo(release_id: str) -> None:
    model.Session.rollback()
    undo(model.Session.get(Release, release_id))


def undo(release: Release) -> None:
    """Remove a release that did not become current; the caller holds the lock."""
    folder, group, marked = str(release.manifest["folder"]), release.group, mark(release)
    resources = home_of(release).resource_ids(release.manifest)
    model.Session.delete(release)
    model.repo.commit()
    all_folders().remove(folder)
    datastore.clear_staged(resources)
    # the DataStore may have swapped just before; the former release is put back, if there is one
    swapped = [one for one in resources if datastore.holds(marked, [one])] if datastore.is_on() else []
    former = current(group)
    if swapped and former is None:
        datastore.drop(swapped)
    elif swapped and former is not None:
        _repair_or_leave(former)


def remove(release: Release) -> None:
    """Remove a release of a dataset that is no more, with its files; the caller holds the lock."""
    folder, resources = str(release.manifest["folder"]), home_of(release).resource_ids(release.manifest)
    model.Session.delete(release)
    model.repo.commit()
    all_folders().remove(folder)
    datastore.drop(resources)


def repair(release: Release) -> None:
    """Put right what is not as the current release says; the caller holds the lock."""
    home = home_of(release)
    if not all_folders().is_complete(release.manifest):
        log.error("Files of release %s are missing: a new one will be made", release.release_id)
        release.state = FORMER
        model.repo.commit()
        return
    holds = datastore.holds(mark(release), home.resource_ids(release.manifest))
    if not (holds and home.tell(release.release_id, release.manifest)):
        log.warning("DataStore or datasets differed from release %s", release.release_id)
        _settle(release)


def _repair_or_leave(release: Release) -> None:
    """Repair a release; where that fails it stays, and the log and `digitalms check` say so."""
    with suppress(failures.FailedError), failures.undoing(model.Session.rollback):
        repair(release)


def all_current() -> list[Release]:
    """Return the current release of every group whose datasets are there."""
    query = sa.select(Release).where(Release.state == CURRENT).order_by(Release.created_at)
    return [release for release in model.Session.scalars(query) if home_of(release).is_wanted(release)]


def problems() -> list[Message]:
    """List releases that are half done, and what is not as the current release says."""
    query = sa.select(Release.release_id).where(Release.state.in_((WRITTEN, LOADED)))
    text = N_("Release {release}: it is half done.")
    found = [Message(text, {"release": release_id}) for release_id in model.Session.scalars(query)]
    return found + [problem for now in all_current() for problem in _problems_of(now)]


def _problems_of(now: Release) -> list[Message]:
    checks = (
        (
            all_folders().is_complete(now.manifest),
            N_("Release {release}: files are missing or were changed."),
        ),
        (
            datastore.holds(mark(now), home_of(now).resource_ids(now.manifest)),
            N_("Release {release}: the DataStore differs."),
        ),
        (
            home_of(now).tell(now.release_id, now.manifest),
            N_("Release {release}: datasets or resources differ."),
        ),
    )
    return [Message(text, {"release": now.release_id}) for is_sound, text in checks if not is_sound]
