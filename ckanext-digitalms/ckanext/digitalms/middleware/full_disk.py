"""With a disk that is nearly full nothing is changed any more; reading goes on.

PostgreSQL can go on reading as long as it need not write: changes end while there still is a little space.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp

from ckanext.digitalms import config

__all__ = ["install"]

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# whoever reads may sign in and out
_ALLOWED = frozenset({"user.login", "user.logout"})


def install(app: CKANApp) -> None:
    """Look before each change."""
    app.before_request(_look)


def _look() -> None:
    if tk.request.method in _READING or tk.request.endpoint in _ALLOWED or _only_reads():
        return
    folder = _existing(config.release_path())
    if shutil.disk_usage(folder).free < config.disk_reserve():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _only_reads() -> bool:
    """Return whether an action of the API is asked by POST that could be asked by GET."""
    name = (tk.request.view_args or {}).get("logic_function")
    try:
        return bool(name) and bool(getattr(tk.get_action(str(name)), "side_effect_free", False))
    except KeyError:
        return False


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
