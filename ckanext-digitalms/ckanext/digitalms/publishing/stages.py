"""How far a run of publishing is, for whoever waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

log = logging.getLogger(__name__)

# is told what begins now
Tell = Callable[[str], None]

_listener: ContextVar[Tell] = ContextVar("digitalms_publishing", default=log.info)


@contextmanager
def told_to(tell: Tell) -> Iterator[None]:
    """Let somebody else than the log be told."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)


def begins(work: str) -> None:
    """Tell what begins now: a file, the check, the DataStore."""
    _listener.get()(work)
