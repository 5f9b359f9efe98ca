"""One change between two days, and the measure on both of them from which changes are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ckanext.digitalms.measures.revisions import Shift
from ckanext.digitalms.messages import Message

from .kinds import ChangeKind

_PLACE = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True)
class Change:
    """What changed.

    Args:
        kind: what sort of change it is.
        measure_id: of which measure.
        field: of the record (``vision``), of a row (``milestones.latest``), a list where a whole row came or
            went (``steps``), ``coverage``, or nothing where the measure itself came or went.
        sentence: tells it, without the name of the measure.
        row: the id of the row.
        name: what the row is called, as it was last.
        before: the value on the earlier day as plain JSON; nothing where there was none.
        after: the value on the later day.
        days: by how many days a date moved (less than 0: earlier), how late a milestone was met, or for how
            many days one has been late.
        times: how often a date moved in between.
        reason: why, as it was typed.
        outcome: what became of a goal: a :class:`GoalOutcome`, a :class:`GoalState`, or ``new``.
        breaks: the two values come from different editions' methods or sources, so the difference may too.
    """

    kind: ChangeKind
    measure_id: str
    field: str
    sentence: Message
    row: str | None = None
    name: str = ""
    before: Any = None
    after: Any = None
    days: int | None = None
    times: int = 0
    reason: str = ""
    outcome: str = ""
    breaks: bool = False


@dataclass(frozen=True)
class Pair:
    """A measure on both days, as the catalogue tells it.

    Args:
        before: on the earlier day.
        after: on the later day.
        shifts: of its milestones in between, by the milestone's id.
        series: of its links to coverage with their figures up to the later day.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    shifts: Mapping[str, Sequence[Shift]] = field(default_factory=dict)
    series: Sequence[Mapping[str, Any]] = ()

    @property
    def days(self) -> tuple[date, date]:
        """Return the two days."""
        return date.fromisoformat(self.before["judged_on"]), date.fromisoformat(self.after["judged_on"])

    def change(self, kind: ChangeKind, field: str, sentence: Message, **more: Any) -> Change:
        """Return a change of this measure."""
        return Change(kind, self.after["measure_id"], field, sentence, **more)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Put changes in the order in which they are told; equal kinds stay as they came."""
    return sorted(changes, key=lambda change: _PLACE[change.kind])
