"""The file of a backup: a tar whose last member lists all others with size and SHA-256.

The list stands last, so that a file that was cut off has none.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from packaging.version import Version

from .errors import StackError

__all__ = ["Manifest", "Writer", "extract", "read"]

FORMAT = 1
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_LONGEST_LIST = 200 << 20


@dataclass
class Manifest:
    """What a backup is and holds.

    Args:
        format: of the file; a higher one is not read.
        version: of ckanext-digitalms that wrote it.
        created_at: ISO 8601, UTC.
        site_id: CKAN's id of the catalogue.
        secret_key: that CKAN signs API tokens and sessions with.
        members: size in bytes and SHA-256 by the name in the tar.
    """

    format: int
    version: str
    created_at: str
    site_id: str
    secret_key: str
    members: dict[str, dict[str, Any]] = field(default_factory=dict)


class _Hashing:
    """A file that is hashed while it is read or written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self._count(data)
        return data

    def write(self, data: bytes) -> int:
        self._count(data)
        return self.file.write(data)

    def _count(self, data: bytes) -> None:
        self.digest.update(data)
        self.size += len(data)

    def facts(self) -> dict[str, Any]:
        return {"size": self.size, "sha256": self.digest.hexdigest()}


class Writer:
    """Writes a backup, member by member."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by close()
        self._manifest = manifest

    def add(self, path: Path, name: str) -> None:
        """Add a file; one that is gone by now is left out.

        Raises:
            StackError: the file was cut while it was read.
        """
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            info = self._tar.gettarinfo(arcname=name, fileobj=file)
            reader = _Hashing(file)
            try:
                self._tar.addfile(info, cast("IO[bytes]", reader))
            except OSError as error:
                if error.errno is not None:
                    raise
                raise StackError(f"{path} changed while it was copied: make the backup again.") from error
        self._manifest.members[name] = reader.facts()

    def close(self) -> None:
        """Write the list of all members, and the end."""
        data = json.dumps(asdict(self._manifest), indent=1).encode()
        info = tarfile.TarInfo(_MANIFEST)
        info.size = len(data)
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.close()


def read(path: Path, version: str) -> Manifest:
    """Read a backup to its end and check every byte of it.

    Args:
        path: the file.
        version: of what is installed here.

    Raises:
        StackError: no backup of ours, cut off, damaged, or from a newer version.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    try:
        for member, content in _members(path):
            if member.name == _MANIFEST:
                if member.size > _LONGEST_LIST:
                    raise _broken(path, has_members=False)
                manifest = _manifest(path, content.read(), version)
                continue
            reader = _Hashing(content)
            while reader.read(_CHUNK):
                pass
            found[member.name] = reader.facts()
    except (tarfile.TarError, EOFError) as error:
        raise _broken(path, bool(found)) from error
    if manifest is None:
        raise _broken(path, bool(found))
    told = manifest.members
    wrong = sorted(name for name in told.keys() | found.keys() if told.get(name) != found.get(name))
    if wrong:
        raise StackError(
            f"{path} is damaged: {', '.join(wrong[:3])} is not what was saved. Nothing was restored; "
            "take another copy of the backup."
        )
    return manifest


def _broken(path: Path, has_members: bool) -> StackError:
    if has_members:
        return StackError(
            f"{path} is cut off or damaged: its end is missing. Nothing was restored; take another copy."
        )
    return StackError(f"{path} is no backup made by `digitalms backup`. Nothing was restored.")


def _manifest(path: Path, data: bytes, version: str) -> Manifest:
    try:
        told = json.loads(data)
        is_newer = told["format"] > FORMAT or Version(told["version"]) > Version(version)
        made_by = told["version"]
        manifest = None if is_newer else Manifest(**told)
        if manifest and not all(isinstance(facts, dict) for facts in manifest.members.values()):
            raise ValueError("members")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _broken(path, has_members=False) from error
    if manifest is None:
        raise StackError(
            f"{path} was made by version {made_by}, which is newer than the {version} installed here. "
            "Nothing was restored; update ckanext-digitalms first."
        )
    return manifest


def _members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    with tarfile.open(path, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                yield member, content


def _inside(folder: Path, name: str, path: Path) -> Path:
    target = (folder / name).resolve()
    if "\0" in name or not target.is_relative_to(folder.resolve()):
        raise StackError(f"{path} would write outside of its folder ({name!r}): it is not used.")
    return target


def extract(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write all members of a backup that was read before below a folder, each checked once more."""
    for member, content in _members(path):
        if member.name not in manifest.members:
            continue
        target = _inside(folder, member.name, path)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("wb") as file:
            writer = _Hashing(file)
            while data := content.read(_CHUNK):
                writer.write(data)
        target.chmod(member.mode & 0o777)
        if writer.facts() != manifest.members[member.name]:
            raise StackError(f"{path} changed while it was read: restore again.")
