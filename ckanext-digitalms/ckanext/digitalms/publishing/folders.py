"""The folders of releases: written beside, flushed, then put in place with one rename."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEW = ".new-"
_REWRITTEN = "-r"

FileFacts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Folders:
    """All releases' folders below one base."""

    base: Path

    def begin(self, group: str = "") -> Path:
        """Make an empty folder for a release of a group that is being written."""
        folder = self.base / f"{NEW}{group}.{uuid.uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def keep(self, written: Path, name: str) -> Path:
        """Put a written folder in its place, for good."""
        target = self.base / name
        flush(written)
        written.rename(target)
        flush(self.base)
        return target

    def path(self, manifest: Mapping[str, Any]) -> Path:
        """Return the folder of a release."""
        return self.base / str(manifest["folder"])

    def is_complete(self, manifest: Mapping[str, Any]) -> bool:
        """Return whether every file of a release is there, byte for byte."""
        folder = self.path(manifest)
        return all(
            (folder / name).is_file() and facts(folder / name) == told
            for name, told in manifest["files"].items()
        )

    def remove(self, name: str) -> None:
        """Remove a release's folder, if it is there."""
        shutil.rmtree(self.base / name, ignore_errors=True)

    def clear_unfinished(self, group: str | None = None) -> None:
        """Remove what was left half written, of one group or of all; the caller holds the lock."""
        begun = NEW if group is None else f"{NEW}{group}."
        for folder in self.base.iterdir() if self.base.is_dir() else ():
            if folder.name.startswith(begun):
                shutil.rmtree(folder, ignore_errors=True)

    def clear_replaced(self, kept: Mapping[str, str]) -> None:
        """Remove folders that a release had before a value was blanked in it.

        Args:
            kept: the name of the folder of each release by its id.
        """
        for folder in self.base.iterdir() if self.base.is_dir() else ():
            name = kept.get(folder.name.partition(_REWRITTEN)[0])
            if name is not None and folder.name != name:
                shutil.rmtree(folder, ignore_errors=True)


def rewritten(release_id: str, number: int) -> str:
    """Return the name of a release's folder after its values were blanked for the n-th time."""
    return f"{release_id}{_REWRITTEN}{number}"


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> FileFacts:
    """Write files, flushed to the disk; return size and SHA-256 of each by name."""
    told: FileFacts = {}
    for name, data in files:
        with (folder / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        told[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return told


def settled(path: Path) -> dict[str, Any]:
    """Flush a file that was written to the disk; return its size and SHA-256."""
    flush(path)
    return facts(path)


def facts(path: Path) -> dict[str, Any]:
    """Return size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def flush(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
