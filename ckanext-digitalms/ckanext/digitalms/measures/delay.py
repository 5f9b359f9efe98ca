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


class MilestoneState(Term):
    """What became of a milestone, judged on a day."""

    OPEN = ("open", N_("open"), N_("The latest day has not passed."))
    OVERDUE = ("overdue", N_("overdue"), N_("The latest day has passed and the milestone is not met."))
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


def delay_on(measure: Measure, day: date) -> Delay:
    """Compute the lateness of a measure on a day."""
    if measure.status not in JUDGED:
        return Delay()
    overdue = tuple(m for m in measure.milestones if milestone_state(m, day) is MilestoneState.OVERDUE)
    latest_days = [m.latest for m in overdue if m.latest]
    return Delay(True, (day - min(latest_days)).days, overdue) if latest_days else Delay()


def next_milestone(measure: Measure, day: date) -> Milestone | None:
    """Return the milestone that comes next: not met on the day, the earliest latest day first."""
    unmet = [m for m in measure.milestones if not (m.met_on and m.met_on <= day)]
    return min(unmet, key=lambda m: (m.latest or date.max, m.earliest or date.max), default=None)
