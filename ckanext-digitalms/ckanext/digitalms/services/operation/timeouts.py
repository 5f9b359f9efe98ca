"""How long a page waits for the services: a hung one must not hold it.

A process that answers requests (`serving`) gets statements of PostgreSQL ended after a time, waits for
a connection, Solr and Redis only for seconds, and gives its connections up when PostgreSQL hangs: libpq
itself waits without an end for a server that was stopped. Job workers, consumers and commands wait as before.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import psycopg2
import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib import redis as ckan_redis
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from ckanext.digitalms import config
from ckanext.digitalms.services.listening import listen_once

__all__ = ["limit_redis", "limit_solr", "serving", "wait_once", "watch_database"]

_LIMIT = "digitalms_statement_timeout"
_LOOK_AFTER = 1.0  # seconds that a request takes before anybody looks whether the database hangs
_LOOK_EVERY = 0.25
_PROBE = 1.5  # seconds for its first byte: a busy one takes milliseconds
_serves: ContextVar[_Request | None] = ContextVar("digitalms_serves", default=None)


@dataclass(eq=False)
class _Request:
    """What a request knows of the services that it asked: it waits for none a second time."""

    solr_is_silent: bool = False
    redis_is_silent: bool = False


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
    wait_once(pool)
    ckan_redis._connection_pool = pool


def wait_once(pool: ConnectionPool) -> None:
    """Let a request that has waited for Redis in vain not wait for it again."""
    pool.connection_class = type("WaitOnce", (_WaitOnce, pool.connection_class), {})


class _WaitOnce:
    """What a connection to Redis does in time, or not at all."""

    def connect(self) -> None:
        with _asking_redis():
            super().connect()  # type: ignore[misc]

    def read_response(self, *args: Any, **options: Any) -> Any:
        with _asking_redis():
            return super().read_response(*args, **options)  # type: ignore[misc]


@contextlib.contextmanager
def _asking_redis() -> Iterator[None]:
    request = _serves.get()
    if request is not None and request.redis_is_silent:
        raise RedisTimeoutError("Redis was silent before")
    try:
        yield
    except RedisTimeoutError:
        if request is not None:
            request.redis_is_silent = True
        raise


@contextlib.contextmanager
def serving() -> Iterator[None]:
    """Mark what runs as the answer to a request."""
    request = _Request()
    token = _serves.set(request)
    tk.config["solr_timeout"] = min(tk.config["solr_timeout"], config.web_patience())
    _watch.begin(request)
    try:
        yield
    finally:
        _watch.end(request)
        _serves.reset(token)


def limit_solr() -> None:
    """Let a request that has waited for Solr in vain not wait for it again."""
    pysolr.Solr = _Solr


class _Solr(pysolr.Solr):  # type: ignore[misc, unused-ignore]
    def _send_request(self, *args: Any, **options: Any) -> Any:
        request = _serves.get()
        if request is not None and request.solr_is_silent:
            raise pysolr.SolrError("Connection to server timed out: it was silent before")
        try:
            return super()._send_request(*args, **options)
        except pysolr.SolrError as error:
            if request is not None and "timed out" in str(error):
                request.solr_is_silent = True
            raise


def watch_database() -> None:
    """Begin to watch connections to PostgreSQL; more than once does no harm."""
    for target, event, listener in (
        (sa.engine.Engine, "do_connect", _connect),
        (sa.pool.Pool, "connect", _keep),
        (sa.pool.Pool, "checkout", _limit_statements),
    ):
        listen_once(target, event, listener)


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
            time.sleep(_LOOK_EVERY)
            if self.hangs or self._somebody_waits():
                self._look()

    def _somebody_waits(self) -> bool:
        return min(list(self._begun.values()), default=time.monotonic()) < time.monotonic() - _LOOK_AFTER

    def _look(self) -> None:
        # asked for the page's own database; the DataStore's is on the same server, or has its limits only
        options = model.meta.engine.url.translate_connect_args(username="user", database="dbname")
        self.hangs = _is_silent(options)
        if self.hangs:
            self._cut()

    def _cut(self) -> None:
        for connection in list(self.connections):
            with (
                contextlib.suppress(psycopg2.Error, OSError),
                socket.socket(fileno=_copy(connection)) as sock,
            ):
                sock.shutdown(socket.SHUT_RDWR)


def _is_silent(options: dict[str, Any]) -> bool:
    """Return whether a server takes a connection and says nothing; one that refuses it says something."""
    end = time.monotonic() + _PROBE
    try:
        with contextlib.closing(psycopg2.connect(**options, async_=True)) as connection:
            while connection.poll() == psycopg2.extensions.POLL_WRITE:
                if not _is_ready(connection, select.POLLOUT, end):
                    return True
            return not _is_ready(connection, select.POLLIN, end)
    except psycopg2.OperationalError:
        return False


def _is_ready(connection: Any, event: int, end: float) -> bool:
    waiting = select.poll()
    waiting.register(connection.fileno(), event)
    return bool(waiting.poll(1000 * max(0.0, end - time.monotonic())))


def _copy(connection: Any) -> int:
    return os.dup(connection.fileno())


_watch = _Watch()
