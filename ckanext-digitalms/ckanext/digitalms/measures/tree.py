"""The tree of measures: order, depth and the progress of parents.

Progress is typed on leaves. A parent's is the mean of its children's, weighted with their ``weight``
(1 where nothing is given), and a figure only where all children that weigh something have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .record import Measure

# the fields of a measure from which the tree is made
FIELDS = frozenset({"measure_id", "title", "parent_id", "position", "progress_percent", "weight"})


@dataclass(frozen=True)
class Progress:
    """How far a measure is, in percent, and of how many parts that weigh something that is known."""

    percent: Decimal | None
    parts: int = 0
    known: int = 0


@dataclass(frozen=True)
class Place:
    """Where a measure stands in the tree."""

    measure: Measure
    depth: int
    children: tuple[str, ...]
    progress: Progress


def _sort_key(measure: Measure) -> tuple[bool, int, str]:
    return (measure.position is None, measure.position or 0, measure.title.casefold())


def children_of(measures: Sequence[Measure]) -> dict[str | None, list[Measure]]:
    """Group measures by parent; one whose parent is not among them stands at the top.

    A cycle cannot be typed, but two changes of one moment could leave one: its members are then put
    at the top, so that nothing is ever missing from a page.
    """
    parent_of = parents(measures)
    grouped: dict[str | None, list[Measure]] = {}
    for measure in sorted(measures, key=_sort_key):
        parent = measure.parent_id if measure.parent_id in parent_of else None
        if parent and measure.measure_id in ancestors(parent, parent_of):
            parent = None
        grouped.setdefault(parent, []).append(measure)
    return grouped


def parents(measures: Sequence[Measure]) -> dict[str, str | None]:
    """Map each measure to its parent."""
    return {m.measure_id: m.parent_id for m in measures}


def ancestors(measure_id: str | None, parent_of: Mapping[str, str | None]) -> list[str]:
    """Return the chain from a measure upwards, itself first; ends at a cycle."""
    chain: list[str] = []
    while measure_id and measure_id not in chain:
        chain.append(measure_id)
        measure_id = parent_of.get(measure_id)
    return chain


def arrange(measures: Sequence[Measure]) -> list[Place]:
    """Return all measures in the order of the report, each parent before its children."""
    grouped = children_of(measures)
    return list(_walk(None, 0, grouped))


def _walk(parent: str | None, depth: int, grouped: dict[str | None, list[Measure]]) -> Iterator[Place]:
    for measure in grouped.get(parent, ()):
        children = tuple(child.measure_id for child in grouped.get(measure.measure_id, ()))
        yield Place(measure, depth, children, _progress(measure, grouped))
        yield from _walk(measure.measure_id, depth + 1, grouped)


def _progress(measure: Measure, grouped: dict[str | None, list[Measure]]) -> Progress:
    children = grouped.get(measure.measure_id)
    if not children:
        return Progress(measure.progress_percent)
    weights = ((child, Decimal(1) if child.weight is None else child.weight) for child in children)
    parts = [(weight, _progress(child, grouped).percent) for child, weight in weights if weight]
    known = [(weight, percent) for weight, percent in parts if percent is not None]
    if not parts or len(known) < len(parts):
        return Progress(None, len(parts), len(known))
    total = sum((weight for weight, _ in known), Decimal(0))
    mean = sum((weight * percent for weight, percent in known), Decimal(0)) / total
    return Progress(mean.quantize(Decimal("0.1")), len(parts), len(known))
