"""Which days a time means that was read from a text, and what is doubtful about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_, Message

from .chain_wordings import ChainWording, chosen
from .items import Item
from .relative import NEEDS_DAY
from .spans import ONE_DAY, Span
from .units import Unclear
from .vocabulary import Bound, Precision, Rule

_NO_SUCH_DAY = N_("“{wording}” is no day or week of the calendar, so nothing was read. Enter the days.")
_TWO_YEARS = N_("“{wording}” names two years that do not fit what is before them. Enter the days.")
_NO_YEAR = N_("“{wording}” names no year: {year} is the next that fits, counted from the Stand of {day}.")
_LAST_YEAR = N_("“{wording}” names no year: {year} is the last that fits, counted from the Stand of {day}.")
_NEEDS_YEAR = N_("“{wording}” names no year, and there is no Stand to count from. Enter the days.")
_WINTER = N_("“{wording}” is read as the winter that begins in {year}.")
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
    until = _span(wording, second, day, None, doubts)
    borrowed = None if begun.says_year or until is None else until.first.year
    since = _span(wording, begun, day, borrowed, doubts)
    if since and until and since.first > until.last and borrowed is not None:
        since = _span(wording, begun, day, borrowed - 1, doubts)
    if since is None or until is None:
        precision = Precision.PERIOD
        return Days(None, None, precision, begun.unit.rule, tuple(doubts)) if doubts else None
    if since.first > until.last:
        return None
    is_between = begun.lead is not None and begun.lead.words.startswith("zwischen")
    if is_between and begun.unit.is_exclusive and since.last < until.first:
        since = Span(since.last + ONE_DAY, since.last + ONE_DAY)  # between the holidays, not in them
    last = until.first - ONE_DAY if second.unit.is_exclusive and second.part is None else until.last
    if last < since.first:
        last = until.last
    precision = Precision.PERIOD if (last - since.first).days < 366 else Precision.YEARS
    return Days(since.first, last, precision, begun.unit.rule, _without_repeats(doubts))


def _without_repeats(doubts: list[Message]) -> tuple[Message, ...]:
    return tuple(one for place, one in enumerate(doubts) if one not in doubts[:place])


def days_of_sittings(
    wording: str, said: ChainWording, text: str, time: Item | None, day: date | None
) -> Days:
    """Return the days of the sitting that is meant, or those of the time that it is told by, with a doubt."""
    around = None if time is None else days_of(text, time, day)
    earliest, latest = (None, None) if around is None else (around.earliest, around.latest)
    is_before = time is not None and time.bound in (Bound.BEFORE, Bound.BY)
    begin = date(latest.year, 1, 1) if is_before and latest is not None and earliest is None else earliest
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
        if unit.is_winter and item.second is None:
            doubts.append(Message(_WINTER, {"wording": wording, "year": str(year)}))
        return _days_in(item, year)
    if day is None:
        raise Unclear(_NEEDS_YEAR, wording=wording)
    return _next(wording, item, day, doubts)


def _year_of(wording: str, item: Item, day: date | None, borrowed: int | None) -> int | None:
    if item.unit.year is not None:
        return item.unit.year
    if item.year is not None:
        if item.second is not None and not (item.unit.second and item.second == item.year + 1):
            raise Unclear(_TWO_YEARS, wording=wording)
        return item.year
    if item.year_step is not None:
        if day is None:
            raise Unclear(NEEDS_DAY, wording=wording)
        return day.year + item.year_step
    return borrowed


def _next(wording: str, item: Item, day: date, doubts: list[Message]) -> Span:
    """Return the days in the year that is meant: the next time after the paper, or the last one before it."""
    year, sentence = day.year, _NO_YEAR
    days = _days_in(item, year)
    if item.bound is Bound.SINCE or (item.step is not None and item.step < 0):
        is_ahead = days.first > day if item.bound is Bound.SINCE else days.last >= day
        year -= 1 if is_ahead else 0
        sentence = _LAST_YEAR
    elif item.step == 0:
        return days
    else:
        year += 1 if days.last < day else 0
        year += 1 if item.step == 2 else 0
    doubts.append(Message(sentence, {"wording": wording, "year": str(year), "day": day}))
    return days if year == day.year else _days_in(item, year)


def _days_in(item: Item, year: int) -> Span:
    days = item.unit.days(year, item.part)
    return days if item.until is None else Span(days.first, item.unit.days(year, item.until).last)


def _bounded(item: Item, span: Span, day: date | None) -> tuple[date | None, date | None]:
    """Return the days that a wording means, from those of the time that it names."""
    first, last, bound = span.first, span.last, item.bound
    if bound is Bound.BEFORE:
        return _not_after(day, first - ONE_DAY), first - ONE_DAY
    if bound is Bound.AFTER:
        end = date(last.year, 12, 31)
        return last + ONE_DAY, end if last < end else None
    if bound is Bound.BY:
        # "by the holidays" ends where they begin; "by the end of the quarter" where it ends
        latest = first - ONE_DAY if _ends_before(item) else last
        return _not_after(day, latest), latest
    if bound is Bound.FROM:
        return first, None  # a beginning: whatever comes later is not late
    if item.lead is not None and item.lead.words.startswith("noch"):
        return (max(first, day) if day and day <= last else first), last
    return first, last


def _ends_before(item: Item) -> bool:
    return item.unit.is_exclusive and item.part != "ende" and item.part != "mitte"


def _not_after(day: date | None, latest: date) -> date | None:
    return day if day and day <= latest else None
