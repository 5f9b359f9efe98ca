"""The plots of a report as SVG: how many measures stand where, and a number over time with its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.measures.plot import COLOURS, STRIPES
from ckanext.digitalms.vocabularies import Status

from . import wording
from .report import Series

COLOUR = "#0b4f8f"
TARGET_COLOUR = "#8a4b00"
_BAR, _GAP, _LABELS, _WIDTH, _COUNTS = 22, 12, 150, 480, 40
_FRAME = Frame(width=480, height=240, top=26, bottom=40, left=70, right=30)
_MOST_MARKS = 12


def statuses(counts: Mapping[Status, int], words: Mapping[Status, str]) -> str:
    """Draw a bar for each status that occurs, with its colour, pattern, word and number.

    Args:
        counts: how many measures have it; at least one status.
        words: what it is called.
    """
    most = max(counts.values())
    height = len(counts) * (_BAR + _GAP)
    frame = Frame(_WIDTH, height, 0, 0, _LABELS, _COUNTS)
    parts = [_patterns(counts), *_bars(counts, words, frame, most)]
    alt = statuses_alt(counts, words)
    return frame.picture("dm-report-status", "Stand der Maßnahmen", alt, parts)


def statuses_alt(counts: Mapping[Status, int], words: Mapping[Status, str]) -> str:
    """Say in a sentence how many measures stand where."""
    told = ", ".join(f"{words[status]} {count}" for status, count in counts.items())
    return f"Stand der Maßnahmen: {told}."


def _patterns(counts: Mapping[Status, int]) -> str:
    made = (
        f'<pattern id="dmr-{status.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{COLOURS[status]}"/>'
        f'<path d="{STRIPES[status]}" stroke="#fff" stroke-opacity=".45" stroke-width="1.2"/></pattern>'
        for status in counts
    )
    return f"<defs>{''.join(made)}</defs>"


def _bars(
    counts: Mapping[Status, int], words: Mapping[Status, str], frame: Frame, most: int
) -> Iterator[str]:
    for place, (status, count) in enumerate(counts.items()):
        top = place * (_BAR + _GAP) + _GAP / 2
        width = frame.x(count / most) - frame.left
        middle = top + _BAR * 0.72
        yield f'<text x="{_LABELS - 10}" y="{middle:.1f}" text-anchor="end">{escape(words[status])}</text>'
        yield (
            f'<rect x="{_LABELS}" y="{top:.1f}" width="{width:.1f}" height="{_BAR}" '
            f'fill="url(#dmr-{status.value})"/>'
        )
        yield f'<text x="{_LABELS + width + 8:.1f}" y="{middle:.1f}">{count}</text>'


def series(shown: Series, name: str = "dm-report-series") -> str:
    """Draw a series over a true axis of time, its values as points and its target as a dashed line.

    Args:
        shown: has at least one point.
        name: makes its ids unique on a page.
    """
    parts = [*_grid(shown), *_target(shown), _line(shown), *_points(shown), *_ends(shown)]
    return _FRAME.picture(name, shown.title, wording.series_alt(shown), parts)


def _top(shown: Series) -> tuple[float, float]:
    """Return the lowest and the highest value of the upright axis; zero is always on it."""
    values = [float(point.value) for point in shown.points]
    if shown.target is not None:
        values.append(float(shown.target))
    low, high = min(0.0, *values), max(0.0, *values)
    return low, high if high > low else low + 1


def _height(shown: Series, value: float) -> float:
    low, high = _top(shown)
    return _FRAME.y((value - low) / (high - low))


def _place(shown: Series, index: int) -> float:
    first, last = shown.points[0].day, shown.points[-1].day
    span = (last - first).days
    return _FRAME.x((shown.points[index].day - first).days / span if span else 0.5)


def _grid(shown: Series) -> Iterator[str]:
    low, high = _top(shown)
    for part in (0.0, 0.5, 1.0):
        yield _FRAME.rule(part, _short(low + (high - low) * part))


def _short(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


def _target(shown: Series) -> Iterator[str]:
    if shown.target is None:
        return
    height = _height(shown, float(shown.target))
    yield (
        f'<path d="M{_FRAME.left} {height:.1f}H{_FRAME.width}" stroke="{TARGET_COLOUR}" stroke-width="2" '
        f'stroke-dasharray="8 5"/>'
    )
    words = escape(f"Ziel {wording.target(shown)}")
    yield (f'<text x="{_FRAME.left + 4}" y="{height - 6:.1f}" fill="{TARGET_COLOUR}">{words}</text>')


def _line(shown: Series) -> str:
    places = (
        f"{_place(shown, at):.1f} {_height(shown, float(point.value)):.1f}"
        for at, point in enumerate(shown.points)
    )
    return f'<path d="M{"L".join(places)}" fill="none" stroke="{COLOUR}" stroke-width="2.5"/>'


def _points(shown: Series) -> Iterator[str]:
    for at, point in enumerate(shown.points):
        x, y = _place(shown, at), _height(shown, float(point.value))
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#fff" stroke="{COLOUR}" stroke-width="2.5"/>'
        if len(shown.points) <= _MOST_MARKS:
            words = escape(wording.number(point.value))
            yield f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{words}</text>'


def _ends(shown: Series) -> Iterator[str]:
    first, last = shown.points[0], shown.points[-1]
    if first.day == last.day:
        yield _FRAME.mark(_place(shown, 0), wording.day(first.day))
        return
    yield _FRAME.mark(_FRAME.left, wording.day(first.day), "start")
    yield _FRAME.mark(_FRAME.width, wording.day(last.day), "end")
