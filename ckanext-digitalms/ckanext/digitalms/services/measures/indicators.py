"""The figures of all public measures on a day, each with its series and the goals that it measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from ckanext.digitalms import config
from ckanext.digitalms.figures import number_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.model import StatementRow

from .catalogue import catalogue

__all__ = ["indicators"]


def indicators(day: date | None, known_at: datetime | None, measure: str | None = None) -> Iterator[Json]:
    """Give the figures in the order of their measures.

    Args:
        day: the cut-off date, or today.
        known_at: as it was known then, or now.
        measure: the key of the only measure that is asked for.
    """
    series: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for row in StatementRow.public_figures(day, known_at):
        series[row.measure_id, row.indicator_id].append(
            {"date": row.day.isoformat(), "value": plain(number_of(row.value))}
        )
    found = catalogue(day, known_at)
    keys = found.keys if measure is None else [key for key in found.keys if key == measure]
    for key in keys:
        shown = found.show(key)
        for indicator in shown["indicators"]:
            yield {
                "measure_id": key,
                "measure_title": shown["title"],
                "organisation": shown["organisation"],
                "url": shown["url"],
                **facts(shown, indicator, day or config.today()),
                "series": sorted(series[key, str(indicator["id"])], key=lambda one: str(one["date"])),
            }
