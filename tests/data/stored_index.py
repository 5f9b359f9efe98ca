"""The index as the tests use it: what is written waits until somebody asks, since most tests never search.

To take datasets apart into words and to show them costs Solr, and whoever waits for it, more than most tests
take. Updates keep their order. Of several that make visible what was written only the last one does, at its
place. Nothing waits where another process may look: a server, a program that a test begins, a forked child.
"""

from __future__ import annotations

import copy
import inspect
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pysolr
from ckan.lib.search.common import make_connection

__all__ = ["Index"]

_SOLR = "CKAN_SOLR_URL"
_MAKES_VISIBLE = re.compile(r"\b(commit|softCommit)=true")
_TAKEN = '{"responseHeader": {"status": 0}}'


@dataclass
class _Update:
    """A request that was not sent yet."""

    send: Callable[[str], Any]
    path: str

    @property
    def makes_visible(self) -> bool:
        return bool(_MAKES_VISIBLE.search(self.path))

    @property
    def silent(self) -> str:
        """The path of the same update without making anything visible."""
        return _MAKES_VISIBLE.sub(r"\1=false", self.path)


class Index:
    """What belongs into the index."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        # documents that a fixture has made before, and what was written after them
        self._waiting: dict[str, dict[str, Any]] = {}
        self._updates: list[_Update] = []
        self._is_empty = False
        self._is_shared = self._is_seen = False
        self._process = 0
        self._lock = threading.RLock()
        self._sending = threading.local()

    @property
    def is_shared(self) -> bool:
        """Whether another process asks the same index, at any time."""
        return self._is_shared

    @is_shared.setter
    def is_shared(self, told: bool) -> None:
        self._is_shared = told
        if told:
            self.write()

    def watch(self) -> None:
        """See what goes into the index, and write what waits before anybody looks at it."""
        self._process = os.getpid()
        add, send = pysolr.Solr.add, pysolr.Solr._send_request

        def seen(solr: Any, docs: Any, *words: Any, **options: Any) -> Any:
            docs = list(docs)
            if not self._is_sending:
                with self._lock:
                    for one in docs:
                        self.documents[one["index_id"]] = copy.deepcopy(one)
                        self._waiting.pop(one["index_id"], None)
            return add(solr, docs, *words, **options)

        def asked(solr: Any, method: str, path: str = "", *words: Any, **options: Any) -> Any:
            is_update = path.startswith("update/")
            if self._is_sending or not _is_ours(solr):
                pass
            elif is_update and self._may_wait:
                with self._lock:
                    self._updates.append(
                        _Update(lambda changed: send(solr, method, changed, *words, **options), path)
                    )
                return _TAKEN
            else:
                self.write()
            self._is_empty = self._is_empty and not is_update
            return send(solr, method, path, *words, **options)

        pysolr.Solr.add, pysolr.Solr._send_request = seen, asked
        self._watch_processes()

    @property
    def _is_sending(self) -> bool:
        return getattr(self._sending, "now", False)

    @property
    def _may_wait(self) -> bool:
        return not (self._is_shared or self._is_seen) and os.getpid() == self._process

    def _watch_processes(self) -> None:
        """Write what waits before there is another process, which looks for itself, if it knows where."""
        begin = subprocess.Popen.__init__

        def begun(process: Any, *words: Any, **options: Any) -> None:
            given = inspect.signature(begin).bind(process, *words, **options).arguments.get("env")
            if _SOLR in (given or os.environ):
                self._share()
            begin(process, *words, **options)

        subprocess.Popen.__init__ = begun  # type: ignore[method-assign]
        # an audit hook would see both, and be called for everything else that happens, too
        os.register_at_fork(before=self._share)

    def _share(self) -> None:
        self.write()
        self._is_empty, self._is_seen = False, True

    def begin(self) -> None:
        """Let nothing be in the index but what is there already; what was never asked for is not written."""
        with self._lock:
            self.documents, self._waiting, self._updates = {}, {}, []
            self._is_seen = False

    def empty(self, reset: Callable[[], None]) -> None:
        """Empty the index, unless nothing has been written there."""
        self.begin()
        if self._is_shared or not self._is_empty:
            with self._at_once():
                reset()
        self._is_empty = True

    def put(self, documents: dict[str, dict[str, Any]]) -> None:
        """Let these be what is in the index."""
        with self._lock:
            self.documents, self._waiting, self._updates = dict(documents), dict(documents), []
        if self._is_shared:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        with self._lock, self._at_once():
            waiting, self._waiting = list(self._waiting.values()), {}
            updates, self._updates = self._updates, []
            if waiting:
                make_connection().add(waiting, commit=True)
            last = max((place for place, one in enumerate(updates) if one.makes_visible), default=-1)
            for place, one in enumerate(updates):
                self._is_empty = False
                one.send(one.silent if place < last else one.path)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        before, self._sending.now = self._is_sending, True
        try:
            yield
        finally:
            self._sending.now = before


def _is_ours(solr: Any) -> bool:
    """Return whether this is the index of the suite, and not a test's own address of one that is away."""
    return _place(solr.url) == _place(os.environ[_SOLR])


def _place(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.netloc.rpartition("@")[2], parts.path.rstrip("/")
