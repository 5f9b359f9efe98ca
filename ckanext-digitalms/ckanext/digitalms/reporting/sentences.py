"""Plain German by rules: numbers with their words, days, and what is said of changes in sum.

The paper is German whatever language somebody reads the catalogue in, so these are rules of German and no
translations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ckanext.digitalms.comparison.kinds import ChangeKind

from .report import Change

__all__ = ["counted", "joined", "lateness", "number", "said", "short_day", "summary", "written_day"]

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
    *("November", "Dezember"),
)
# words for a number of changes of a kind: of one, of several
_COUNTED = {
    ChangeKind.NEW: ("eine Maßnahme kam hinzu", "{n} Maßnahmen kamen hinzu"),
    ChangeKind.FINISHED: ("eine Maßnahme abgeschlossen", "{n} Maßnahmen abgeschlossen"),
    ChangeKind.REACHED: ("ein Ergebnis erreicht", "{n} Ergebnisse erreicht"),
    ChangeKind.LATE: ("ein Termin ohne Ergebnis verstrichen", "{n} Termine ohne Ergebnis verstrichen"),
    ChangeKind.MOVED: ("ein Termin verschoben", "{n} Termine verschoben"),
    ChangeKind.STATUS: ("ein Sachstand geändert", "{n} Sachstände geändert"),
    ChangeKind.WORDING: ("ein Wortlaut geändert", "{n} Wortlaute geändert"),
    ChangeKind.ADDED: ("ein Eintrag ergänzt", "{n} Einträge ergänzt"),
    ChangeKind.GONE: ("ein Eintrag entfallen", "{n} Einträge entfallen"),
    ChangeKind.GOAL: ("ein Ziel fortgeschrieben", "{n} Ziele fortgeschrieben"),
    ChangeKind.INDICATOR: ("eine Kennzahl mit neuem Wert", "{n} Kennzahlen mit neuem Wert"),
    ChangeKind.COVERAGE: ("ein Versorgungswert geändert", "{n} Versorgungswerte geändert"),
}


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


def summary(changes: Sequence[Change], since: date) -> str:
    """Return the sentence on all changes since the report before.

    Args:
        changes: of all measures.
        since: the day of the report before.
    """
    counts = Counter(change.kind for change in changes)
    parts = [counted(counts[kind], *_COUNTED[kind]) for kind in ChangeKind if counts[kind]]
    if not parts:
        return f"Seit dem letzten Bericht vom {short_day(since)} hat sich nichts geändert."
    return f"Seit dem letzten Bericht vom {short_day(since)}: {joined(parts)}."
