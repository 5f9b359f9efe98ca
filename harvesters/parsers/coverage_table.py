"""What reading a delivery of coverage gives: the report, and the parts that become editions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ckanext.digitalms.shared import Figures, Report

Tick = Callable[[float], None]


def unheard(part: float) -> None:
    """Tell nobody which part is read."""
    del part


@dataclass(frozen=True)
class Part:
    """Figures of one level, customer and base: what becomes one edition.

    Args:
        figures: all of them.
        rows: the row of each area in the file.
        titles: of the series, as they stand in the file.
        names: of the areas, where the file itself names them.
        customer: for whom, where the file itself says it.
        base: of what, where the file itself says it.
    """

    figures: Figures
    rows: Mapping[str, int]
    titles: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    customer: str = ""
    base: str = ""


@dataclass(frozen=True)
class CoverageTable:
    """A delivered table: the report, and the parts that it has when nothing refuses them."""

    report: Report
    parts: tuple[Part, ...] = ()

    @property
    def figures(self) -> Figures | None:
        """Return the figures of a table that has one part."""
        return self.parts[0].figures if self.parts else None
