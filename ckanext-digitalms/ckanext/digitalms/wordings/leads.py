"""The words before a time that say where it points: "bis spätestens", "noch vor den", "ab", "seit dem"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .units import S
from .vocabulary import Bound

HEDGE = (
    r"(?:voraussichtlich|vorauss\.|vsl\.|etwa|ca\.|circa|ungefähr|möglichst|planmäßig|rund|wohl|vermutlich|"
    r"wahrscheinlich|geplant|angestrebt|eventuell|evtl\.|frühestmöglich)"
)
_ARTICLE = r"(?:de[mnrs]|die|das)"
_IN = (
    rf"(?:zum|zur|zu(?:{S}{_ARTICLE})?|im(?:{S}(?:Laufe|Verlaufe?){S}de[rs])?|in(?:{S}{_ARTICLE})?|am|an|mit(?:{S}{_ARTICLE})?|"
    rf"gegen|um)"
)
_MORE = rf"(?:{S}{HEDGE})?"
# the first that fits is taken
_LEADS: list[tuple[Bound, str]] = [
    (
        Bound.BEFORE,
        rf"(?:(?:noch|rechtzeitig|kurz|unmittelbar|direkt|bis|spätestens){S})?vor(?:{S}{_ARTICLE})?",
    ),
    (Bound.FROM, rf"nicht{S}vor(?:{S}{_ARTICLE})?"),
    (
        Bound.AFTER,
        rf"(?:(?:kurz|unmittelbar|direkt|gleich|frühestens){S})?nach(?:{S}{_ARTICLE})?|im{S}Anschluss{S}an(?:{S}{_ARTICLE})?",
    ),
    (
        Bound.BY,
        rf"(?:(?:spätestens|längstens|noch|möglichst){S})?bis(?:{S}(?:spätestens|einschließlich|einschl\.|inklusive))?{_MORE}(?:{S}{_IN})?(?:{S}{_ARTICLE})?",
    ),
    (Bound.BY, rf"spätestens{_MORE}(?:{S}{_IN})?"),
    (
        Bound.FROM,
        rf"(?:frühestens{S})?ab(?:{S}(?:spätestens|frühestens))?{_MORE}(?:{S}{_ARTICLE})?|frühestens(?:{S}{_IN})?|beginnend{S}(?:ab|mit|im)",
    ),
    (Bound.SINCE, rf"seit(?:{S}{_ARTICLE})?"),
    (
        Bound.WITHIN,
        rf"noch(?:{S}{_IN})?|während{S}{_ARTICLE}|innerhalb{S}(?:{_ARTICLE}|von)|zwischen(?:{S}{_ARTICLE})?|vom|von|per|im{S}Zeitraum(?:{S}vo[mn])?",
    ),
    (Bound.WITHIN, rf"{_IN}"),
]
_PATTERNS = [(bound, re.compile(rf"(?:{pattern})(?!\w)", re.IGNORECASE)) for bound, pattern in _LEADS]
_HEDGED = re.compile(rf"{HEDGE}(?!\w)", re.IGNORECASE)
# what stands right before a wording; the longest of these has 16 letters
_BEFORE = re.compile(rf"{HEDGE}(?:{S}(?:erst|schon))?\s{{0,9}}\Z", re.IGNORECASE)
_LONGEST = 40


@dataclass(frozen=True)
class Lead:
    """Where a time points, and the words that say so: ``text[place:end]``."""

    bound: Bound
    end: int
    words: str


def lead_at(text: str, place: int) -> Lead | None:
    """Read the words before a time; the longest that fit."""
    found = ((bound, pattern.match(text, place)) for bound, pattern in _PATTERNS)
    leads = [Lead(bound, match.end(), match[0].lower()) for bound, match in found if match]
    return max(leads, key=lambda lead: lead.end, default=None)


def hedge_at(text: str, place: int) -> int:
    """Return where a word such as "voraussichtlich" ends, or the place itself."""
    match = _HEDGED.match(text, place)
    return match.end() if match else place


def is_hedged(text: str, start: int, end: int) -> bool:
    """Return whether a wording is expected only: in it, or right before it."""
    before = _BEFORE.search(text[max(0, start - _LONGEST) : start])
    return before is not None or _HEDGED.search(text[start:end]) is not None
