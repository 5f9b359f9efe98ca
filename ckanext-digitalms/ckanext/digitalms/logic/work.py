"""Who is at work: a lock of the database that ends with the process, however that dies.

A mark in a table or in the queue outlives a killed worker; this lock does not, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from ckan import model

_LOCK = sa.text("SELECT pg_advisory_lock(hashtextextended(:work, 0))")
_TRY = sa.text("SELECT pg_try_advisory_lock(hashtextextended(:work, 0))")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtextextended(:work, 0))")


@contextmanager
def working_on(work: str) -> Iterator[None]:
    """Hold the lock of a piece of work; whoever comes second waits."""
    with _connected() as connection:
        connection.execute(_LOCK, {"work": work})
        try:
            yield
        finally:
            _unlock(connection, work)


@contextmanager
def if_nobody_works_on(work: str) -> Iterator[bool]:
    """Hold the lock of a piece of work if it is free, and say whether it was."""
    with _connected() as connection:
        is_free = bool(connection.execute(_TRY, {"work": work}).scalar())
        try:
            yield is_free
        finally:
            if is_free:
                _unlock(connection, work)


def is_worked_on(work: str) -> bool:
    """Whether a living process holds the lock."""
    with if_nobody_works_on(work) as is_free:
        return not is_free


def job_work(job_id: str) -> str:
    """Name the gathering of a harvest job."""
    return f"digitalms-harvest-job:{job_id}"


def object_work(object_id: str) -> str:
    """Name the fetching and importing of a harvest object."""
    return f"digitalms-harvest-object:{object_id}"


@contextmanager
def _connected() -> Iterator[sa.engine.Connection]:
    # a connection of its own: the session's is given back at every commit, and the lock with it
    with model.meta.engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _unlock(connection: sa.engine.Connection, work: str) -> None:
    with suppress(sa.exc.DBAPIError):  # the connection was lost, and the lock with it
        connection.execute(_UNLOCK, {"work": work})
