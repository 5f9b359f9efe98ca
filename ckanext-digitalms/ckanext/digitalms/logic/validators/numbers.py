"""Validators of numbers: from the API as programs write them, from a form as its language writes them.

A form says with :func:`typed_in` which sign stands before its decimals. Without it a number is one of
JSON, or a text that looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.figures import MAX_DIGITS, Typed, number_of, read_amount, read_typed, write
from ckanext.digitalms.measures import years
from ckanext.digitalms.messages import Message, translate

__all__ = [
    "digitalms_amount",
    "digitalms_months",
    "digitalms_number",
    "digitalms_percent",
    "digitalms_signed_number",
    "digitalms_whole",
    "digitalms_year",
]

Reader = Callable[[str, str], Typed]
_KEY = "digitalms_decimal"
_PERCENT = re.compile(r"\s*(?:%|Prozent|percent)$", re.IGNORECASE)
_MONTHS = re.compile(r"\s*(?:Monate?|months?)$", re.IGNORECASE)


def typed_in(context: Context, decimal: str) -> Context:
    """Return the context of somebody who typed numbers into a form.

    Args:
        decimal: the comma or the point that stands before decimals in the language of the form.
    """
    return cast("Context", {**context, _KEY: decimal})


def reader_of(validator: object) -> Reader | None:
    """Return how the numbers of a validator are read in a form; ``None`` for one of other things."""
    return _READERS.get(validator)


def _number(value: Any, context: Context, read: Reader = read_typed) -> Decimal | None:
    """Read a number; nothing is none.

    Raises:
        tk.Invalid: a text is no number, or may be two.
    """
    text = str(value).strip()
    decimal = str(context.get(_KEY) or "") if isinstance(value, str) else ""
    if not text:
        return None
    found = read(text, decimal) if decimal else Typed(number_of(text))
    if found.value is not None and abs(found.value) < Decimal(10) ** MAX_DIGITS:
        return found.value
    told = {"found": str(value)[:40], "example": f"12{decimal or '.'}5"}
    if found.value is None and found.otherwise is not None:
        told |= {"one": write(found.otherwise, decimal), "other": re.sub(r"[.,]", "", text)[:40]}
        message = tk._(
            "“{found}” can be read in two ways: write {one}, or {other} without a sign between the digits."
        )
    elif decimal:
        message = tk._("“{found}” is no number: enter digits, such as 40 or {example}.")
    else:
        message = tk._("“{found}” is no number: send one as JSON writes it, such as 40 or {example}.")
    raise tk.Invalid(message.format(**told))


def _plain(number: Decimal | None) -> str:
    return "" if number is None else write(number, ".")


def _from_zero(number: Decimal | None, value: Any) -> str:
    if number is not None and number < 0:
        raise tk.Invalid(tk._("“{found}” is less than 0: enter 0 or more.").format(found=str(value)[:40]))
    return _plain(number)


def _without(unit: re.Pattern[str]) -> Reader:
    return lambda text, decimal: read_typed(unit.sub("", text), decimal)


_percent, _months = _without(_PERCENT), _without(_MONTHS)


def digitalms_number(value: Any, context: Context) -> str:
    """Take a number of 0 or more; return plain digits."""
    return _from_zero(_number(value, context), value)


def digitalms_signed_number(value: Any, context: Context) -> str:
    """Take a number, also below 0; return plain digits."""
    return _plain(_number(value, context, _percent))


def digitalms_amount(value: Any, context: Context) -> str:
    """Take an amount in euros; a form also takes “€”, “Tsd.”, “Mio.” and “Mrd.”."""
    return _from_zero(_number(value, context, read_amount), value)


def digitalms_percent(value: Any, context: Context) -> str:
    """Take a share from 0 to 100."""
    number = _number(value, context, _percent)
    if number is not None and not 0 <= number <= 100:
        message = tk._("“{found}” is no share: enter a number from 0 to 100, or leave the field empty.")
        raise tk.Invalid(message.format(found=str(value)[:40]))
    return _plain(number)


def digitalms_whole(value: Any, context: Context) -> str:
    """Take a whole number of 0 or more."""
    number = _number(value, context)
    if number is None:
        return ""
    if number != number.to_integral_value() or not 0 <= number < 10_000:
        message = tk._("“{found}” is no whole number from 0 to 9999.")
        raise tk.Invalid(message.format(found=str(value)[:40]))
    return str(int(number))


def digitalms_months(value: Any, context: Context) -> str:
    """Take a number of months from 1 to 120; nothing stays nothing."""
    number = _number(value, context, _months)
    if number is None:
        return ""
    if number != number.to_integral_value() or not 1 <= number <= 120:
        message = tk._("“{found}” is no number of months from 1 to 120.")
        raise tk.Invalid(message.format(found=str(value)[:40]))
    return str(int(number))


def digitalms_year(value: Any) -> str:
    """Take a year of four digits that can be meant; nothing stays nothing."""
    text = str(value).strip()
    read = years.read_year(text) if text else ""
    if isinstance(read, Message):
        raise tk.Invalid(translate(read, tk._))
    return str(read)


_READERS: dict[object, Reader] = {
    digitalms_number: read_typed,
    digitalms_signed_number: _percent,
    digitalms_amount: read_amount,
    digitalms_percent: _percent,
    digitalms_whole: read_typed,
    digitalms_months: _months,
}
