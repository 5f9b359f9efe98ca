"""Recognises measures that the catalogue has already, by their papers and their title.

A known measure gets a statement, never a twin; each is recognised at most once per report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from ckanext.digitalms.measures.keys import keys_for
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import ReferenceRole

from .proposal import ProposedMeasure, ProposedReport
from .status import propose_status

# a vision is shared by many measures, and a mention says nothing about whose paper it is
_IDENTIFYING = frozenset({ReferenceRole.BASIS.value, ReferenceRole.GOAL.value})
_ALIKE = 0.9
_RATHER_ALIKE = 0.5
_AS_KNOWN = N_("The report says nothing of the status: that of the catalogue stays.")


@dataclass(frozen=True)
class Known:
    """A measure of the catalogue: its key, its title, the papers that it rests on, and its status."""

    measure_id: str
    title: str
    references: frozenset[str] = frozenset()
    status: str = ""
    status_reason: str = ""


@dataclass(frozen=True)
class _Match:
    score: float
    place: int
    known: Known
    because: Message


def identifying(rows: Iterable[tuple[str | None, str | None]]) -> frozenset[str]:
    """Pick the papers that tell a measure from others out of (reference, role)."""
    return frozenset(reference for reference, role in rows if reference and role in _IDENTIFYING)


def recognise(report: ProposedReport, known: Sequence[Known], taken: Container[str] = ()) -> ProposedReport:
    """Mark the measures of a report that are known, and give the others keys that are free.

    Args:
        known: the measures of the catalogue.
        taken: other keys that no new measure can have.
    """
    cited = Counter(reference for one in known for reference in one.references)
    candidates = [
        match
        for place, measure in enumerate(report.measures)
        for one in known
        if (match := _match(place, measure, one, cited))
    ]
    chosen: dict[int, _Match] = {}
    used: set[str] = set()
    for match in sorted(candidates, key=lambda m: (-m.score, m.place)):
        if match.place not in chosen and match.known.measure_id not in used:
            chosen[match.place] = match
            used.add(match.known.measure_id)
    return replace(report, measures=tuple(_marked(report.measures, chosen, known, taken)))


def _marked(
    measures: Sequence[ProposedMeasure],
    chosen: dict[int, _Match],
    known: Sequence[Known],
    taken: Container[str],
) -> Iterable[ProposedMeasure]:
    used = {one.measure_id for one in known}
    for place, measure in enumerate(measures):
        if match := chosen.get(place):
            key = match.known.measure_id
            marked = replace(measure, key=key, known_as=key, known_because=match.because)
            yield with_status_of(match.known, marked)
        else:
            key = next(key for key in keys_for(measure.title) if key not in used and key not in taken)
            used.add(key)
            yield replace(measure, key=key, known_as=None, known_because=None)


def with_status_of(known: Known | None, measure: ProposedMeasure) -> ProposedMeasure:
    """Propose the status that a measure has where the report says nothing of it; a new one is planned."""
    status, because = propose_status(())
    is_silent = (measure.status, measure.status_because) == (status.value, because)
    if not is_silent and not leaves_status(measure):
        return measure
    if known is None or not known.status:
        return replace(measure, status=status.value, status_reason="", status_because=because)
    because = _as_known(known.status, known.status_reason)
    return replace(measure, status=known.status, status_reason=known.status_reason, status_because=because)


def leaves_status(measure: ProposedMeasure) -> bool:
    """Return whether the status is only what the catalogue had: neither the report nor a person says it."""
    return measure.status_because == _as_known(measure.status, measure.status_reason)


def _as_known(status: str, reason: str) -> Message:
    # its values are not told: by them a status that was typed since is another
    return Message(_AS_KNOWN, {"status": status, "status_reason": reason})


def _match(place: int, measure: ProposedMeasure, known: Known, cited: Counter[str]) -> _Match | None:
    own = identifying((row.reference, row.role) for row in measure.council_references)
    shared = sorted(own & known.references)
    alike = _alikeness(measure.title, known.title)
    if alike == 1:
        because = Message(N_("The title is the same."))
        return _Match(3 + len(shared), place, known, because)
    sole = [reference for reference in shared if cited[reference] == 1]
    if sole or (shared and alike >= _RATHER_ALIKE):
        because = Message(N_("It rests on the same paper ({papers})."), {"papers": ", ".join(shared)})
        return _Match(1 + len(sole) + alike, place, known, because)
    if alike >= _ALIKE:
        return _Match(alike, place, known, Message(N_("The title is nearly the same.")))
    return None


def _alikeness(one: str, other: str) -> float:
    first, second = _letters(one), _letters(other)
    if first == second:
        return 1.0 if first else 0.0
    return min(SequenceMatcher(None, first, second, autojunk=False).ratio(), 0.99)


def _letters(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))[:300]
