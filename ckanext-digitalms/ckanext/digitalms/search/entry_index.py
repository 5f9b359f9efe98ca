"""The entries of the catalogue's own search: written after each commit, compared with the database, mended.

What CKAN writes of a dataset while a change is not committed yet is gathered in the session; the entries go
to the index when the change is. Where search is away they follow, as the datasets themselves do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import pysolr
from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.common import make_connection
from sqlalchemy.orm import Session

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.services.listening import listen_once

from . import entry_fields as names
from .entries import Cell, Entry, of_dataset, site_id

__all__ = [
    "at_once",
    "clear",
    "forget",
    "gathering",
    "gone",
    "keys_of",
    "note",
    "replace_pages",
    "stored_marks",
    "stored_now",
    "waits",
    "watch",
    "write_packages",
]

log = logging.getLogger(__name__)

_NOTED = "digitalms_entries"
_PAGE = 1_000
# of what an entry holds: a higher one has all entries written anew by the hourly comparison
_VERSION = 2
Documents = list[Json]
# datasets whose entries are written together where they need not wait for a commit
_TOGETHER = 100
_AT_ONCE: ContextVar[dict[str, Documents] | None] = ContextVar("digitalms_entries_at_once", default=None)
_GATHERED: ContextVar[dict[str, Documents] | None] = ContextVar("digitalms_gathered_entries", default=None)
_MOST_ENTRIES = 1_000_000
Follow = Callable[[Iterable[str]], None]
ReadCells = Callable[[Json], Sequence[Cell]]


@contextmanager
def at_once() -> Iterator[None]:
    """Write entries without waiting for a commit: for those who write what is committed already."""
    told: dict[str, Documents] = {}
    token = _AT_ONCE.set(told)
    try:
        yield
        write_packages(told)
    finally:
        _AT_ONCE.reset(token)


def waits() -> bool:
    """Return whether entries are written after the commit of the session."""
    return _AT_ONCE.get() is None and _GATHERED.get() is None


@contextmanager
def gathering() -> Iterator[dict[str, Documents]]:
    """Keep entries that are made, by their dataset, instead of writing them: for who writes many at once."""
    told: dict[str, Documents] = {}
    token = _GATHERED.set(told)
    try:
        yield told
    finally:
        _GATHERED.reset(token)


def keys_of(package_ids: Iterable[str]) -> set[str]:
    """Return the keys that the entries of datasets have in the index."""
    ids = list(package_ids)
    found: set[str] = set()
    for start in range(0, len(ids), 200):
        told = " OR ".join(f'"{one}"' for one in ids[start : start + 200])
        asked = {"fq": [f'site_id:"{site_id()}"', f"id:({told})"], "fl": "index_id", "rows": _MOST_ENTRIES}
        found |= {doc["index_id"] for doc in make_connection().search("*:*", **asked).docs}
    return found


def stored_now(dataset: Json) -> None:
    """Keep what the entries of a dataset will be until its change is committed.

    Args:
        dataset: as ``package_show`` gives it.
    """
    package = model.Package.get(dataset["id"])
    if package is None or dataset.get("state") == model.State.DELETED:
        gone(dataset["id"])
        return
    labels = get_permission_labels().get_dataset_labels(package)
    entries = of_dataset(dataset, labels, _Watching.cells(dataset))
    modified = datetime.fromisoformat(dataset["metadata_modified"])
    mark = mark_of(modified, dataset["state"], dataset["private"], labels)
    note(dataset["id"], [{**entry.document(), names.CONTENT: mark} for entry in entries])


def gone(package_id: str) -> None:
    """Take the entries of a dataset out as soon as its change is committed."""
    note(package_id, [])


def mark_of(modified: datetime, state: str, private: bool, labels: Iterable[str]) -> str:
    """Return by what a dataset and its entries are compared with the database.

    Args:
        modified: when it changed last; the index knows milliseconds.
        state: of CKAN.
        private: as CKAN says it.
        labels: who sees it, which may change although nothing of the dataset does.
    """
    moment = modified.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{moment} {state} {private} {' '.join(sorted(set(labels)))} {_VERSION}"


def note(package_id: str, documents: Documents) -> None:
    """Keep documents until the change is committed, or write them where it is."""
    gathered = _GATHERED.get()
    together = _AT_ONCE.get()
    if gathered is not None:
        gathered[package_id] = documents
    elif together is not None:
        together[package_id] = documents
        if len(together) >= _TOGETHER:
            write_packages(together)
            together.clear()
    else:
        model.Session().info.setdefault(_NOTED, {})[package_id] = documents


def _not_later(package_ids: Iterable[str]) -> None:
    del package_ids


def _no_cells(dataset: Json) -> Sequence[Cell]:
    del dataset
    return ()


class _Watching:
    """What this module is told by rooms that use it."""

    later: Follow = staticmethod(_not_later)
    cells: ReadCells = staticmethod(_no_cells)


def watch(later: Follow, cells: ReadCells) -> None:
    """Begin to watch the session.

    Args:
        later: notes the datasets whose entries could not be written, so that they are written later.
        cells: reads what stands in the table of a dataset.
    """
    _Watching.later, _Watching.cells = staticmethod(later), staticmethod(cells)
    listen_once(model.Session, "after_commit", _committed)
    listen_once(model.Session, "after_soft_rollback", _rolled_back)


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    noted: Mapping[str, Documents] = session.info.pop(_NOTED, {})
    if not noted:
        return
    try:
        try:
            write_packages(noted)
        finally:
            # the datasets themselves are written; it shows them, too
            make_connection().commit()
    except (pysolr.SolrError, OSError) as error:
        log.warning("The entries of the search follow for %s datasets: %s", len(noted), str(error)[:200])
        _Watching.later(list(noted))


def _rolled_back(session: Session, previous: Any) -> None:
    if not previous.nested:
        session.info.pop(_NOTED, None)


def write_packages(documents: Mapping[str, Documents]) -> None:
    """Write the entries of datasets in place of those of before, without a commit; raises what Solr says."""
    if not documents:
        return
    connection = make_connection()
    forget(documents)
    every = [document for some in documents.values() for document in some]
    if every:
        connection.add(every, commit=False)


def forget(package_ids: Iterable[str]) -> None:
    """Take the entries of datasets out of the index, without a commit."""
    ids = list(package_ids)
    for start in range(0, len(ids), 200):
        told = " OR ".join(f'"{one}"' for one in ids[start : start + 200])
        make_connection().delete(q=f'+site_id:"{site_id()}" +id:({told})', commit=False)


def clear() -> None:
    """Take all entries out of the index."""
    make_connection().delete(q=f'site_id:"{site_id()}"', commit=True)


def replace_pages(entries: Iterable[Entry]) -> int:
    """Write the entries of pages where they differ from those in the index, and say how many did."""
    wanted = {document["index_id"]: document for document in (entry.document() for entry in entries)}
    there = {key: content for key, is_page, _, content in _stored() if is_page}
    changed = [doc for key, doc in wanted.items() if there.get(key) != doc[names.CONTENT]]
    gone = sorted(there.keys() - wanted.keys())
    connection = make_connection()
    if gone:
        connection.delete(id=gone, commit=False)
    if changed:
        connection.add(changed, commit=False)
    if gone or changed:
        connection.commit(softCommit=True)
    return len(gone) + len(changed)


def stored_marks() -> dict[str, str]:
    """Return the mark of each dataset that has entries; of two that differ neither is one."""
    told: dict[str, str] = {}
    for _, is_page, package_id, content in _stored():
        if not is_page:
            told[package_id] = content if told.get(package_id, content) == content else ""
    return told


def _stored() -> Iterator[tuple[str, bool, str, str]]:
    """Go through all entries: key in the index, whether it is of no dataset, its dataset, its content."""
    asked = {
        "fq": [f'site_id:"{site_id()}"'],
        "fl": f"index_id id {names.CONTENT}",
        "sort": "index_id asc",
    }
    mark, following = "", "*"
    while mark != following:
        mark = following
        answer: pysolr.Results = make_connection().search("*:*", rows=_PAGE, cursorMark=mark, **asked)
        for doc in answer.docs:
            is_page = doc["id"].startswith("page:")
            yield doc["index_id"], is_page, doc["id"], doc.get(names.CONTENT) or ""
        following = answer.nextCursorMark
