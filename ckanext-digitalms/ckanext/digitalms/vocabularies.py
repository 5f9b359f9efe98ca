"""Controlled vocabularies: value, label, definition and, where one exists, the URI they stand for.

Every choice in forms, tables, facets and plots comes from here; ``schemas/measure.yaml`` names these
lists through the choices helper, ``schemas/table/*.json`` repeats the values (a test compares them).
Source of the step states and the measure's status: the council report of the city of Münster of
14.03.2019 ("Umgesetzt", "In Arbeit", "In Vorbereitung", "Ausstehend"), extended by what a measure
needs before and besides; see ``docs/coordinate.md``.
"""

from __future__ import annotations

from enum import StrEnum

from .messages import N_


class Term(StrEnum):
    """A value of a vocabulary with an English label and a written definition."""

    label: str
    definition: str

    def __new__(cls, value: str, label: str, definition: str = "") -> Term:
        """Make the member a plain string that carries its label and definition."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.definition = definition
        return member


class Status(Term):
    """Where a measure stands, as its owner states it. ``delayed`` is computed, never a status."""

    PROPOSED = (
        "proposed",
        N_("proposed"),
        N_("Somebody has suggested the measure; the council has not decided on it."),
    )
    PLANNED = (
        "planned",
        N_("planned"),
        N_("The council has decided on the measure; nobody has started to prepare it."),
    )
    IN_PREPARATION = (
        "in_preparation",
        N_("in preparation"),
        N_("Concepts, applications, tenders or posts are being prepared; the work itself has not begun."),
    )
    IN_PROGRESS = (
        "in_progress",
        N_("in progress"),
        N_("The work has begun; at least one result is being built or is already there."),
    )
    DONE = (
        "done",
        N_("done"),
        N_("All that was decided is there: progress is 100 percent and no step is open."),
    )
    PAUSED = (
        "paused",
        N_("paused"),
        N_("The work rests for a stated reason and is meant to go on."),
    )
    CANCELLED = (
        "cancelled",
        N_("cancelled"),
        N_("The measure was given up for a stated reason and will not go on."),
    )


# lateness is judged for these only: not for measures that are done, paused or cancelled
JUDGED = frozenset(Status) - {Status.DONE, Status.PAUSED, Status.CANCELLED}


class StepState(Term):
    """The four states of a line of plan or result."""

    DONE = ("done", N_("implemented"), N_("The result is there."))
    IN_PROGRESS = ("in_progress", N_("being worked on"), N_("Somebody is working on it."))
    IN_PREPARATION = (
        "in_preparation",
        N_("being prepared"),
        N_("It is being prepared; the work itself has not begun."),
    )
    PENDING = ("pending", N_("pending"), N_("It is planned or still to be settled; nobody has begun."))


class ReferenceRole(Term):
    """What a measure cites a council paper for."""

    BASIS = ("basis", N_("basis"), N_("The paper decides on the measure or orders it."))
    GOAL = ("goal", N_("goal"), N_("The paper sets the measure's goals."))
    VISION_SOURCE = ("vision_source", N_("source of the vision"), N_("The vision is taken from the paper."))
    MENTION = ("mention", N_("mention"), N_("The paper is named in connection with the measure."))


class GoalState(Term):
    """How far a goal of a year has come."""

    OPEN = ("open", N_("open"), N_("The year is not over or nobody has reviewed the goal yet."))
    REACHED = ("reached", N_("reached"), N_("The review found the goal reached."))
    MISSED = ("missed", N_("missed"), N_("The review found the goal not reached."))
    DROPPED = ("dropped", N_("dropped"), N_("The goal was given up."))


class GoalOutcome(Term):
    """What a review made of a goal."""

    KEPT = ("kept", N_("kept"), N_("The review left the goal as it was."))
    CHANGED = ("changed", N_("changed"), N_("The goal goes on with another wording, year or target."))
    REPLACED = ("replaced", N_("replaced"), N_("Other goals took its place."))
    DROPPED = ("dropped", N_("given up"), N_("The goal was given up and has no successor."))


class IndicatorOrigin(Term):
    """How a figure came about."""

    TYPED = ("typed", N_("typed"), N_("Somebody entered the figure; its source says from where."))
    COUNTED = ("counted", N_("counted"), N_("The figure was counted from data that its source names."))


class FundingState(Term):
    """Where the funding of a measure stands."""

    NONE = ("none", N_("no funding"))
    PLANNED = ("planned", N_("application planned"))
    APPLIED = ("applied", N_("applied for"))
    GRANTED = ("granted", N_("granted"))
    REJECTED = ("rejected", N_("rejected"))


class StatementKind(Term):
    """How a statement came about."""

    STAND = ("stand", N_("new Stand"))
    CORRECTION = ("correction", N_("correction"))
    BACKDATED = ("backdated", N_("added later"))
    WITHDRAWN = ("withdrawn", N_("withdrawn"))
    TOMBSTONE = ("tombstone", N_("removed"))


MEASURE_TYPE = "digitalisierungsmassnahme"
SOURCE_TYPE = "harvest"  # ckanext-harvest keeps each source as a dataset of this type
