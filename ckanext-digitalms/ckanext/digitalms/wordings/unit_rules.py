"""What each named time looks like: the patterns of the rules in :mod:`.units`.

A rule looks at one place of the text and reads a bounded piece of it, so a text is read in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from . import units
from .feasts import FEASTS
from .school import NAMES
from .units import MONTH, OS, SEASONS, TERMS, YEAR, S, Unit

_ORDINAL = r"(?:(?:erst|zweit|dritt|viert)e[nrsm]?|[1-4]\.|(?-i:III|II|IV|I)\.?)"
_JOIN = rf"(?:{OS}[/–-]{OS}|{S}(?:und|bis(?:{S}zum)?|oder|/){S})"
_WEEKDAYS = r"(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag|Mo|Di|Mi|Do|Fr|Sa|So)"
_DAY_NAME = rf"(?:{_WEEKDAYS}\b\.?,?{OS}(?:de[mnr]{S})?)?"
_NUMERIC = r"(?P<numeric>[01]?[0-9])\."
_NAMED = rf"(?P<month>{MONTH})"
_THE_YEAR = rf"(?P<year>{YEAR})(?![0-9])"
_OF_MONTH = rf"(?:{_NUMERIC}|{_NAMED})(?:{OS}{_THE_YEAR}|(?!{OS}[0-9]{{3}}|[0-9]))"
_DASH = rf"{OS}[–-]{OS}"
_WEEK = r"(?:KW|Kalenderwochen?)"
_WEEK_AFTER = rf"(?:(?:{_DASH}|{S}(?:bis|und){S})(?:KW{OS})?(?P<last>[0-5]?[0-9])\.?)?"
_YEAR_WORD = rf"(?:(?:(?:das|des|dem|den){S})?(?:Kalender|Haushalts|Geschäfts)?jahr(?:e?s|en?)?{S})"
_OF_YEAR = rf"{S}(?:(?:in|im|des){S})?(?:Jahre?s?{S})?{YEAR}"
_QUARTER = r"(?:Quartale?s?|Vierteljahr(?:e?s)?|Q\.)"
_HALVES = r"(?:Halbjahr(?:e?s)?|HJ|Hj\.?|Jahreshälfte|Hälfte)"
# "zweite Hälfte des Schuljahres", "der Ferien" is none of a year
_OF_THE_YEAR = (
    rf"(?!{S}(?:de[rs]|im|in{S}den){S}(?:\w{{1,15}}{S})?(?:\w{{0,15}}ferien|{'|'.join([*SEASONS, *TERMS])}))"
)
_FEASTS = "|".join(name.replace(" ", S) for name in sorted(FEASTS, key=len, reverse=True))
_LAST_OF = rf"(?:{_JOIN}(?P<last>{_ORDINAL}))?"
_NUMBER_OR_ROMAN = r"(?-i:[1-4]|III|II|IV|I)"

_PATTERNS: list[tuple[str, Callable[[re.Match[str]], Unit | None]]] = [
    (
        rf"{_DAY_NAME}(?P<day>[0-3]?[0-9])\.{OS}{_OF_MONTH}",
        units.day_of,
    ),
    (rf"(?P<year>{YEAR})-(?P<numeric>[01][0-9])-(?P<day>[0-3][0-9])(?P<month>)(?![0-9-])", units.day_of),
    (
        rf"(?P<day>[0-3]?[0-9])\.?(?:{_DASH}|/|{S}bis{S}(?:zum{S})?|{S}und{S})(?P<last>[0-3]?[0-9])\.{OS}{_OF_MONTH}",
        units.days_of_a_month_of,
    ),
    (rf"(?P<first>{_ORDINAL}){_LAST_OF}{S}{_QUARTER}(?!\w)", units.quarter_of),
    (rf"(?P<first>[1-4])\.?{_QUARTER}(?!\w)", units.quarter_of),
    (rf"Q\.?{OS}(?P<first>{_NUMBER_OR_ROMAN})(?!\w|/[1-4](?![0-9]))", units.quarter_of),
    (rf"Q(?P<first>[1-4])(?:/|{OS}[–-]{OS}|\+)Q?(?P<last>[1-4])(?!\w)", units.quarter_of),
    (rf"Quartal{S}(?P<first>{_NUMBER_OR_ROMAN})(?!\w)", units.quarter_of),
    (rf"(?P<first>(?-i:III|II|IV|I))\.?{OS}/{OS}{_THE_YEAR}(?!/)", units.quarter_of),
    (rf"(?P<first>(?-i:III|II|IV|I))\.?/(?P<last>(?-i:III|II|IV|I))\.?{S}{_THE_YEAR}(?!/)", units.quarter_of),
    (rf"(?P<first>[1-4])\.?{OS}Q(?!\w)", units.quarter_of),
    (rf"{_THE_YEAR}{OS}[/-]?{OS}Q(?P<first>[1-4])(?!\w)", units.quarter_of),
    (rf"(?P<first>{_ORDINAL}){_LAST_OF}{S}(?:Kalender)?{_HALVES}(?!\w){_OF_THE_YEAR}", units.half_of),
    (rf"(?:H|HJ{OS}|Halbjahr{S})(?P<first>[12]|(?-i:II|I))(?!\w)", units.half_of),
    (rf"(?P<first>{_ORDINAL}){S}(?:Jahresdrittel|Drittel|Tertial|Trimester)s?(?!\w)", units.third_of),
    (
        rf"letzte[nrsm]?{S}(?P<kind>Quartal|Halbjahr|Jahresdrittel|Drittel)(?:e?s)?(?={_OF_YEAR})",
        units.last_of,
    ),
    (rf"(?P<season>{'|'.join([*SEASONS, *TERMS])})e?s?(?!\w)", units.season_of),
    (rf"(?:Monate?s?{S})?{_NAMED}(?!\w)", units.month_of),
    (rf"(?P<number>[01]?[0-9])[/.]{OS}{_THE_YEAR}(?![/.][0-9])", units.month_in_figures_of),
    (rf"(?P<year>{YEAR})-(?P<number>[01][0-9])(?![0-9-])", units.month_in_figures_of),
    (
        rf"(?P<first>{_ORDINAL}){S}(?:{_NAMED}hälfte|Hälfte{S}(?:des{S})?(?P<whole>{MONTH}))(?!\w)",
        units.half_month_of,
    ),
    (
        rf"(?P<first>{_ORDINAL}){S}(?:Drittel|Dekade){S}(?:de[rs]{S})?(?:Monats{S})?{_NAMED}(?!\w)",
        units.third_of_month_of,
    ),
    (
        rf"{_WEEK}{OS}(?P<first>[0-5]?[0-9])\.?{_WEEK_AFTER}(?:/{OS}{_THE_YEAR})?(?!\w)",
        units.week_of,
    ),
    (
        rf"(?P<first>[0-5]?[0-9])\.(?:{_JOIN}(?P<last>[0-5]?[0-9])\.)?{OS}{_WEEK}(?!\w)",
        units.week_of,
    ),
    (rf"(?P<year>{YEAR})-W(?P<first>[0-5][0-9])(?!\w)", units.week_of),
    (rf"(?P<feast>{_FEASTS})(?:e?s)?(?!\w)", units.feast_of),
    (rf"(?P<kind>{'|'.join(NAMES)})(?:schul)?ferien(?!\w)", units.school_of),
    (r"(?:parlamentarischen?\s{1,9})?Sommerpause(?!\w)", units.recess_of),
    (r"Jahres(?P<edge>ende|mitte|anfang|beginn)s?(?!\w)", units.edge_of_year_of),
    (rf"Monats(?P<edge>ende|mitte|anfang|beginn){S}{_NAMED}(?!\w)", units.edge_of_month_of),
    (
        rf"{_YEAR_WORD}?{_THE_YEAR}(?![/-]?[0-9]|/)",
        units.year_of,
    ),
    (rf"(?P<year>{YEAR})(?=/[^\W\d])", units.year_of),
    (
        rf"(?:Jahre?n?{S})?(?P<year>{YEAR})(?:/(?P<last>{YEAR}|[0-9]{{2}})|-(?P<until>{YEAR}))(?![0-9/-])",
        units.years_of,
    ),
    (r"(?:Kalender|Haushalts)?jahre?s?(?!\w)", units.this_year_of),
]
_RULES = [(re.compile(pattern, re.IGNORECASE), build) for pattern, build in _PATTERNS]


@cache
def _any_rule() -> re.Pattern[str]:
    """Return one pattern that fits where any rule does: at most places of a text there is none."""
    unnamed = (re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern, _ in _PATTERNS)
    return re.compile("|".join(f"(?:{pattern})" for pattern in unnamed), re.IGNORECASE)


def units_at(text: str, place: int) -> Iterator[Unit]:
    """Read what time is named at a place: each rule that fits, in no order."""
    if _any_rule().match(text, place) is None:
        return
    for pattern, build in _RULES:
        match = pattern.match(text, place)
        unit = build(match) if match is not None else None
        if unit is not None:
            yield unit
