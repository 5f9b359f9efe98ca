"""The tables of a report's data: which there are, their columns, their rows; and as CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .report import Measure, Report

__all__ = ["DataTable", "csv_of", "tables"]

Cell = Any


@dataclass(frozen=True)
class DataTable:
    """A table of a report's data.

    Args:
        name: of the table and its file.
        title: what it is.
        fields: name, type of Table Schema and title of each column.
        rows: with a value for every field, nothing where there is none.
    """

    name: str
    title: str
    fields: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


_KEY = ("measure_id", "string", "Schlüssel der Maßnahme")
# fields of a measure: name, type, title
_MEASURE = (
    _KEY,
    ("title", "string", "Maßnahme"),
    ("level", "integer", "Tiefe in der Gliederung"),
    ("organisation", "string", "Zuständig"),
    ("status", "string", "Sachstand"),
    ("status_label", "string", "Sachstand in Worten"),
    ("is_late", "boolean", "in Verzug"),
    ("lateness", "string", "Verzug in Worten"),
    ("progress_percent", "number", "Fortschritt in Prozent"),
    ("as_of", "date", "Stand"),
    ("summary", "string", "Kurzbeschreibung"),
    ("statement", "string", "Aussage zum Stand"),
    ("vision", "string", "Vision"),
    ("vision_year", "integer", "Jahr der Vision"),
    ("vision_source", "string", "Quelle der Vision"),
    ("vision_of", "string", "Maßnahme, deren Vision gilt"),
    ("funding", "string", "Förderung"),
    ("asked", "string", "Bitte an den Rat"),
    ("remark", "string", "Anmerkung"),
    ("url", "string", "Seite der Maßnahme"),
)
# lists of a measure: table, title, attribute, fields
_LISTS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "papers",
        "Vorlagen",
        "papers",
        (
            ("reference", "string", "Nummer"),
            ("title", "string", "Betreff"),
            ("url", "string", "Adresse der Vorlage"),
            ("role", "string", "wofür sie zitiert ist"),
            ("decided", "string", "Beschluss"),
        ),
    ),
    (
        "goals",
        "Ziele",
        "goals",
        (
            ("year", "integer", "Jahr"),
            ("text", "string", "Ziel"),
            ("target", "string", "Soll"),
            ("actual", "string", "Ist"),
            ("state", "string", "Zustand"),
            ("outcome", "string", "Bewertung"),
        ),
    ),
    (
        "milestones",
        "Meilensteine",
        "milestones",
        (
            ("title", "string", "Meilenstein"),
            ("worded", "string", "Termin im Wortlaut"),
            ("latest", "date", "spätester Tag"),
            ("met_on", "date", "erreicht am"),
            ("state", "string", "Ergebnis"),
            ("label", "string", "Ergebnis in Worten"),
            ("reason", "string", "Grund"),
        ),
    ),
    (
        "coverage",
        "Versorgung",
        "coverage",
        (
            ("area", "string", "Gebiet"),
            ("edition", "string", "Ausgabe"),
            ("definition", "string", "was gezählt wird"),
            ("share_percent", "number", "Anteil in Prozent"),
            ("value_state", "string", "Zustand des Werts"),
            ("source", "string", "Quelle"),
        ),
    ),
    (
        "obstacles",
        "Hindernisse",
        "obstacles",
        (("text", "string", "Hindernis"), ("since", "date", "seit"), ("until", "date", "bis")),
    ),
    (
        "changes",
        "Änderungen seit dem letzten Bericht",
        "changes",
        (("kind", "string", "Art"), ("text", "string", "Satz")),
    ),
)
_STEPS = (
    _KEY,
    ("state", "string", "Zustand"),
    ("label", "string", "Zustand in Worten"),
    ("text", "string", "Schritt"),
)
_POINTS = (
    _KEY,
    ("title", "string", "Kennzahl"),
    ("day", "date", "Tag"),
    ("value", "number", "Wert"),
    ("unit", "string", "Einheit"),
    ("target", "number", "Ziel"),
    ("definition", "string", "Definition"),
    ("source", "string", "Quelle"),
)
_EDITIONS = (
    _KEY,
    ("area", "string", "Gebiet"),
    ("definition", "string", "was gezählt wird"),
    ("edition", "string", "Ausgabe"),
    ("share_percent", "number", "Anteil in Prozent"),
    ("value_state", "string", "Zustand des Werts"),
    ("survey", "string", "Erhebung"),
)
_CONSULTATIONS = (
    ("day", "date", "Datum"),
    ("body", "string", "Gremium"),
    ("kind", "string", "Zweck"),
    ("result", "string", "Ergebnis"),
)
_NOTES = (
    ("measure_id", "string", "Schlüssel der Maßnahme"),
    ("text", "string", "was offen blieb"),
    ("reason", "string", "warum"),
)


def tables(report: Report) -> list[DataTable]:
    """Return the tables of a report, also those without rows, so that programs always find the same."""
    measures = report.measures
    return [
        DataTable("measures", "Maßnahmen", _MEASURE, tuple(_row(one, _MEASURE) for one in measures)),
        *(
            DataTable(name, title, (_KEY, *fields), tuple(_listed(measures, attribute, fields)))
            for name, title, attribute, fields in _LISTS
        ),
        DataTable("steps", "Schritte", _STEPS, tuple(_steps(measures))),
        DataTable("indicators", "Kennzahlen", _POINTS, tuple(_points(measures))),
        DataTable("coverage_editions", "Versorgung nach Ausgaben", _EDITIONS, tuple(_editions(measures))),
        DataTable(
            "consultations",
            "Beratungsfolge",
            _CONSULTATIONS,
            tuple(_row(one, _CONSULTATIONS) for one in report.consultations),
        ),
        DataTable("notes", "Was offen blieb", _NOTES, tuple(_row(one, _NOTES) for one in report.notes)),
    ]


def _row(of: object, fields: Iterable[tuple[str, str, str]]) -> tuple[Cell, ...]:
    return tuple(getattr(of, name) for name, _, _ in fields)


def _listed(
    measures: Iterable[Measure], attribute: str, fields: tuple[tuple[str, str, str], ...]
) -> Iterator[tuple[Cell, ...]]:
    return ((one.measure_id, *_row(each, fields)) for one in measures for each in getattr(one, attribute))


def _steps(measures: Iterable[Measure]) -> Iterator[tuple[Cell, ...]]:
    for one in measures:
        for group in one.steps:
            for text in group.texts:
                yield one.measure_id, group.state, group.label, text


def _points(measures: Iterable[Measure]) -> Iterator[tuple[Cell, ...]]:
    for one in measures:
        for series in one.series:
            about = (series.unit, series.target, series.definition, series.source)
            for point in series.points:
                yield one.measure_id, series.title, point.day, point.value, *about


def _editions(measures: Iterable[Measure]) -> Iterator[tuple[Cell, ...]]:
    for one in measures:
        for share in one.coverage:
            about = (one.measure_id, share.area, share.definition)
            for each in share.editions:
                yield *about, each.edition, each.share_percent, each.value_state, each.survey


def csv_of(table: DataTable) -> bytes:
    """Return a table as CSV (UTF-8, comma, RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([name for name, _, _ in table.fields])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue().encode()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
