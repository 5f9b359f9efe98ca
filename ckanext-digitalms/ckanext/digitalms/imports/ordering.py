"""In which order the changes of an imported table are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from .difference import ADDED
from .interpretation import Change


def grouped(changes: Sequence[Change]) -> list[list[Change]]:
    """Put together what is said of one measure for one Stand; parents first, of each measure by the day."""
    groups: dict[tuple[str, date | None], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.measure_id, change.as_of), []).append(change)
    depths = _depths({c.measure_id: c.edit.after("parent_id") for c in changes if c.edit.change == ADDED})
    places = {measure_id: place for place, (measure_id, _) in reversed(list(enumerate(groups)))}
    return sorted(
        groups.values(),
        key=lambda g: (depths.get(g[0].measure_id, 0), places[g[0].measure_id], g[0].as_of or date.min),
    )


def _depths(parents: Mapping[str, str | None]) -> dict[str, int]:
    """Count for each new measure the new ones above it; of those in a circle any may be the first."""
    depths: dict[str, int] = {}
    for measure_id in parents:
        path: list[str] = []
        above: str | None = measure_id
        while above is not None and above in parents and above not in depths:
            depths[above] = 0  # until it is counted, which ends a circle
            path.append(above)
            above = parents[above]
        first = depths[above] + 1 if above is not None and above in depths else 0
        depths |= {each: first + number for number, each in enumerate(reversed(path))}
    return depths
