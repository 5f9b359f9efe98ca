"""Reads what stands outside the tables: the report's title and its date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.wordings.reading import find_days

from .document import Document

_TITLE_LABEL = re.compile(
    r"^(?:Betrifft|Betreff|Titel|Thema|Bezeichnung)\b\s*:?\s*(?P<title>.*)$", re.IGNORECASE
)
_DATE_LABEL = re.compile(
    r"\b(?:Stand|Datum|Berichtsdatum|Berichtsstichtag|Stichtag)\b\s*(?:vom|am|der)?\s*:?", re.IGNORECASE
)
# "Stand der Umsetzung des Beschlusses vom …" names the day of the decision
_OF_A_PAPER = re.compile(
    r"(?:vorlage|beschl[uü]ss|antr[aä]g|sitzung|drucksache|protokoll|schreiben)[^:]*(?:\bvom|\bv\.|\()\s*$",
    re.IGNORECASE,
)
_LINES_OF_HEAD = 40
_LONGEST_DATE_LINE = 40
_LONGEST_LINE = 200


@dataclass(frozen=True)
class Head:
    """Title and date of a report, the lines that they stand in, with what its reader should check."""

    title: str
    report_date: date | None
    warnings: tuple[Message, ...] = ()
    title_line: int | None = None
    date_line: int | None = None


def read_head(document: Document, filename: str) -> Head:
    """Find the title after "Betrifft" and the date: labelled, else alone on a line at the top."""
    found, date_line = _labelled_date(document) or _date_alone(document) or (None, None)
    title, title_line = _title(document) or (filename, None)
    warnings = () if found else (Message(N_("The report names no date of its own: enter its Stand.")),)
    return Head(title, found, warnings, title_line, date_line)


def _title(document: Document) -> tuple[str, int] | None:
    lines = document.lines[:_LINES_OF_HEAD]
    for place, line in enumerate(lines):
        label = _TITLE_LABEL.match(line)
        if label and label["title"]:
            return label["title"], place
        if label and place + 1 < len(lines):
            return lines[place + 1], place + 1
    told = (place for place, line in enumerate(lines) if "bericht" in line.lower() and len(line) > 15)
    found = next(told, None)
    return None if found is None else (lines[found], found)


def _labelled_date(document: Document) -> tuple[date, int | None] | None:
    headings = [cell.line for table in document.tables for row in table.rows[:2] for cell in row]
    lines: list[tuple[int | None, str]] = list(enumerate(document.lines[:_LINES_OF_HEAD]))
    for place, line in [*lines, *((None, heading) for heading in headings)]:
        days = find_days(line) if len(line) < _LONGEST_LINE else []
        for label in _DATE_LABEL.finditer(line) if days else ():
            found = next(((day, start) for day, start, _end in days if start >= label.end()), None)
            if found and _is_of_report(label[0], line[label.end() : found[1]]):
                return found[0], place
    return None


def _is_of_report(label: str, between: str) -> bool:
    """Return whether a day with these words before it is that of the report."""
    return len(between) < _LONGEST_DATE_LINE and (label.endswith(":") or not _OF_A_PAPER.search(between))


def _date_alone(document: Document) -> tuple[date, int] | None:
    for place, line in enumerate(document.lines[:_LINES_OF_HEAD]):
        days = find_days(line)
        if len(days) == 1 and len(line) <= _LONGEST_DATE_LINE:
            return days[0][0], place
    return None
