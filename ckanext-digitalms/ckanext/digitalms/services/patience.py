"""How long a page waits for the services: a hung one must not hold it.

A process that answers requests (`serving`) gets statements of PostgreSQL ended after a time, waits for
a connection, Solr and Redis only for seconds, and gives its connections up when PostgreSQL hangs: libpq
itself waits without an end for a server that was stopped. Job workers, consumers and commands wait as before.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import ckan.plugins.toolkit as tk
import psycopg2
import sqlalchemy as sa
from ckan import model
from ckan.lib import redis as ckan_redis
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from ckanext.digitalms import config

__all__ = ["limit_redis", "serving", "watch_database"]

_LIMIT = "digitalms_statement_timeout"
_LOOK_AFTER = 1.5  # seconds that a request takes before anybody looks whether the database hangs
_PROBE = 2  # seconds, the shortest that libpq knows
_serves: ContextVar[bool] = ContextVar("digitalms_serves", default=False)


def limit_redis() -> None:
    """Let CKAN's own connections to Redis wait for seconds only.

    Whatever ``ckan.redis.url`` says of its timeout is for ckanext-harvest's consumers, which wait for work on
    connections of their own; a job worker lengthens the wait itself.
    """
    pool = ConnectionPool.from_url(tk.config["ckan.redis.url"])
    # a connection that Redis has closed is made anew once; a wait is not repeated
    retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    wait = config.web_patience()
    pool.connection_kwargs.update(socket_timeout=wait, socket_connect_timeout=wait, retry=retry)
    ckan_redis._connection_pool = pool


@contextlib.contextmanager
def serving() -> Iterator[None]:
    """Mark what runs as the answer to a request."""
    token = _serves.set(True)
    tk.config["solr_timeout"] = min(tk.config["solr_timeout"], config.web_patience())
    request = object()
    _watch.begin(request)
    try:
        yield
    finally:
        _watch.end(request)
        _serves.reset(token)


def watch_database() -> None:
    """Begin to watch connections to PostgreSQL; more than once does no harm."""
    for target, event, listener in (
        (sa.engine.Engine, "do_connect", _connect),
        (sa.pool.Pool, "connect", _keep),
        (sa.pool.Pool, "checkout", _limit_statements),
    ):
        if not sa.event.contains(target, event, listener):
            sa.event.listen(target, event, listener)


def _connect(dialect: Any, _record: Any, _words: Any, options: dict[str, Any]) -> None:
    if dialect.driver == "psycopg2" and _serves.get():
        if _watch.hangs:
            raise psycopg2.OperationalError("the database does not answer")
        options.setdefault("connect_timeout", config.web_patience())


def _keep(connection: Any, _record: Any) -> None:
    if isinstance(connection, psycopg2.extensions.connection):
        _watch.connections.add(connection)


def _limit_statements(connection: Any, record: Any, _proxy: Any) -> None:
    """Set the longest time of a statement, once for each connection unless its use changes."""
    if not isinstance(connection, psycopg2.extensions.connection):
        return
    _watch.connections.add(connection)  # also one that was there before anybody watched
    limit = config.web_statement_timeout() * 1000 if _serves.get() else 0
    if record.info.get(_LIMIT, 0) == limit:
        return
    former, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", (limit,))
    connection.autocommit = former
    record.info[_LIMIT] = limit


class _Watch:
    """Looks whether PostgreSQL hangs while requests wait, and cuts the connections when it does."""

    def __init__(self) -> None:
        self.connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self.hangs = False
        self._begun: dict[object, float] = {}
        self._process = 0
        self._lock = threading.Lock()

    def begin(self, request: object) -> None:
        """Note a request; the first one of a process starts the thread."""
        self._begun[request] = time.monotonic()
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._run, name="digitalms-watch", daemon=True).start()

    def end(self, request: object) -> None:
        """Forget a request."""
        self._begun.pop(request, None)

    def _run(self) -> None:
        while True:
            time.sleep(0.5)
            if self.hangs or self._somebody_waits():
                self._look()

    def _somebody_waits(self) -> bool:
        return min(list(self._begun.values()), default=time.monotonic()) < time.monotonic() - _LOOK_AFTER

    def _look(self) -> None:
        # asked for the page's own database; the DataStore's is on the same server, or has its limits only
        options = model.meta.engine.url.translate_connect_args(username="user", database="dbname")
        try:
            psycopg2.connect(**options, connect_timeout=_PROBE).close()
        except psycopg2.OperationalError as error:
            # a server that refuses closes its connections itself; only one that hangs keeps them
            self.hangs = "timeout expired" in str(error)
        else:
            self.hangs = False
        if self.hangs:
            self._cut()

    def _cut(self) -> None:
        for connection in list(self.connections):
            with (
                contextlib.suppress(psycopg2.Error, OSError),
                socket.socket(fileno=_copy(connection)) as sock,
            ):
                sock.shutdown(socket.SHUT_RDWR)


def _copy(connection: Any) -> int:
    return os.dup(connection.fileno())


_watch = _Watch()
