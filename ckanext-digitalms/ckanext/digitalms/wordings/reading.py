"""Finds wordings of dates in German texts and says which days they mean; docs/dates.md has the rules.

A wording without a year means its next occurrence that is not over on the day of the paper; a doubt says so.
Each place of a text is looked at once and a bounded piece of it is read, so this is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ckanext.digitalms.measures.years import is_possible
from ckanext.digitalms.messages import N_, Message

from .chain_wordings import chain_at
from .days_of import Days, days_of, days_of_range, days_of_sittings
from .feasts import FEASTS
from .items import Item, item_at
from .leads import hedge_at, is_hedged, lead_at
from .relative import OF_YEAR, STEPS
from .school import NAMES
from .units import MONTH, MONTHS, OS, SEASONS, SHORT_MONTHS, TERMS, YEAR, S, month_number
from .vocabulary import Bound, Precision, Rule

# how a date can begin; what begins otherwise is not looked at, which is most of a text
_LEADING = (
    r"(?:bis|spätestens|längstens|noch|möglichst|vor|rechtzeitig|kurz|unmittelbar|direkt|nicht|nach|gleich|"
    r"frühestens|im|ab|beginnend|seit|während|innerhalb|zwischen|vo[mn]|per|zu[mr]?|in|a[mn]|mit|gegen|um|für|"
    r"auf|Jahres?|Jahren?)(?!\w)"
)
_NAMES = (
    *(
        "Anfang",
        "Beginn",
        "Mitte",
        "Ende",
        "erst",
        "zweit",
        "dritt",
        "viert",
        "Quartal",
        "Halbjahr",
        "Hj",
        "KW",
    ),
    *("Kalender", "Haushalts", "Geschäfts", "Monat", "Jahres", "parlament", "Sommerpause"),
    *(*STEPS, *OF_YEAR, *MONTHS),
    *(*SEASONS, *TERMS, *NAMES, *(feast.split()[0] for feast in FEASTS), *SHORT_MONTHS),
)
_SIGNED = r"(?-i:[0-9]|[QH]\.?\s?[0-9I]|I{1,3}[./\s–-]|IV)"
_BEGIN = "|".join([_SIGNED, _LEADING, *map(re.escape, _NAMES)])
# not within a number of a paper, nor the month of a day ("5. April 2019")
_START = re.compile(rf"(?<![\w/.\-])(?<![0-9]\.\s)(?={_BEGIN})", re.IGNORECASE)
_JOIN = re.compile(
    rf"{S}(?P<word>bis|und|sowie){S}|{OS}(?P<dash>[–—-]){OS}|{OS}(?P<slash>/){OS}", re.IGNORECASE
)
_ONLY_PART = N_("Only “{wording}” was read of “{text}”.")
_SIGNS = r"[\s.,;:()!?*–-]*+"
_WORDS_AFTER = (
    r"(?:geplant|vorgesehen|voraussichtlich|angestrebt|erwartet|geschätzt|Plan|Ziel|laufend|fortlaufend|an|"
    r"hinaus|herum|erstmals|einschließlich|inklusive)"
)
_HOUR = r"(?:(?:um )?[0-2]?[0-9](?:[:.][0-9]{2})? ?Uhr)?"
_REST = re.compile(rf"{_SIGNS}{_HOUR}{_SIGNS}(?:{_WORDS_AFTER}{_SIGNS}){{0,3}}", re.IGNORECASE)
_BEGINNING = re.compile(
    r"[\s(]*(?:(?:geplant|vorgesehen|angestrebt|erwartet|Termin|Zeitraum|Start|erst|bereits|schon|"
    r"für(?: das| den| die)?)\b[\s:]*){0,2}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DateWording:
    """A date in a text: ``text[start:end]`` is ``wording``.

    Args:
        earliest, latest: the days that it means; none where it names no such side or nothing is known.
        precision: how exact the named time is.
        bound: where it points from that time.
        rule: that read the time.
        is_expected: whether it is only expected ("voraussichtlich", "ca.").
        doubts: what somebody should look at.
    """

    wording: str
    start: int
    end: int
    earliest: date | None
    latest: date | None
    precision: Precision = Precision.DAY
    bound: Bound = Bound.WITHIN
    rule: Rule = Rule.DAY
    is_expected: bool = False
    doubts: tuple[Message, ...] = ()


def find_dates(text: str, report_date: date | None) -> list[DateWording]:
    """Find wordings of dates, leftmost and longest first.

    Args:
        text: one or more German sentences.
        report_date: the Stand of the report; without it only wordings with a year get days.
    """
    return list(_found(text, report_date))


def read_wording(text: str, day: date | None) -> DateWording | None:
    """Read what somebody typed as the wording of a date: all of it is one, or one stands in it.

    Args:
        text: as typed.
        day: the Stand, from which wordings without a year and relative ones count.

    Returns:
        the date; nothing where none is understood or there are several: that is to be asked.
    """
    beginning = _BEGINNING.match(text)
    places = [beginning.end() if beginning else 0, len(text) - len(text.lstrip())]
    for place in dict.fromkeys(places):
        found = _at(text, _after_hedges(text, place), day, is_whole=True)
        if found is not None and _REST.fullmatch(text, found.end):
            return replace(found, is_expected=is_hedged(text, 0, len(text)))
    dates = find_dates(text, day)
    if len(dates) != 1:
        return None
    part = Message(_ONLY_PART, {"wording": dates[0].wording, "text": text.strip()})
    return replace(dates[0], doubts=(*dates[0].doubts, part))


def _after_hedges(text: str, place: int) -> int:
    for _ in range(3):
        end = hedge_at(text, place)
        place = end + (len(text[end : end + 9]) - len(text[end : end + 9].lstrip())) if end > place else place
    return place


def _found(text: str, day: date | None) -> Iterator[DateWording]:
    end = 0
    for start in _START.finditer(text):
        found = _at(text, start.start(), day, is_whole=False) if start.start() >= end else None
        if found is not None:
            end = found.end
            yield found


def _at(text: str, place: int, day: date | None, *, is_whole: bool) -> DateWording | None:
    sittings = _sittings_at(text, place, day)
    if sittings is not None:
        return sittings
    item = item_at(text, place, day, is_whole=is_whole)
    joined = _joined(text, place, item, day, is_whole)
    if joined is not None:
        return joined
    return None if item is None else _told(text, item.start, item.end, item, days_of(text, item, day))


def _joined(
    text: str, place: int, first: Item | None, day: date | None, is_whole: bool
) -> DateWording | None:
    """Read a range: "Mai bis August 2019", "Ende 2019/Anfang 2020", "vom 1.3. bis zum 30.6.2019"."""
    begun = first or item_at(text, place, day, is_whole=True)
    if begun is None or begun.bound not in (Bound.WITHIN, Bound.FROM, Bound.SINCE):
        return None
    join = _JOIN.match(text, begun.end)
    if join is None:
        return None
    is_until = (join["word"] or "").lower() == "bis"
    second = item_at(text, join.start("word") if is_until else join.end(), day, is_whole=True)
    if second is None or not _belong_together(begun, second, join, is_whole):
        return None
    if first is None and not (is_whole or _are_dates(begun, second, join)):
        return None
    days = days_of_range(text, begun, second, day)
    return None if days is None else _told(text, begun.start, second.end, begun, days)


def _belong_together(begun: Item, second: Item, join: re.Match[str], is_whole: bool) -> bool:
    if join["word"] and join["word"].lower() == "bis":
        return second.bound is Bound.BY
    if second.lead is not None:
        return False
    if join["word"]:
        is_between = begun.lead is not None and begun.lead.words.startswith("zwischen")
        return is_between or (not begun.says_year and begun.unit.rule is second.unit.rule)
    if join["slash"] and second.unit.rule in (Rule.YEAR, Rule.DAY) and second.part is None:
        return False  # "2019/2020" and numbers of papers
    return is_whole or begun.says_year or second.says_year or begun.lead is not None


def _are_dates(begun: Item, second: Item, join: re.Match[str]) -> bool:
    """Return whether two times that are none by themselves in running text are dates together."""
    if begun.unit.rule is not second.unit.rule:
        return False
    if begun.unit.is_weak and not second.says_year:
        return False  # "3.1. bis 3.4." counts sections
    return join["word"] is not None or begun.unit.rule is not Rule.YEAR


def _sittings_at(text: str, place: int, day: date | None) -> DateWording | None:
    said = chain_at(text, place)
    if said is None:
        return None
    gap = re.compile(r"\s{0,9}").match(text, said.end)
    time = item_at(text, gap.end() if gap else said.end, day, is_whole=True)
    if time is None or (time.lead is None and time.unit.year is None):
        time = None
    end = said.end if time is None else time.end
    bound = lead_at(text, place)
    days = days_of_sittings(text[place:end], said, text, time, day)
    points = bound.bound if bound is not None and bound.bound is Bound.BY else Bound.WITHIN
    return DateWording(
        text[place:end],
        place,
        end,
        days.earliest,
        days.latest,
        days.precision,
        points,
        days.rule,
        is_hedged(text, place, end),
        days.doubts,
    )


def _told(text: str, start: int, end: int, item: Item, days: Days) -> DateWording:
    expected = is_hedged(text, start, end)
    wording = text[start:end]
    return DateWording(
        wording,
        start,
        end,
        days.earliest,
        days.latest,
        days.precision,
        item.bound,
        days.rule,
        expected,
        days.doubts,
    )


_PLAIN_DAY = re.compile(
    rf"(?<![0-9./])(?P<day>[0-3]?[0-9])\.\s?(?:(?P<numeric>[01]?[0-9])\.\s?|(?P<month>{MONTH})\s+)(?P<year>{YEAR})(?![0-9])"
)


def find_days(text: str) -> list[tuple[date, int, int]]:
    """Find plain days such as 14.03.2019 or 14. März 2019 with their places."""
    found = []
    for match in _PLAIN_DAY.finditer(text):
        number = int(match["numeric"]) if match["numeric"] else month_number(match["month"])
        try:
            found.append((date(int(match["year"]), number, int(match["day"])), match.start(), match.end()))
        except ValueError:
            continue
    return found


_UNREAD_YEAR = re.compile(
    rf"(?<![0-9./])(?:[0-3]?[0-9]\.\s?(?:[01]?[0-9]\.\s?|{MONTH}\s+)(?P<of_day>[0-9]{{4}})|"
    r"[0-3][0-9]\.[01][0-9]\.(?P<short>[0-9]{2})|"
    r"(?:Vision|Jahre?s?|Quartals?|Halbjahr(?:e?s)?|Anfang|Mitte|Ende)\s+(?P<bare>[0-9]{4}))"
    r"(?![0-9/]|\.[0-9])"
)


def unread_years(text: str) -> list[str]:
    """Find dates whose year cannot be meant, or has two digits only: nothing is read from them."""
    told = []
    for match in _UNREAD_YEAR.finditer(text):
        year = match["short"] or match["of_day"] or match["bare"]
        if match["short"] or not is_possible(int(year)):
            told.append(match[0])
    return list(dict.fromkeys(told))
