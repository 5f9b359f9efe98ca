"""The files of a frozen report: which formats there are, where files are kept, and what belongs to none."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config, isolated
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import ReportVersion
from ckanext.digitalms.publishing import folders
from ckanext.digitalms.reporting import canonical, html, office_tables, package, pdf, plain
from ckanext.digitalms.reporting.report import Report
from ckanext.digitalms.reporting.word import odt
from ckanext.digitalms.reporting.word import render as word
from ckanext.digitalms.services import progress
from ckanext.digitalms.services.language import in_german

from . import templates

__all__ = [
    "FORMATS",
    "ORIGINAL",
    "Format",
    "Original",
    "Renderer",
    "Written",
    "damaged",
    "folder_of",
    "formats",
    "kept",
    "orphans",
    "remove",
    "rendered",
    "sweep",
    "write",
]

_log = logging.getLogger(__name__)
_FOLDER = re.compile(r"[a-z0-9_-]+\.\d+\.[0-9a-f]{12}")
ORIGINAL = "original"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
# a paper that came in: filename, media type, bytes
Original: TypeAlias = tuple[str, str, bytes]


class Renderer(Protocol):
    """What makes a form of a report: the same report is the same bytes."""

    def __call__(self, report: Report, /) -> bytes:
        """Return the file."""


@dataclass(frozen=True)
class Format:
    """A form that a report is given in.

    Args:
        ending: of its address and file.
        label: what links call it.
        media_type: of the file.
        render: makes it of a report.
        is_there: whether it can be made here; one that cannot has no link.
    """

    ending: str
    label: str
    media_type: str
    render: Renderer
    is_there: Callable[[], bool] = lambda: True


def _docx(report: Report) -> bytes:
    return word.render(report, templates.current())


def _pdf(report: Report) -> bytes:
    return pdf.render(report, config.report_pdf_mb())


def _odt(report: Report) -> bytes:
    return odt.of_report(report, templates.current())


# in the order of the links
FORMATS: Mapping[str, Format] = {
    each.ending: each
    for each in (
        Format("html", "HTML", "text/html", html.document),
        Format("docx", "Word (DOCX)", _DOCX, _docx),
        Format("odt", "OpenDocument (ODT)", _ODT, _odt, odt.is_there),
        Format("json", "JSON", "application/json", lambda report: canonical.to_json(report).encode()),
        Format("pdf", "PDF", "application/pdf", _pdf),
        Format("txt", "In einfacher Sprache", "text/plain", plain.text),
        Format("xlsx", "Excel (XLSX)", office_tables.XLSX, office_tables.workbook),
        Format("zip", "ZIP", "application/zip", package.package),
    )
}


def formats() -> list[Format]:
    """Return the formats that can be made here."""
    return [each for each in FORMATS.values() if each.is_there()]


def folder_of(version: ReportVersion) -> Path:
    """Return the folder of a version's files."""
    return config.report_path() / version.folder


@dataclass(frozen=True)
class Written:
    """The files of a version.

    Args:
        folder: its name.
        files: by their ending: sha256, bytes, media_type, filename.
        missing: forms that take more than they may, with the reason in German, as the paper is.
    """

    folder: str
    files: dict[str, Any]
    missing: Mapping[str, str]


def write(name: str, version: int, report: Report, original: Original | None = None) -> Written:
    """Write all files of a version to the disk, into a folder that nothing names yet.

    A form that takes more memory or time than it may is left out; whoever did the rest still has that.

    Args:
        name: of the report.
        version: its number.
        report: what is rendered.
        original: filename, media type and bytes of the paper that came in.

    Raises:
        tk.ValidationError: keyed ``format``: a form could not be made for another reason.
    """
    made: dict[str, tuple[str, str, bytes]] = {}
    missing: dict[str, str] = {}
    known = formats()
    for done, each in enumerate(known):
        progress.tell(done / len(known))
        try:
            made[each.ending] = f"{name}-{version}.{each.ending}", each.media_type, _render(each, report)
        except tk.ValidationError as refused:
            reason = refused.__cause__
            if not isinstance(reason, isolated.TooMuchError):
                raise
            missing[each.ending] = translate(reason.message, in_german)
    if original is not None:
        made[ORIGINAL] = original
    folder = f"{name}.{version}.{secrets.token_hex(6)}"
    place = config.report_path() / folder
    place.mkdir(parents=True)
    folders.write_files(place, ((ending, content) for ending, (_, _, content) in made.items()))
    folders.flush(place)
    folders.flush(place.parent)
    told = {
        ending: {
            "filename": filename,
            "media_type": media_type,
            "bytes": len(content),
            "sha256": canonical.sha256(content),
        }
        for ending, (filename, media_type, content) in made.items()
    }
    return Written(folder, told, missing)


def notes_on(missing: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the notes of a version on the forms that it is not there in."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return [{"at": at, "format": ending, "reason": reason} for ending, reason in missing.items()]


def rendered(report: Report, ending: str) -> tuple[dict[str, Any], bytes] | None:
    """Return what is said of a file of a report, and the file, made now; nothing for a form that is none.

    Raises:
        tk.ValidationError: keyed ``format``: it could not be made, and why.
    """
    form = next((each for each in formats() if each.ending == ending), None)
    if form is None:
        return None
    content = _render(form, report)
    about = {
        "filename": f"{report.name}.{ending}",
        "media_type": form.media_type,
        "sha256": canonical.sha256(content),
    }
    return about, content


def _render(form: Format, report: Report) -> bytes:
    try:
        return form.render(report)
    except isolated.IsolatedError as error:
        _log.warning("%s of report %s: %s", form.label, report.name, getattr(error, "__notes__", error))
        said = f"{form.label}: {translate(error.message, tk._)}"
        raise tk.ValidationError({"format": [said]}) from error


def kept(version: ReportVersion, ending: str) -> tuple[dict[str, Any], bytes] | None:
    """Return what is said of a file that is kept, and the file; nothing where there is none any more."""
    told = version.files.get(ending)
    if told is None or version.state != "frozen":
        return None
    about = {name: told[name] for name in ("filename", "media_type", "sha256")}
    return about, (folder_of(version) / ending).read_bytes()


def remove(folder: str) -> None:
    """Remove a folder of files, if it is there."""
    if _FOLDER.fullmatch(folder):
        shutil.rmtree(config.report_path() / folder, ignore_errors=True)


def sweep() -> int:
    """Remove the folders that no version names: what a crash left; the caller holds the lock of reports."""
    found = orphans()
    for folder in found:
        remove(folder)
    return len(found)


def orphans() -> list[str]:
    """Return the folders that no version names; the caller holds the lock of reports."""
    place = config.report_path()
    if not place.is_dir():
        return []
    named = set(model.Session.scalars(sa.select(ReportVersion.folder)))
    there = (each.name for each in place.iterdir())
    return sorted(each for each in there if _FOLDER.fullmatch(each) and each not in named)


def damaged(version: ReportVersion) -> list[str]:
    """Return the endings of the files of a version that are not what was kept, byte for byte."""
    place = folder_of(version)
    return [
        ending
        for ending, told in version.files.items()
        if not (place / ending).is_file() or canonical.sha256((place / ending).read_bytes()) != told["sha256"]
    ]
