"""What changed between the days of two reports, as sentences: of each measure, and in sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.digitalms.comparison import change as comparison
from ckanext.digitalms.comparison.compare import Series, compare
from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.comparison.summary import since_last_report
from ckanext.digitalms.messages import translate

from .report import Change

__all__ = ["Since"]


@dataclass(frozen=True)
class Since:
    """What changed since the day of the report before.

    Args:
        changes: by measure, in the order in which kinds are told.
        missing: the measures that are no longer told, with their titles.
        say: translates into German.
    """

    changes: Mapping[str, Sequence[comparison.Change]]
    missing: Mapping[str, str]
    say: Callable[[str], str]

    @classmethod
    def between(
        cls,
        before: Mapping[str, Mapping[str, Any]],
        after: Sequence[Mapping[str, Any]],
        say: Callable[[str], str],
        series: Series | None = None,
    ) -> Since:
        """Compare the measures of two days, as the catalogue tells them."""
        found: dict[str, list[comparison.Change]] = {one["measure_id"]: [] for one in after}
        for change in compare(before.values(), after, series=series):
            if change.measure_id in found:
                found[change.measure_id].append(change)
        missing = {key: one["title"] for key, one in before.items() if key not in found}
        return cls(found, missing, say)

    def of(self, key: str) -> tuple[Change, ...]:
        """Return the changes of a measure."""
        told = self.changes.get(key, ())
        return tuple(Change(change.kind, translate(change.sentence, self.say)) for change in told)

    def gone(self, wanted: Collection[str] = ()) -> tuple[Change, ...]:
        """Return a sentence for each measure that is gone; of those that are wanted, if any are named."""
        return tuple(
            Change(ChangeKind.GONE, f"Nicht mehr im Katalog: {title}.")
            for key, title in self.missing.items()
            if not wanted or key in wanted
        )

    def summary(self, told: Collection[str]) -> str:
        """Return the sentence on all changes of the measures that are told."""
        every = [change for key, several in self.changes.items() if key in told for change in several]
        return translate(since_last_report(every), self.say)
