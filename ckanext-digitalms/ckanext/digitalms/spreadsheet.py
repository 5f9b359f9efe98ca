"""Text in spreadsheets: what begins like a formula is kept from being one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# what a spreadsheet would take for a formula; apostrophes before it count, so that each text can be restored
FORMULA = r"'*[=+\-@\t\r]"
# the most characters that a cell of a workbook takes
CELL_TEXT = 32_767
# the second sheet of our workbooks, which explains the columns of the first
COLUMN_SHEET = "Spalten"
_FORMULA = re.compile(FORMULA)


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula: one apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return back what :func:`harmless` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def cut(text: str) -> str:
    """Return as much of a text as a cell takes, with an ellipsis where something is missing."""
    return text if len(text) <= CELL_TEXT else f"{text[: CELL_TEXT - 1]}…"


def excel_csv(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table for Excel: semicolons, a BOM in front, no text that it would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(titles)
    writer.writerows(map(harmless, row) for row in rows)
    return "\ufeff" + out.getvalue()
