"""What a person sees of a number in a spreadsheet, by the format of its cell (ECMA-376, 18.8.30 and 18.8.31).

A cell holds a number and a format that says how it is shown: as a day, with zeros in front, as a share. What
a format says that is not known here is told to the caller, who keeps the number as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

__all__ = ["Shown", "is_plain", "shown"]

_SIGN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|General|AM/PM|A/P|E[+-]|.', re.IGNORECASE | re.DOTALL)
_COLOUR = re.compile(r"\[(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DIGITS, _DATES = frozenset("0#?"), frozenset("ymdhs")
# shows nothing: a space as wide as a sign, a filling sign, a language
_SILENT = ("_", "*", "[$")
# what is shown as it stands without a quotation mark
_PLAIN = frozenset(" $-+/():!^&'~{}<>=€£¥.,")
_DAY_SECONDS = 86400
# the last day that a spreadsheet knows is 31.12.9999
_LAST_SERIAL = 2_958_465


@dataclass(frozen=True)
class Shown:
    """What is seen: a number, a day, a moment or a text; the stored number where that is not understood."""

    value: object
    is_understood: bool = True


@dataclass(frozen=True)
class _Section:
    """One of the parts of a format, which are for positive and negative numbers, and for zero.

    Args:
        template: digits of the integer part and what is shown between them, a character or text each.
        dates: runs of date letters in their order, such as ``("dd", "mm", "yyyy")``.
        elapsed: the unit of a duration, such as ``h``.
        percents: how many signs of percent multiply.
        is_understood: whether nothing else stands in it.
        is_padded: whether it shows more digits than the number may have, and nothing behind the point.
        is_blank: whether nothing stands in it, so that nothing is shown.
        word: what it shows in place of the number, such as ``ja``.
    """

    template: tuple[str, ...]
    dates: tuple[str, ...]
    elapsed: str
    percents: int
    is_understood: bool
    is_padded: bool
    is_blank: bool
    word: str


def shown(number: Decimal, code: str, *, is_1904: bool = False) -> Shown:
    """Return what a person sees of a number.

    Args:
        number: as it is stored.
        code: the format of its cell, such as ``00000`` or ``0.0%``.
        is_1904: whether the workbook counts days from 1904.
    """
    section = _chosen(number, _sections(code))
    if section.is_blank:
        return Shown(None)
    if not section.is_understood:
        return Shown(number, is_understood=False)
    if section.word:
        return Shown(section.word)
    if section.elapsed:
        return Shown(_duration(number, section))
    if section.dates:
        return _day(number, section, is_1904=is_1904)
    if section.is_padded:
        return _padded(number, section)
    return Shown(_times_hundred(number, section.percents))


@lru_cache(maxsize=500)
def is_plain(code: str) -> bool:
    """Return whether every number with a format is seen as it is stored, but for signs around it."""
    return not any(
        one.is_blank or one.word or one.dates or one.percents or one.is_padded or not one.is_understood
        for one in _sections(code)
    )


def _chosen(number: Decimal, sections: Sequence[_Section]) -> _Section:
    if number < 0 and len(sections) > 1:
        return sections[1]
    # a section that hides zero hides no number that anybody wrote there
    if number == 0 and len(sections) > 2 and not sections[2].is_blank:
        return sections[2] if sections[2].template else sections[0]
    return sections[0]


@lru_cache(maxsize=500)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[str]] = [[]]
    for sign in _SIGN.findall(code):
        if sign == ";":
            parts.append([])
        else:
            parts[-1].append(sign)
    return tuple(map(_section, parts[:3]))


def _section(signs: Sequence[str]) -> _Section:
    read = _Reading()
    for sign in signs:
        read.take(sign)
    return read.section(is_blank=not signs)


@dataclass
class _Reading:
    """A section while it is read, sign by sign."""

    template: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    elapsed: str = ""
    percents: int = 0
    is_general: bool = False
    is_understood: bool = True
    is_decimal: bool = False
    is_grouped: bool = False

    def take(self, sign: str) -> None:
        """Take one sign of the format, or what it puts in quotation marks or brackets."""
        low = sign.lower()
        if sign.startswith(_SILENT) or _COLOUR.fullmatch(sign):
            return
        if match := _ELAPSED.fullmatch(sign):
            self.elapsed = self.elapsed or match[1][0].lower()
            self.dates.append(match[1].lower())
        elif low in _DATES:
            if self.dates and self.dates[-1].startswith(low):
                self.dates[-1] += low
            else:
                self.dates.append(low)
        elif sign[0] in '"\\':
            self._text(sign.strip('"') if sign[0] == '"' else sign[1:])
        else:
            self._take_sign(low)

    def _text(self, text: str) -> None:
        if not self.is_decimal:
            self.template.append(text)
        if self.dates and self.dates[-1]:
            self.dates.append("")  # what follows is another run of letters

    def _take_sign(self, sign: str) -> None:
        if sign in {"general", "@"}:
            self.is_general = True
        elif sign == "%":
            self.percents += 1
        elif sign in {"e+", "e-"} or (sign == "." and self.template):
            self.is_decimal = True
        elif sign == "," and self.template and self.template[-1] in _DIGITS:
            self.is_grouped = True
            self.template.append(",")
        elif sign in _DIGITS or sign in _PLAIN:
            self._text(sign)
        elif sign not in {"am/pm", "a/p"}:
            self.is_understood = False

    def section(self, *, is_blank: bool) -> _Section:
        """Return what was read."""
        digits = [one for one in self.template if one in {*_DIGITS, ","}]
        runs = tuple(filter(None, self.dates))
        text = "".join(self.template).strip()
        is_word = not (digits or runs or self.is_general) and any(map(str.isalpha, text))
        is_other = self.is_decimal or self.is_grouped or self.percents or runs
        return _Section(
            template=tuple(filter(None, self.template)),
            dates=runs,
            elapsed=self.elapsed,
            percents=self.percents,
            # a comma behind the last digit divides by a thousand
            is_understood=self.is_understood and not (digits and digits[-1] == ","),
            is_padded=not is_other and self.template.count("0") > 1,
            is_blank=is_blank,
            word=text if is_word else "",
        )


def _times_hundred(number: Decimal, times: int) -> Decimal:
    """Return what signs of percent show: 0.125 is 12.5, and 1 is 100 and no power of ten."""
    shown = number.scaleb(2 * times)
    return shown if shown.as_tuple().exponent <= 0 else shown.quantize(Decimal(1))  # type: ignore[operator]


def _padded(number: Decimal, section: _Section) -> Shown:
    """Return the digits with the zeros and signs between them that the format shows."""
    if number < 0 or number != number.to_integral_value():
        return Shown(number, is_understood=False)
    places = sum(one in _DIGITS for one in section.template)
    digits = f"{number:f}".split(".", maxsplit=1)[0].rjust(places, "\0")
    first, rest = digits[: len(digits) - places + 1], iter(digits[len(digits) - places + 1 :])
    said, is_first = "", True
    for one in section.template:
        if one not in _DIGITS:
            said += one
            continue
        digit = first if is_first else next(rest)
        is_first = False
        said += "0" if digit == "\0" and one == "0" else digit.strip("\0")
    return Shown(said.strip())


def _duration(number: Decimal, section: _Section) -> object:
    """Return hours, minutes and seconds as the format shows them, such as ``42:00``."""
    total = int((abs(number) * _DAY_SECONDS).quantize(Decimal(1), ROUND_HALF_UP))
    sign = "-" if number < 0 and total else ""
    units = [run[0] for run in section.dates]
    if units == [section.elapsed]:
        return Decimal(f"{sign}{total // {'h': 3600, 'm': 60, 's': 1}[section.elapsed]}")
    hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
    if section.elapsed == "m":
        return f"{sign}{total // 60}:{seconds:02}"
    tail = f":{seconds:02}" if "s" in units else ""
    return f"{sign}{hours}:{minutes:02}{tail}"


def _day(number: Decimal, section: _Section, *, is_1904: bool) -> Shown:
    if not 0 <= number <= _LAST_SERIAL:
        return Shown(number, is_understood=False)
    days, of_day = divmod(int((number * _DAY_SECONDS).quantize(Decimal(1), ROUND_HALF_UP)), _DAY_SECONDS)
    kinds = _kinds(section.dates)
    if kinds <= {"h", "minute", "s"}:
        clock = _clock(of_day, with_seconds="s" in kinds)
        return Shown(clock if "h" in kinds else clock[3:])
    try:
        moment = from_excel(days, MAC_EPOCH if is_1904 else WINDOWS_EPOCH)
    except (OverflowError, ValueError, InvalidOperation):
        return Shown(number, is_understood=False)
    if not isinstance(moment, datetime):  # day 0 of the calendar: there is no such day
        return Shown(number, is_understood=False)
    if kinds == {"y"}:
        return Shown(Decimal(moment.year))
    day: date = moment.date()
    if not kinds & {"h", "s"} or not of_day:
        return Shown(day)
    return Shown(datetime.fromisoformat(f"{day.isoformat()}T{_clock(of_day, with_seconds=True)}"))


def _clock(seconds: int, *, with_seconds: bool) -> str:
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if with_seconds else text


def _kinds(runs: Sequence[str]) -> set[str]:
    """Return what the letters stand for; ``m`` beside hours or seconds is minutes."""
    kinds = set()
    for place, run in enumerate(runs):
        near = (runs[place - 1] if place else "", runs[place + 1] if place + 1 < len(runs) else "")
        is_minute = run[0] == "m" and len(run) < 3 and (near[0][:1] == "h" or near[1][:1] == "s")
        kinds.add("minute" if is_minute else run[0])
    return kinds
