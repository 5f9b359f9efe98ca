"""What is missing before a report goes out; each gap can be mended, or left with a reason that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ckanext.digitalms.council.doubts import doubt, names_no_paper
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import JUDGED, GoalState, Term

from .characters import missing

__all__ = ["GapKind", "ReportGap", "gaps_of", "key_of"]

COVERAGE_DAYS = 365
_MOST_SIGNS = 6


class GapKind(Term):
    """What is missing; the order is the one in which gaps are listed."""

    OVERDUE = ("overdue", N_("Milestone past its day without an outcome"))
    NO_REASON = ("no_reason", N_("Moved without a reason"))
    OLD_STAND = ("old_stand", N_("Old Stand"))
    GOAL_OPEN = ("goal_open", N_("Goal of the year not judged"))
    NO_CONTACT = ("no_contact", N_("No contact"))
    NO_PAPER = ("no_paper", N_("No council paper"))
    DOUBTFUL_PAPER = ("doubtful_paper", N_("Doubtful council papers"))
    OLD_COVERAGE = ("old_coverage", N_("Old coverage"))
    CHARACTERS = ("characters", N_("Signs that the PDF cannot show"))


@dataclass(frozen=True)
class ReportGap:
    """A gap.

    Args:
        kind: what is missing.
        measure_id, title: of which measure.
        message: says so.
        row: the row that it is about, by its id, where it is about one.
    """

    kind: GapKind
    measure_id: str
    title: str
    message: Message
    row: str = ""

    @property
    def key(self) -> str:
        """Return what a gap is known by when it is left as it is."""
        return key_of(self.kind, self.measure_id, self.row)


def key_of(kind: str, measure_id: str, row: str) -> str:
    """Return the key of a gap."""
    return f"{kind}:{measure_id}:{row}"


def gaps_of(
    measures: Sequence[Mapping[str, Any]],
    former: Mapping[str, Mapping[str, Any]],
    day: date,
    *,
    stand_days: int,
    without_contact: frozenset[str] = frozenset(),
    coverage: Mapping[str, Sequence[str]] | None = None,
) -> list[ReportGap]:
    """Return the gaps of the measures of a report, by kind and then in the order of the report.

    Args:
        measures: as the catalogue of the day tells them.
        former: those of the report before, by key.
        day: of the report.
        stand_days: after how many days a Stand is old.
        without_contact: the keys of measures that name no function and no mailbox.
        coverage: the newest editions (``2019-06``) of each measure's links.
    """
    found = [
        gap
        for measure in measures
        for gap in (
            *_rows(measure, former.get(measure["measure_id"]), day),
            *_of_measure(measure, day, stand_days, measure["measure_id"] in without_contact),
            *_coverage(measure, (coverage or {}).get(measure["measure_id"], ()), day),
            *_characters(measure),
        )
    ]
    order = list(GapKind)
    return sorted(found, key=lambda gap: order.index(gap.kind))


def _gap(kind: GapKind, measure: Mapping[str, Any], says: str, row: str = "", **values: Any) -> ReportGap:
    return ReportGap(kind, measure["measure_id"], measure["title"], Message(says, values), row)


def _rows(measure: Mapping[str, Any], before: Mapping[str, Any] | None, day: date) -> Iterator[ReportGap]:
    known = {row["id"]: row for row in (before or {}).get("milestones", ())}
    for row in measure["milestones"]:
        was, row_id = known.get(row["id"]), str(row["id"] or "")
        if row["state"] == "overdue":
            text = N_("“{title}” was due by {latest} and has no outcome.")
            yield _gap(GapKind.OVERDUE, measure, text, row_id, title=row["title"], latest=_day(row["latest"]))
        if was and was["latest"] and row["latest"] and row["latest"] > was["latest"] and not row["reason"]:
            text = N_("“{title}” was moved from {before} to {after}, and no reason is given.")
            days = {"before": _day(was["latest"]), "after": _day(row["latest"])}
            yield _gap(GapKind.NO_REASON, measure, text, row_id, title=row["title"], **days)
    for row in measure["goals"]:
        is_over = row["year"] is not None and row["year"] <= day.year
        judged = {review["goal_id"] for review in measure["goal_reviews"] if review["outcome"]}
        if is_over and row["state"] in {None, "", GoalState.OPEN} and row["id"] not in judged:
            text = N_("The goal of {year} “{text}” is not judged.")
            yield _gap(
                GapKind.GOAL_OPEN, measure, text, str(row["id"] or ""), year=row["year"], text=row["text"]
            )
    for row in measure["council_references"]:
        message = doubt(row["reference"], row["original"], _maybe(row["decided_on"]), day)
        if message or names_no_paper(row["reference"]):
            text = N_("“{reference}” names no paper that can be found.")
            told = message or Message(text, {"reference": row["original"] or row["reference"] or ""})
            yield ReportGap(
                GapKind.DOUBTFUL_PAPER, measure["measure_id"], measure["title"], told, str(row["id"] or "")
            )


def _of_measure(
    measure: Mapping[str, Any], day: date, stand_days: int, has_no_contact: bool
) -> Iterator[ReportGap]:
    as_of = _maybe(measure["as_of"])
    if measure["status"] in JUDGED and as_of and day - as_of > timedelta(days=stand_days):
        text = N_("The Stand is of {as_of}, {days} days before the report.")
        yield _gap(GapKind.OLD_STAND, measure, text, as_of=as_of, days=(day - as_of).days)
    if has_no_contact:
        yield _gap(GapKind.NO_CONTACT, measure, N_("No function and no mailbox is named for questions."))
    if not measure["council_references"]:
        yield _gap(GapKind.NO_PAPER, measure, N_("No council paper is named."))


def _coverage(measure: Mapping[str, Any], editions: Sequence[str], day: date) -> Iterator[ReportGap]:
    for edition in dict.fromkeys(editions):
        year, month = map(int, edition.split("-")[:2])
        if day - date(year, month, 1) > timedelta(days=COVERAGE_DAYS):
            text = N_("The newest figures of coverage are of {edition}, more than a year old.")
            yield _gap(GapKind.OLD_COVERAGE, measure, text, edition, edition=edition)


def _characters(measure: Mapping[str, Any]) -> Iterator[ReportGap]:
    found = missing(_texts(measure))
    if found:
        text = N_("{signs} will be a square (□) in the PDF, since no typeface has them.")
        signs = ", ".join(f"{each.character} ({each.name})" for each in found[:_MOST_SIGNS])
        yield _gap(GapKind.CHARACTERS, measure, text, signs=signs)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _maybe(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
