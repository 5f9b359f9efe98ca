"""What is dear to compute is kept in the process until anything is written to the database."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock, RLock
from typing import Generic, TypeVar

import sqlalchemy as sa
from cachetools import LRUCache
from ckan import model

__all__ = ["Kept", "snapshot"]

Made = TypeVar("Made")

# the start of the server stands for its identity: another one may come to the same numbers
_SNAPSHOT = sa.text("SELECT concat(txid_current_snapshot(), ' ', pg_postmaster_start_time())")
_WRITES = sa.text("SELECT txid_current_if_assigned() IS NOT NULL")


def snapshot() -> str:
    """Name the rows that are committed: two equal snapshots see the same ones, whatever wrote them."""
    return str(model.Session.execute(_SNAPSHOT).scalar_one())


class Kept(Generic[Made]):
    """Keeps what was made of committed rows.

    The snapshot is read before it is made, so what is kept under it is as new or newer. Of several who ask
    for the same at once one makes it, and the others wait for that. Who has written something in the
    transaction reads for oneself.
    """

    def __init__(self, most: int, size_of: Callable[[Made], int]) -> None:
        """Keep as much as adds up to a size.

        Args:
            most: the size of all together.
            size_of: returns the size of one.
        """
        self._kept: LRUCache[Hashable, Made] = LRUCache(most, getsizeof=size_of)
        self._making: LRUCache[Hashable, RLock] = LRUCache(1000)
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, or make it; what is larger than all may be is only made."""
        session = model.Session()
        if session.new or session.dirty or session.deleted or session.execute(_WRITES).scalar_one():
            return make()
        key = (snapshot(), key)
        with self._lock:
            making = self._making.setdefault(key, RLock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            made = make()
            with self._lock, suppress(ValueError):  # too large
                self._kept[key] = made
            return made
