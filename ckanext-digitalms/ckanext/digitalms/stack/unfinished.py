"""Where a backup works until it is finished, and what is left there of one that was killed.

That is whole dumps of the databases in the home, and a part of the file beside the one that it was to become.
A note with the dumps says where that part is, and which process is at work.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from .home import Home
from .lifetime import begun, lives

__all__ = ["clear", "is_alive", "working_on"]

_FOLDER, _NOTE = "backup-", "note.json"


@contextmanager
def working_on(home: Home, target: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder for dumps, and the file to write before it becomes the target; both go at the end."""
    clear(home)
    folder = home.run / f"{_FOLDER}{os.getpid()}"
    part = target.with_name(f".{target.name}.{os.getpid()}")
    folder.mkdir(mode=0o700)
    try:
        note = {"part": str(part), "begun": begun(os.getpid())}
        (folder / _NOTE).write_text(json.dumps(note), encoding="utf-8")
        yield folder, part
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def clear(home: Home) -> None:
    """Remove what backups have left that are not at work any more."""
    for folder in home.run.glob(f"{_FOLDER}*"):
        number = folder.name.removeprefix(_FOLDER)
        note = _note_of(folder, number)
        if lives(int(number), note["begun"]) if note else is_alive(number):
            continue
        if note:
            with contextlib.suppress(OSError):  # what nobody can remove now hinders no backup, and no start
                Path(note["part"]).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def is_alive(number: str) -> bool:
    """Return whether there is another process of this number."""
    return number.isdecimal() and int(number) != os.getpid() and psutil.pid_exists(int(number))


def _note_of(folder: Path, number: str) -> dict[str, str] | None:
    """Read a note that whoever asks has written, or nothing: what others wrote says nothing of our files."""
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        name = Path(note["part"]).name
        is_part = number.isdecimal() and name.startswith(".") and name.endswith(f".{number}")
        return note if is_part and "begun" in note and folder.stat().st_uid == os.geteuid() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
