"""What changed between the days of two reports, as sentences: of each measure, and in sum."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.vocabularies import StepState

from .report import Change
from .sentences import counted, number, short_day, summary

__all__ = ["Since"]


@dataclass(frozen=True)
class Since:
    """What changed since a day.

    Args:
        day: of the report before.
        changes: by measure, in the order of their kinds.
        missing: the measures that are no longer told, with their titles.
    """

    day: date
    changes: Mapping[str, tuple[Change, ...]]
    missing: Mapping[str, str]

    @classmethod
    def between(
        cls, day: date, before: Mapping[str, Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
    ) -> Since:
        """Compare the measures of two days, as the catalogue tells them."""
        changes = {one["measure_id"]: _changes(before.get(one["measure_id"]), one) for one in after}
        missing = {key: one["title"] for key, one in before.items() if key not in changes}
        return cls(day, changes, missing)

    def of(self, key: str) -> tuple[Change, ...]:
        """Return the changes of a measure."""
        return self.changes.get(key, ())

    def gone(self, wanted: Collection[str] = ()) -> tuple[Change, ...]:
        """Return a sentence for each measure that is gone; of those that are wanted, if any are named."""
        return tuple(
            Change(ChangeKind.GONE, f"Nicht mehr im Katalog: {title}.")
            for key, title in self.missing.items()
            if not wanted or key in wanted
        )

    def summary(self, told: Collection[str], wanted: Collection[str] = ()) -> str:
        """Return the sentence on all changes of the measures that are told."""
        every = [change for key, several in self.changes.items() if key in told for change in several]
        return summary([*every, *self.gone(wanted)], self.day)


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    if before is None:
        return (Change(ChangeKind.NEW, "Die Maßnahme ist neu."),)
    order = list(ChangeKind)
    found = [Change(kind, text) for kind, text in _all(before, after)]
    return tuple(sorted(found, key=lambda change: order.index(ChangeKind(change.kind))))


def _all(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[ChangeKind, str]]:
    if after["status"] == "done" != before["status"]:
        yield ChangeKind.FINISHED, "Die Maßnahme ist umgesetzt."
    known = {row["id"]: row for row in before["steps"]}
    for row in after["steps"]:
        was = known.get(row["id"], {}).get("state")
        if row["state"] == StepState.DONE != was:
            yield ChangeKind.REACHED, f"Umgesetzt: {row['text']}."
    yield from _milestones(before, after)
    yield from _indicators(before, after)


def _milestones(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[ChangeKind, str]]:
    known = {row["id"]: row for row in before["milestones"]}
    for row in after["milestones"]:
        was = known.get(row["id"])
        if row["met_on"] and not (was or {}).get("met_on"):
            yield ChangeKind.REACHED, f"Erreicht: {row['title']}."
        elif row["state"] == "overdue" and (was or {}).get("state") != "overdue":
            latest = short_day(date.fromisoformat(row["latest"]))
            yield ChangeKind.LATE, f"Termin verstrichen: {row['title']} (bis {latest})."
        if was and was["latest"] and row["latest"] and was["latest"] != row["latest"]:
            old, new = date.fromisoformat(was["latest"]), date.fromisoformat(row["latest"])
            days = abs((new - old).days)
            moved = counted(days, "um einen Tag", "um {n} Tage")
            way = "verschoben" if new > old else "vorgezogen"
            why = f", weil: {row['reason']}" if row["reason"] else ""
            yield ChangeKind.MOVED, f"{row['title']}: Termin {moved} {way} auf den {short_day(new)}{why}."


def _indicators(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[ChangeKind, str]]:
    known = {row["id"]: row for row in before["indicators"]}
    for row in after["indicators"]:
        was = known.get(row["id"])
        if was and was["value"] != row["value"]:
            unit = f" {row['unit']}" if row["unit"] else ""
            words = f"{row['title']}: von {number(was['value'])} auf {number(row['value'])}{unit}."
            yield ChangeKind.INDICATOR, words
