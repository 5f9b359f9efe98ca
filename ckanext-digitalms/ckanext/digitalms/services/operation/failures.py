"""What the catalogue stands on, and what is said when a part of it does not answer or has no space."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import Enum

import psycopg2
import pysolr
import redis
import sqlalchemy as sa
from ckan.lib.search.common import SearchError, SearchIndexError, SolrConnectionError
from psycopg2 import errors

from ckanext.digitalms.messages import N_, Message

__all__ = ["FAILURES", "Part", "failed_part", "sentence"]


class Part(Enum):
    """A part that failed."""

    DATABASE = "database"
    TIME = "time"
    DISK = "disk"
    SEARCH = "search"
    QUEUE = "queue"


# the kinds of exceptions among which such failures are
FAILURES: tuple[type[Exception], ...] = (
    sa.exc.DBAPIError,
    sa.exc.TimeoutError,
    psycopg2.Error,
    redis.RedisError,
    pysolr.SolrError,
    SearchError,
    SearchIndexError,
    SolrConnectionError,
    OSError,
)
_SENTENCES = {
    Part.DATABASE: N_(
        "The database does not answer at the moment. Please try again in a minute. If you were saving "
        "something, look first whether it is there."
    ),
    Part.TIME: N_(
        "This took too long and was ended; nothing was changed. Ask for less at once, or try again later."
    ),
    Part.DISK: N_(
        "The disk of the catalogue is full: nothing can be saved at the moment, and nothing was changed. "
        "Reading goes on. Tell the operator, and try again later."
    ),
    Part.SEARCH: N_(
        "Search does not answer at the moment. Measures, tables and files can be opened by their addresses; "
        "please try again in a minute."
    ),
    Part.QUEUE: N_(
        "Sessions and jobs cannot be reached at the moment. Please try again in a minute. If you were saving "
        "something, look first whether it is there."
    ),
}
_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
# the words of pysolr, by which CKAN, too, knows these from a query that Solr refuses
_NO_ANSWER = ("Failed to connect to server", "Connection to server")


def sentence(part: Part) -> Message:
    """Say what failed, what became of the request, and what to do."""
    return Message(_SENTENCES[part])


def failed_part(error: BaseException | None) -> Part | None:
    """Return the part whose failure an exception tells of, or ``None`` where it tells of something else."""
    for one in _causes(error):
        part = _of_database(one) or _of_others(one)
        if part is not None:
            return part
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def _of_database(error: BaseException) -> Part | None:
    if isinstance(error, errors.DiskFull):
        return Part.DISK
    if isinstance(error, errors.QueryCanceled | errors.LockNotAvailable | errors.DeadlockDetected):
        return Part.TIME
    if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError | sa.exc.TimeoutError):
        return Part.DATABASE
    return None


def _of_others(error: BaseException) -> Part | None:
    if isinstance(error, redis.ResponseError):
        return Part.DISK if str(error).startswith("MISCONF") else None
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return Part.QUEUE
    if isinstance(error, SolrConnectionError | SearchIndexError):
        return Part.SEARCH
    if isinstance(error, pysolr.SolrError) and any(words in str(error) for words in _NO_ANSWER):
        return Part.SEARCH
    if isinstance(error, OSError) and error.errno in _OUT_OF_SPACE:
        return Part.DISK
    return None
