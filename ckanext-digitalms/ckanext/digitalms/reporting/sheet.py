"""The fields of a paper as council systems have them, which take Word and text and no imports."""

from __future__ import annotations

from dataclasses import dataclass

from .report import Report
from .sentences import short_day

__all__ = ["Field", "sheet"]


@dataclass(frozen=True)
class Field:
    """One field: its name in data, its title, and its text."""

    name: str
    title: str
    text: str


def sheet(report: Report, files: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Return the fields of the paper in the order of the forms.

    Args:
        report: whose paper it is.
        files: the names of the files that belong to it.
    """
    head = report.head
    return (
        Field("date", "Datum", short_day(head.day)),
        Field("kind", "Vorlagenart", head.kind),
        Field("public", "Beratungsart", "öffentlich" if head.is_public else "nichtöffentlich"),
        Field("office", "Federführendes Amt", head.office),
        Field("number", "Vorlagennummer", head.number),
        Field("subject", "Betreff", head.subject),
        Field("consultations", "Beratungsfolge", _consultations(report)),
        Field("decision", "Beschlussvorschlag", report.decision or _taking_note(report)),
        Field("reasons", "Begründung", report.reasons or _reasons(report)),
        Field("finances", "Finanzielle Auswirkungen", report.finances or _finances(report)),
        Field("files", "Anlagen", "\n".join(files)),
    )


def _consultations(report: Report) -> str:
    return "\n".join(
        "  ".join(filter(None, (short_day(each.day), each.body, each.kind, each.result)))
        for each in report.consultations
    )


def _taking_note(report: Report) -> str:
    return "" if report.head.kind != "Berichtsvorlage" else "Der Bericht wird zur Kenntnis genommen."


def _reasons(report: Report) -> str:
    asked = [f"{one.title}: {one.asked}" for one in report.measures if one.asked]
    parts = [report.introduction, *(change.text for change in report.changes), *asked, report.outlook]
    return "\n\n".join(part for part in parts if part)


def _finances(report: Report) -> str:
    told = [f"{one.title}: {one.funding}" for one in report.measures if one.funding]
    return "\n".join(told) or "Keine."
