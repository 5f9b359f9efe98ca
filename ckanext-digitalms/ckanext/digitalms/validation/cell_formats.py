"""How the numbers of one column are written: a form is only if every cell fits.

A column that can be read in two ways (``1.250``) is never guessed: all forms that fit must give the same
values.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ckanext.digitalms.figures import SPACES, NumberForm

from .dialect import AUTO
from .units import unit_of, without_unit

_BEFORE = frozenset({"eur", "chf"})  # currencies that stand before their number
_COUNTED = 1000
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


NUMBER_FORMS = (
    NumberForm("."),
    NumberForm(","),
    NumberForm(",", "."),
    NumberForm(",", " "),
    NumberForm(".", ","),
    NumberForm(".", " "),
    NumberForm(".", "'"),
    NumberForm(",", "'"),
)
_SIGNS = SPACES | str.maketrans({"\u2212": "-", "\u2019": "'"})


@dataclass(frozen=True)
class NumberReading:
    """How the numbers of a column are read.

    Args:
        forms: those that fit every cell, or else the one that fits most.
        fits: whether every cell is a number.
        is_settled: whether all forms give the same values.
        unit: what stands beside each number, such as ``%``.
    """

    forms: tuple[NumberForm, ...]
    fits: bool
    is_settled: bool
    unit: str = ""

    def read(self, text: str) -> set[Decimal | None]:
        """Return the values that a cell may have; one that is no number has ``None``."""
        plain = _plain(text, self.unit)
        return {form.read(plain) for form in (self.forms[:1] if self.is_settled else self.forms)}


def is_number(text: str) -> bool:
    """Return whether a cell is a number in any form, with or without a unit, also if of two readings."""
    if text[:1].isalpha() and text[:3].casefold() not in _BEFORE:
        return False  # most texts
    plain = _plain(text, unit_of([text]))
    return any(form.fits(plain) for form in NUMBER_FORMS)


def read_numbers(
    texts: Sequence[str], decimal: str = AUTO, group: str | None = None, unit: str = ""
) -> NumberReading:
    """Find out how the numbers of a column are written.

    Args:
        texts: the cells that hold text, without the empty ones.
        decimal: the decimal character, if it is stated.
        group: the character between thousands, if it is stated; empty for none.
        unit: what stands beside the numbers.
    """
    allowed = [
        form
        for form in NUMBER_FORMS
        if decimal in (AUTO, form.decimal) and (group is None or group == form.group)
    ] or [NumberForm(decimal if decimal != AUTO else ".", group or "")]
    # whole numbers without groups read the same in every form
    plain: Counter[str] = Counter()
    for raw, times in Counter(texts).items():
        if not _WHOLE.fullmatch(text := _plain(raw, unit)):
            plain[text] += times
    fitting = list(allowed)
    for text in plain:
        fitting = [form for form in fitting if form.fits(text)]
        if not fitting:
            return NumberReading((_best(plain, allowed),), fits=False, is_settled=True, unit=unit)
    # a character that is before the decimals in one form and between thousands in another
    contested = {form.decimal for form in fitting} & {form.group for form in fitting}
    settled = not any(character in text for character in contested for text in plain)
    return NumberReading(tuple(fitting), fits=True, is_settled=settled, unit=unit)


def _plain(text: str, unit: str = "") -> str:
    plain = text.strip().translate(_SIGNS)
    return without_unit(plain, unit) if unit else plain


def _best(counted: Mapping[str, int], forms: Sequence[NumberForm]) -> NumberForm:
    """Return the form that most of the first cells have."""
    counted = dict(itertools.islice(counted.items(), _COUNTED))
    return max(forms, key=lambda form: sum(n for text, n in counted.items() if form.fits(text)))


def read_moment(text: str) -> datetime | None:
    """Return the moment in UTC, or ``None`` where a text is none with its time zone."""
    if not _MOMENT.fullmatch(text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
