"""Reads what stands outside the tables: the report's title and its date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_, Message

from .dates import find_days
from .document import Document

_TITLE_LABEL = re.compile(
    r"^(?:Betrifft|Betreff|Titel|Thema|Bezeichnung)\s*:?\s*(?P<title>.*)$", re.IGNORECASE
)
_DATE_LABEL = re.compile(
    r"\b(?:Stand|Datum|Berichtsdatum|Berichtsstichtag|Stichtag)\b\s*(?:vom|am|der)?\s*:?", re.IGNORECASE
)
_LINES_OF_HEAD = 40
_LONGEST_DATE_LINE = 40


@dataclass(frozen=True)
class Head:
    """Title and date of a report, with what its reader should check."""

    title: str
    report_date: date | None
    warnings: tuple[Message, ...] = ()


def read_head(document: Document, filename: str) -> Head:
    """Find the title after "Betrifft" and the date: labelled, else alone on a line at the top."""
    found = _labelled_date(document) or _date_alone(document)
    warnings = () if found else (Message(N_("The report names no date of its own: enter its Stand.")),)
    return Head(_title(document) or filename, found, warnings)


def _title(document: Document) -> str:
    lines = document.lines[:_LINES_OF_HEAD]
    for place, line in enumerate(lines):
        label = _TITLE_LABEL.match(line)
        if label and label["title"]:
            return label["title"]
        if label and place + 1 < len(lines):
            return lines[place + 1]
    return next((line for line in lines if "bericht" in line.lower() and len(line) > 15), "")


def _labelled_date(document: Document) -> date | None:
    headings = [cell.line for table in document.tables for row in table.rows[:2] for cell in row]
    for line in [*document.lines[:_LINES_OF_HEAD], *headings]:
        label = _DATE_LABEL.search(line)
        days = find_days(line[label.end() :]) if label and len(line) < 200 else []
        if days and days[0][1] < _LONGEST_DATE_LINE:
            return days[0][0]
    return None


def _date_alone(document: Document) -> date | None:
    for line in document.lines[:_LINES_OF_HEAD]:
        days = find_days(line)
        if len(days) == 1 and len(line) <= _LONGEST_DATE_LINE:
            return days[0][0]
    return None
