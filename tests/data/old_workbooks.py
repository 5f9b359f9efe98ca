"""Workbooks of Excel 97 to 2003."""

from __future__ import annotations

import io

import xlwt


def xls(*cells: str) -> bytes:
    """Return a workbook with these cells below each other."""
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Tabelle")
    for row, cell in enumerate(cells):
        sheet.write(row, 0, cell)
    book.save(out)
    return out.getvalue()
