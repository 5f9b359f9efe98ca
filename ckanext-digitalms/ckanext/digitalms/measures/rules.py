"""Rules of the whole record: what no single field can know.

A rule gives problems; each names the field (and row) where a person can mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import GoalOutcome, Status, StepState

from .record import Measure
from .tree import ancestors


@dataclass(frozen=True)
class Problem:
    """A broken rule: ``path`` is ``("status",)`` or ``("milestones", 2, "latest")``."""

    path: tuple[str | int, ...]
    message: Message


def problems(measure: Measure, today: date, parent_of: Mapping[str, str | None]) -> list[Problem]:
    """Check a measure.

    Args:
        measure: the record as it would be stated.
        today: the day in the city's time zone.
        parent_of: every measure's parent as stored.
    """
    return [
        *_done_means_all(measure),
        *_reasons(measure),
        *_days_in_order(measure),
        *_not_in_the_future(measure, today),
        *_updates(measure),
        *_figures_and_reviews(measure),
        *_no_cycle(measure, parent_of),
    ]


def _done_means_all(measure: Measure) -> Iterator[Problem]:
    done = measure.status == Status.DONE
    progress = measure.progress_percent
    if done and progress is not None and progress != 100:
        text = N_(
            "Progress is {found} percent, but the measure is done: enter 100, or choose another status."
        )
        yield Problem(("progress_percent",), Message(text, {"found": f"{progress.normalize():f}"}))
    if done and progress is None and measure.status:
        text = N_("A measure that is done has a progress of 100 percent: enter 100.")
        yield Problem(("progress_percent",), Message(text))
    if progress == 100 and not done:
        text = N_("Progress is 100 percent, so the status must be “done”: choose it, or enter less than 100.")
        yield Problem(("status",), Message(text))
    if done:
        yield from _open_steps(measure)


def _open_steps(measure: Measure) -> Iterator[Problem]:
    for row, step in enumerate(measure.steps):
        if step.state and step.state != StepState.DONE:
            text = N_("The measure is done, but this step is not: choose “implemented” or remove the step.")
            yield Problem(("steps", row, "state"), Message(text))


def _reasons(measure: Measure) -> Iterator[Problem]:
    if measure.status in {Status.PAUSED, Status.CANCELLED} and not measure.status_reason:
        text = N_("A measure that is paused or cancelled needs a reason: say in one sentence why.")
        yield Problem(("status_reason",), Message(text))


def _days_in_order(measure: Measure) -> Iterator[Problem]:
    for row, milestone in enumerate(measure.milestones):
        if milestone.earliest and milestone.latest and milestone.earliest > milestone.latest:
            text = N_("The latest day ({latest}) lies before the earliest day ({earliest}).")
            values: dict[str, object] = {"latest": milestone.latest, "earliest": milestone.earliest}
            yield Problem(("milestones", row, "latest"), Message(text, values))
    for row, obstacle in enumerate(measure.obstacles):
        if obstacle.since and obstacle.until and obstacle.since > obstacle.until:
            text = N_("The end ({until}) lies before the beginning ({since}).")
            yield Problem(
                ("obstacles", row, "until"), Message(text, {"until": obstacle.until, "since": obstacle.since})
            )


def _not_in_the_future(measure: Measure, today: date) -> Iterator[Problem]:
    if measure.as_of and measure.as_of > today:
        text = N_("The Stand ({as_of}) lies in the future: enter a day up to today ({today}).")
        yield Problem(("as_of",), Message(text, {"as_of": measure.as_of, "today": today}))
    for row, milestone in enumerate(measure.milestones):
        if measure.as_of and milestone.met_on and milestone.met_on > measure.as_of:
            text = N_("Met on {met_on} is later than the Stand ({as_of}): correct one of the two days.")
            values: dict[str, object] = {"met_on": milestone.met_on, "as_of": measure.as_of}
            yield Problem(("milestones", row, "met_on"), Message(text, values))
    for row, reference in enumerate(measure.council_references):
        if measure.as_of and reference.decided_on and reference.decided_on > measure.as_of:
            text = N_(
                "Decided on {decided_on} is later than the Stand ({as_of}): correct one of the two days."
            )
            values = {"decided_on": reference.decided_on, "as_of": measure.as_of}
            yield Problem(("council_references", row, "decided_on"), Message(text, values))


def _updates(measure: Measure) -> Iterator[Problem]:
    due, as_of = measure.update_due, measure.as_of
    if due and as_of and due <= as_of:
        text = N_(
            "The next update ({due}) must lie after the Stand ({as_of}); leave it empty for the rhythm."
        )
        yield Problem(("update_due",), Message(text, {"due": due, "as_of": as_of}))
    wanted, tolerated = measure.update_interval, measure.update_interval_max
    if wanted and tolerated and tolerated < wanted:
        text = N_("The tolerated interval ({tolerated} months) is shorter than the wanted one ({wanted}).")
        values: dict[str, object] = {"tolerated": tolerated, "wanted": wanted}
        yield Problem(("update_interval_max",), Message(text, values))


def _figures_and_reviews(measure: Measure) -> Iterator[Problem]:
    figures = {indicator.id for indicator in measure.indicators}
    for row, goal in enumerate(measure.goals):
        if goal.indicator_id and goal.indicator_id not in figures:
            text = N_("The measure has no figure “{found}”: choose one of its own.")
            yield Problem(("goals", row, "indicator_id"), Message(text, {"found": goal.indicator_id}))
    for row, indicator in enumerate(measure.indicators):
        if measure.as_of and indicator.day and indicator.day > measure.as_of:
            text = N_(
                "The figure is of {found}, later than the Stand ({as_of}): correct one of the two days."
            )
            values: dict[str, object] = {"found": indicator.day, "as_of": measure.as_of}
            yield Problem(("indicators", row, "day"), Message(text, values))
    for row, review in enumerate(measure.goal_reviews):
        if measure.as_of and review.review_date and review.review_date > measure.as_of:
            text = N_("Reviewed on {found}, later than the Stand ({as_of}): correct one of the two days.")
            values = {"found": review.review_date, "as_of": measure.as_of}
            yield Problem(("goal_reviews", row, "review_date"), Message(text, values))
        if review.outcome == GoalOutcome.REPLACED and not review.successor_ids:
            text = N_("A goal that was replaced needs the ids of the goals that follow it.")
            yield Problem(("goal_reviews", row, "successor_ids"), Message(text))


def _no_cycle(measure: Measure, parent_of: Mapping[str, str | None]) -> Iterator[Problem]:
    if not measure.parent_id:
        return
    if measure.parent_id != measure.measure_id and measure.parent_id not in parent_of:
        text = N_("There is no measure “{found}”: choose one from the list.")
        yield Problem(("parent_id",), Message(text, {"found": measure.parent_id}))
    elif measure.measure_id in ancestors(measure.parent_id, parent_of):
        text = N_("“{found}” is this measure itself or lies below it, so it cannot be its parent.")
        yield Problem(("parent_id",), Message(text, {"found": measure.parent_id}))
