"""The plots of a report as accessible SVG: a figure over time with its target, and measures by status.

A figure is drawn as on its measure's page; beside each plot stands its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.coverage import plot as coverage_plot
from ckanext.digitalms.measures import series_plot
from ckanext.digitalms.measures.plot import COLOURS, STRIPES
from ckanext.digitalms.vocabularies import Status

from . import wording
from .report import Coverage, Measure, Series
from .sentences import number, short_day

__all__ = ["LEAST_POINTS", "coverage_svg", "has_coverage_plot", "series_svg", "status_svg"]

LEAST_POINTS = 2  # one point says nothing that its figure does not
_BAR_LEFT, _BAR_HEIGHT, _BAR_STEP, _BAR_WIDTH = 130, 22, 34, 480


def series_svg(name: str, series: Series) -> str:
    """Draw a figure over a true axis of time, with its target as a dashed line with words.

    Args:
        name: makes the ids of this plot unique on the page.
        series: with at least :data:`LEAST_POINTS` points.
    """
    first, last = series.points[0].day, series.points[-1].day
    unit = f" in {series.unit}" if series.unit else ""
    span = f"Werte{unit} vom {short_day(first)} bis {short_day(last)}"
    described = f"{span}; dieselben Werte stehen in der Tabelle darunter."
    words = series_plot.Words(series.title, described, "Ziel:", number, short_day)
    values = [series_plot.Value(point.day, point.value) for point in series.points]
    return series_plot.svg(name, values, series.target, words)


def has_coverage_plot(coverage: Coverage) -> bool:
    """Return whether a share has so many editions with figures that a plot says something."""
    return sum(each.share_percent is not None for each in coverage.editions) >= LEAST_POINTS


def coverage_svg(name: str, coverage: Coverage) -> str:
    """Draw a share over its editions as the page of the measure does, with the mark where the series breaks.

    Args:
        name: makes the ids of this plot unique on the page.
        coverage: for which :func:`has_coverage_plot` holds.
    """
    points = [
        coverage_plot.Point(each.edition, each.share_percent, each.survey) for each in coverage.editions
    ]
    broken = wording.BREAK if coverage_plot.breaks(points) else ""
    title, described = wording.coverage_title(coverage), wording.coverage_alt(coverage)
    return coverage_plot.svg(name, points, title, described, number, broken)


def status_svg(name: str, measures: Sequence[Measure]) -> str:
    """Draw how many measures have each status: a bar each, with pattern, word and number."""
    counts = Counter(measure.status for measure in measures)
    words = {measure.status: measure.status_label for measure in measures}
    there = [status for status in Status if counts[status]]
    height = _BAR_STEP * len(there) + 8
    frame = Frame(width=_BAR_WIDTH, height=height, top=0, bottom=0, left=_BAR_LEFT)
    most = max(counts.values(), default=1)
    parts = [_pattern(name, status) for status in there]
    for place, status in enumerate(there):
        top = place * _BAR_STEP + 6
        width = (_BAR_WIDTH - _BAR_LEFT - 60) * counts[status] / most
        parts.append(
            f'<text x="{_BAR_LEFT - 10}" y="{top + 16}" text-anchor="end">{escape(words[status])}</text>'
            f'<rect x="{_BAR_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR_HEIGHT}" '
            f'fill="url(#{name}-{status.value})"/>'
            f'<text x="{_BAR_LEFT + width + 8:.1f}" y="{top + 16}" font-weight="700">{counts[status]}</text>'
        )
    described = "Anzahl der Maßnahmen je Sachstand; dieselben Zahlen stehen in der Tabelle darunter."
    return frame.picture(name, "Maßnahmen nach Sachstand", described, parts)


def _pattern(name: str, status: Status) -> str:
    return (
        f'<defs><pattern id="{name}-{status.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{COLOURS[status]}"/>'
        f'<path d="{STRIPES[status]}" stroke="#fff" stroke-opacity=".45" stroke-width="1.2"/>'
        "</pattern></defs>"
    )
