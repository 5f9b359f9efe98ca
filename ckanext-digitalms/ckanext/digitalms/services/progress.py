"""How far a long piece of work is: whoever does it says so, and whoever began it may listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[Callable[[float], None] | None] = ContextVar("digitalms_progress", default=None)


def tell(part: float) -> None:
    """Say which part of the work is done, from 0 to 1."""
    listener = _listener.get()
    if listener is not None:
        listener(part)


@contextmanager
def heard(listener: Callable[[float], None]) -> Iterator[None]:
    """Listen to the work that is done meanwhile."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
