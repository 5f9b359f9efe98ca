"""Which calendar wordings are read by: whose school holidays, and when the council sits.

The school holidays' state is one for the catalogue and set when it starts; the sittings change and are laid
over a reading by whoever knows them (:func:`using`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from ckanext.digitalms.council.sittings import Sitting

DEFAULT_STATE = "NW"


@dataclass(frozen=True)
class Calendar:
    """What wordings lean on beside the year's own calendar.

    Args:
        state: the federal state of the school holidays, two letters (ISO 3166-2:DE).
        sittings: of the council and its committees, in any order.
    """

    state: str = DEFAULT_STATE
    sittings: tuple[Sitting, ...] = ()


_state = DEFAULT_STATE
_in_use: ContextVar[Calendar | None] = ContextVar("calendar of wordings", default=None)


def set_state(state: str) -> None:
    """Set whose school holidays are meant where nobody says so."""
    global _state
    _state = state


def in_use() -> Calendar:
    """Return the calendar by which wordings are read now."""
    return _in_use.get() or Calendar(_state)


@contextmanager
def using(sittings: tuple[Sitting, ...]) -> Iterator[Calendar]:
    """Read wordings by these sittings within the block."""
    known = replace(in_use(), sittings=sittings)
    mark = _in_use.set(known)
    try:
        yield known
    finally:
        _in_use.reset(mark)
