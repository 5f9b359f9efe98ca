"""Let `import magic` (of CKAN and file-keeper) work where the system has no libmagic."""

from __future__ import annotations

import ctypes
import sysconfig
from pathlib import Path

__all__ = ["ensure_libmagic"]

_NAME = "_digitalms_libmagic"
# read by every interpreter of this environment at its start, so it must be small and must never fail
_LOADER = '''"""Load the libmagic of pylibmagic when the system has none; the next dlopen finds it by name."""

import ctypes
import os

try:
    ctypes.CDLL("libmagic.so.1")
except OSError:
    folder = os.path.join(os.path.dirname(__file__), "pylibmagic")
    try:
        ctypes.CDLL(os.path.join(folder, "libmagic.so.1"))
        os.environ.setdefault("MAGIC", os.path.join(folder, "magic.mgc"))
    except OSError:
        pass
'''


def ensure_libmagic() -> None:
    """Install the loader into this environment if the system lacks libmagic, and load it here, too."""
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        site = Path(sysconfig.get_path("purelib"))
        if not (site / f"{_NAME}.pth").exists():
            (site / f"{_NAME}.py").write_text(_LOADER, encoding="utf-8")
            (site / f"{_NAME}.pth").write_text(f"import {_NAME}\n", encoding="utf-8")
        __import__(_NAME)
