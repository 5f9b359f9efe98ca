"""XLSX, after the package was looked at: what unpacks to too much is not opened.

A cell's value is what a person sees in the spreadsheet (:mod:`.number_formats`): a formula counts by its
stored value, an error is an error, what is hidden is left out, and cells merged downwards count for each row.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect
from .findings import Finding, short
from .reading_csv import TABLE_FORMS
from .table import Limits, RawTable, UnreadableError
from .workbook_table import chosen, other_sheets, protected, refuse_entities, table_of
from .xlsx_parts import BrokenWorkbookError, Sheet, Workbook
from .xlsx_sheet import SheetReader, has_cells

FORM = "xlsx"
MAX_PARTS = 2000
MAX_RATIO = 200
_BROKEN = (*archives.DAMAGE, BrokenWorkbookError)


def read_xlsx(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a sheet of a workbook: the one that the dialect names, or the first with cells.

    Raises:
        UnreadableError: it cannot be opened, unpacks to too much, or has no table.
    """
    with opened(data, limits) as workbook:
        return workbook.read(dialect, limits)


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[OpenWorkbook]:
    """Open a workbook of which many sheets are read; raises as :func:`read_xlsx`."""
    with _damage_told():
        _guard(data, limits)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield OpenWorkbook(Workbook.of(package))


class OpenWorkbook:
    """A workbook that was looked at, and what is known of its sheets.

    Args:
        workbook: that is open.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._filled: dict[str, bool] = {}

    def read(self, dialect: Dialect, limits: Limits) -> RawTable:
        """Read a sheet; raises as :func:`read_xlsx`."""
        sheets = self._workbook.sheets
        with _damage_told():
            sheet = chosen(sheets, dialect, self._holds, FORM)
            others = tuple(other_sheets(sheets, sheet, self._holds))
            with self._workbook.package.open(sheet.path) as part:
                return table_of(
                    SheetReader(self._workbook, part), sheet, sheets, others, dialect, limits, FORM
                )

    def _holds(self, sheet: Sheet) -> bool:
        if sheet.path not in self._filled:
            with self._workbook.package.open(sheet.path) as part:
                self._filled[sheet.path] = has_cells(part)
        return self._filled[sheet.path]


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        text = N_("The workbook is damaged: {reason}.")
        finding = Finding(Cause.XLSX_BROKEN, Message(text, {"reason": short(error)}), allowed=TABLE_FORMS)
        raise UnreadableError(finding, form=FORM) from error


def visible_sheets(data: bytes, limits: Limits) -> list[str]:
    """Return the titles of the sheets that a person sees; raises as :func:`read_xlsx`."""
    _guard(data, limits)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [sheet.title for sheet in Workbook.of(package).sheets if sheet.is_visible]


def _guard(data: bytes, limits: Limits) -> None:
    archive = archives.look(data)
    if archive.is_protected:
        raise UnreadableError(protected())
    names = set(archive.names)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        text = N_("The file is a ZIP archive with {found}, not a workbook.")
        found = short(", ".join(sorted(names)[:5])) or "0"
        finding = Finding(
            Cause.NOT_A_TABLE, Message(text, {"found": found}), found=found, allowed=TABLE_FORMS
        )
        raise UnreadableError(finding)
    too_dense = archive.unpacked > 10**6 and archive.unpacked > MAX_RATIO * archive.packed
    if len(archive.names) > MAX_PARTS or archive.unpacked > limits.unpacked or too_dense:
        raise UnreadableError(_bomb(archive.unpacked, limits), form=FORM)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.infolist():
            if part.filename.endswith((".xml", ".rels")):
                refuse_entities(package, part, FORM)


def _bomb(unpacked: int, limits: Limits) -> Finding:
    values: dict[str, object] = {
        "found": f"{unpacked / 10**6:.0f}",
        "limit": f"{limits.unpacked / 10**6:g}",
        "ratio": MAX_RATIO,
    }
    text = N_("The workbook unpacks to {found} MB.")
    allowed = N_("at most {limit} MB unpacked, and at most {ratio} times its packed size")
    return Finding(
        Cause.XLSX_BOMB, Message(text, values), None, None, f"{values['found']} MB", Message(allowed, values)
    )
