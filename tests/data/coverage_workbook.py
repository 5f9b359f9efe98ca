"""A workbook of coverage as the Gigabit-Grundbuch publishes it since 2022, built after its description."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

CLASSES = [16, 30, 50, 100, 200, 400, 1000]
ROWS: list[list[Any]] = [
    ["00", "Deutschland", "1 - Bund", None, None, None, 98.1, 97, 96, 95, 94, 93, 92, 50.5],
    ["05", "Nordrhein-Westfalen", "2 - Bundesland", None, None, None, 98, 97, 96, 95, 94, 93, 91, 49],
    ["05515", "Stadt Münster", "3 - Kreis", None, None, None, 99, 98, 97, 96, 95, 94, 93, 40.25],
    ["05515000", "Stadt Münster", "4 - Gemeinde", 1, 2, 3, 99, 98, 97, 96, 95, 94, 93, 40.25],
    ["05554004", "Gemeinde Ahaus", "4 - Gemeinde", 1, 2, 3, "-", "–", "—", None, 0, 0, 0, 0],
]
Change = Callable[[Worksheet], None]


def sheet(book: openpyxl.Workbook, title: str, what: str, *, is_merged: bool = True) -> Worksheet:
    """Add a sheet with the four header rows of the description."""
    page: Worksheet = book.create_sheet(title)
    page["G1"] = f"Angaben zur Verfügbarkeit in Prozent {what}"
    page["C3"], page["G3"], page["N3"] = "Festnetz: 12.2025", "alle Technologien", "FTTB/H"
    for cells in ("G1:N1", "G3:M3") if is_merged else ():
        page.merge_cells(cells)
    titles = ["AGS", "Name", "Verwaltungsebene", "Haushalte", "Fläche", "Siedlung"]
    page.append([*titles, *[f"≥ {speed}{' Mbit/s' if speed < 1000 else ''}" for speed in CLASSES], "≥ 1000"])
    for row in ROWS:
        page.append(row)
    return page


def workbook(change: Change | None = None, *, is_merged: bool = True, **more: str) -> bytes:
    """Return a workbook: cover, households, and a sheet for each further base by title."""
    book = openpyxl.Workbook()
    book.active.title = "Deckblatt"
    book.active["A1"] = "Breitbandatlas"
    page = sheet(book, "Privathaushalte", "der Privathaushalte", is_merged=is_merged)
    for title, what in more.items():
        sheet(book, title, what)
    if change:
        change(page)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
