"""Sittings of the council and its committees, and the chains in which a paper goes through them.

A chain (Gremienkette) is the committees' sittings since the council sat last and the council's own sitting
that ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_COUNCIL = re.compile(
    r"(?:(?:Stadt|Gemeinde)?rat|Kreistag|Stadtverordnetenversammlung|Bürgerschaft|Rats(?:sitzung|versammlung))\b",
    re.IGNORECASE,
)
_CANCELLED = re.compile(r"\b(?:entfällt|abgesagt|fällt aus|ausgefallen|verschoben)\b", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Sitting:
    """A sitting of a body on a day; ``is_council`` where it is the one that decides in the end."""

    day: date
    body: str
    is_council: bool = False


@dataclass(frozen=True)
class Chain:
    """Sittings that end with one of the council: the first day and the council's."""

    first: date
    council: date


def is_council(body: str, council: str) -> bool:
    """Return whether a body is the council: "Rat", "Stadtrat", "Kreistag", or as configured."""
    name = " ".join(body.split())
    return name.casefold() == council.casefold() or _COUNCIL.match(name) is not None


def is_cancelled(title: str) -> bool:
    """Return whether a calendar's entry says that the sitting does not take place."""
    return _CANCELLED.search(title) is not None


def chains(sittings: Iterable[Sitting]) -> list[Chain]:
    """Return the chains in the order of their council sittings; sittings that lead to none are left out."""
    found: list[Chain] = []
    first: date | None = None
    for sitting in sorted(set(sittings), key=lambda one: (one.day, one.is_council, one.body)):
        first = first or sitting.day
        if sitting.is_council:
            if not found or found[-1].council != sitting.day:
                found.append(Chain(first, sitting.day))
            first = None
    return found
