"""Every advisory lock of the catalogue: what it is called, and in which order locks are taken.

Whoever needs several takes them in the order of this list, so two can never wait for each other:

1. the work of a harvest job or object (:func:`holding`);
2. an import of a table that is applied or undone (:func:`table_import`);
3. publishing as a whole: alone (:func:`all_publishing`), or beside others (:func:`publishing`);
4. one group of releases: the open tables of one kind, or the versions of one dataset;
5. the names of tables of one's own (:func:`own_names`);
6. coverage (:func:`coverage`);
7. the keys of new measures (:func:`measure_keys`);
8. measures, in the order of their ids (:func:`measures`);
9. reports that are frozen (:func:`reports`), which reads and locks nothing else.

The row of a measure is locked after the measure itself (``measures/locked.py``), never before.

Those of 1, 3 and 4 belong to a connection of their own and end with it, however a process dies; the others
end with the session's transaction. Backups hold the third alone (``stack/backup.py``, which knows no CKAN).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

PUBLISH = "digitalms:publish"
OWN_NAMES = "digitalms:own-names"
COVERAGE = "digitalms:coverage"
MEASURE_KEYS = "digitalms:measure-keys"
TABLE_IMPORT = "digitalms:table-import"
REPORTS = "digitalms:reports"
# what a person waits for somebody else who publishes, and what a job or a command does
SECONDS_OF_A_REQUEST, SECONDS_OF_A_JOB = 5, 900

_KEY = "hashtextextended(:name, 0)"
_LOCK = sa.text(f"SELECT pg_advisory_lock({_KEY})")
_SHARE = sa.text(f"SELECT pg_advisory_lock_shared({_KEY})")
_TRY = sa.text(f"SELECT pg_try_advisory_lock({_KEY})")
_UNLOCK_ALL = sa.text("SELECT pg_advisory_unlock_all()")
_IN_TRANSACTION = sa.text(f"SELECT pg_advisory_xact_lock({_KEY})")
_TRY_IN_TRANSACTION = sa.text(f"SELECT pg_try_advisory_xact_lock({_KEY})")
_MEASURES = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended('digitalms:' || id, 0)) "
    "FROM (SELECT unnest(CAST(:ids AS text[])) AS id ORDER BY 1) wanted"
)
_NOT_AVAILABLE = "55P03"

_seconds: ContextVar[int] = ContextVar("digitalms_lock_seconds", default=SECONDS_OF_A_REQUEST)
_is_trial: ContextVar[bool] = ContextVar("digitalms_trial", default=False)


class BusyError(tk.ValidationError):
    """Somebody else is publishing and took longer than one waits; nothing was changed."""

    def __init__(self) -> None:
        sentence = tk._("Somebody is publishing at this moment. Nothing is lost: try again in a moment.")
        super().__init__({"busy": [sentence]})


@contextmanager
def patiently() -> Iterator[None]:
    """Wait as long as a job or a command may, not as long as a person."""
    token = _seconds.set(SECONDS_OF_A_JOB)
    try:
        yield
    finally:
        _seconds.reset(token)


@contextmanager
def trial() -> Iterator[None]:
    """Take no locks of measures: what is written is rolled back, and nobody waits for it."""
    token = _is_trial.set(True)
    try:
        yield
    finally:
        _is_trial.reset(token)


@contextmanager
def publishing(group: str) -> Iterator[None]:
    """Let one at a time publish, delete or purge what is of a group of releases, on all machines.

    Raises:
        BusyError: somebody else does so, or holds :func:`all_publishing`, for longer than one waits.
    """
    with _held((_SHARE, PUBLISH), (_LOCK, f"{PUBLISH}:{group}")):
        yield


@contextmanager
def all_publishing() -> Iterator[None]:
    """Let nobody else publish anything: for what touches every release; raises :class:`BusyError`."""
    with _held((_LOCK, PUBLISH)):
        yield


def own_names() -> None:
    """Let one at a time take a name for a new table of one's own, until the transaction ends."""
    model.Session.execute(_IN_TRANSACTION, {"name": OWN_NAMES})


def coverage() -> None:
    """Let one delivery of coverage at a time through, until the transaction ends."""
    model.Session.execute(_IN_TRANSACTION, {"name": COVERAGE})


def measure_keys() -> None:
    """Let one at a time take a key that was made of a title, until the transaction ends."""
    if not _is_trial.get():
        model.Session.execute(_IN_TRANSACTION, {"name": MEASURE_KEYS})


def table_import() -> bool:
    """Let one import write at a time, until the transaction ends; return whether it is this one."""
    return bool(model.Session.scalar(_TRY_IN_TRANSACTION, {"name": TABLE_IMPORT}))


def reports() -> None:
    """Let one at a time freeze, withdraw or sweep reports, until the transaction ends."""
    model.Session.execute(_IN_TRANSACTION, {"name": REPORTS})


def measures(package_ids: Iterable[str]) -> None:
    """Put changes of the same measures in order, until the transaction ends.

    Always in the order of the ids, so that two changes of many measures cannot wait for each other.
    """
    if not _is_trial.get():
        model.Session.execute(_MEASURES, {"ids": sorted(package_ids)})


@contextmanager
def holding(work: str) -> Iterator[None]:
    """Hold the lock of a piece of work; whoever comes second waits."""
    with _connected() as connection:
        connection.execute(_LOCK, {"name": work})
        try:
            yield
        finally:
            _unlock(connection)


@contextmanager
def if_free(work: str) -> Iterator[bool]:
    """Hold the lock of a piece of work if it is free, and say whether it was."""
    with _connected() as connection:
        is_free = bool(connection.execute(_TRY, {"name": work}).scalar())
        try:
            yield is_free
        finally:
            _unlock(connection)


def is_held(work: str) -> bool:
    """Return whether a living process holds the lock."""
    with if_free(work) as is_free:
        return not is_free


def job_lock(job_id: str) -> str:
    """Name the gathering of a harvest job."""
    return f"digitalms-harvest-job:{job_id}"


def object_lock(object_id: str) -> str:
    """Name the fetching and importing of a harvest object."""
    return f"digitalms-harvest-object:{object_id}"


@contextmanager
def _held(*wanted: tuple[sa.TextClause, str]) -> Iterator[None]:
    with _connected() as connection:
        try:
            _wait(connection, wanted)
            yield
        finally:
            model.Session.rollback()
            _unlock(connection)


def _wait(connection: sa.engine.Connection, wanted: Iterable[tuple[sa.TextClause, str]]) -> None:
    limit = sa.text("SELECT set_config('lock_timeout', :limit, false)")
    connection.execute(limit, {"limit": f"{_seconds.get()}s"})
    try:
        for command, name in wanted:
            connection.execute(command, {"name": name})
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "pgcode", None) == _NOT_AVAILABLE:
            raise BusyError from error
        raise
    finally:
        connection.execute(sa.text("RESET lock_timeout"))


@contextmanager
def _connected() -> Iterator[sa.engine.Connection]:
    # a connection of its own: the session's is given back at every commit, and the lock with it
    with model.meta.engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _unlock(connection: sa.engine.Connection) -> None:
    with suppress(sa.exc.DBAPIError):  # the connection was lost, and the lock with it
        connection.execute(_UNLOCK_ALL)
