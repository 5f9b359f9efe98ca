"""The public form of a measure: its content and what is computed from it for a day.

This one dict is what the API gives, the pages show and the open tables are read from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from ckanext.digitalms.vocabularies import Status, StepState

from . import tree
from .delay import delay_on, milestone_state, next_milestone
from .history import Statement
from .record import Measure, Milestone, measure_from_content, plain
from .tree import Place

# what is over needs no further update
OVER = frozenset({Status.DONE, Status.CANCELLED})


def public_measures(statements: Iterable[Statement], day: date, update_days: int) -> list[dict[str, Any]]:
    """Return the measures of these statements in the order of the report, judged on a day."""
    arranged = Arranged(statements, day, update_days)
    return [arranged.show(key) for key in arranged.places]


class Arranged:
    """The measures of some statements in the order of the report; of each all is read when it is shown.

    A parent that is not among them (private, or not yet known on that day) shows as none.
    """

    def __init__(self, statements: Iterable[Statement], day: date, update_days: int) -> None:
        """Put them in order.

        Args:
            statements: one for each measure.
            day: the day on which lateness and due updates are judged.
            update_days: days after its Stand when a measure without ``update_due`` is due for an update.
        """
        self._statements = {s.measure_id: s for s in statements if s.content is not None}
        self._day, self._update_days = day, update_days
        outlines = [measure_from_content(s.content or {}, tree.FIELDS) for s in self._statements.values()]
        self.places: dict[str, Place] = {p.measure.measure_id: p for p in tree.arrange(outlines)}

    @property
    def organisations(self) -> set[str]:
        """Return the names of the organisations that have measures here."""
        told = ((s.content or {}).get("organisation") for s in self._statements.values())
        return {organisation for organisation in told if organisation}

    def parent_of(self, key: str) -> str | None:
        """Return the parent of a measure, if it is among them."""
        parent = self.places[key].measure.parent_id
        return parent if parent in self.places else None

    def show(self, key: str) -> dict[str, Any]:
        """Return one measure with all that is computed."""
        statement, place, day = self._statements[key], self.places[key], self._day
        measure = statement.measure
        delay = delay_on(measure, day)
        following = next_milestone(measure, day)
        return {
            **measure.content(),
            "parent_id": self.parent_of(key),
            "statement_id": statement.statement_id,
            "recorded_at": statement.recorded_at.isoformat(),
            "milestones": [_milestone(m, day) for m in measure.milestones],
            "is_delayed": delay.is_delayed,
            "delay_days": delay.days,
            "next_milestone": _milestone(following, day) if following else None,
            "is_update_overdue": is_update_overdue(measure, day, self._update_days),
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
    row: dict[str, Any] = plain(milestone)
    return {**row, "state": milestone_state(milestone, day).value}
