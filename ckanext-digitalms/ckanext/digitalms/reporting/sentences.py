"""Plain German by rules: numbers with their words, lists, days.

The paper is German whatever language somebody reads the catalogue in, so these are rules of German and no
translations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

__all__ = ["counted", "joined", "lateness", "number", "said", "short_day", "written_day"]

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
    *("November", "Dezember"),
)


def written_day(day: date) -> str:
    """Return a day in words: 14. März 2019."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date | None) -> str:
    """Return a day in figures: 14.03.2019; nothing for none."""
    return f"{day:%d.%m.}{day.year:04}" if day else ""


def number(value: Decimal | float | None) -> str:
    """Return a number as German writes it: 1.234,5; nothing for none."""
    if value is None:
        return ""
    plain = f"{Decimal(str(value)):,f}"
    whole, dot, rest = plain.partition(".")
    decimals = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if dot and decimals else "")


def counted(count: int, one: str, many: str) -> str:
    """Return words for a number: ``one`` for 1, else ``many`` with ``{n}``."""
    return one if count == 1 else many.format(n=number(count))


def joined(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: a, b und c."""
    return " und ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def said(text: str) -> str:
    """Return a text as a sentence: its first letter large, with a full stop at its end."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


def lateness(days: int) -> str:
    """Return in words how long the first unmet milestone is late; nothing where none is."""
    return counted(days, "seit einem Tag in Verzug", "seit {n} Tagen in Verzug") if days > 0 else ""
