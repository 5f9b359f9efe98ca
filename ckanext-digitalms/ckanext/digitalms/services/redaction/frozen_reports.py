"""Frozen reports in which a text was blanked: new files, a new hash, and a note; the old files go.

A paper that came in as a file is withdrawn as a whole where it holds the text: nobody can write in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import isolated
from ckanext.digitalms.model import ReportVersion
from ckanext.digitalms.reporting import canonical
from ckanext.digitalms.services.reporting import files

from .blanking import Blanker
from .packed_files import ClosedError, opened_texts

__all__ = ["count_originals", "remove", "rewrite"]

# what was blanked in the rows has another hash than it says
_CHANGED = sa.func.encode(sa.func.sha256(sa.func.convert_to(ReportVersion.content, "UTF8")), "hex")


def rewrite(blanker: Blanker, reason: str) -> list[str]:
    """Write the files of every version anew whose content was blanked, or whose original holds the text.

    The caller holds :func:`.locks.reports`, commits, and removes the folders of before afterwards; one that
    is broken off leaves folders that no version names, which are swept.

    Args:
        blanker: of the text.
        reason: why, for the note.

    Returns:
        the names of the folders of before.
    """
    changed = sa.select(ReportVersion).where(ReportVersion.sha256 != _CHANGED)
    versions = {_key(one): one for one in model.Session.scalars(changed)}
    versions |= {_key(one): one for one in _with_original() if _held(one, blanker)}
    return [_rewritten(one, blanker, reason) for one in versions.values()]


def count_originals(blanker: Blanker) -> tuple[int, int]:
    """Return how many papers that came in hold the text, and how many more cannot be looked into."""
    held = [_held(one, blanker) for one in _with_original()]
    return held.count(True), held.count(None)


def _key(version: ReportVersion) -> tuple[str, int]:
    return version.report_name, version.version


def _with_original() -> list[ReportVersion]:
    query = sa.select(ReportVersion).where(ReportVersion.files.has_key(files.ORIGINAL))
    return list(model.Session.scalars(query))


def _held(version: ReportVersion, blanker: Blanker) -> bool | None:
    """Return whether a version's paper holds the text; ``None`` where that cannot be told."""
    path = files.folder_of(version) / files.ORIGINAL
    try:
        return path.is_file() and any(map(blanker.is_in, opened_texts(path.read_bytes())))
    except ClosedError:
        return None


def _rewritten(version: ReportVersion, blanker: Blanker, reason: str) -> str:
    before, report = version.folder, canonical.from_json(version.content)
    original = None
    if files.ORIGINAL in version.files and not _held(version, blanker):
        told = version.files[files.ORIGINAL]
        content = (files.folder_of(version) / files.ORIGINAL).read_bytes()
        original = (str(told["filename"]), str(told["media_type"]), content)
    version.content = canonical.to_json(report)
    version.sha256 = canonical.sha256(version.content)
    with isolated.patiently():
        written = files.write(version.report_name, version.version, report, original)
    version.folder, version.files = written.folder, written.files
    note = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": reason}
    blanked = [one for one in version.notes if "format" not in one]
    version.notes = [*blanked, note, *files.notes_on(written.missing)]
    model.Session.add(version)
    return before


def remove(folders: Iterable[str]) -> None:
    """Remove the files of before, when what took their place is committed."""
    for folder in folders:
        files.remove(folder)
