"""The workbook in which offices hand in progress: a row for each measure, lists to choose from, words."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ckanext.digitalms.spreadsheet import CELL_TEXT, harmless
from ckanext.digitalms.tables.open_tables import TABLES
from ckanext.digitalms.tables.spec import words_of

TITLES = ("Kennung", "Titel", "Stand", "Status", "Fortschritt in Prozent", "Sachstand", "Quelle")
SHEET, EXPLAINED = "Fortschritt", "Erklärung"
_WIDTHS = (24, 40, 13, 17, 22, 70, 34)
_SPARE = 200  # rows below those of today in which the lists hold, too
_DAY, _STATUS, _PERCENT = "C", "D", "E"
_DAY_FORMAT = "dd.mm.yyyy"
_LINES = (
    ("Kennung", "Die Kennung der Maßnahme. Bitte nicht ändern."),
    ("Titel", "Zum Wiedererkennen; wird nicht gelesen."),
    (
        "Stand",
        "Der Tag, an dem dies galt. Ein neuer Tag ist ein neuer Stand; bleibt er, wird der alte berichtigt.",
    ),
    ("Status", "Aus der Liste. Leer: wie bisher."),
    (
        "Fortschritt in Prozent",
        "0 bis 100; 100 genau dann, wenn der Status „umgesetzt“ ist. Leer: wie bisher.",
    ),
    ("Sachstand", "Zwei oder drei Sätze; bei „ruht“ und „abgebrochen“ der Grund. Leer: wie bisher."),
    ("Quelle", "Woher die Angabe kommt, etwa ein Bericht mit seinem Datum. Leer: der Name dieser Datei."),
    ("", ""),
    ("Unverändert", "Zeilen, die Sie nicht ändern, ändern nichts; Sie dürfen sie löschen."),
    (
        "Zurück",
        "Unter Datenqualität → Tabelle hochladen. Vor dem Übernehmen zeigt eine Vorschau, was sich ändert.",
    ),
)


def status_words() -> dict[str, str]:
    """Return the German word of each status by its code."""
    fields = {field["name"]: field for field in TABLES["measures"].schema["fields"]}
    return dict(words_of(fields["status"]) or {})


def workbook(measures: Iterable[Mapping[str, Any]], today: date) -> bytes:
    """Return the workbook with what the catalogue says of measures today.

    Args:
        measures: as ``digitalms_measure_list`` tells them.
        today: the last day that a Stand may have.
    """
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = SHEET
    words = status_words()
    sheet.append(list(TITLES))
    for number, measure in enumerate(measures, 2):
        _fill(sheet, number, measure, words)
    _dress(sheet, list(words.values()), today)
    _explain(made.create_sheet(EXPLAINED), words)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, row: int, measure: Mapping[str, Any], words: Mapping[str, str]) -> None:
    progress = measure["progress_percent"]
    sheet.cell(row, 3, date.fromisoformat(str(measure["as_of"])[:10])).number_format = _DAY_FORMAT
    if progress is not None:
        sheet.cell(row, 5, Decimal(str(progress)))
    texts = {
        1: measure["measure_id"],
        2: measure["title"],
        4: words.get(measure["status"], measure["status"]),
    }
    texts |= {6: measure["statement"], 7: measure["statement_source"]}
    for place, text in texts.items():
        told = harmless(str(text or ""))
        # one that is cut off would come back as a change; an empty cell changes nothing
        if told and len(told) <= CELL_TEXT and not ILLEGAL_CHARACTERS_RE.search(told):
            cell = sheet.cell(row, place, told)
            cell.data_type = "s"  # neither a formula nor an error


def _dress(sheet: Worksheet, words: list[str], today: date) -> None:
    last = sheet.max_row + _SPARE
    choices = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    choices.error, choices.errorTitle = "Bitte einen Status aus der Liste wählen.", "Status"
    days = DataValidation(type="date", operator="between", formula1="DATE(1990,1,1)", allow_blank=True)
    days.formula2 = f"DATE({today.year},{today.month},{today.day})"
    days.error, days.errorTitle = f"Ein Tag bis zum {today:%d.%m.%Y}.", "Stand"
    # a later day may open the workbook: it warns and does not forbid
    days.errorStyle = "warning"
    percents = DataValidation(
        type="decimal", operator="between", formula1="0", formula2="100", allow_blank=True
    )
    percents.error, percents.errorTitle = "Eine Zahl von 0 bis 100.", "Fortschritt"
    for column, rule in ((_DAY, days), (_STATUS, choices), (_PERCENT, percents)):
        rule.showErrorMessage = True
        rule.add(f"{column}2:{column}{last}")
        sheet.add_data_validation(rule)
    for row in range(2, last + 1):
        sheet[f"{_DAY}{row}"].number_format = _DAY_FORMAT
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFG"[place]].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for (cell,) in sheet.iter_rows(min_row=2, max_row=sheet.max_row, min_col=6, max_col=6):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"


def _explain(sheet: Worksheet, words: Mapping[str, str]) -> None:
    sheet.append(["Spalte", "Was hineingehört"])
    for line in _LINES:
        sheet.append(list(line))
    sheet.append(["", ""])
    sheet.append(["Status", "Code"])
    for code, word in words.items():
        sheet.append([word, code])
    for column, width in (("A", 26), ("B", 100)):
        sheet.column_dimensions[column].width = width
    for cell in (*sheet[1], *sheet[len(_LINES) + 3]):
        cell.font = Font(bold=True)
