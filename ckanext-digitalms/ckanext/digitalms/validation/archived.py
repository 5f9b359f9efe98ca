"""A table that comes packed in a ZIP: the one file in it, or the one that somebody names."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, replace

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import AUTO, Dialect
from .findings import Finding, short
from .reading_csv import TABLE_FORMS
from .reading_ods import is_ods
from .table import Limits, UnreadableError

START = b"PK\x03\x04"
FORM = "zip"
_TABLES = (".csv", ".tsv", ".txt", ".json", ".geojson", ".ndjson", ".xlsx", ".xlsm", ".xls", ".ods")
_ARCHIVES = (".zip", ".7z", ".gz", ".rar", ".tar")
_OF_MACS = ("__MACOSX/", ".")
_MAX_RATIO = 200


@dataclass(frozen=True)
class Unpacked:
    """The bytes of a table, its dialect, what is told of it, and the files among which it was chosen."""

    data: bytes
    dialect: Dialect
    findings: tuple[Finding, ...] = ()
    members: tuple[str, ...] = ()


def unpacked(data: bytes, dialect: Dialect, limits: Limits) -> Unpacked:
    """Take the table out of an archive; a file that is none, or a workbook, stays as it is.

    Raises:
        UnreadableError: it is protected, has several tables of which none was named, none, or an archive.
    """
    if not data.startswith(START) or len(data) > limits.max_bytes:
        return Unpacked(data, dialect)
    try:
        if _is_workbook(data):
            return Unpacked(data, dialect)
        return _chosen(data, dialect, limits)
    except archives.DAMAGE as error:
        text = N_("The ZIP archive is damaged: {reason}.")
        finding = Finding(Cause.XLSX_BROKEN, Message(text, {"reason": short(error)}), allowed=TABLE_FORMS)
        raise UnreadableError(finding, form=FORM) from error


def _is_workbook(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "[Content_Types].xml" in package.namelist() or is_ods(package)


def _chosen(data: bytes, dialect: Dialect, limits: Limits) -> Unpacked:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [part for part in package.infolist() if not part.is_dir() and not _is_of_mac(part.filename)]
        tables = [part for part in parts if part.filename.lower().endswith(_TABLES)]
        part = _named(tables, parts, dialect)
        if part.flag_bits & 1:
            text = N_("The ZIP archive is protected by a password and cannot be read.")
            raise UnreadableError(Finding(Cause.PROTECTED, Message(text), allowed=TABLE_FORMS), form=FORM)
        _refuse_large(part, limits)
        with package.open(part) as stream:
            inner = stream.read(limits.max_bytes + 1)
    if inner.startswith(START) and not _is_workbook(inner):
        raise UnreadableError(_nested(part.filename), form=FORM)
    told = N_("The table was taken from the ZIP archive: {name}.")
    finding = Finding(
        Cause.TABLE_PART, Message(told, {"name": short(part.filename)}), found=short(part.filename)
    )
    is_named = dialect.sheet != AUTO and same_name(part.filename, dialect.sheet)
    inside = replace(dialect, sheet=AUTO) if is_named else dialect
    return Unpacked(inner, inside, (finding,), tuple(one.filename for one in tables))


def same_name(name: str, said: str) -> bool:
    """Return whether somebody means a file by its name."""
    return " ".join(name.split()).casefold() == said.casefold()


def _is_of_mac(name: str) -> bool:
    return name.startswith(_OF_MACS) or posixpath.basename(name).startswith(".")


def _named(tables: list[zipfile.ZipInfo], parts: list[zipfile.ZipInfo], dialect: Dialect) -> zipfile.ZipInfo:
    named = [one for one in tables if same_name(one.filename, dialect.sheet)]
    if named or len(tables) == 1:
        return (named or tables)[0]
    names = tuple(one.filename for one in tables or parts)
    found = short(", ".join(names)) or "0"
    if tables:
        text = N_("The ZIP archive has {count} tables: {found}. Say under “Sheet” which of them is meant.")
        message = Message(text, {"count": len(tables), "found": found})
        finding = Finding(Cause.WHICH_FILE, message, found=found)
        raise UnreadableError(finding, form=FORM, choices=names)
    if any(one.filename.lower().endswith(_ARCHIVES) for one in parts):
        raise UnreadableError(_nested(found), form=FORM)
    text = N_("The file is a ZIP archive with {found}, not a workbook.")
    finding = Finding(Cause.NOT_A_TABLE, Message(text, {"found": found}), found=found, allowed=TABLE_FORMS)
    raise UnreadableError(finding)


def _nested(name: str) -> Finding:
    text = N_("In the ZIP archive is another archive: {name}. Unpack it and hand in the table alone.")
    message = Message(text, {"name": short(name)})
    return Finding(Cause.NOT_A_TABLE, message, found=short(name), allowed=TABLE_FORMS)


def _refuse_large(part: zipfile.ZipInfo, limits: Limits) -> None:
    ratio = part.file_size > 10**6 and part.file_size > _MAX_RATIO * part.compress_size
    if part.file_size <= limits.max_bytes and not ratio:
        return
    found = f"{part.file_size / 10**6:.0f}"
    text = N_("The file {name} of the archive unpacks to {found} MB.")
    message = Message(text, {"name": short(part.filename), "found": found})
    allowed = Message(N_("at most {limit} MB"), {"limit": limits.megabytes})
    raise UnreadableError(Finding(Cause.XLSX_BOMB, message, found=f"{found} MB", allowed=allowed), form=FORM)
