"""Numbers that stand in a text from outside: written by programs, in the cells of a table, typed by people.

What a program writes is read with bounds (:func:`number_of`): ``Decimal("1e-200000000")`` is a small object
that takes a gigabyte as soon as it is written out or brought to the same exponent as another one. What stands
in a cell has a form (:class:`NumberForm`); what a person types has that of the language of the page
(:func:`read_typed`), and what could as well be meant in the other way is not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from babel.numbers import format_decimal

LONGEST = 60
# what a spreadsheet and most programs keep of a number
MAX_DIGITS = 15
MAX_DECIMALS = 30
# Python alone would also take 1_0, NaN and the digits of other scripts
_WRITTEN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
# what is written out of a number has at most so many zeros before or behind its digits
_MOST_ZEROS = 60
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})
_TYPED = SPACES | str.maketrans({"\u2019": "'", "\u2212": "-"})
_OTHER = {",": ".", ".": ","}
_AMOUNT = re.compile(
    r"(?:€|EUR\b)?\s*(?P<number>[^\sA-Za-z€](?:[^A-Za-z€]*[^\sA-Za-z€])?)\s*"
    r"(?P<scale>Tsd\b\.?|Tausend|thousand|Mio\b\.?|Millionen|Million|Mrd\b\.?|Milliarden|Milliarde)?"
    r"\s*(?:€|EUR|Euros?)?",
    re.IGNORECASE,
)
_SCALES = {"t": 3, "mio": 6, "millionen": 6, "million": 6, "mrd": 9, "milliarden": 9, "milliarde": 9}


def number_of(text: str) -> Decimal | None:
    """Return the number that a text says, or ``None`` where it says none or one that is out of all bounds."""
    if len(text) > LONGEST or not _WRITTEN.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number.adjusted()) <= _MOST_ZEROS else None


@dataclass(frozen=True)
class NumberForm:
    """What stands before the decimals, and between the thousands (may be nothing).

    Args:
        is_padded: also takes zeros in front and a plus, as programs and people write them: up to 15 digits
            before and behind. Otherwise a text with them is none, since it may be a key such as ``05515``.
    """

    decimal: str
    group: str = ""
    is_padded: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sign, whole, decimals = "-?", r"0|[1-9][0-9]*", "[0-9]+"
        if self.is_padded:
            sign, whole, decimals = "[+-]?", f"[0-9]{{1,{MAX_DIGITS}}}", f"[0-9]{{1,{MAX_DIGITS}}}"
        if self.group:
            whole += rf"|[1-9][0-9]{{0,2}}(?:{re.escape(self.group)}[0-9]{{3}})+"
        return re.compile(rf"{sign}(?:{whole})(?:{re.escape(self.decimal)}{decimals})?")

    def fits(self, text: str) -> bool:
        """Return whether a text is a number in this form, of at most 15 digits."""
        if len(text) > MAX_DIGITS:
            return self.read(text) is not None
        return self._pattern.fullmatch(text) is not None

    def read(self, text: str) -> Decimal | None:
        """Return the number, or ``None`` where a text is none in this form or has too many digits."""
        if not self._pattern.fullmatch(text):
            return None
        plain = text.replace(self.group, "") if self.group else text
        number = Decimal(plain.replace(self.decimal, "."))
        return number if len(text) <= MAX_DIGITS or self.is_padded or is_plain(number) else None


def is_plain(number: Decimal) -> bool:
    """Return whether a number is kept by every program: at most 15 digits, not too many decimals."""
    if len(text := str(number)) <= MAX_DIGITS and "E" not in text and number.is_finite():
        return True  # nearly every number, and its parts take three times as long
    told = number.as_tuple()
    if not isinstance(told.exponent, int):
        return False  # NaN, Infinity
    return len(told.digits) + max(told.exponent, 0) <= MAX_DIGITS and told.exponent >= -MAX_DECIMALS


@dataclass(frozen=True)
class Typed:
    """What a number says that a person typed.

    Args:
        value: the number; ``None`` where the text is none as this language writes it.
        otherwise: what it would be where comma and point stand for each other; ``None`` where that is none
            or the same.
    """

    value: Decimal | None
    otherwise: Decimal | None = None


def read_typed(text: str, decimal: str) -> Typed:
    """Read a number as people write it: ``1.250``, ``1 250``, ``1'250,5`` with a decimal comma.

    Args:
        text: as typed, without a unit.
        decimal: the comma or the point, as the language of the page writes decimals.
    """
    plain = text.strip().translate(_TYPED)
    if len(plain) > LONGEST:
        return Typed(None)
    value, otherwise = _read(plain, decimal), _read(plain, _OTHER[decimal])
    return Typed(value, None if otherwise == value else otherwise)


def read_amount(text: str, decimal: str) -> Typed:
    """Read an amount of money: a number, perhaps with ``€`` and ``Tsd.``, ``Mio.`` or ``Mrd.``."""
    match = _AMOUNT.fullmatch(text.strip().translate(_TYPED)) if len(text) <= LONGEST else None
    if match is None:
        return Typed(None)
    read, scale = read_typed(match["number"], decimal), (match["scale"] or "").rstrip(".").casefold()
    factor = Decimal(10) ** _SCALES.get("t" if scale.startswith("t") else scale, 0)
    value, otherwise = (None if one is None else one * factor for one in (read.value, read.otherwise))
    return Typed(value, otherwise)


def write(number: Decimal, decimal: str) -> str:
    """Write a number without thousands, so that :func:`read_typed` reads the same again."""
    return f"{number.normalize():f}".replace(".", decimal)


def in_language(number: Decimal, locale: str, pattern: str | None = None) -> str:
    """Write a number as a language does, with all its digits.

    Args:
        number: to be written.
        locale: the language, as Babel names it.
        pattern: of Babel; by default that of the language.
    """
    return str(format_decimal(number, format=pattern, locale=locale, decimal_quantization=False))


def legible(mean: float) -> float:
    """Round what was divided to six digits that say something, and at least to three decimals."""
    return round(mean, max(3, 5 - Decimal(str(mean)).adjusted()))


def _read(text: str, decimal: str) -> Decimal | None:
    readings = (form.read(text) for form in _forms_of_people(decimal))
    number = next((number for number in readings if number is not None), None)
    return number if number is None or abs(number) < Decimal(10) ** MAX_DIGITS else None


@cache
def _forms_of_people(decimal: str) -> tuple[NumberForm, ...]:
    groups = ("", _OTHER[decimal], " ", "'")
    return tuple(NumberForm(decimal, group, is_padded=True) for group in groups)
