"""The workbook of a school office, as such offices keep it, and the same table a quarter later."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

TITLE = "Schulstatistik der Stadt, {quarter}. Quartal 2026"
# school, postcode, telephone (hidden), pupils 2025 and 2026, classes, share with fibre, connected on
FIRST = [
    ("Gymnasium Paulinum", "48143", "0251 11111", "1.012", "1.035", 38, 0.125, "15.3.25"),
    ("Grundschule Überwasser", "48143", "0251 22222", "240", "251", 10, 1, "3.11.25"),
    ("Gesamtschule Mitte", "48153", "0251 33333", "1.250", "k. A.", 44, 0.5, "1.6.26"),
    ("Förderschule Roxel", "48161", "0251 44444", "98", "103", "k. A.", 0, "k. A."),
]
NEXT = [
    ("Gymnasium Paulinum", "48143", "0251 11111", "1.012", "1.041", 38, 0.25, "15.3.25"),
    ("Grundschule Überwasser", "48143", "0251 22222", "240", "255", 10, 1, "3.11.25"),
    ("Gesamtschule Mitte", "48153", "0251 33333", "1.250", "1.263", 45, 0.5, "1.6.26"),
    ("Förderschule Roxel", "48161", "0251 44444", "98", "k. A.", 9, 0, "2.8.26"),
    ("Grundschule Nord", "48157", "0251 55555", "k. A.", "187", 8, 0, "k. A."),
]


def workbook(rows: Sequence[Sequence[object]], quarter: int) -> bytes:
    """Return the workbook: a cover sheet, a title, two header rows, a hidden column, totals and notes."""
    made = Workbook()
    made.active.title = "Deckblatt"
    made.active["A1"] = "Bitte nur das Blatt Schulen ausfüllen"
    sheet = made.create_sheet("Schulen")
    sheet["A1"] = TITLE.format(quarter=quarter)
    sheet["A1"].font = Font(bold=True)
    sheet.merge_cells("A1:H1")
    top = ["Schule", "PLZ", "Telefon Leitung", "Schülerinnen und Schüler", None, "Klassen", "Glasfaser"]
    below = [None, None, None, "2025", "2026", None, "Anteil", "angeschlossen am"]
    for row, titles in ((3, top), (4, below)):
        for place, title in enumerate(titles, 1):
            sheet.cell(row, place, title)
    for place in (1, 2, 3, 6):
        sheet.merge_cells(start_row=3, end_row=4, start_column=place, end_column=place)
    sheet.merge_cells("D3:E3")
    sheet.merge_cells("G3:H3")
    sheet.column_dimensions[get_column_letter(3)].hidden = True
    for row, cells in enumerate(rows, 5):
        for place, cell in enumerate(cells, 1):
            sheet.cell(row, place, cell)
        sheet.cell(row, 7).number_format = "0.0%"
    last = 5 + len(rows)
    sheet.cell(last, 1, "Summe")
    sheet.cell(last, 4, "2.600")
    sheet.cell(last, 5, "1.389")
    sheet.cell(last + 2, 1, "Quelle: Schulamt, eigene Erhebung")
    sheet.cell(last + 3, 1, "k. A. = keine Angabe")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()
