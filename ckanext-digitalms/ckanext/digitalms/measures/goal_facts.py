"""What became of the goals of a measure: each goal that it had, with the reviews that judged it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.vocabularies import GoalState

from .record import Goal, GoalReview
from .revisions import Stand, last_goals, removed, reviews

_STATES = {state.value: state for state in GoalState}


@dataclass(frozen=True)
class Judged:
    """A review of a goal, with the texts of the goals that took its place."""

    review: GoalReview
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class GoalFacts:
    """A goal as it was last, since when it is no part of the measure, and what reviews made of it."""

    goal: Goal
    removed_on: date | None
    reviews: tuple[Judged, ...] = ()

    @property
    def state(self) -> GoalState:
        """How far it came: what is no part any more was given up or replaced."""
        said = _STATES.get(self.goal.state or "", GoalState.OPEN)
        return GoalState.DROPPED if self.removed_on and said is GoalState.OPEN else said


def facts(history: Sequence[Stand]) -> list[GoalFacts]:
    """Return the goals of a measure by year, those that went, too.

    Args:
        history: its Stands, the earliest first.
    """
    goals = last_goals(history)
    gone = {one.row.id: one.on for one in removed(history, "goals")}
    judged: dict[str, list[Judged]] = {}
    for review in reviews(history):
        texts = [str(goals[one].text or "") for one in (review.successor_ids or "").split() if one in goals]
        judged.setdefault(review.goal_id or "", []).append(Judged(review, tuple(texts)))
    found = [GoalFacts(goal, gone.get(key), tuple(judged.get(key, ()))) for key, goal in goals.items()]
    return sorted(found, key=lambda one: one.goal.year or 9999)
