"""What the history of a measure tells of each milestone: what was first promised, how often it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from .history import Statement
from .record import Milestone, measure_from_content
from .revisions import Stand, promises

_FIELDS = ("measure_id", "title", "milestones")


@dataclass(frozen=True)
class Facts:
    """What became known of a milestone over time.

    Args:
        first_latest: the first latest day that it got; none where it never had one.
        first_as_of: the Stand that promised it.
        moved: how often that day was moved.
        sequence: how often anything that a calendar shows of it changed.
        changed_at: when we learnt the last such change, or of the milestone at all.
    """

    first_latest: date | None
    first_as_of: date | None
    moved: int
    sequence: int
    changed_at: datetime


def facts(statements: Iterable[Statement]) -> dict[tuple[str, str], Facts]:
    """Return the facts of all milestones.

    Args:
        statements: of any measures, those of one together, in the order of their days.

    Returns:
        by the measure's key and the milestone's id.
    """
    found: dict[tuple[str, str], Facts] = {}
    told = (one for one in statements if one.content is not None)
    for measure_id, same in groupby(told, key=lambda one: one.measure_id):
        for milestone_id, fact in _of_measure(_stands(same)).items():
            found[measure_id, milestone_id] = fact
    return found


def _stands(statements: Iterable[Statement]) -> list[Stand]:
    """Return the Stands with their milestones alone: nothing else is read of them."""
    days = groupby(sorted(statements, key=lambda s: (s.as_of, s.statement_id)), key=lambda s: s.as_of)
    last_of_days = [list(same)[-1] for _, same in days]
    return [Stand(last, measure_from_content(last.content or {}, _FIELDS)) for last in last_of_days]


def _of_measure(history: list[Stand]) -> dict[str, Facts]:
    promised = promises(history)
    shown: dict[str, tuple[object, ...]] = {}
    sequence: dict[str, int] = {}
    changed: dict[str, datetime] = {}
    for stand in history:
        for milestone in stand.measure.milestones:
            key = milestone.id or ""
            if key and shown.get(key) != _shown(milestone):
                sequence[key] = sequence.get(key, -1) + 1
                changed[key] = stand.statement.recorded_at
                shown[key] = _shown(milestone)
    return {
        key: Facts(
            promised[key].latest if key in promised else None,
            promised[key].as_of if key in promised else None,
            len(promised[key].shifts) if key in promised else 0,
            number,
            changed[key],
        )
        for key, number in sequence.items()
    }


def _shown(milestone: Milestone) -> tuple[object, ...]:
    return (
        milestone.title,
        milestone.date_text,
        milestone.earliest,
        milestone.latest,
        milestone.met_on,
        milestone.reason,
    )
