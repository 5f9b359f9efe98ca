"""Recognises what a table's columns hold by the words of their headings, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .document import Cell, Table


class Column(StrEnum):
    """What a column holds."""

    MEASURE = "measure"
    VISION = "vision"
    CONTENT = "content"
    PROGRESS = "progress"
    DATES = "dates"
    OTHER = "other"


_WORDS: dict[Column, re.Pattern[str]] = {
    Column.PROGRESS: re.compile(
        r"\b(?:plan|ist|\w*stand|sachstände|umsetzung\w*|status|fortschritt\w*|ergebnis\w*|erreicht\w*)\b"
    ),
    Column.CONTENT: re.compile(
        r"(?:vorlagen?\b|\w*beschl[uü]ss\w*|\bziel\w*|\w*zielsetzung\w*|\binhalte?\b|\banträge?\b|\bantrag\b"
        r"|\bdrucksachen?\b|\bgrundlagen?\b)"
    ),
    Column.DATES: re.compile(
        r"\b(?:termin\w*|frist\w*|zeitplan\w*|meilenstein\w*|fertigstellung|zieltermin)\b"
    ),
    Column.MEASURE: re.compile(
        r"(?:maßnahmen?\b|massnahmen?\b|\bprojekte?\b|\bvorhaben\b|\btitel\b|\bthema\b)"
    ),
    Column.VISION: re.compile(r"\b(?:vision\w*|leitbild\w*|leitziel\w*)\b"),
}
_LONGEST_HEADING = 120


@dataclass(frozen=True)
class Heading:
    """The recognised row of headings: what each column holds, and its words."""

    columns: tuple[Column, ...]
    words: tuple[str, ...]

    @property
    def measure(self) -> int:
        """Return the place of the column that names the measure."""
        return self.columns.index(Column.MEASURE)

    def repeats_in(self, row: Sequence[Cell]) -> bool:
        """Return whether a row is this heading again, as on every page of a long table."""
        return tuple(_words(cell) for cell in row) == tuple(_normal(word) for word in self.words)


def find_heading(table: Table) -> tuple[int, Heading] | None:
    """Find the first row that is a heading of measures, and its number."""
    for number, row in enumerate(table.rows[:8]):
        if heading := _heading(row):
            return number, heading
    return None


def _heading(row: Sequence[Cell]) -> Heading | None:
    if len(row) < 2 or any(len(cell.line) > _LONGEST_HEADING for cell in row):
        return None
    hits = [_hits(cell) for cell in row]
    naming = [place for place, hit in enumerate(hits) if hit[Column.MEASURE]]
    if not naming:
        return None
    # of "Maßnahmen und Vision" and "Maßnahmen: Plan / Ist" the one with fewer other words names the measure
    measure = min(
        naming, key=lambda place: (hits[place][Column.PROGRESS] + hits[place][Column.CONTENT], place)
    )
    columns = [Column.MEASURE if place == measure else _column(hit) for place, hit in enumerate(hits)]
    if not {Column.PROGRESS, Column.CONTENT} & set(columns):
        return None
    return Heading(tuple(columns), tuple(cell.line for cell in row))


def _hits(cell: Cell) -> dict[Column, int]:
    words = _words(cell)
    return {column: len(pattern.findall(words)) for column, pattern in _WORDS.items()}


def _column(hits: dict[Column, int]) -> Column:
    others = [column for column in _WORDS if column is not Column.MEASURE]
    best = max(others, key=lambda column: hits[column])
    return best if hits[best] else Column.OTHER


def _words(cell: Cell) -> str:
    return _normal(cell.line)


def _normal(text: str) -> str:
    return " ".join(text.lower().split())
