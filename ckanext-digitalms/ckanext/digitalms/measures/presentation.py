"""The public form of a measure: its content and what is computed from it for a day.

This one dict is what the API gives, the pages show and the open tables are read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ckanext.digitalms.vocabularies import StepState

from . import tree
from .delay import delay_on, is_on_schedule, next_milestone, state_in
from .history import Statement
from .record import Measure, Milestone, measure_from_content, plain
from .tree import Place
from .updates import Rhythm, update_on


def public_measures(statements: Iterable[Statement], day: date, rhythm: Rhythm) -> list[dict[str, Any]]:
    """Return the measures of these statements in the order of the report, judged on a day."""
    arranged = Arranged(statements, day, rhythm)
    return [arranged.show(key) for key in arranged.places]


class Arranged:
    """The measures of some statements in the order of the report; of each all is read when it is shown.

    A parent that is not among them (private, or not yet known on that day) shows as none.
    """

    def __init__(self, statements: Iterable[Statement], day: date, rhythm: Rhythm) -> None:
        """Put them in order.

        Args:
            statements: one for each measure.
            day: the day on which lateness and due updates are judged.
            rhythm: of updates, where a measure has none of its own.
        """
        self._statements = {s.measure_id: s for s in statements if s.content is not None}
        self._day, self._rhythm = day, rhythm
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

    def stated(self, key: str) -> dict[str, Any]:
        """Return of a measure what two days are compared by, without the rest that :meth:`show` computes.

        That is its statement's content with the states of milestones and the progress of the day. Rows are
        those of the statement itself: a field that was not known yet is missing in them.
        """
        content = self._statements[key].content or {}
        outline = Measure(key, "", status=content.get("status"))
        return {
            **content,
            "parent_id": self.parent_of(key),
            "milestones": [_stated(outline, row, self._day) for row in content.get("milestones") or ()],
            "progress_percent": plain(self.places[key].progress.percent),
            "judged_on": self._day.isoformat(),
        }

    def show(self, key: str) -> dict[str, Any]:
        """Return one measure with all that is computed."""
        statement, place, day = self._statements[key], self.places[key], self._day
        measure = statement.measure
        delay, update = delay_on(measure, day), update_on(measure, day, self._rhythm)
        following = next_milestone(measure, day)
        return {
            **measure.content(),
            "parent_id": self.parent_of(key),
            "statement_id": statement.statement_id,
            "recorded_at": statement.recorded_at.isoformat(),
            "milestones": [_milestone(measure, m, day) for m in measure.milestones],
            "is_delayed": delay.is_delayed,
            "delay_days": delay.days,
            "is_on_schedule": is_on_schedule(measure, delay),
            "next_milestone": _milestone(measure, following, day) if following else None,
            "update_due": plain(update.due),
            "days_overdue": update.days_overdue,
            "is_update_overdue": update.days_overdue > 0,
            "is_in_rhythm": update.is_in_rhythm,
            "progress_percent": plain(place.progress.percent),
            "progress_computed": plain(place.progress.percent),
            "progress_parts": place.progress.parts,
            "progress_parts_known": place.progress.known,
            "step_counts": step_counts(measure),
            "depth": place.depth,
            "children": list(place.children),
            "judged_on": day.isoformat(),
        }


def step_counts(measure: Measure) -> dict[str, int]:
    """Count the steps in each of the four states."""
    return {state.value: sum(step.state == state for step in measure.steps) for state in StepState}


def _stated(measure: Measure, row: Mapping[str, Any], day: date) -> dict[str, Any]:
    days = [date.fromisoformat(row[name]) if row.get(name) else None for name in ("latest", "met_on")]
    milestone = Milestone(latest=days[0], met_on=days[1])
    return {**row, "state": state_in(measure, milestone, day).value}


def _milestone(measure: Measure, milestone: Milestone, day: date) -> dict[str, Any]:
    row: dict[str, Any] = plain(milestone)
    return {**row, "state": state_in(measure, milestone, day).value}
