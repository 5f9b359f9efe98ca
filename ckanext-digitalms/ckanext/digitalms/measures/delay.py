"""Lateness, computed for any day and never typed.

A measure that is neither done, paused nor cancelled is *delayed* on a day when a milestone's latest day
has passed before that day and the milestone was not met by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import JUDGED, Term

from .record import Measure, Milestone
from .updates import OVER


class MilestoneState(Term):
    """What became of a milestone, judged on a day."""

    OPEN = ("open", N_("open"), N_("The latest day has not passed."))
    OVERDUE = ("overdue", N_("overdue"), N_("The latest day has passed and the milestone is not met."))
    NOT_JUDGED = (
        "not_judged",
        N_("without outcome"),
        N_("The milestone is not met, and nobody waits for it: the measure is done, cancelled or rests."),
    )
    REMOVED = (
        "removed",
        N_("no longer part"),
        N_("The milestone is no part of the measure any more and was not met before."),
    )
    MET = ("met", N_("met"), N_("The milestone was met in time, or had no day."))
    MET_LATE = ("met_late", N_("met late"), N_("The milestone was met after its latest day."))


@dataclass(frozen=True)
class Delay:
    """How late a measure is: the overdue milestones, and days since the first of their latest days."""

    is_delayed: bool = False
    days: int = 0
    overdue: tuple[Milestone, ...] = ()


def milestone_state(milestone: Milestone, day: date) -> MilestoneState:
    """Return how a milestone stands on a day."""
    if milestone.met_on and milestone.met_on <= day:
        late = milestone.latest is not None and milestone.met_on > milestone.latest
        return MilestoneState.MET_LATE if late else MilestoneState.MET
    if milestone.latest and milestone.latest < day:
        return MilestoneState.OVERDUE
    return MilestoneState.OPEN


def state_in(measure: Measure, milestone: Milestone, day: date) -> MilestoneState:
    """Return how a milestone of a measure stands on a day; where lateness is not judged, none is late."""
    state, is_over = milestone_state(milestone, day), measure.status in OVER
    if state is MilestoneState.OVERDUE and measure.status not in JUDGED:
        return MilestoneState.NOT_JUDGED
    return MilestoneState.NOT_JUDGED if state is MilestoneState.OPEN and is_over else state


def is_on_schedule(measure: Measure, delay: Delay) -> bool | None:
    """Return whether no latest day has passed unmet; nothing where no day tells or none is judged."""
    has_days = any(milestone.latest for milestone in measure.milestones)
    return not delay.is_delayed if has_days and measure.status in JUDGED else None


def delay_on(measure: Measure, day: date) -> Delay:
    """Compute the lateness of a measure on a day."""
    if measure.status not in JUDGED:
        return Delay()
    overdue = tuple(m for m in measure.milestones if milestone_state(m, day) is MilestoneState.OVERDUE)
    latest_days = [m.latest for m in overdue if m.latest]
    return Delay(True, (day - min(latest_days)).days, overdue) if latest_days else Delay()


def next_milestone(measure: Measure, day: date) -> Milestone | None:
    """Return the milestone that comes next: not met on the day, the earliest latest day first.

    A measure that is done or cancelled has none.
    """
    if measure.status in OVER:
        return None
    unmet = [m for m in measure.milestones if not (m.met_on and m.met_on <= day)]
    return min(unmet, key=lambda m: (m.latest or date.max, m.earliest or date.max), default=None)
