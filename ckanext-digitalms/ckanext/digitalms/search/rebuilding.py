"""Writing the whole index anew, in several processes and by many documents at once, while it is searched.

What CKAN makes of a dataset for Solr, and the entries of the catalogue's own search, are made by the same
code as at a change; only they are gathered instead of sent one by one. Nothing is taken out before its
successor is there, so a search finds the old or the new, and never less.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search import index as ckans_index
from ckan.lib.search.common import make_connection
from ckan.logic import NotFound, index_update_package

from ckanext.digitalms.jsontypes import Json

from . import deferred_indexing, entry_index

_AT_ONCE = 100
_BEFORE_ONE_MORE_PROCESS = 400


class _Gathered:
    """Stands in for the connection to Solr where CKAN sends a dataset."""

    def __init__(self) -> None:
        self.documents: list[Json] = []
        self.gone: list[str] = []

    def add(self, docs: Iterable[Json], *, commit: bool = False) -> None:
        """Keep documents."""
        del commit
        self.documents += docs

    def delete(self, *, q: str, commit: bool = False) -> None:
        """Keep what is to be taken out: a dataset that is deleted."""
        del commit
        self.gone.append(q)


_gathered: ContextVar[_Gathered | None] = ContextVar("digitalms_gathered_documents", default=None)


def install() -> None:
    """Let what CKAN sends to Solr be gathered where that is wanted."""
    connect = ckans_index.make_connection
    if connect is not _connection:
        _real["connect"] = connect
        ckans_index.make_connection = _connection


_real: dict[str, Callable[..., Any]] = {}


def _connection(decode_dates: bool = True) -> Any:
    return _gathered.get() or _real["connect"](decode_dates)


@contextmanager
def _gathering() -> Iterator[_Gathered]:
    told = _Gathered()
    token = _gathered.set(told)
    try:
        yield told
    finally:
        _gathered.reset(token)


def rebuild(processes: int | None = None, tell: Callable[[int, int], None] | None = None) -> int:
    """Write all datasets and their entries to the index anew, and take out what no dataset is behind.

    Args:
        processes: how many work at once; by default one for each processor, and one only for few datasets.
        tell: is called with how many datasets are written and how many there are.

    Returns:
        how many datasets were written.

    Raises:
        pysolr.SolrError: the index cannot be written; what was written stays, and the rest is as before.
    """
    ids = list(model.Session.scalars(sa.select(model.Package.id).order_by(model.Package.id)))
    parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    wanted = processes or min(os.cpu_count() or 1, 1 + len(ids) // _BEFORE_ONE_MORE_PROCESS)
    written = 0
    for done in _each(parts, wanted):
        written += done
        if tell:
            tell(written, len(ids))
    search.commit()
    return written


def _each(parts: list[list[str]], processes: int) -> Iterator[int]:
    if processes < 2:
        yield from map(_write, parts)
        return
    model.Session.remove()  # no connection of this process is used in another
    fork = multiprocessing.get_context("fork")
    with fork.Pool(processes, initializer=_begin) as pool:
        yield from pool.imap_unordered(_write, parts)


def _begin() -> None:
    model.meta.engine.dispose(close=False)
    gc.freeze()  # what is there already need not be looked at again and again


def _write(package_ids: list[str]) -> int:
    """Write some datasets, and return how many there still are."""
    # read at once and held until the end, so that nobody asks for one of them by itself
    held = list(model.Session.scalars(sa.select(model.Package).where(model.Package.id.in_(package_ids))))
    with (
        deferred_indexing.strict(),
        entry_index.gathering() as entries,
        _gathering() as told,
        model.Session.no_autoflush,
    ):
        for package_id in package_ids:
            try:
                index_update_package({"ignore_auth": True}, package_id, defer_commit=True)
            except NotFound:
                entry_index.gone(package_id)  # deleted for good meanwhile
    if told.documents:
        make_connection().add(told.documents, commit=False)
    for query in told.gone:
        make_connection().delete(q=query, commit=False)
    replace(entries)
    held.clear()
    model.Session.remove()
    return len(told.documents)


def replace(entries: Mapping[str, list[Json]]) -> None:
    """Write the entries of datasets, and only then take out those that they had besides; no commit."""
    connection = make_connection()
    documents = [one for some in entries.values() for one in some]
    before = entry_index.keys_of(entries)
    if documents:
        connection.add(documents, commit=False)
    surplus = before - {one["index_id"] for one in documents}
    if surplus:
        connection.delete(id=sorted(surplus), commit=False)
