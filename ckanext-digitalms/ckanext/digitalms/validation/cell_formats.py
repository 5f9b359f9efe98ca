"""How the cells of one column are written: numbers and days, recognised only if every cell fits.

A column that can be read in two ways (``1.250``) is never guessed: all forms that fit must give the same
values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from ckanext.digitalms.figures import SPACES, NumberForm

from .dialect import AUTO, GERMAN, ISO

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
DAYS = {
    ISO: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    GERMAN: re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"),
}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


NUMBER_FORMS = (
    NumberForm("."),
    NumberForm(","),
    NumberForm(",", "."),
    NumberForm(",", " "),
    NumberForm(".", ","),
    NumberForm(".", " "),
)


@dataclass(frozen=True)
class NumberReading:
    """How the numbers of a column are read.

    Args:
        forms: those that fit every cell, or else the one that fits most.
        fits: whether every cell is a number.
        is_settled: whether all forms give the same values.
    """

    forms: tuple[NumberForm, ...]
    fits: bool
    is_settled: bool

    def read(self, text: str) -> set[Decimal | None]:
        """Return the values that a cell may have; one that is no number has ``None``."""
        plain = _plain(text)
        return {form.read(plain) for form in (self.forms[:1] if self.is_settled else self.forms)}


def is_number(text: str) -> bool:
    """Return whether a cell is a number in any form, also where it may be read in two ways."""
    plain = _plain(text)
    return any(form.fits(plain) for form in NUMBER_FORMS)


def read_numbers(texts: Sequence[str], decimal: str = AUTO, group: str | None = None) -> NumberReading:
    """Find out how the numbers of a column are written.

    Args:
        texts: the cells that hold text, without the empty ones.
        decimal: the decimal character, if it is stated.
        group: the character between thousands, if it is stated; empty for none.
    """
    allowed = [
        form
        for form in NUMBER_FORMS
        if decimal in (AUTO, form.decimal) and (group is None or group == form.group)
    ] or [NumberForm(decimal if decimal != AUTO else ".", group or "")]
    # whole numbers without groups read the same in every form
    plain: Counter[str] = Counter()
    for raw, times in Counter(texts).items():
        if not _WHOLE.fullmatch(text := _plain(raw)):
            plain[text] += times
    fitting = list(allowed)
    for text in plain:
        fitting = [form for form in fitting if form.fits(text)]
        if not fitting:
            return NumberReading((_best(plain, allowed),), fits=False, is_settled=True)
    # a character that is before the decimals in one form and between thousands in another
    contested = {form.decimal for form in fitting} & {form.group for form in fitting}
    settled = not any(character in text for character in contested for text in plain)
    return NumberReading(tuple(fitting), fits=True, is_settled=settled)


def _plain(text: str) -> str:
    return text.strip().translate(SPACES)


def _best(counted: Mapping[str, int], forms: Sequence[NumberForm]) -> NumberForm:
    """Return the form that most cells have."""
    return max(forms, key=lambda form: sum(n for text, n in counted.items() if form.fits(text)))


def day_format(texts: Iterable[str], stated: str = AUTO) -> str:
    """Find out how the days of a column are written: the form that fits most cells, ISO if none does."""
    if stated != AUTO:
        return stated
    counted = dict.fromkeys(DAYS, 0)
    for text, times in Counter(texts).items():
        for form in DAYS:
            counted[form] += times * (read_day(text, form) is not None)
    return max(counted, key=lambda form: counted[form])


def read_day(text: str, form: str) -> date | None:
    """Return the day, or ``None`` where a text is none in this form."""
    pattern, plain = DAYS.get(form), text.strip()
    if pattern is not None and not pattern.fullmatch(plain):
        return None
    try:
        if pattern is None:
            return datetime.strptime(plain, form).date()
        # strptime takes ten times as long
        year, month, day = plain.split("-") if form == ISO else reversed(plain.split("."))
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """Return the moment in UTC, or ``None`` where a text is none with its time zone."""
    if not _MOMENT.fullmatch(text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
