"""The outlines of areas that the catalogue's owner has set, for maps of tables with official keys."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from ckanext.digitalms import config
from ckanext.digitalms.explorer.outlines import Outlines, OutlinesError, read

__all__ = ["known"]

log = logging.getLogger(__name__)


def known() -> Outlines | None:
    """Return the outlines; nothing where none are set, or none can be read, which the log says."""
    path = config.area_outlines()
    try:
        return _read(path, path.stat().st_mtime_ns) if path else None
    except OSError as error:
        log.warning("The outlines of areas cannot be read: %s", error)
        return None


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Outlines | None:
    del changed  # another file is another one to the cache
    try:
        return read(path.read_bytes())
    except OutlinesError as error:
        log.warning("There are no outlines of areas in %s: %s", path, error)
        return None
