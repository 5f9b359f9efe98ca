"""What the words and numbers mean: the one place that pages and links read it from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import (
    GoalOutcome,
    GoalState,
    IndicatorDirection,
    IndicatorOrigin,
    ReferenceRole,
    Status,
    StepState,
    Term,
)

from .delay import MilestoneState


@dataclass(frozen=True)
class Definition:
    """A word, what it means, and where a link finds it on the page."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True)
class Group:
    """Definitions of one kind."""

    title: str
    definitions: tuple[Definition, ...]


NUMBERS = (
    Definition(
        "measures",
        N_("Measures"),
        N_("All public measures on the day that is shown, parts of larger ones too."),
    ),
    Definition(
        "delayed",
        N_("delayed"),
        N_(
            "Computed, never typed: the latest day of a milestone has passed and the milestone is not met. "
            "Measures that are done, paused or cancelled are not judged. A wording such as “after the summer "
            "holidays of 2019” is kept; what counts is its latest day."
        ),
    ),
    Definition(
        "papers",
        N_("Council papers"),
        N_("Different numbers of papers that the measures cite; a supplement has a number of its own."),
    ),
    Definition(
        "update-due",
        N_("Update due"),
        N_(
            "The day of the next update has passed. It is computed from the Stand and the rhythm of the "
            "measure, or that of the catalogue, unless a day after the Stand was set. What is done or "
            "cancelled is never due."
        ),
    ),
    Definition(
        "rhythm",
        N_("updated within their rhythm"),
        N_(
            "How many measures have a Stand that is not older than their rhythm tolerates, of all that need "
            "updates."
        ),
    ),
    Definition(
        "progress",
        N_("Progress"),
        N_(
            "Typed for measures without parts, in percent; 100 means done. For a measure with parts it is "
            "the mean of its parts, each counted with its weight, and a figure only where all of them have "
            "one."
        ),
    ),
    Definition(
        "schedule",
        N_("On schedule?"),
        N_(
            "Computed, never typed: yes, as long as no latest day of a milestone has passed unmet. It says "
            "nothing about progress, and nothing is said where no milestone has a latest day."
        ),
    ),
    Definition(
        "steps",
        N_("Implemented, in progress, pending"),
        N_(
            "The number of lines of plan and result in each state. A line is what the report lists, "
            "so lines differ in size."
        ),
    ),
    Definition(
        "milestone-shifts",
        N_("Shifts of milestones"),
        N_(
            "Counted from the history, never typed: the latest day of a milestone differs between two "
            "successive Stands. Days are counted from the former latest day to the new one. A correction of "
            "the same Stand is no shift, and neither is the first day that a milestone gets."
        ),
    ),
    Definition(
        "coverage",
        N_("Counted coverage"),
        N_(
            "The share, in percent, of the households (or of what is named) in an area that at least one "
            "connection of the technology reaches with at least the speed. Counted by the source of an "
            "edition, not by the city. A dot is an edition; an edition without a figure has none. Zero in "
            "all technologies means that nobody has counted."
        ),
    ),
    Definition(
        "series-break",
        N_("Break of the series"),
        N_(
            "Since 2022 the Breitbandatlas has been gathered in another way. Where editions of before and "
            "after stand together, no line joins them, and the open table says of each which it is: a "
            "difference may come from the other survey."
        ),
    ),
    Definition(
        "obstacles",
        N_("Obstacles"),
        N_(
            "What holds a measure back, with since when and until when as far as that is known. One whose "
            "end has passed stays, so that it can be read."
        ),
    ),
    Definition(
        "partners-and-links",
        N_("Partners and links"),
        N_(
            "Partners are organisations that take part; links lead to other digital actors and pages about "
            "the measure."
        ),
    ),
    Definition(
        "funding",
        N_("Funding"),
        N_("Its state (planned, applied for, granted, rejected or none), amount in euros and programme."),
    ),
    Definition(
        "goal-reviews",
        N_("Reviews of goals"),
        N_(
            "A review is what was typed of it. Where nothing was typed, a goal that has another year, "
            "wording, figure or target in the next Stand counts as changed, and one that is gone or dropped "
            "as given up."
        ),
    ),
    Definition(
        "indicators",
        N_("Figures"),
        N_(
            "A figure has a unit, a definition, a source and the day for which its value holds. The series "
            "keeps every value with the moment at which it was recorded; for a day the last one counts."
        ),
    ),
    Definition(
        "stand",
        N_("Stand"),
        N_("The day on which what is said was true. It is not the day on which it was entered."),
    ),
    Definition(
        "cut-off",
        N_("Cut-off date"),
        N_("Shows the catalogue as it was at the end of that day, with all corrections that came later."),
    ),
    Definition(
        "known-at",
        N_("As known on"),
        N_(
            "Shows the catalogue as we knew it then: corrections and statements that were entered later "
            "are left out."
        ),
    ),
)


def _terms(prefix: str, title: str, terms: type[Term]) -> Group:
    defined = tuple(Definition(f"{prefix}-{t.value}", t.label, t.definition) for t in terms if t.definition)
    return Group(title, defined)


def groups() -> Iterator[Group]:
    """Return all definitions in the order of the page."""
    yield Group(N_("Numbers"), NUMBERS)
    yield _terms("status", N_("Status of a measure"), Status)
    yield _terms("step", N_("Plan and result"), StepState)
    yield _terms("milestone", N_("Milestones"), MilestoneState)
    yield _terms("goal", N_("Goals of a year"), GoalState)
    yield _terms("outcome", N_("Outcome of a review"), GoalOutcome)
    yield _terms("direction", N_("Direction of a figure"), IndicatorDirection)
    yield _terms("origin", N_("Origin of a figure"), IndicatorOrigin)
    yield _terms("reference", N_("Council references"), ReferenceRole)
