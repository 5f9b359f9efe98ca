"""The public form of a measure: its content and what is computed from it for a day.

This one dict is what the API gives, the pages show and the open tables are read from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from ckanext.digitalms.vocabularies import Status, StepState

from .delay import delay_on, milestone_state, next_milestone
from .history import Statement
from .record import Measure, Milestone, plain
from .tree import Place, arrange

# what is over needs no further update
OVER = frozenset({Status.DONE, Status.CANCELLED})


def public_measures(
    statements: Sequence[Statement], day: date, update_days: int, only: str | None = None
) -> list[dict[str, Any]]:
    """Return the measures of these statements in the order of the report, judged on a day.

    A parent that is not among them (private, or not yet known on that day) shows as none.

    Args:
        statements: one for each measure.
        day: the day on which lateness and due updates are judged.
        update_days: days after its Stand when a measure without ``update_due`` is due for an update.
        only: the key of the one measure to return, as it stands among the others.
    """
    by_id = {s.measure_id: s for s in statements if s.content is not None}
    places = arrange([s.measure for s in by_id.values()])
    shown = [
        public_measure(by_id[place.measure.measure_id], place, day, update_days)
        for place in places
        if only in {None, place.measure.measure_id}
    ]
    return [{**m, "parent_id": m["parent_id"] if m["parent_id"] in by_id else None} for m in shown]


def public_measure(statement: Statement, place: Place, day: date, update_days: int) -> dict[str, Any]:
    """Return one measure with all that is computed."""
    measure = place.measure
    delay = delay_on(measure, day)
    following = next_milestone(measure, day)
    return {
        **measure.content(),
        "statement_id": statement.statement_id,
        "recorded_at": statement.recorded_at.isoformat(),
        "milestones": [_milestone(m, day) for m in measure.milestones],
        "is_delayed": delay.is_delayed,
        "delay_days": delay.days,
        "next_milestone": _milestone(following, day) if following else None,
        "is_update_overdue": is_update_overdue(measure, day, update_days),
        "progress_computed": plain(place.progress),
        "step_counts": step_counts(measure),
        "depth": place.depth,
        "children": list(place.children),
        "judged_on": day.isoformat(),
    }


def is_update_overdue(measure: Measure, day: date, update_days: int) -> bool:
    """Return whether a measure's next update was due before a day."""
    due = measure.update_due or (measure.as_of + timedelta(days=update_days) if measure.as_of else None)
    return bool(due and due < day and measure.status not in OVER)


def step_counts(measure: Measure) -> dict[str, int]:
    """Count the steps in each of the four states."""
    return {state.value: sum(step.state == state for step in measure.steps) for state in StepState}


def _milestone(milestone: Milestone, day: date) -> dict[str, Any]:
    row: dict[str, Any] = plain(asdict(milestone))
    return {**row, "state": milestone_state(milestone, day).value}
