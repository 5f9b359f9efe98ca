"""Figures of coverage that count the same, edition after edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Figure = Mapping[str, Any]

# what two figures have to share so that one may follow the other
COUNTED = ("customer", "technology", "direction", "speed_mbit_s", "base")


def comparable(figures: Iterable[Figure]) -> list[list[Figure]]:
    """Part figures of one area by what they count.

    A measure may leave open for whom and over which technology coverage is counted; its figures are several
    series then, and no share of one says anything of another.

    Returns:
        Each series in the order of its editions; the series in the order of their first figure.
    """
    found: dict[tuple[Any, ...], list[Figure]] = {}
    for one in figures:
        found.setdefault(tuple(one[name] for name in COUNTED), []).append(one)
    return [sorted(series, key=lambda one: str(one["edition"])) for series in found.values()]
