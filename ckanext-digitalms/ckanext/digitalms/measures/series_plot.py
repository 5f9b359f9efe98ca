"""The plot of a figure over time with its target, as accessible SVG; its table stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

FRAME = Frame(width=480, height=240, top=24, bottom=40, left=72, right=36)
COLOUR, TARGET = "#0b4f8f", "#a4712a"
_LINES = 4


@dataclass(frozen=True)
class Value:
    """What a figure was on a day."""

    day: date
    value: Decimal


def svg(
    name: str,
    values: Sequence[Value],
    target: Decimal | None,
    texts: tuple[str, str, str],
    number: Callable[[Decimal], str],
    day_label: Callable[[date], str],
) -> str:
    """Draw a line through the values over a true axis of time, and the target as a dashed line.

    Args:
        name: makes the ids of this plot unique on the page.
        values: in the order of their days, at least one.
        target: that the figure is to reach, if it has one.
        texts: the plot's name and what it shows, for those who cannot see it, and the word for the target.
        number: how a value is written.
        day_label: a day in short.
    """
    title, description, word = texts
    known = [float(one.value) for one in values] + ([float(target)] if target is not None else [])
    low, high = min(0.0, *known), max(0.0, *known)
    high = high if high > low else low + 1

    def y(value: float) -> float:
        return FRAME.y((value - low) / (high - low))

    first, last = values[0].day, values[-1].day
    length = (last - first).days

    def x(day: date) -> float:
        return FRAME.x((day - first).days / length if length else 0.5)

    parts = [
        *_grid(low, high, number),
        *_target(target, y, word, number),
        *_line(values, x, y),
        *_dots(values, x, y, lambda one: f"{day_label(one.day)}: {number(one.value)}"),
        *_days(values, x, day_label),
    ]
    return FRAME.picture(name, title, description, parts)


def _line(values: Sequence[Value], x: Callable[[date], float], y: Callable[[float], float]) -> Iterator[str]:
    for one, two in pairwise(values):
        yield (
            f'<path d="M{x(one.day):.1f} {y(float(one.value)):.1f}L{x(two.day):.1f} '
            f'{y(float(two.value)):.1f}" stroke="{COLOUR}" stroke-width="2.5" fill="none"/>'
        )


def _dots(
    values: Sequence[Value],
    x: Callable[[date], float],
    y: Callable[[float], float],
    says: Callable[[Value], str],
) -> Iterator[str]:
    for one in values:
        yield (
            f'<circle cx="{x(one.day):.1f}" cy="{y(float(one.value)):.1f}" r="4" fill="{COLOUR}">'
            f"<title>{escape(says(one))}</title></circle>"
        )


def _grid(low: float, high: float, number: Callable[[Decimal], str]) -> Iterator[str]:
    for line in range(_LINES + 1):
        value = low + (high - low) * line / _LINES
        yield FRAME.rule(line / _LINES, number(Decimal(f"{value:.4g}")))


def _target(
    target: Decimal | None, y: Callable[[float], float], word: str, number: Callable[[Decimal], str]
) -> Iterator[str]:
    if target is None:
        return
    height = y(float(target))
    yield (
        f'<path d="M{FRAME.left} {height:.1f}H{FRAME.width}" stroke="{TARGET}" stroke-width="2" '
        f'stroke-dasharray="7 5"/>'
    )
    told = escape(f"{word} {number(target)}")
    yield f'<text x="{FRAME.width}" y="{height - 7:.1f}" text-anchor="end" fill="{TARGET}">{told}</text>'


def _days(
    values: Sequence[Value], x: Callable[[date], float], day_label: Callable[[date], str]
) -> Iterator[str]:
    ends = [values[0], values[-1]] if len(values) > 1 else [values[0]]
    for place, one in enumerate(ends):
        anchor = "middle" if len(ends) == 1 else ("start", "end")[place]
        yield FRAME.mark(x(one.day), day_label(one.day), anchor)
