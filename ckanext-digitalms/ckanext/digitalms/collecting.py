"""The garbage collector waits while a large table is read.

It would pass over millions of cells again and again, all of which stay: a quarter of the time of a workbook
with 200,000 rows. Nothing is freed later by it but what refers to itself.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_waiting = 0


@contextmanager
def paused() -> Iterator[None]:
    """Let the collector wait until this work, and whatever else is done so at the same time, is done."""
    global _waiting
    with _LOCK:
        if not _waiting and not gc.isenabled():
            is_ours = False  # somebody else has stopped it, and begins it again
        else:
            is_ours, _waiting = True, _waiting + 1
            gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            if is_ours:
                _waiting -= 1
                if not _waiting:
                    gc.enable()
