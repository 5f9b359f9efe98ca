"""The plots of a report as accessible SVG: a figure over time with its target, and measures by status.

Drawn like those of the pages (:mod:`ckanext.digitalms.charts`); beside each stands its table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.measures.plot import COLOURS, STRIPES
from ckanext.digitalms.vocabularies import Status

from .report import Measure, Series
from .sentences import number, short_day

__all__ = ["LEAST_POINTS", "series_svg", "status_svg"]

LEAST_POINTS = 2  # one point says nothing that its figure does not
_COLOUR, _TARGET = "#0b4f8f", "#9c1f0c"
_LINE = Frame(width=480, height=260, top=28, bottom=40, left=64, right=36)
_BAR_LEFT, _BAR_HEIGHT, _BAR_STEP, _BAR_WIDTH = 130, 22, 34, 480
_MOST_LABELS = 4


def series_svg(name: str, series: Series) -> str:
    """Draw a figure over a true axis of time, with its target as a dashed line with words.

    Args:
        name: makes the ids of this plot unique on the page.
        series: with at least :data:`LEAST_POINTS` points.
    """
    low, high = _scale(series)
    first, last = series.points[0].day, series.points[-1].day

    def x(day: date) -> float:
        return _LINE.x((day - first).days / ((last - first).days or 1))

    def y(value: Decimal) -> float:
        return _LINE.y(float((value - low) / (high - low)))

    parts = [
        *_rules(low, high),
        *_target(series, y),
        *(
            f'<path d="M{x(one.day):.1f} {y(one.value):.1f}L{x(two.day):.1f} {y(two.value):.1f}" '
            f'stroke="{_COLOUR}" stroke-width="2.5" fill="none"/>'
            for one, two in pairwise(series.points)
        ),
        *_dots(series, x, y),
    ]
    unit = f" in {series.unit}" if series.unit else ""
    span = f"Werte{unit} vom {short_day(first)} bis {short_day(last)}"
    described = f"{span}; dieselben Werte stehen in der Tabelle darunter."
    return _LINE.picture(name, series.title, described, parts)


def _scale(series: Series) -> tuple[Decimal, Decimal]:
    """Return the least and the most of the upright axis: from 0, or lower where a value is."""
    values = [point.value for point in series.points] + ([series.target] if series.target is not None else [])
    low, high = min(*values, Decimal(0)), max(*values, Decimal(0))
    return low, high if high > low else low + 1


def _rules(low: Decimal, high: Decimal) -> Iterator[str]:
    for part in (0, 1, 2, 3, 4):
        value = low + (high - low) * part / 4
        yield _LINE.rule(
            part / 4, number(value.quantize(Decimal("0.1")) if high - low < 40 else round(value))
        )


def _target(series: Series, y: Callable[[Decimal], float]) -> Iterator[str]:
    if series.target is None:
        return
    height = y(series.target)
    words = escape(f"Ziel: {number(series.target)}")
    yield (
        f'<path d="M{_LINE.left} {height:.1f}H{_LINE.width}" stroke="{_TARGET}" stroke-width="1.8" '
        f'stroke-dasharray="7 5"/>'
        f'<text x="{_LINE.width - 4}" y="{height - 6:.1f}" text-anchor="end" fill="{_TARGET}">{words}</text>'
    )


def _dots(series: Series, x: Callable[[date], float], y: Callable[[Decimal], float]) -> Iterator[str]:
    every = -(-len(series.points) // _MOST_LABELS)
    labelled = set(list(range(len(series.points)))[::-1][::every])
    for place, point in enumerate(series.points):
        left, top = x(point.day), y(point.value)
        yield f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4.5" fill="{_COLOUR}"/>'
        if place in labelled:
            yield (
                f'<text x="{left:.1f}" y="{max(top - 10, 14):.1f}" text-anchor="middle" font-weight="700">'
                f"{escape(number(point.value))}</text>"
            )
            yield _LINE.mark(left, f"{point.day:%m/%Y}")


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
