"""How numbers are spelled: signs that look alike, years of two digits, periods that are no numbers."""

from __future__ import annotations

# \s knows the no-break, narrow and thin space; the zero-width ones come with text from the web
GAP = r"[\s\u200b\u2060\ufeff]{0,3}"
HYPHEN = r"[-\u00ad\u2010-\u2015\u2212]"
SLASH = r"[/\u2044\u2215\uff0f]"
_FIRST, _LAST = 1990, 2099
_CENTURY = 70


def full_year(text: str) -> int:
    """Return a year of two or four digits: 69 is 2069, 70 is 1970."""
    year = int(text)
    return year if year >= 100 else year + (2000 if year < _CENTURY else 1900)


def is_span_of_years(number: int, year: int) -> bool:
    """Tell 2019/2020 from a number: no council reaches number 1990 in the year before."""
    return _FIRST <= number <= year <= _LAST
