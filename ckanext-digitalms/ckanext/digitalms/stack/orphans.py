"""Find and end processes that a killed supervisor left behind.

Every process of a stack carries the id of its home in its environment, and so do its children, however short
they live; a number in a file could have been given to another program since. PostgreSQL overwrites its
environment with its title, so its processes are known by their current folder, which is the data folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil

from .home import Home

__all__ = ["MARK", "end_orphans", "find_orphans"]

MARK = "DIGITALMS_STACK"
_PATIENCE = 10


def find_orphans(home: Home, home_id: str) -> list[psutil.Process]:
    """List the live processes of this home, without the calling one and those above it."""
    me = psutil.Process()
    spared = {me.pid, *(process.pid for process in me.parents())}
    return [process for process in _all_of(home, home_id) if process.pid not in spared]


def _all_of(home: Home, home_id: str) -> Iterator[psutil.Process]:
    data = (home.postgres, home.new_postgres)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            is_postgres = process.name() == "postgres" and Path(process.cwd()) in data
            if is_postgres or process.environ().get(MARK) == home_id:
                yield process


def end_orphans(home: Home, home_id: str) -> int:
    """End them, politely at first, so that PostgreSQL and Solr can write; return how many there were."""
    ended = 0
    for _round in range(5):  # a dying parent may have just started another child
        found = find_orphans(home, home_id)
        if not found:
            break
        ended += len(found)
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _gone, alive = psutil.wait_procs(found, timeout=_PATIENCE)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive, timeout=_PATIENCE)
    return ended
