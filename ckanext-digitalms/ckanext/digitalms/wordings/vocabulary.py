"""What is told of a wording beside its days: how exact it is, where it points, which rule read it."""

from __future__ import annotations

from enum import StrEnum

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Term


class Precision(Term):
    """How exact the named time is, from a day to years."""

    DAY = ("day", N_("a day"))
    WEEK = ("week", N_("a week"))
    PART_OF_MONTH = ("part_of_month", N_("a part of a month"))
    MONTH = ("month", N_("a month"))
    PERIOD = ("period", N_("some weeks or months"))
    QUARTER = ("quarter", N_("a quarter"))
    HALF = ("half", N_("half a year"))
    YEAR = ("year", N_("a year"))
    YEARS = ("years", N_("several years"))


class Bound(StrEnum):
    """Where a wording points from the time that it names."""

    WITHIN = "within"  # both days are those of the time
    BY = "by"  # an end: the latest day is the last of the time
    BEFORE = "before"  # an end: the latest day is the one before the time begins
    AFTER = "after"  # from the day after the time to the end of that year
    FROM = "from"  # a beginning without a latest day
    SINCE = "since"  # a beginning that lies behind


class Rule(Term):
    """Which rule read the named time; docs/dates.md describes each."""

    DAY = ("day", N_("day"))
    WEEK = ("week", N_("calendar week"))
    MONTH = ("month", N_("month"))
    QUARTER = ("quarter", N_("quarter"))
    THIRD = ("third", N_("third of a year"))
    HALF = ("half", N_("half-year"))
    SEASON = ("season", N_("season"))
    YEAR = ("year", N_("year"))
    SCHOOL = ("school", N_("school holidays"))
    FEAST = ("feast", N_("feast"))
    SITTINGS = ("sittings", N_("sitting calendar"))
    RELATIVE = ("relative", N_("counted from the Stand"))
