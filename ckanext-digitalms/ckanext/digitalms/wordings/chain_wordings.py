"""Wordings that name sittings: "letzte Gremienkette vor den Sommerferien", "nächste Ratssitzung"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.council.sittings import Chain, chains
from ckanext.digitalms.messages import N_, Message

from .calendars import in_use
from .spans import Span
from .units import S

_CHAIN = (
    r"(?P<chain>Gremienkette|Sitzungskette|Beratungskette|Beratungsfolge|Gremienrunde|Sitzungsrunde|"
    r"Sitzungsfolge|Gremienlauf|Gremiendurchlauf)"
)
_SITTING = rf"(?:Ratssitzung|Sitzung{S}des{S}Rates|Ratstermin|Kreistagssitzung)"
_WHICH = r"(?:(?P<which>letzt|erst|zweit|nächst|kommend)e[nrsm]?)"
PATTERN = re.compile(
    rf"(?:(?:in|mit|zu|bis{S}zu|für|auf){S})?(?:(?:der|die|den|zur|dem){S}|zum{S}|zur{S}|im{S})?{_WHICH}{S}(?:{_CHAIN}|{_SITTING})(?!\w)",
    re.IGNORECASE,
)
NO_SITTINGS = N_(
    "“{wording}”: the sitting calendar has no sittings of that time. Check the days, or have the "
    "coordinators add the sittings."
)
_ENDS_EARLY = N_(
    "“{wording}”: the sitting calendar ends on {day}, so a later sitting may be meant. Check the days."
)
_NOT_SO_MANY = N_("“{wording}”: the sitting calendar has no such sitting. Enter the days.")


@dataclass(frozen=True)
class ChainWording:
    """What was said of sittings: which one, and whether the whole chain or the council's sitting alone."""

    start: int
    end: int
    which: str
    is_chain: bool


def chain_at(text: str, place: int) -> ChainWording | None:
    """Read what is said of sittings at a place; what follows ("vor den Sommerferien") is no part of it."""
    match = PATTERN.match(text, place)
    if match is None:
        return None
    return ChainWording(place, match.end(), match["which"].lower(), match["chain"] is not None)


def speaks_of_sittings(text: str) -> bool:
    """Return whether a text names sittings, so that the sitting calendar is worth asking for."""
    return PATTERN.search(text) is not None


def chosen(
    said: ChainWording, wording: str, earliest: date | None, latest: date | None, day: date | None
) -> tuple[Span | None, Message | None]:
    """Choose the sitting that is meant, among those of a time.

    Args:
        said: which one.
        wording: for the sentence.
        earliest: of the time; none: from the day of the paper on.
        latest: of the time; none: without an end.
        day: of the paper.

    Returns:
        its days (of a chain from its first committee to the council), or a sentence why there are none.
    """
    known = chains(in_use().sittings)
    first, last = earliest or day or date.min, latest or date.max
    if not _covers(known, first, last):
        return None, Message(NO_SITTINGS, {"wording": wording})
    meant = [chain for chain in known if first <= chain.council <= last]
    places = {"letzt": -1, "erst": 0, "nächst": 0, "kommend": 0, "zweit": 1}
    place = places[said.which]
    if not meant or (place == 1 and len(meant) < 2):
        return None, Message(_NOT_SO_MANY, {"wording": wording})
    chain = meant[place]
    ends_early = place == -1 and latest is not None and max(one.council for one in known) <= latest
    doubt = Message(_ENDS_EARLY, {"wording": wording, "day": known[-1].council}) if ends_early else None
    return Span(chain.first if said.is_chain else chain.council, chain.council), doubt


def _covers(known: Sequence[Chain], first: date, last: date) -> bool:
    return any(first <= chain.council <= last for chain in known)
