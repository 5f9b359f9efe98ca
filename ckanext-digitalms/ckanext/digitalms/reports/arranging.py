"""Rows of a report put right by a person: joined with the one before, parted in two, moved up or down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckanext.digitalms.measures.keys import free_key
from ckanext.digitalms.messages import N_, Message

from .matching import leaves_status
from .proposal import ProposedMeasure, ProposedReport
from .status import is_settled, propose_status

PARTED = ("council_references", "goals", "steps", "milestones")


class ArrangementError(ValueError):
    """What is asked for cannot be done; :attr:`message` says why."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.message = Message(sentence, values)
        super().__init__(str(self.message))


def joined(report: ProposedReport, position: int) -> ProposedReport:
    """Add a row to the one before it; its title becomes a note there, and nothing of it is lost."""
    place = _place(report, position)
    if place == 0:
        raise ArrangementError(N_("There is no row before this one that it could be added to."))
    one, other = report.measures[place - 1], report.measures[place]
    words: dict[str, Any] = {
        name: "\n".join(filter(None, (getattr(one, name), getattr(other, name))))
        for name in ("notes", "vision")
    }
    lists: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(one, name), *getattr(other, name))))
        for name in (*PARTED, "partners")
    }
    single: dict[str, Any] = {name: getattr(one, name) or getattr(other, name) for name in _SINGLE}
    both = replace(
        one,
        **{**words, **lists, **single},
        key=other.key if other.known_as and not one.known_as else one.key,
        source=(*one.source, *other.source),
        fragments=(*one.fragments, *other.fragments),
        warnings=(*one.warnings, *other.warnings),
        checked=False,
    )
    both = _with_status(both, one, other)
    unused = [row.status_reason for row in (one, other) if row.status_reason != both.status_reason]
    both = replace(both, notes="\n".join(filter(None, (both.notes, other.title, *unused))))
    measures = [*report.measures[: place - 1], both, *report.measures[place + 1 :]]
    return replace(report, measures=_numbered(measures))


_SINGLE = (
    *("vision_year", "vision_source"),
    *("funding_state", "funding_amount", "funding_programme", "contact_function", "contact_email"),
    *("organisation", "status_reason", "known_as", "known_because"),
)


def parted(
    report: ProposedReport, position: int, title: str, rows: Mapping[str, Collection[int]]
) -> ProposedReport:
    """Make two rows of one: the named entries go to a new one below it, with a title of its own.

    Args:
        position: of the row.
        title: of the new row.
        rows: which entries of its lists go, by their places.
    """
    place = _place(report, position)
    one = report.measures[place]
    moving: dict[str, Any] = {
        name: tuple(row for at, row in enumerate(getattr(one, name)) if at in rows.get(name, ()))
        for name in PARTED
    }
    if not title.strip():
        raise ArrangementError(N_("Enter the title of the new row."))
    if not any(moving.values()):
        raise ArrangementError(N_("Tick what goes to the new row: at least one entry."))
    kept: dict[str, Any] = {
        name: tuple(row for at, row in enumerate(getattr(one, name)) if at not in rows.get(name, ()))
        for name in PARTED
    }
    key = free_key(title, [measure.key for measure in report.measures])
    new = ProposedMeasure(
        position=0, title=title.strip(), key=key, status=one.status, status_because=one.status_because,
        organisation=one.organisation, vision_year=one.vision_year, source=one.source, **moving,
    )  # fmt: skip
    rest = replace(one, **kept, checked=False)
    measures = [
        *report.measures[:place],
        _with_status(rest, one),
        _with_status(new, one),
        *report.measures[place + 1 :],
    ]
    return replace(report, measures=_numbered(measures))


def moved(report: ProposedReport, position: int, by: int) -> ProposedReport:
    """Move a row up (-1) or down (1); at the end it stays."""
    place = _place(report, position)
    measures = list(report.measures)
    other = min(max(place + by, 0), len(measures) - 1)
    measures[place], measures[other] = measures[other], measures[place]
    return replace(report, measures=_numbered(measures))


def _place(report: ProposedReport, position: int) -> int:
    for place, measure in enumerate(report.measures):
        if measure.position == position:
            return place
    raise ArrangementError(N_("There is no row {found}."), found=position)


def _with_status(measure: ProposedMeasure, *before: ProposedMeasure) -> ProposedMeasure:
    """Give a row the settled status of the rows that it was made of, else what its steps propose."""
    kept = next((row for row in before if _is_settled(row)), None)
    if kept is None and measure.known_as and not measure.steps:
        kept = next((row for row in before if leaves_status(row)), None)
    if kept:
        told = {name: getattr(kept, name) for name in ("status", "status_reason", "status_because")}
        return replace(measure, **told)
    status, because = propose_status(measure.steps)
    return replace(measure, status=status.value, status_because=because)


def _is_settled(row: ProposedMeasure) -> bool:
    return not leaves_status(row) and is_settled(row.status, row.status_because, row.steps)


def _numbered(measures: Sequence[ProposedMeasure]) -> tuple[ProposedMeasure, ...]:
    return tuple(replace(measure, position=number) for number, measure in enumerate(measures, start=1))
