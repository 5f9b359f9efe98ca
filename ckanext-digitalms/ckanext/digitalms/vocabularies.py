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


class IndicatorDirection(Term):
    """Which way a figure is to go."""

    MORE = ("more", N_("more is better"), N_("The target is reached at this value or above it."))
    LESS = ("less", N_("less is better"), N_("The target is reached at this value or below it."))


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
    UPKEEP = ("upkeep", N_("kept up"))
    WITHDRAWN = ("withdrawn", N_("withdrawn"))
    TOMBSTONE = ("tombstone", N_("removed"))


MEASURE_TYPE = "digitalisierungsmassnahme"
SOURCE_TYPE = "harvest"  # ckanext-harvest keeps each source as a dataset of this type


class Technology(Term):
    """By which technology an area is supplied, as the Breitbandatlas tells them apart."""

    ALL = ("all", N_("all technologies"), N_("At least one technology reaches the speed."))
    WIRED = ("wired", N_("wired"), N_("DSL, cable or fibre reaches the speed."))
    WIRELESS = ("wireless", N_("wireless"), N_("Any technology without a cable reaches the speed."))
    MOBILE = ("mobile", N_("mobile"), N_("A mobile network reaches the speed."))
    DSL = ("dsl", N_("DSL"), N_("The telephone line reaches the speed."))
    CATV = ("catv", N_("cable television"), N_("The television cable (HFC) reaches the speed."))
    FTTHB = ("ftthb", N_("fibre to the building"), N_("Fibre ends in the flat or the building (FTTH/B)."))
    LTE = ("lte", N_("LTE"), N_("A mobile network of the fourth generation reaches the speed."))
    NR = ("5g", N_("5G"), N_("A mobile network of the fifth generation reaches the speed."))


class Customer(Term):
    """For whom a coverage counts."""

    PRIVATE = ("private", N_("private households"))
    BUSINESS = ("business", N_("companies"))
    COMMERCIAL_AREA = ("commercial_area", N_("companies in commercial areas"))
    SCHOOL = ("school", N_("schools"))
    HOSPITAL = ("hospital", N_("hospitals"))
    ANY = ("any", N_("all users"))


class Base(Term):
    """Of what a coverage is the share."""

    HOUSEHOLDS = ("households", N_("households"))
    PREMISES = ("premises", N_("business premises"))
    ADDRESSES = ("addresses", N_("addresses"))
    SITES = ("sites", N_("sites of the institutions"))
    AREA = ("area", N_("area"))


class ValueState(Term):
    """What a share says; never merged into 0."""

    MEASURED = ("measured", N_("measured"), N_("The share was counted; 0 means that nobody is supplied."))
    NOT_MEASURED = (
        "not_measured",
        N_("not measured"),
        N_("There is no figure for the area; a zero in all technologies means that, too."),
    )
    SUPPRESSED = ("suppressed", N_("suppressed"), N_("There is a figure, but the source does not tell it."))


_FREQUENCIES = "http://publications.europa.eu/resource/authority/frequency/"


class Frequency(Term):
    """How often data are renewed, by the European vocabulary."""

    CONTINUOUS = (f"{_FREQUENCIES}CONT", N_("continuous"))
    DAILY = (f"{_FREQUENCIES}DAILY", N_("daily"))
    MONTHLY = (f"{_FREQUENCIES}MONTHLY", N_("monthly"))
    QUARTERLY = (f"{_FREQUENCIES}QUARTERLY", N_("quarterly"))
    HALF_YEARLY = (f"{_FREQUENCIES}ANNUAL_2", N_("half-yearly"))
    YEARLY = (f"{_FREQUENCIES}ANNUAL", N_("yearly"))
    IRREGULAR = (f"{_FREQUENCIES}IRREG", N_("irregular"))


class AreaType(Term):
    """The level of an official key (AGS), told by its number of digits."""

    COUNTRY = ("country", N_("country"))
    STATE = ("state", N_("federal state"))
    REGION = ("region", N_("administrative region"))
    DISTRICT = ("district", N_("district or city without a district"))
    MUNICIPALITY = ("municipality", N_("municipality"))


# the whole country, which has no key of its own among those of two digits
COUNTRY_CODE, COUNTRY_NAME = "00", "Deutschland"
AREA_DIGITS = {2: AreaType.STATE, 3: AreaType.REGION, 5: AreaType.DISTRICT, 8: AreaType.MUNICIPALITY}


def area_type(code: str) -> AreaType:
    """Return the level of an official key; raises ``KeyError`` where its length is that of none."""
    return AreaType.COUNTRY if code == COUNTRY_CODE else AREA_DIGITS[len(code)]


# the speeds in Mbit/s that the Breitbandatlas and the Gigabit-Grundbuch have classes for
SPEED_CLASSES = (1, 2, 6, 8, 10, 16, 30, 50, 100, 200, 400, 500, 1000)
