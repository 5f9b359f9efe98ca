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
    FUNDING = "funding"
    RESPONSIBLE = "responsible"
    CONTACT = "contact"
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
    Column.FUNDING: re.compile(
        r"(?:\bkosten\b|\w*kosten\b|\bfinanz\w*|\bförder\w*|\bbudget\w*|\bmittel\b|\bhaushalt\w*|\baufwand\b)"
    ),
    Column.RESPONSIBLE: re.compile(
        r"(?:\bzuständig\w*|\bfederführ\w*|\bverantwort\w*|\bamt\b|\bfachamt\b|\bämter\b|\bdezernat\w*|\bfachbereich\w*"
        r"|\borganisationseinheit\w*|\bdienststelle\w*|\bbeteiligte\w*|\bpartner\w*)"
    ),
    Column.CONTACT: re.compile(r"(?:\bansprech\w*|\bkontakt\w*)"),
    Column.MEASURE: re.compile(
        r"(?:maßnahmen?\b|massnahmen?\b|\bprojekte?\b|\bvorhaben\b|\btitel\b|\bthema\b)"
    ),
    Column.VISION: re.compile(r"\b(?:vision\w*|leitbild\w*|leitziel\w*)\b"),
}
# words for a measure, the closest first: a theme has several of them
_NAMES = [
    re.compile(words) for words in (r"ma(?:ß|ss)nahmen?\b", r"\bprojekte?\b|\bvorhaben\b", r"\btitel\b")
]
# the number of a measure; "Lfd. Nr. / Maßnahme" has its name as well
_NUMBER = re.compile(
    r"(?:ma(?:ß|ss)nahmen?|projekte?|vorhabens?)\s*[-–]?\s*(?:nr|nummer|id|kennung|kürzel|kennziffer|code)\b"
    r"|\b(?:nr\.?|nummer|id|kennung|kürzel|kennziffer|code)\s+(?:der|des)\s"
)
_LONGEST_HEADING = 120


@dataclass(frozen=True)
class Heading:
    """The recognised rows of headings: what each column holds, its words, and how many rows it takes."""

    columns: tuple[Column, ...]
    words: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def measure(self) -> int:
        """Return the place of the column that names the measure."""
        return self.columns.index(Column.MEASURE)

    def repeats_in(self, row: Sequence[Cell]) -> bool:
        """Return whether a row is one of these headings again, as on every page of a long table."""
        return tuple(_words(cell) for cell in row) in self.rows


def find_heading(table: Table) -> tuple[int, Heading] | None:
    """Find the first row that is a heading of measures, and the number of its last row.

    A heading may take two rows: a cell that goes across several columns has their titles below it.
    """
    for number, row in enumerate(table.rows[:8]):
        below = table.rows[number + 1] if number + 1 < len(table.rows) else None
        if below is not None and _is_parted(row, below) and (heading := _heading([row, below])):
            return number + 1, heading
        if heading := _heading([row]):
            return number, heading
    return None


def _is_parted(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Return whether a cell goes across some columns, but not all, and its titles are in the row below.

    They are if nothing new stands below the other headings (merged ones, empty cells), or only such words.
    """
    if not 1 < len(set(row)) < len(row):
        return False
    pairs = list(zip(row, below, strict=True))
    new = [cell for above, cell in pairs if cell is not above and cell.blocks]
    beside = [cell for above, cell in pairs if above.blocks and row.count(above) == 1 and cell in new]
    return not beside or all(any(_hits(_words(cell)).values()) for cell in new)


def _heading(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    words = [_joined(cells) for cells in zip(*rows, strict=True)]
    if len(words) < 2 or any(len(word) > _LONGEST_HEADING for word in words):
        return None
    hits = [_hits(_normal(word)) for word in words]
    naming = [place for place, hit in enumerate(hits) if hit[Column.MEASURE]]
    if not naming:
        return None
    # of "Maßnahmen und Vision" and "Maßnahmen: Plan / Ist" the one with fewer other words names the measure,
    # of "Thema" and "Maßnahme" the closer word, and of "Projekt-Nr." and "Projekt" the one that is no number
    measure = min(naming, key=lambda place: (*_farness(_normal(words[place])), place))
    columns = [Column.MEASURE if place == measure else _column(hit) for place, hit in enumerate(hits)]
    if not {Column.PROGRESS, Column.CONTENT} & set(columns):
        return None
    return Heading(tuple(columns), tuple(words), tuple(tuple(_words(cell) for cell in row) for row in rows))


def _farness(words: str) -> tuple[bool, int, int]:
    """Say how far a heading is from being that of the names of measures."""
    first = next((rank for rank, word in enumerate(_NAMES) if word.search(words)), len(_NAMES))
    return bool(_NUMBER.search(words)), _others(_hits(words)), first


def _others(hits: dict[Column, int]) -> int:
    return sum(hits[column] for column in _WORDS if column not in {Column.MEASURE, Column.VISION})


def _joined(cells: Sequence[Cell]) -> str:
    """Join the titles above one another; a merged one stands once."""
    return " › ".join(cell.line for cell in dict.fromkeys(cells) if cell.line)


def _hits(words: str) -> dict[Column, int]:
    return {column: len(pattern.findall(words)) for column, pattern in _WORDS.items()}


def _column(hits: dict[Column, int]) -> Column:
    others = [column for column in _WORDS if column is not Column.MEASURE]
    best = max(others, key=lambda column: hits[column])
    return best if hits[best] else Column.OTHER


def _words(cell: Cell) -> str:
    return _normal(cell.line)


def _normal(text: str) -> str:
    return " ".join(text.lower().split())
