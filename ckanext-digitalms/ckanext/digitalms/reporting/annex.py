"""The tables of the annex: what the plots draw, and what stands in no cell of the table of measures."""

from __future__ import annotations

from collections import Counter

from ckanext.digitalms.vocabularies import Status

from .report import Report, Table
from .sentences import number, short_day

__all__ = ["annex", "by_status"]


def annex(report: Report) -> tuple[Table, ...]:
    """Return the tables that have rows."""
    tables = (by_status(report), _states(report), _milestones(report), _series(report))
    return tuple(table for table in tables if table.rows)


def by_status(report: Report) -> Table:
    """Count the measures by status."""
    counts = Counter(measure.status for measure in report.measures)
    words = {measure.status: measure.status_label for measure in report.measures}
    rows = tuple((words[status], number(counts[status])) for status in Status if counts[status])
    return Table("Maßnahmen nach Sachstand", ("Sachstand", "Anzahl"), rows)


def _states(report: Report) -> Table:
    rows = tuple(
        (
            measure.title,
            measure.organisation,
            measure.status_label,
            f"{number(measure.progress_percent)} %" if measure.progress_percent is not None else "",
            short_day(measure.as_of),
            measure.lateness,
        )
        for measure in report.measures
    )
    columns = ("Maßnahme", "Zuständig", "Sachstand", "Fortschritt", "Stand", "Verzug")
    return Table("Sachstände", columns, rows)


def _milestones(report: Report) -> Table:
    rows = tuple(
        (
            measure.title,
            each.title,
            each.worded,
            short_day(each.latest),
            short_day(each.met_on),
            each.label,
            each.reason,
        )
        for measure in report.measures
        for each in measure.milestones
    )
    columns = (
        "Maßnahme",
        "Meilenstein",
        "Termin im Wortlaut",
        "Spätestens",
        "Erreicht am",
        "Ergebnis",
        "Grund",
    )
    return Table("Meilensteine", columns, rows)


def _series(report: Report) -> Table:
    rows = tuple(
        (measure.title, series.title, short_day(point.day), number(point.value), series.unit)
        for measure in report.measures
        for series in measure.series
        for point in series.points
    )
    return Table("Kennzahlen", ("Maßnahme", "Kennzahl", "Tag", "Wert", "Einheit"), rows)
