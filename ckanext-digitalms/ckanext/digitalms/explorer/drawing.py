"""The plots of a table as accessible SVG: a line, bars, areas. Their numbers stand in a table beside them.

What is drawn is the answer of ``digitalms_table_plot``: pages, pictures and embedded plots draw the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

from . import outlines as areas
from .outlines import Outlines

__all__ = ["BAR", "KINDS", "LINE", "MAP", "german_number", "svg"]

LINE, BAR, MAP = "line", "bar", "map"
KINDS = (LINE, BAR, MAP)

Numbers = Callable[[float], str]
Point = Mapping[str, Any]

_COLOUR = "#0b4f8f"
_LINE_FRAME = Frame(width=640, height=320, top=20, bottom=44, left=86, right=30)
_BAR_LEFT, _BAR_RIGHT, _BAR_STEP, _BAR_HEIGHT = 250, 90, 34, 22
_LETTERS = 30  # of a bar's name
_RULES, _MOST_MARKS = 4, 5
# dots stand for themselves only where there is room between them
_MOST_DOTS = 60


def german_number(value: float) -> str:
    """Write a number as Germans do, with at most six digits that say something beyond the thousands."""
    text = f"{value:,.0f}" if abs(value) >= 100_000 or value == int(value) else f"{value:,.6g}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def svg(
    name: str, told: Mapping[str, Any], number: Numbers = german_number, outlines: Outlines | None = None
) -> str:
    """Draw a plot.

    Args:
        name: makes the ids of this plot unique on a page.
        told: the answer of ``digitalms_table_plot``: kind, points (label, x, y), title, description.
        number: how a value is written.
        outlines: of the areas of a map, which is empty without them.
    """
    if told["plot"]["kind"] == MAP:
        return areas.drawn(name, told, outlines or Outlines({}, {}), number)
    draw = {LINE: _line, BAR: _bars}[told["plot"]["kind"]]
    return draw(name, told, number)


def _line(name: str, told: Mapping[str, Any], number: Numbers) -> str:
    frame, points = _LINE_FRAME, told["points"]
    scale = _Scale(points)
    along = [_along(one["x"]) for one in points]
    first, span = min(along, default=0.0), max(along, default=0.0) - min(along, default=0.0)
    parts_along = [(one - first) / span if span else 0.5 for one in along]
    places = [
        (frame.x(part), frame.y(scale.height(one["y"])))
        for part, one in zip(parts_along, points, strict=True)
    ]
    parts = [*_rules(frame, scale, number), *_path(places), *_dots(points, places, number)]
    return frame.picture(name, told["title"], told["description"], [*parts, *_marks(frame, points, places)])


class _Scale:
    """From values to parts of their axis, which begins at 0, or lower where a value is."""

    def __init__(self, points: Sequence[Point]) -> None:
        values = [float(one["y"]) for one in points]
        self.low, self.high = min([0.0, *values]), max([0.0, *values])
        if self.high == self.low:
            self.high = self.low + 1

    def height(self, value: Any) -> float:
        """Return the part of the height."""
        return (float(value) - self.low) / (self.high - self.low)


def _along(value: Any) -> float:
    """Return the place of a number, or of the first day that 2019, 2019-06 or 2019-06-30 means."""
    if isinstance(value, int | float):
        return float(value)
    parts = [*str(value)[:10].split("-"), "1", "1"]
    return float(date(int(parts[0]), int(parts[1]), int(parts[2])).toordinal())


def _rules(frame: Frame, scale: _Scale, number: Numbers) -> Iterator[str]:
    for place in range(_RULES + 1):
        value = scale.low + (scale.high - scale.low) * place / _RULES
        yield frame.rule(place / _RULES, number(float(f"{value:.3g}")))


def _path(places: Sequence[tuple[float, float]]) -> Iterator[str]:
    if places:
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{way}" stroke="{_COLOUR}" stroke-width="2.5" fill="none" stroke-linejoin="round"/>'


def _dots(points: Sequence[Point], places: Sequence[tuple[float, float]], number: Numbers) -> Iterator[str]:
    if len(points) > _MOST_DOTS:
        return
    for one, (x, y) in zip(points, places, strict=True):
        words = escape(f"{one['label']}: {number(one['y'])}")
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_COLOUR}"><title>{words}</title></circle>'


def _marks(frame: Frame, points: Sequence[Point], places: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Write below the axis what some points are of: the first, the last, and those between with room."""
    if not points:
        return
    wanted = {round(place * (len(points) - 1) / (_MOST_MARKS - 1)) for place in range(_MOST_MARKS)}
    room = max(len(str(one["label"])) for one in points) * 8.5 + 10
    first, *others = sorted(wanted)
    kept = [first]
    for place in others:
        if places[place][0] - places[kept[-1]][0] >= room:
            kept.append(place)
    for place in kept:
        anchor = (
            "start"
            if place == 0 and len(points) > 1
            else "end"
            if place == len(points) - 1 and place
            else "middle"
        )
        yield frame.mark(places[place][0], str(points[place]["label"]), anchor)


def _bars(name: str, told: Mapping[str, Any], number: Numbers) -> str:
    points = told["points"]
    frame = Frame(
        width=640,
        height=_BAR_STEP * max(len(points), 1) + 10,
        top=0,
        bottom=0,
        left=_BAR_LEFT,
        right=_BAR_RIGHT,
    )
    scale = _Scale(points)
    zero = scale.height(0)
    parts = [
        _bar(frame, place, one, (zero, scale.height(one["y"])), number) for place, one in enumerate(points)
    ]
    return frame.picture(name, told["title"], told["description"], parts)


def _bar(frame: Frame, place: int, one: Point, ends: tuple[float, float], number: Numbers) -> str:
    top = place * _BAR_STEP + 6
    first, last = sorted(map(frame.x, ends))
    label = str(one["label"])
    short = label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1]}…"
    return (
        f'<text x="{frame.left - 10}" y="{top + 16}" text-anchor="end">{escape(short)}'
        f"<title>{escape(label)}</title></text>"
        f'<rect x="{first:.1f}" y="{top}" width="{max(last - first, 1):.1f}" height="{_BAR_HEIGHT}" '
        f'fill="{_COLOUR}"/>'
        f'<text x="{last + 8:.1f}" y="{top + 16}" font-weight="700">{escape(number(one["y"]))}</text>'
    )
