"""A measure, or the overview of a day, as PDF: drawn like a report, without a head of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.reporting import pdf
from ckanext.digitalms.reporting.report import Measure, Report, Section
from ckanext.digitalms.reporting.sections import SectionKind
from ckanext.digitalms.reporting.sentences import short_day

from .making import made

__all__ = ["of_measure", "of_overview"]

_TABLE = Section(SectionKind.TABLE, "Maßnahmen")
_ONE = Section(SectionKind.TABLE, "Maßnahme")
_METHOD = Section(SectionKind.METHOD, "Zu Daten und Methode")


def of_overview(as_of: date, known_at: datetime | None) -> bytes:
    """Return all measures of a day.

    Raises:
        isolated.IsolatedError: it takes too much.
    """
    report = _whole(as_of, known_at)
    url = tk.url_for("digitalms_overview.index", _external=True, locale="default", **NO_DAY)
    title = f"Digitalisierungsmaßnahmen am {short_day(as_of)}"
    return _pdf(report, title, report.measures, (_TABLE, _METHOD), url)


def of_measure(measure_id: str, as_of: date, known_at: datetime | None) -> bytes | None:
    """Return a measure of a day, or nothing where there is none of that key.

    Raises:
        isolated.IsolatedError: it takes too much.
    """
    report = _whole(as_of, known_at)
    found = next((each for each in report.measures if each.measure_id == measure_id), None)
    if found is None:
        return None
    return _pdf(report, found.title, (found,), (_ONE, *_parts(found), _METHOD), found.url)


def _whole(as_of: date, known_at: datetime | None) -> Report:
    settings = {"office": config.publisher()}
    row = CouncilReport(name="seite", title="", type="council", as_of=as_of, number="", settings=settings)
    return made(row, known_at).report


def _parts(measure: Measure) -> tuple[Section, ...]:
    """Return the parts that there is something for; goals and papers stand in the table."""
    there = (
        (measure.series, Section(SectionKind.INDICATORS, "Kennzahlen")),
        (measure.coverage, Section(SectionKind.COVERAGE, "Versorgung")),
        (measure.funding, Section(SectionKind.FUNDING, "Förderung")),
        (measure.obstacles, Section(SectionKind.OBSTACLES, "Hindernisse")),
    )
    return tuple(section for values, section in there if values)


def _pdf(
    report: Report, title: str, measures: tuple[Measure, ...], sections: tuple[Section, ...], url: str
) -> bytes:
    head = replace(report.head, kind="", subject=title, number="")
    method = report.method.replace("Der Bericht gibt", "Die Seite gibt")
    told = replace(report, title=title, head=head, measures=measures, sections=sections)
    return pdf.render(replace(told, url=url, method=method, changes=(), annex=()))
