"""A file that takes space and is given up when the disk is full, so that what runs can go on.

PostgreSQL reads on without it (`postgres.keep_log_ready`, `let_vacuum`), also where whoever filled the disk
takes this space, too; a start, temporary files and sessions need a little.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil

from .home import Home

__all__ = ["PLENTY", "SIZE", "keep_reserve"]

log = logging.getLogger("ckanext.digitalms.schedule")

SIZE = 64 * 10**6
_HARDLY_ANY = 16 * 10**6
PLENTY = 4 * SIZE  # so that taking it leaves more than `ckanext.digitalms.disk_reserve_mb`


def keep_reserve(home: Home) -> None:
    """Return the space up where hardly any is left, and take it again where there is plenty."""
    free = shutil.disk_usage(home.root).free
    if free < _HARDLY_ANY and home.reserve.exists():
        home.reserve.unlink()
        log.warning(
            "%s MB are free in %s: the reserve of %s MB is given up", free // 10**6, home.root, SIZE // 10**6
        )
    elif free > PLENTY and not home.reserve.exists():
        _take(home)


def _take(home: Home) -> None:
    part = home.reserve.with_suffix(".part")
    with contextlib.suppress(OSError):  # somebody else was faster
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, SIZE)
        finally:
            os.close(descriptor)
        part.rename(home.reserve)
    part.unlink(missing_ok=True)
