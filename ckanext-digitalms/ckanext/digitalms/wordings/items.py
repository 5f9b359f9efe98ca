"""One dated piece of a text: words before it, a part ("Mitte"), the time, its year; not yet its days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from .leads import Lead, hedge_at, lead_at
from .relative import ADJECTIVE, OF_YEAR, STEPS, YEARLY, duration_at, now_at, period_at
from .unit_rules import units_at
from .units import OS, YEAR, S, Unit
from .vocabulary import Bound, Rule

_GAP = re.compile(r"\s{1,9}")
_PART = re.compile(
    rf"(?:(?:zu|gegen){S})?(?P<part>Anfang|Beginn|Mitte|Ende)(?!\w)"
    rf"(?:(?:{OS}[/–-]{OS}|{S}(?:bis|oder|und){S})(?P<until>Mitte|Ende)(?!\w))?(?:{S}(?:de[mnrs]|von|vom)(?!\w))?",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(rf"(?:{ADJECTIVE}|{YEARLY})(?!\w)", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:de[mnrs]|die|das)(?!\w)", re.IGNORECASE)
_YEAR_AFTER = re.compile(
    rf"(?:,?{S}(?:(?:in|im|des|vom){S})?(?:Jahr(?:e?s)?{S})?|{OS}/{OS}|-|,{OS})(?P<year>{YEAR})(?:/(?P<second>{YEAR}|[0-9]{{2}}))?"
    r"(?![0-9]|/[0-9])",
    re.IGNORECASE,
)
_THAT_YEAR = re.compile(
    rf"{S}(?:(?:in|im|des|de[mnr]){S})?(?:{ADJECTIVE}{S}Jahr(?:e?s|e)?|(?P<this>d\.\s?J\.))(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """A time as it is said: ``text[start:end]``."""

    start: int
    end: int
    unit: Unit
    lead: Lead | None = None
    part: str | None = None
    until: str | None = None
    step: int | None = None
    year: int | None = None
    second: int | None = None
    year_step: int | None = None

    @property
    def bound(self) -> Bound:
        """Where it points; without a word before it, within."""
        return self.lead.bound if self.lead else Bound.WITHIN

    @property
    def is_of_begin(self) -> bool:
        """Whether a winter is meant by its begin: "ab dem Winter" in January is the next one."""
        is_winter = self.unit.crosses and not self.unit.is_turn and self.unit.rule is Rule.SEASON
        words = set(self.lead.words.split()) if self.lead else set()
        return is_winter and self.part is None and not words.isdisjoint({"ab", "bis", "zum"})

    @property
    def says_year(self) -> bool:
        """Whether it needs no year from elsewhere."""
        return self.year is not None or self.year_step is not None or self.unit.year is not None


def item_at(text: str, place: int, day: date | None, *, is_whole: bool) -> Item | None:
    """Read the time at a place, the longest that fits.

    Args:
        text: one or more German sentences.
        place: where it begins.
        day: of the paper, from which relative times count.
        is_whole: whether somebody typed a wording and nothing else, so that a bare "2019" is meant as one.
    """
    if is_whole:
        counted = _counted(text, place, day)
        if counted is not None:
            return counted
    items = (item for lead in (lead_at(text, place), None) for item in _items(text, place, lead, day))
    fitting = [item for item in items if is_whole or _stands_in_text(item)]
    return max(fitting, key=lambda item: (item.end, item.lead is not None), default=None)


def _counted(text: str, place: int, day: date | None) -> Item | None:
    now = now_at(text, place, day)
    if now is not None:
        return Item(place, now.end, now, Lead(Bound.FROM, now.end, "ab"))
    said = duration_at(text, place, day)
    return None if said is None else Item(place, said[0].end, said[0])


def _stands_in_text(item: Item) -> bool:
    """Return whether a time in running text is one: with a word before it, or with its year."""
    unit = item.unit
    if unit.is_weak and item.part is None:
        return False
    if item.lead is not None or item.part is not None or unit.is_plain:
        return True
    return unit.rule is not Rule.DAY and unit.rule is not Rule.YEAR and item.says_year and unit.year != 0


def _items(text: str, place: int, lead: Lead | None, day: date | None) -> Iterator[Item]:
    start = place
    if lead is not None:
        gap = _GAP.match(text, lead.end)
        if gap is None:
            return
        place = _after_hedge(text, gap.end())
    part = _PART.match(text, place)
    if part is not None:
        gap = _GAP.match(text, part.end())
        if gap is None:
            return
        place = gap.end()
    place = _after(text, place, _ARTICLE)
    said = part["part"].lower().replace("beginn", "anfang") if part else None
    until = part["until"].lower() if part and part["until"] else None
    relative = period_at(text, place, day)
    if relative is not None:
        yield Item(start, relative.end, relative, lead, said, until)
    places: list[tuple[int, int | None, int | None]] = [(place, None, None)]
    adjective = _ADJECTIVE.match(text, place)
    gap = _GAP.match(text, adjective.end()) if adjective else None
    if adjective is not None and gap is not None:
        word, yearly = adjective["step"] or "", adjective["yearly"] or ""
        places.append((gap.end(), STEPS.get(word.lower()), OF_YEAR.get(yearly.lower())))
    for here, step, year_step in places:
        for unit in units_at(text, here):
            part_said = said or _begin_of(unit, lead)
            item = Item(start, unit.end, unit, lead, part_said, until, step, year_step=year_step)
            yield _with_year(text, item)


def _begin_of(unit: Unit, lead: Lead | None) -> str | None:
    """Return the begin for "zum Schuljahr", "ab dem Schuljahr": until or when it begins, not within it."""
    is_to = lead is not None and bool({"zum", "ab"} & set(lead.words.split()))
    return "anfang" if is_to and unit.rule is Rule.SEASON and unit.is_exclusive else None


def _after_hedge(text: str, place: int) -> int:
    end = hedge_at(text, place)
    gap = _GAP.match(text, end) if end > place else None
    return gap.end() if gap else place


def _after(text: str, place: int, pattern: re.Pattern[str]) -> int:
    match = pattern.match(text, place)
    gap = _GAP.match(text, match.end()) if match else None
    return gap.end() if gap else place


def _with_year(text: str, item: Item) -> Item:
    if item.unit.year is not None:
        return item
    found = _YEAR_AFTER.match(text, item.end)
    if found is not None:
        year = int(found["year"])
        second = found["second"]
        last = None if second is None else int(found["year"][: 4 - len(second)] + second)
        return replace(item, end=found.end(), year=year, second=last)
    that = _THAT_YEAR.match(text, item.end)
    if that is not None:
        step = 0 if that["this"] else STEPS[that["step"].lower()]
        return replace(item, end=that.end(), year_step=step)
    return item
