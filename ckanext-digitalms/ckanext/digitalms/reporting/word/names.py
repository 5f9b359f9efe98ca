"""The names that a template may use: the report as texts, ready to print, in lists and groups.

Every value is a text, a list of texts or a group of such; a list of paragraphs is a list of texts. What is
no character of XML or for no reader is left out; everything else stays, since Word has typefaces for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, TypeAlias

from ckanext.digitalms.reporting import plot, wording
from ckanext.digitalms.reporting.annex import by_status
from ckanext.digitalms.reporting.cells import split, vision
from ckanext.digitalms.reporting.report import Change, Coverage, Goal, Measure, Paper, Report, Series
from ckanext.digitalms.reporting.sections import SectionKind
from ckanext.digitalms.reporting.sentences import number, short_day

Names: TypeAlias = dict[str, Any]
# not for people: controls, halves of characters, private use, and marks that turn a direction
_LEFT_OUT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\u202a-\u202e\u2066-\u2069\U000f0000-\U0010ffff]|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff]"
)
_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# docxtpl reads these as its own braces, also in what was put in
_OWN = re.compile(r"(?<=[{}%])_(?=[{}%])")


def readable(text: str) -> str:
    """Return a text as a document keeps it."""
    made = _LEFT_OUT.sub("", _LINES.sub("\n", text).replace("\t", " "))
    return _OWN.sub("\u2060_", unicodedata.normalize("NFC", made))


def of_report(report: Report) -> Names:
    """Return all that a template may use, with the texts of this report."""
    head = report.head
    told: Names = {
        "title": report.title,
        "number": head.number,
        "subject": head.subject or report.title,
        "day": short_day(head.day),
        "kind": head.kind,
        "openness": wording.openness(head),
        "office": head.office,
        "contact": head.contact,
        "mailbox": head.mailbox,
        "consultations": [
            dict(zip(("day", "body", "kind", "result"), wording.consultation(each), strict=True))
            for each in report.consultations
        ],
        "sections": [
            {"kind": each.kind, "title": each.title, "anchor": f"teil_{at}"}
            for at, each in enumerate(report.sections)
        ],
        "asks": [{"title": title, "texts": split(text)} for title, text in wording.asked(report)],
        "has_changes_section": any(each.kind == SectionKind.CHANGES for each in report.sections),
        "introduction": split(report.introduction),
        "previous": wording.previous(report.previous),
        "changes": _sentences(report.changes),
        "columns": list(report.columns),
        "measures": [_measure(each, at) for at, each in enumerate(report.measures)],
        "statuses": [dict(zip(("label", "count"), row, strict=True)) for row in by_status(report).rows],
        "late": number(sum(each.is_late for each in report.measures)),
        "papers": [_paper(each) for each in report.papers],
        "outlook": split(report.outlook),
        "known": wording.known(report),
        "method": split(report.method),
        "notes": _notes(report),
        "annex": [
            {"title": each.title, "columns": list(each.columns), "rows": [list(row) for row in each.rows]}
            for each in report.annex
        ],
        "url": report.url,
    }
    return {**_readable(told), "contents": _readable(_contents(told))}


def _contents(told: Names) -> list[Names]:
    """Return the headings with the places that they lead to: the parts, and the measures of the table."""
    made: list[Names] = []
    for section in told["sections"]:
        made.append({"level": "1", "title": section["title"], "anchor": section["anchor"]})
        if section["kind"] == SectionKind.TABLE:
            made += [
                {"level": "2", "title": each["title"], "anchor": each["anchor"]} for each in told["measures"]
            ]
    return made


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {key: _readable(each) for key, each in value.items()}
    return [_readable(each) for each in value] if isinstance(value, list) else value


def _sentences(changes: Iterable[Change]) -> list[str]:
    return [change.text for change in changes]


def _notes(report: Report) -> list[Names]:
    return [dict(zip(("measure", "text", "reason"), row, strict=True)) for row in wording.notes(report)]


def _measure(measure: Measure, at: int) -> Names:
    return {
        "anchor": f"massnahme_{at}",
        "title": measure.title,
        "level": measure.level,
        "organisation": measure.organisation,
        "standing": wording.standing(measure),
        "status": measure.status_label,
        "progress": number(measure.progress_percent),
        "as_of": short_day(measure.as_of),
        "is_late": measure.is_late,
        "lateness": measure.lateness,
        "summary": split(measure.summary),
        "statement": split(measure.statement),
        "vision_label": wording.vision_label(measure),
        "vision": vision(measure),
        "papers": [_paper(each) for each in measure.papers],
        "goals": [_goal(each) for each in measure.goals],
        "steps": [{"label": each.label, "texts": list(each.texts)} for each in measure.steps],
        "milestones": [
            {
                "line": wording.milestone(each),
                "title": each.title,
                "worded": each.worded,
                "latest": short_day(each.latest),
                "met_on": short_day(each.met_on),
                "label": each.label,
                "reason": each.reason,
            }
            for each in measure.milestones
        ],
        "series": [_series(each, at, place) for place, each in enumerate(measure.series)],
        "coverage": [_coverage(each, at, place) for place, each in enumerate(measure.coverage)],
        "funding": measure.funding,
        "obstacles": [wording.obstacle(each) for each in measure.obstacles],
        "asked": split(measure.asked),
        "remark": split(measure.remark),
        "changes": _sentences(measure.changes),
        "url": measure.url,
    }


def _paper(paper: Paper) -> Names:
    return {
        "line": wording.paper(paper),
        "reference": paper.reference,
        "title": paper.title,
        "role": paper.role,
        "decided": paper.decided,
        "url": paper.url,
    }


def _goal(goal: Goal) -> Names:
    return {
        "line": wording.goal(goal),
        "year": str(goal.year or ""),
        "text": goal.text,
        "target": goal.target,
        "actual": goal.actual,
        "judged": wording.judged(goal),
    }


def _series(series: Series, at: int, place: int) -> Names:
    return {
        "title": series.title,
        "definition": series.definition,
        "why": series.why,
        "target": wording.target(series),
        "source": series.source,
        "points": [
            {"day": short_day(each.day), "value": wording.figure(each.value, series.unit)}
            for each in series.points
        ],
        "plot": f"series_{at}_{place}",
    }


def _coverage(coverage: Coverage, at: int, place: int) -> Names:
    is_plotted = plot.has_coverage_plot(coverage)
    rows = wording.editions(coverage) if is_plotted else []
    return {
        "title": wording.coverage_title(coverage),
        "editions": [{"edition": edition, "share": share} for edition, share in rows],
        "plot": f"coverage_{at}_{place}",
        "area": coverage.area,
        "edition": wording.edition(coverage.edition),
        "definition": coverage.definition,
        "share": wording.share(coverage),
        "source": coverage.source,
    }
