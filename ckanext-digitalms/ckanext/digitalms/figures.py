"""Numbers that stand in a text from outside, read with bounds.

``Decimal("1e-200000000")`` is a small object that takes a gigabyte as soon as it is written out or brought to
the same exponent as another one: nothing of that kind becomes a number here.
"""

from __future__ import annotations

import re
from decimal import Decimal

LONGEST = 60
# Python alone would also take 1_0, NaN and the digits of other scripts
_WRITTEN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
# what is written out of a number has at most so many zeros before or behind its digits
_MOST_ZEROS = 60


def number_of(text: str) -> Decimal | None:
    """Return the number that a text says, or ``None`` where it says none or one that is out of all bounds."""
    if len(text) > LONGEST or not _WRITTEN.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number.adjusted()) <= _MOST_ZEROS else None
