"""Which days a time means that was read from a text, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from ckanext.digitalms.messages import N_, Message

from .chain_wordings import ChainWording, chosen
from .items import Item
from .relative import NEEDS_DAY
from .spans import ONE_DAY, Span
from .units import Unclear, Unit
from .vocabulary import Bound, Precision, Rule

_NO_SUCH_DAY = N_("“{wording}” is no day or week of the calendar, so nothing was read. Enter the days.")
_TWO_YEARS = N_("“{wording}” names two years that do not fit what is before them. Enter the days.")
_NO_YEAR = N_("“{wording}” names no year: {year} is the next that fits, counted from the Stand of {day}.")
_LAST_YEAR = N_("“{wording}” names no year: {year} is the last that fits, counted from the Stand of {day}.")
_NEEDS_YEAR = N_("“{wording}” names no year, and there is no Stand to count from. Enter the days.")
_RUNNING = N_("“{wording}” names no year: {year} is read, since {running} is running on the Stand of {day}.")
_ONE_OF_TWO = N_("“{wording}” names one year of two: {year} is read.")
_HALF_A_YEAR = timedelta(days=183)
_PARTS = {
    Precision.MONTH: Precision.PART_OF_MONTH,
    Precision.QUARTER: Precision.MONTH,
    Precision.WEEK: Precision.DAY,
}


@dataclass(frozen=True)
class Days:
    """The days, how exact the time is, by which rule, and doubts."""

    earliest: date | None
    latest: date | None
    precision: Precision
    rule: Rule
    doubts: tuple[Message, ...] = ()


def days_of(text: str, item: Item, day: date | None) -> Days:
    """Return the days of one time, seen from the day of the paper."""
    doubts: list[Message] = []
    span = _span(text[item.start : item.end], item, day, None, doubts)
    earliest, latest = (None, None) if span is None else _bounded(item, span, day)
    return Days(earliest, latest, _precision(item), item.unit.rule, tuple(doubts))


def _precision(item: Item) -> Precision:
    if item.part is None:
        return item.unit.precision
    if item.until is not None:
        return Precision.PERIOD
    is_day = item.unit.finer is None and item.part != "mitte"
    return Precision.DAY if is_day else _PARTS.get(item.unit.precision, Precision.PERIOD)


def days_of_range(text: str, begun: Item, second: Item, day: date | None) -> Days | None:
    """Return the days from one time to another; nothing where they are no range."""
    wording, doubts = text[begun.start : second.end], list[Message]()
    second = _of_its_kind(begun, second)
    since, until = _both(wording, begun, second, day, doubts)
    if since is None or until is None:
        precision = Precision.PERIOD
        return Days(None, None, precision, begun.unit.rule, tuple(doubts)) if doubts else None
    if since.first > until.last:
        return None
    is_between = begun.lead is not None and begun.lead.words.startswith("zwischen")
    if is_between and begun.unit.is_exclusive and since.last < until.first:
        since = Span(since.last + ONE_DAY, since.last + ONE_DAY)  # between the holidays, not in them
    last = until.first - ONE_DAY if _ends_before(second) and not _are_terms(begun, second) else until.last
    if last < since.first:
        last = until.last
    precision = Precision.PERIOD if (last - since.first).days < 366 else Precision.YEARS
    return Days(since.first, last, precision, begun.unit.rule, _without_repeats(doubts))


def _of_its_kind(begun: Item, second: Item) -> Item:
    """Return "2021/22" after "Schuljahre 2019/20 bis" as a school year."""
    unit = second.unit
    if begun.second is None or unit.year is None or unit.precision is not Precision.YEARS:
        return second
    if unit.span(unit.year).last.year != unit.year + 1:
        return second
    return replace(second, unit=begun.unit, year=unit.year, second=unit.year + 1)


def _are_terms(begun: Item, second: Item) -> bool:
    """Return whether a range is of terms or school years, which has the last one in it."""
    return begun.unit.is_exclusive and begun.unit.rule is second.unit.rule is Rule.SEASON


def _both(
    wording: str, begun: Item, second: Item, day: date | None, doubts: list[Message]
) -> tuple[Span | None, Span | None]:
    """Return the days of both times of a range: where one names no year, it is told by the other's."""
    if begun.says_year and not second.says_year and second.step is None:
        since, told = _span(wording, begun, day, None, doubts), list[Message]()
        until = since and _span(wording, second, since.first, None, told)
        doubts.extend([] if until else told)  # the year is none that was added
        return since, until
    until = _span(wording, second, day, None, doubts)
    if begun.says_year or until is None:
        return _span(wording, begun, day, None, doubts), until
    since = _span(wording, begun, day, until.first.year, doubts)
    if since and since.first > until.last:
        since = _span(wording, begun, day, until.first.year - 1, doubts)
    return since, until


def _without_repeats(doubts: list[Message]) -> tuple[Message, ...]:
    return tuple(one for place, one in enumerate(doubts) if one not in doubts[:place])


def days_of_sittings(
    wording: str, said: ChainWording, text: str, time: Item | None, day: date | None
) -> Days:
    """Return the days of the sitting that is meant, or those of the time that it is told by, with a doubt."""
    around = None if time is None else days_of(text, time, day)
    earliest, latest = (None, None) if around is None else (around.earliest, around.latest)
    is_before = time is not None and time.bound in (Bound.BEFORE, Bound.BY)
    begin = _begin(said, latest) if is_before and latest is not None and earliest is None else earliest
    no_time = around is not None and latest is None and earliest is None
    if no_time or (around is None and day is None):
        doubts = around.doubts if around is not None else (Message(NEEDS_DAY, {"wording": wording}),)
        return Days(None, None, Precision.PERIOD, Rule.SITTINGS, doubts)
    span, doubt = chosen(said, wording, begin, latest, day)
    doubts = (*(around.doubts if around else ()), *((doubt,) if doubt else ()))
    if span is None:
        return Days(earliest, latest, Precision.PERIOD, around.rule if around else Rule.SITTINGS, doubts)
    precision = Precision.PERIOD if said.is_chain else Precision.DAY
    return Days(span.first, span.last, precision, Rule.SITTINGS, doubts)


def _begin(said: ChainWording, latest: date) -> date:
    """Return from when on sittings are looked for that are told by what they were before."""
    begin = date(latest.year, 1, 1)
    # the last one before a day in January was in December
    return min(begin, latest - min(_HALF_A_YEAR, latest - date.min)) if said.which == "letzt" else begin


def _span(
    wording: str, item: Item, day: date | None, borrowed: int | None, doubts: list[Message]
) -> Span | None:
    try:
        return _span_of(wording, item, day, borrowed, doubts)
    except Unclear as unclear:
        doubts.append(unclear.message)
    except (ValueError, OverflowError):  # 31.02., the 53rd week of most years
        doubts.append(Message(_NO_SUCH_DAY, {"wording": wording}))
    return None


def _span_of(wording: str, item: Item, day: date | None, borrowed: int | None, doubts: list[Message]) -> Span:
    unit, year = item.unit, _year_of(wording, item, day, borrowed)
    if year is not None:
        if unit.crosses and item.second is None and borrowed is None:
            doubts.append(Message(_ONE_OF_TWO, {"wording": wording, "year": unit.years(year)}))
        return _days_in(item, year)
    if day is None:
        raise Unclear(_NEEDS_YEAR, wording=wording)
    return _next(wording, item, day, doubts)


def _year_of(wording: str, item: Item, day: date | None, borrowed: int | None) -> int | None:
    if item.unit.year is not None:
        return item.unit.year
    if item.year is not None:
        if item.second is not None and not (item.unit.crosses and item.second == item.year + 1):
            raise Unclear(_TWO_YEARS, wording=wording)
        return item.year
    if item.year_step is not None:
        if day is None:
            raise Unclear(NEEDS_DAY, wording=wording)
        return day.year + item.year_step
    return borrowed


def _next(wording: str, item: Item, day: date, doubts: list[Message]) -> Span:
    """Return the days of a time without a year: whichever is meant on the day of the paper, with its year."""
    running = None if item.step is None else _running(item.unit, day)
    year, sentence = _meant(item, running, day)
    if item.step != 0 or item.unit.crosses or sentence == _LAST_YEAR:  # "this summer" is of this year
        values: dict[str, object] = {"wording": wording, "year": item.unit.years(year), "day": day}
        if sentence == _RUNNING and running is not None:
            values["running"] = item.unit.years(running)
        doubts.append(Message(sentence, values))
    return _days_in(item, year)


def _meant(item: Item, running: int | None, day: date) -> tuple[int, str]:
    """Return the year in which the time begins that is meant, and the sentence that tells it.

    Steps ("next", "last") count whole times from the one that is running; without one what is named counts,
    so that "the beginning of the school year" is another one where that is over.
    """
    unit, step, days_in = item.unit, item.step, partial(_days_in, item)
    ahead, back = range(day.year - 1, day.year + 3), range(day.year + 1, day.year - 3, -1)
    if step is not None and step < 0:
        year = _first_year(unit.whole, back, lambda days: days.last < day)
        return year, _LAST_YEAR if running is None else _RUNNING
    if step is not None and step > 0:
        year = _first_year(unit.whole, ahead, lambda days: days.first > day) + step - 1
        return year, _NO_YEAR if running is None else _RUNNING
    if step == 0 and running is not None:
        return running, _NO_YEAR
    if item.bound is Bound.SINCE:
        return _first_year(days_in, back, lambda days: days.first <= day), _LAST_YEAR
    if step == 0:
        return day.year, _LAST_YEAR if unit.whole(day.year).last < day else _NO_YEAR
    if item.bound is Bound.BEFORE or (item.bound is Bound.BY and _ends_before(item)):
        return _first_year(days_in, ahead, lambda days: _day_before(item, days) >= day), _NO_YEAR
    if item.is_of_begin:
        days_in = partial(_days_in, replace(item, part="anfang"))
    return _first_year(days_in, ahead, lambda days: days.last >= day), _NO_YEAR


def _running(unit: Unit, day: date) -> int | None:
    for year in range(day.year - 1, day.year + 2):
        with suppress(Unclear, ValueError, OverflowError):
            days = unit.whole(year)
            if days.first <= day <= days.last:
                return year
    return None


def _first_year(days_in: Callable[[int], Span], years: Iterable[int], fits: Callable[[Span], bool]) -> int:
    """Return the first year whose time fits; those that have none (29.02., the 53rd week) are left out.

    Raises:
        Unclear: no table has the days of a year that may be meant; the first year is asked only since some
            times cross the new year.
        ValueError: none of these years has such a time.
    """
    for place, year in enumerate(years):
        try:
            if fits(days_in(year)):
                return year
        except Unclear:
            if place > 0:
                raise
        except (ValueError, OverflowError):
            continue
    raise ValueError


def _days_in(item: Item, year: int) -> Span:
    if item.unit.is_turn and item.bound is not Bound.WITHIN:
        last = date(year, 12, 31)
        return Span.of(last if item.bound in (Bound.BY, Bound.AFTER) else last + ONE_DAY)
    days = item.unit.days(year, item.part)
    return days if item.until is None else Span(days.first, item.unit.days(year, item.until).last)


def _bounded(item: Item, span: Span, day: date | None) -> tuple[date | None, date | None]:
    """Return the days that a wording means, from those of the time that it names."""
    first, last, bound = span.first, span.last, item.bound
    if bound is Bound.BEFORE:
        latest = _day_before(item, span)
        return _not_after(day, latest), latest
    if bound is Bound.AFTER:
        # what comes after a time in December need not come in the days that are left of the year
        return last + ONE_DAY, date(last.year, 12, 31) if last.month < 12 else None
    if bound is Bound.BY:
        # "by the holidays" ends where they begin; "by the end of the quarter" where it ends
        latest = first - ONE_DAY if _ends_before(item) else last
        return _not_after(day, latest), latest
    if bound is Bound.FROM:
        return first, None  # a beginning: whatever comes later is not late
    if item.lead is not None and item.lead.words.startswith("noch"):
        return (max(first, day) if day and day <= last else first), last
    return first, last


def _day_before(item: Item, span: Span) -> date:
    """Return the last day before a time; before an end is until then."""
    return span.last if item.part == "ende" or item.unit.is_end else span.first - ONE_DAY


def _ends_before(item: Item) -> bool:
    return item.unit.is_exclusive and item.part != "ende" and item.part != "mitte"


def _not_after(day: date | None, latest: date) -> date | None:
    return day if day and day <= latest else None
