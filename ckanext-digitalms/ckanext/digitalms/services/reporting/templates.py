"""The city's own template of Word documents: its versions on the disk, and which of them is used.

A version is never changed or written over; which one counts is one small file that is put in place as a
whole. What was frozen with an earlier version keeps its files (:mod:`.files`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ckanext.digitalms import config
from ckanext.digitalms.publishing import folders
from ckanext.digitalms.services import locks

__all__ = ["OURS", "Version", "add", "content", "current", "in_use", "use", "versions"]

# the number of the template that comes with the program
OURS = 0
_USED = "used"


@dataclass(frozen=True)
class Version:
    """A version of the template: what it was called, when it came, and what it leaves out of a report."""

    version: int
    filename: str
    sha256: str
    bytes: int
    uploaded_at: str
    leaves_out: tuple[str, ...]


def versions() -> list[Version]:
    """Return the versions, the newest first."""
    place = _folder()
    found = sorted(place.glob("[0-9]*.json"), reverse=True) if place.is_dir() else []
    told = (json.loads(path.read_text("utf-8")) for path in found)
    return [Version(**{**each, "leaves_out": tuple(each["leaves_out"])}) for each in told]


def in_use() -> int:
    """Return the number of the version that is used, or :data:`OURS`."""
    try:
        return int((_folder() / _USED).read_text("ascii"))
    except FileNotFoundError:
        return OURS


def current() -> bytes | None:
    """Return the template that is used, or nothing for the one that comes with the program."""
    return content(in_use())


def content(version: int) -> bytes | None:
    """Return the file of a version; nothing where there is none of that number."""
    try:
        return (_folder() / f"{version:04}.docx").read_bytes()
    except FileNotFoundError:
        return None


def add(filename: str, template: bytes, leaves_out: tuple[str, ...]) -> Version:
    """Keep a template as the newest version and use it."""
    locks.reports()
    known = versions()
    made = Version(
        version=known[0].version + 1 if known else 1,
        filename=filename,
        sha256=hashlib.sha256(template).hexdigest(),
        bytes=len(template),
        uploaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        leaves_out=leaves_out,
    )
    _folder().mkdir(parents=True, exist_ok=True)
    _put(f"{made.version:04}.docx", template)
    _put(f"{made.version:04}.json", json.dumps(asdict(made), ensure_ascii=False).encode())
    _put(_USED, str(made.version).encode())
    return made


def use(version: int) -> None:
    """Use a version that is there, or with :data:`OURS` the template that comes with the program."""
    locks.reports()
    _folder().mkdir(parents=True, exist_ok=True)
    _put(_USED, str(version).encode())


def _folder() -> Path:
    return config.report_path() / "templates"


def _put(name: str, written: bytes) -> None:
    """Write a file as a whole or not at all."""
    beside = f".{name}.part"
    folders.write_files(_folder(), [(beside, written)])
    (_folder() / beside).replace(_folder() / name)
