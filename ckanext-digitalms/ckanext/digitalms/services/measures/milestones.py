"""The milestones of all public measures on a day, each with what was promised first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.milestone_facts import Facts, facts
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services.read_once import read_once

from .catalogue import catalogue

__all__ = ["milestones"]


def milestones(day: date | None, known_at: datetime | None) -> list[Json]:
    """Return the milestones, those that are due first coming first; those without a day are the last.

    Args:
        day: the cut-off date, or today.
        known_at: as it was known then, or now.
    """
    return read_once(("milestones", day, known_at), lambda: sorted(_all(day, known_at), key=_place))


def _all(day: date | None, known_at: datetime | None) -> Iterator[Json]:
    known = facts(StatementRow.public_history(day, known_at))
    for measure in catalogue(day, known_at):
        for milestone in measure["milestones"]:
            yield _told(measure, milestone, known.get((measure["measure_id"], milestone["id"])))


def _told(measure: Json, milestone: Json, known: Facts | None) -> Json:
    latest, met_on = _day(milestone["latest"]), _day(milestone["met_on"])
    judged = met_on if milestone["state"] in {"met", "met_late"} else date.fromisoformat(measure["judged_on"])
    is_judged = milestone["state"] in {"met", "met_late", "overdue"}
    first = known.first_latest if known else None
    return {
        "measure_id": measure["measure_id"],
        "measure_title": measure["title"],
        "organisation": measure["organisation"],
        "organisation_title": measure["organisation_title"],
        "url": measure["url"],
        "milestone_id": milestone["id"],
        **{name: milestone[name] for name in ("title", "date_text", "earliest", "latest", "met_on")},
        **{name: milestone[name] for name in ("state", "reason")},
        "due": milestone["latest"] or milestone["earliest"],
        "days_late": (judged - latest).days if latest and judged and is_judged else None,
        "first_latest": first.isoformat() if first else None,
        "days_moved": (latest - first).days if latest and first else None,
        "moved": known.moved if known else 0,
        "sequence": known.sequence if known else 0,
        "changed_at": known.changed_at.isoformat() if known else measure["recorded_at"],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _place(row: Json) -> tuple[str, str, str]:
    return (row["due"] or "9999", row["measure_id"], row["milestone_id"] or "")
