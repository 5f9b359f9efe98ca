"""The plot of a figure over time with its target, as accessible SVG; its table stands beside it.

Pages and reports draw with it, so that the same figure looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

FRAME = Frame(width=480, height=260, top=28, bottom=40, left=72, right=36)
COLOUR, TARGET = "#0b4f8f", "#9c1f0c"
_LINES, _MOST_LABELS = 4, 4


@dataclass(frozen=True)
class Value:
    """What a figure was on a day."""

    day: date
    value: Decimal


@dataclass(frozen=True)
class Words:
    """How a plot is told.

    Args:
        title: its name, for those who cannot see it.
        description: what it shows, in a sentence.
        target: the word before the target's value.
        number: how a value is written.
        day: how a day is written in short.
    """

    title: str
    description: str
    target: str
    number: Callable[[Decimal], str]
    day: Callable[[date], str]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    first: date
    days: int

    @classmethod
    def of(cls, values: Sequence[Value], target: Decimal | None) -> _Scale:
        """Begin at 0, or lower where a value is."""
        known = [float(one.value) for one in values] + ([float(target)] if target is not None else [])
        low, high = min(0.0, *known), max(0.0, *known)
        first = values[0].day
        return cls(low, high if high > low else low + 1, first, (values[-1].day - first).days)

    def x(self, day: date) -> float:
        return FRAME.x((day - self.first).days / self.days if self.days else 0.5)

    def y(self, value: Decimal) -> float:
        return FRAME.y((float(value) - self.low) / (self.high - self.low))


def svg(name: str, values: Sequence[Value], target: Decimal | None, words: Words) -> str:
    """Draw a line through the values over a true axis of time, and the target as a dashed line.

    Args:
        name: makes the ids of this plot unique on the page.
        values: in the order of their days, at least one.
        target: that the figure is to reach, if it has one.
        words: how it is told.
    """
    scale = _Scale.of(values, target)
    parts = [
        *_grid(scale, words),
        *_target(target, scale, words),
        *_line(values, scale),
        *_dots(values, scale, words),
    ]
    return FRAME.picture(name, words.title, words.description, parts)


def _grid(scale: _Scale, words: Words) -> Iterator[str]:
    for line in range(_LINES + 1):
        value = scale.low + (scale.high - scale.low) * line / _LINES
        yield FRAME.rule(line / _LINES, words.number(Decimal(f"{value:.4g}")))


def _target(target: Decimal | None, scale: _Scale, words: Words) -> Iterator[str]:
    if target is None:
        return
    height = scale.y(target)
    told = escape(f"{words.target} {words.number(target)}")
    yield (
        f'<path d="M{FRAME.left} {height:.1f}H{FRAME.width}" stroke="{TARGET}" stroke-width="2" '
        f'stroke-dasharray="7 5"/>'
        f'<text x="{FRAME.width - 4}" y="{height - 6:.1f}" text-anchor="end" fill="{TARGET}">{told}</text>'
    )


def _line(values: Sequence[Value], scale: _Scale) -> Iterator[str]:
    for one, two in pairwise(values):
        yield (
            f'<path d="M{scale.x(one.day):.1f} {scale.y(one.value):.1f}L{scale.x(two.day):.1f} '
            f'{scale.y(two.value):.1f}" stroke="{COLOUR}" stroke-width="2.5" fill="none"/>'
        )


def _dots(values: Sequence[Value], scale: _Scale, words: Words) -> Iterator[str]:
    """Draw a dot for each value; the last, and some before it, have their value and day in letters."""
    every = -(-len(values) // _MOST_LABELS)
    labelled = set(list(range(len(values)))[::-1][::every])
    for place, one in enumerate(values):
        left, top = scale.x(one.day), scale.y(one.value)
        told = escape(f"{words.day(one.day)}: {words.number(one.value)}")
        yield (
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4.5" fill="{COLOUR}"><title>{told}</title></circle>'
        )
        if place in labelled:
            yield (
                f'<text x="{left:.1f}" y="{max(top - 10, 14):.1f}" text-anchor="middle" font-weight="700">'
                f"{escape(words.number(one.value))}</text>"
            )
            yield FRAME.mark(left, words.day(one.day))
