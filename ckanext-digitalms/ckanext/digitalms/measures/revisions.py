"""What the history tells beside the status: shifts of milestones, reviews of goals, figures over time.

Shifts and changes are found between successive *Stands*: of several statements about the same day the
last one counts, so a correction is neither a shift nor a change. Only reason and reference are typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby, pairwise

from ckanext.digitalms.vocabularies import GoalOutcome, GoalState

from .history import Statement
from .record import Goal, GoalReview, Indicator, Measure, Row


@dataclass(frozen=True)
class Stand:
    """What holds of a measure for a day, with all corrections."""

    statement: Statement
    measure: Measure


@dataclass(frozen=True)
class Shift:
    """A milestone whose latest day changed; no days where it has none any more."""

    measure_id: str
    milestone_id: str
    statement_id: int
    as_of: date
    old_latest: date
    new_latest: date | None
    reason: str | None

    @property
    def days(self) -> int | None:
        """Return how many days later it is now; less than 0 where it is earlier."""
        return (self.new_latest - self.old_latest).days if self.new_latest else None


@dataclass(frozen=True)
class Figure:
    """A figure as it was stated: its value for a day, and when we learnt it."""

    measure_id: str
    indicator: Indicator
    date: date
    recorded_at: datetime
    statement_id: int


@dataclass(frozen=True)
class Promise:
    """What was first promised of a milestone, on which Stand, and each shift since."""

    milestone_id: str
    latest: date
    as_of: date
    shifts: tuple[Shift, ...] = ()

    @property
    def days(self) -> int | None:
        """Return how many days later it is now than first promised; nothing where it has no day any more."""
        now = self.shifts[-1].new_latest if self.shifts else self.latest
        return (now - self.latest).days if now else None


def stands(statements: Iterable[Statement]) -> list[Stand]:
    """Return the Stands of one measure, the earliest day first."""
    told = sorted((s for s in statements if s.content is not None), key=lambda s: (s.as_of, s.statement_id))
    days = groupby(told, key=lambda s: s.as_of)
    return [Stand(last, last.measure) for last in (list(same)[-1] for _, same in days)]


def shifts(history: Sequence[Stand]) -> Iterator[Shift]:
    """Return the shifts of a measure's milestones; the first day that a milestone gets is none."""
    for before, after in pairwise(history):
        known = {milestone.id: milestone.latest for milestone in before.measure.milestones}
        for milestone in after.measure.milestones:
            old = known.get(milestone.id)
            if milestone.id and old is not None and old != milestone.latest:
                statement = after.statement
                yield Shift(
                    statement.measure_id,
                    milestone.id,
                    statement.statement_id,
                    statement.as_of,
                    old,
                    milestone.latest,
                    milestone.reason,
                )


def promises(history: Sequence[Stand]) -> dict[str, Promise]:
    """Return by milestone the first latest day that it got, with the shifts since."""
    found: dict[str, Promise] = {}
    for stand in history:
        for milestone in stand.measure.milestones:
            if milestone.id and milestone.latest and milestone.id not in found:
                found[milestone.id] = Promise(milestone.id, milestone.latest, stand.statement.as_of)
    for shift in shifts(history):
        promise = found[shift.milestone_id]
        found[shift.milestone_id] = replace(promise, shifts=(*promise.shifts, shift))
    return found


@dataclass(frozen=True)
class Removed:
    """A row that was part of a measure until a Stand, as it was last."""

    row: Row
    on: date


def removed(history: Sequence[Stand], kind: str) -> list[Removed]:
    """Return the rows of a list (``steps``, ``milestones`` …) that are no part of the measure any more."""
    found: dict[str, Removed] = {}
    for before, after in pairwise(history):
        there = {row.id for row in getattr(after.measure, kind)}
        for row in getattr(before.measure, kind):
            if row.id and row.id not in there:
                found[row.id] = Removed(row, after.statement.as_of)
    now = {row.id for row in getattr(history[-1].measure, kind)} if history else set()
    return [each for row_id, each in found.items() if row_id not in now]


def last_goals(history: Sequence[Stand]) -> dict[str, Goal]:
    """Return every goal that a measure had, as it was last."""
    return {goal.id: goal for stand in history for goal in stand.measure.goals if goal.id}


def reviews(history: Sequence[Stand]) -> list[GoalReview]:
    """Return the reviews of a measure's goals: those that were typed, and what else became of a goal.

    For a goal and a day there is one review; the typed one counts.
    """
    if not history:
        return []
    found = {(review.goal_id, review.review_date): review for review in _seen(history)}
    found |= {
        (review.goal_id, review.review_date): replace(review, outcome=review.outcome or GoalOutcome.KEPT)
        for review in history[-1].measure.goal_reviews
        if review.goal_id and review.review_date
    }
    return sorted(found.values(), key=lambda review: (str(review.review_date), str(review.goal_id)))


def _seen(history: Sequence[Stand]) -> Iterator[GoalReview]:
    for before, after in pairwise(history):
        now = {goal.id: goal for goal in after.measure.goals}
        for goal in before.measure.goals:
            outcome = _outcome(goal, now.get(goal.id))
            if outcome and goal.id:
                yield GoalReview(goal_id=goal.id, review_date=after.statement.as_of, outcome=outcome.value)


def _outcome(before: Goal, after: Goal | None) -> GoalOutcome | None:
    if after is None:
        return None if before.state == GoalState.DROPPED else GoalOutcome.DROPPED
    if after.state == GoalState.DROPPED:
        return None if before.state == GoalState.DROPPED else GoalOutcome.DROPPED
    return GoalOutcome.CHANGED if _aim(before) != _aim(after) else None


def _aim(goal: Goal) -> tuple[object, ...]:
    return goal.year, goal.text, goal.indicator_id, goal.target


def figures(statements: Iterable[Statement]) -> Iterator[Figure]:
    """Return every value of a measure's figures once, in the order in which we learnt them."""
    last: dict[tuple[str, date], Indicator] = {}
    told = sorted((s for s in statements if s.content is not None), key=lambda s: s.statement_id)
    for statement in told:
        for indicator in statement.measure.indicators:
            if not indicator.id or not indicator.day:
                continue
            place = (indicator.id, indicator.day)
            if last.get(place) != indicator:
                last[place] = indicator
                yield Figure(
                    statement.measure_id,
                    indicator,
                    indicator.day,
                    statement.recorded_at,
                    statement.statement_id,
                )
