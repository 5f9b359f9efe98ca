"""The rows of the tables of measures, made from what is public. Knows neither CKAN nor a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ckanext.digitalms.council.reference import UNSPECIFIED, parse_reference, reference_of
from ckanext.digitalms.measures import revisions
from ckanext.digitalms.measures.delay import MilestoneState, milestone_state
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.vocabularies import GoalState, IndicatorOrigin

from .spec import OF_KEYS, OF_WORDS

Row = dict[str, Any]
Rows = list[Row]


@dataclass(frozen=True)
class Source:
    """What tables are made from, all of one moment.

    Args:
        measures: the public measures in the order of the report.
        statements: all public statements.
        council_body: the council that a reference without one belongs to.
    """

    measures: Sequence[Mapping[str, Any]]
    statements: Sequence[Statement]
    council_body: str = ""

    @cached_property
    def histories(self) -> list[list[Statement]]:
        """Return the statements of each measure that is shown, in the order of the report."""
        told: dict[str, list[Statement]] = {measure["measure_id"]: [] for measure in self.measures}
        for statement in self.statements:
            if statement.measure_id in told and statement.content is not None:
                told[statement.measure_id].append(statement)
        return list(told.values())

    @cached_property
    def figures(self) -> frozenset[str]:
        """Return the ids of the figures that have a value."""
        told = (one.indicator.id for history in self.histories for one in revisions.figures(history))
        return frozenset(one for one in told if one)

    @cached_property
    def stands_of(self) -> dict[str, list[revisions.Stand]]:
        """Return the Stands of each measure that is shown, by its key."""
        return {stands[0].statement.measure_id: stands for stands in self.stands if stands}

    @cached_property
    def stands(self) -> list[list[revisions.Stand]]:
        """Return the Stands of each measure that is shown, in the order of the report."""
        return [revisions.stands(history) for history in self.histories]


def measures(source: Source) -> Iterator[Row]:
    """Return the measures, a row each."""
    for measure in source.measures:
        cited = [row["reference"] for row in measure["council_references"] if row["reference"]]
        numbers = [reference for reference in dict.fromkeys(cited) if reference != UNSPECIFIED]
        yield {
            **measure,
            "council_references": OF_KEYS.join(numbers) or None,
            "keywords": OF_WORDS.join(measure["keywords"]) or None,
            "as_of": _day(measure["as_of"]),
            "update_due": _day(measure["update_due"]),
        }


def status_series(source: Source) -> Iterator[Row]:
    """Return what was true of each measure on which day."""
    shown = {measure["measure_id"] for measure in source.measures}
    for statement in source.statements:
        if statement.measure_id in shown and statement.content is not None:
            told = statement.content
            yield {
                "measure_id": statement.measure_id,
                "as_of": statement.as_of,
                "statement_id": statement.statement_id,
                "recorded_at": statement.recorded_at,
                "status": told.get("status"),
                "progress_percent": told.get("progress_percent"),
                "statement": told.get("statement"),
                "source": told.get("statement_source") or statement.source,
            }


def steps(source: Source) -> Iterator[Row]:
    """Return the steps, also those that were removed."""
    for measure in source.measures:
        for position, step in enumerate(measure["steps"], 1):
            yield {
                "measure_id": measure["measure_id"],
                "step_id": step["id"],
                "position": position,
                "state": step["state"],
                "text": step["text"],
                "as_of": _day(measure["as_of"]),
            }
        for gone in _removed(source, measure, "steps"):
            yield _removed_step(measure["measure_id"], gone)


def _removed(source: Source, measure: Mapping[str, Any], kind: str) -> list[revisions.Removed]:
    return revisions.removed(source.stands_of.get(measure["measure_id"], ()), kind)


def _removed_step(measure_id: str, gone: revisions.Removed) -> Row:
    return {
        **plain(gone.row),
        "measure_id": measure_id,
        "step_id": gone.row.id,
        "as_of": gone.on,
        "removed_on": gone.on,
    }


def milestones(source: Source) -> Iterator[Row]:
    """Return the milestones, also those that were removed."""
    for measure in source.measures:
        for milestone in measure["milestones"]:
            yield {
                **milestone,
                "measure_id": measure["measure_id"],
                "milestone_id": milestone["id"],
                **{name: _day(milestone[name]) for name in ("earliest", "latest", "met_on")},
            }
        for gone in _removed(source, measure, "milestones"):
            yield _removed_milestone(measure["measure_id"], gone)


def _removed_milestone(measure_id: str, gone: revisions.Removed) -> Row:
    row: Any = gone.row
    state = milestone_state(row, gone.on)
    is_met = state in {MilestoneState.MET, MilestoneState.MET_LATE}
    return {
        **asdict(row),
        "measure_id": measure_id,
        "milestone_id": row.id,
        "state": (state if is_met else MilestoneState.REMOVED).value,
        "removed_on": gone.on,
    }


def milestone_shifts(source: Source) -> Iterator[Row]:
    """Return each shift of a milestone's latest day from one Stand to the next."""
    for history in source.stands:
        for shift in revisions.shifts(history):
            yield {**asdict(shift), "days": shift.days}


def obstacles(source: Source) -> Iterator[Row]:
    """Return the obstacles."""
    for row in own_rows("obstacles", "obstacle_id", source):
        yield {**row, "since": _day(row["since"]), "until": _day(row["until"])}


def own_rows(kind: str, key: str, source: Source) -> Iterator[Row]:
    """Return a list of each measure, whose rows have an id of their own."""
    for measure in source.measures:
        for row in measure[kind]:
            yield {**row, "measure_id": measure["measure_id"], key: row["id"]}


def goals(source: Source) -> Iterator[Row]:
    """Return the goals, also those that were removed."""
    for measure in source.measures:
        gone = [{**plain(one.row), "removed_on": one.on} for one in _removed(source, measure, "goals")]
        for goal in [*measure["goals"], *gone]:
            yield {
                **goal,
                "measure_id": measure["measure_id"],
                "goal_id": goal["id"],
                "indicator_id": goal["indicator_id"] if goal["indicator_id"] in source.figures else None,
                "state": goal["state"] or GoalState.OPEN.value,
            }


def goal_reviews(source: Source) -> Iterator[Row]:
    """Return what reviews made of goals."""
    for measure_id, history in source.stands_of.items():
        goals = revisions.last_goals(history)
        for review in revisions.reviews(history):
            goal = goals.get(review.goal_id or "")
            if goal is None:
                continue  # of a goal that no Stand knows there is nothing to tell
            told = {"text": goal.text, "state": goal.state or GoalState.OPEN.value}
            yield {**asdict(review), "measure_id": measure_id, **told, "reference": _paper(review.reference)}


def indicators(source: Source) -> Iterator[Row]:
    """Return the figures by day and moment of recording."""
    for history in source.histories:
        for figure in revisions.figures(history):
            yield {
                **asdict(figure.indicator),
                "indicator_id": figure.indicator.id,
                "date": figure.date,
                "recorded_at": figure.recorded_at,
                "measure_id": figure.measure_id,
                "origin": figure.indicator.origin or IndicatorOrigin.TYPED.value,
            }


def council_references(source: Source) -> Iterator[Row]:
    """Return the papers that measures, or reviews of their goals, cite."""
    for measure in source.measures:
        for cited in measure["council_references"]:
            yield {
                **_numbered(cited["reference"] or UNSPECIFIED),
                "measure_id": measure["measure_id"],
                "body": cited["body"] or source.council_body,
                "role": cited["role"] or "mention",
                "original": cited["original"],
                "decided_on": _day(cited["decided_on"]),
                "decided_by": cited["decided_by"],
                "result": cited["result"],
                "paper_name": cited["paper_name"],
                "paper_url": cited["paper_url"],
            }
    yield from _reviewed_papers(source)


def _reviewed_papers(source: Source) -> Iterator[Row]:
    """Return the papers that a review of a goal names and the measure does not cite."""
    cited = {m["measure_id"]: {row["reference"] for row in m["council_references"]} for m in source.measures}
    for measure_id, history in source.stands_of.items():
        for review in revisions.reviews(history):
            paper = _paper(review.reference)
            if paper and paper not in cited[measure_id]:
                own = {"measure_id": measure_id, "body": source.council_body, "role": "mention"}
                yield {**_numbered(paper), **own, "original": review.reference}


def _paper(reference: str | None) -> str | None:
    """Return the number of a paper, where it is one."""
    read = reference_of(reference or "")
    return str(read) if read else None


def _numbered(reference: str) -> Row:
    read = parse_reference(reference)
    if read is None:
        return {"reference": reference}
    return {
        "reference": reference,
        "kind": str(read.kind) or None,
        "number": read.number,
        "year": read.year,
        "supplement": read.supplement,
    }


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
