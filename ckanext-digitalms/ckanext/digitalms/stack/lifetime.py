"""When a process began, so that another one of the same number is not taken for it.

Linux counts the ticks since the system was started, which no clock changes; with the id of that start they
tell a process for good. psutil tells seconds of the clock, worked out anew each time: after a step of the
clock another number. Those stand in records of older versions, and where the system says no more.
"""

from __future__ import annotations

from pathlib import Path

import psutil

__all__ = ["Begun", "begun", "lives"]

Begun = str | float
_PROC = Path("/proc")
_DEAD = ("Z", "X")
_STATE, _TICKS = 0, 19  # of what stands behind the name: the fields 3 and 22 of proc(5)


def begun(pid: int) -> Begun:
    """Return when a process began, also of one that ended and is not waited for; raises ``psutil.Error``."""
    start = _start_of_the_system()
    return f"{start}:{_told(pid)[_TICKS]}" if start else psutil.Process(pid).create_time()


def lives(pid: int, since: Begun) -> bool:
    """Return whether a process of a number lives that began then, as :func:`begun` told."""
    try:
        if isinstance(since, str):
            return _told(pid)[_STATE] not in _DEAD and begun(pid) == since
        process = psutil.Process(pid)
        return bool(process.create_time() == since) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _start_of_the_system() -> str | None:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None


def _told(pid: int) -> list[str]:
    try:
        # the name of a program stands in brackets and may have any in it
        return (_PROC / str(pid) / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError) as error:
        raise psutil.NoSuchProcess(pid) from error
