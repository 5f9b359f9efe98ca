"""A change is saved although search is away: the index follows.

CKAN writes a dataset to Solr before it commits, and gives the change up when Solr does not answer. Here the
change goes on, whoever makes it is told, and a job (:func:`ckanext.digitalms.search.index.follow`) writes
what was left out. What no job can be queued for is found by the hourly comparison (its ``repair``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import click
import redis
from ckan.lib import search
from ckan.lib.redis import connect_to_redis
from ckan.lib.search.common import SearchIndexError
from ckan.lib.search.index import PackageSearchIndex
from flask import g, has_request_context

from ckanext.digitalms.services import background

from . import entry_index

log = logging.getLogger(__name__)

_NOTED = "digitalms_search_follows"
# by its name, since it writes what this module keeps back
_JOB = "ckanext.digitalms.search.index.follow"
_AGAIN = timedelta(seconds=10)
# a job that never started does not hold the next one back for longer
_PATIENCE = 60
# Solr is not asked again for so long after it failed, so that many datasets wait once and not each
_PAUSE = 5.0
_strict: ContextVar[bool] = ContextVar("digitalms_index_strict", default=False)
_asked_again = {"at": 0.0}


class DeferredIndex(PackageSearchIndex):
    """The index of datasets; what cannot be written now is noted."""

    def update_dict(self, pkg_dict: dict[str, Any], defer_commit: bool = False) -> None:
        """Write a dataset; its entries in the search of the catalogue follow with the commit.

        Both are then seen at once: to make something visible takes Solr longer than to write it.
        """
        is_later = defer_commit or (entry_index.waits() and not _is_index_command())
        _try([str(pkg_dict["id"])], lambda: super(DeferredIndex, self).update_dict(pkg_dict, is_later))
        _entries(lambda: entry_index.stored_now(pkg_dict["with_custom_schema"]))

    def remove_dict(self, pkg_dict: dict[str, Any]) -> None:
        """Remove a dataset, and its entries."""
        _try([str(pkg_dict["id"])], lambda: super(DeferredIndex, self).remove_dict(pkg_dict))
        _entries(lambda: entry_index.gone(str(pkg_dict["id"])))

    def clear(self) -> None:
        """Empty the index, of entries, too: those of datasets come back with them, pages by a check."""
        super().clear()
        entry_index.clear()

    def commit(self) -> None:
        """Make visible what was written."""
        _try([], super().commit)


def install() -> None:
    """Take the place of CKAN's index of datasets."""
    search._INDICES["package"] = DeferredIndex


@contextmanager
def strict() -> Iterator[None]:
    """Let failures be failures, for those who do nothing but write the index."""
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


def is_noted() -> bool:
    """Return whether something was left out of the index in this request."""
    return has_request_context() and bool(getattr(g, _NOTED, False))


def index(package_ids: Iterable[str]) -> None:
    """Note what was left out, tell whoever asked for the change, and queue a job."""
    ids = list(package_ids)
    log.warning("Search is away; the index follows for %s", ", ".join(ids)[:500] or "a commit")
    _tell()
    try:
        if ids:
            connect_to_redis().sadd(_key("ids"), *ids)
        _queue(nx=True)
    except redis.RedisError:
        log.exception("No job could be queued: the hourly comparison will mend the index")


def taken_up() -> list[str]:
    """Return the ids of what was left out, and let the next one that is left out queue a job again."""
    connection = connect_to_redis()
    ids = sorted(one.decode() for one in connection.smembers(_key("ids")))
    connection.delete(_key("job"))
    return ids


def come_again() -> None:
    """Queue the job once more: search is still away."""
    _queue()


def done(package_ids: Sequence[str]) -> None:
    """Forget what is in the index now."""
    if package_ids:
        connect_to_redis().srem(_key("ids"), *package_ids)


def _queue(*, nx: bool = False) -> None:
    """Queue the job; with `nx` only if none waits, as in Redis' SET."""
    if connect_to_redis().set(_key("job"), "1", nx=nx, ex=_PATIENCE):
        background.queue_later(_JOB, _AGAIN, title="digitalms search follows")


def _try(package_ids: list[str], write: Callable[[], None]) -> None:
    if _strict.get() or _is_index_command():
        write()
        return
    if time.monotonic() < _asked_again["at"]:
        index(package_ids)
        return
    try:
        write()
    except SearchIndexError as error:
        log.error("The index was not written: %s", str(error)[:500])
        _asked_again["at"] = time.monotonic() + _PAUSE
        index(package_ids)


def _entries(write: Callable[[], None]) -> None:
    if _is_index_command():
        with entry_index.at_once():
            write()
    else:
        write()


def _is_index_command() -> bool:
    """Return whether somebody runs `ckan search-index`, who wants to know."""
    command = click.get_current_context(silent=True)
    return command is not None and "search-index" in command.command_path.split()


def _tell() -> None:
    if not has_request_context() or is_noted():
        return
    setattr(g, _NOTED, True)
    if tk.request.endpoint and tk.request.endpoint != "api.action":
        tk.h.flash_notice(
            tk._("This is saved. Search is away at the moment: it will find the change in a few minutes.")
        )


def _key(name: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:index:{name}"
