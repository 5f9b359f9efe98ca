"""Milestones by month, quarter or year: how many were planned and how many met, as bars and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.measures.years import is_possible

FRAME = Frame(width=480, height=240, top=14, bottom=40, left=36)
# so many bars a telephone shows; more are put together
MOST_PERIODS = 24
_MOST_LABELS = 6
_LENGTHS = (1, 3, 12)
PLANNED, MET = "#5a86b5", "#1a6637"


@dataclass(frozen=True)
class Period:
    """How many milestones are due in a time by plan, and how many were met in it.

    Args:
        first: its first day.
        months: how long it is: 1, 3, 12 or a multiple of that.
    """

    first: date
    months: int
    planned: int
    met: int


def periods(rows: Iterable[Mapping[str, Any]]) -> list[Period]:
    """Count milestones by month, or by longer times where there would be too many.

    Args:
        rows: with ``latest`` and ``met_on``, days as text or none.
    """
    planned, met = Counter[int](), Counter[int]()
    for row in rows:
        for name, counted in (("latest", planned), ("met_on", met)):
            day = date.fromisoformat(row[name]) if row[name] else None
            if day is not None and is_possible(day.year):
                counted[day.year * 12 + day.month - 1] += 1
    every = [*planned, *met]
    if not every:
        return []
    length = _length(min(every), max(every))
    first, last = min(every) // length, max(every) // length
    return [
        Period(
            date(place * length // 12, place * length % 12 + 1, 1),
            length,
            sum(planned[month] for month in range(place * length, (place + 1) * length)),
            sum(met[month] for month in range(place * length, (place + 1) * length)),
        )
        for place in range(first, last + 1)
    ]


def _length(first: int, last: int) -> int:
    for length in _LENGTHS:
        if last // length - first // length < MOST_PERIODS:
            return length
    return 12 * -(-(last - first + 12) // (12 * MOST_PERIODS))


def svg(
    shown: Sequence[Period],
    title: str,
    description: str,
    words: tuple[str, str],
    label: Callable[[Period], str],
) -> str:
    """Draw two bars for each time, planned and met.

    Args:
        shown: what :func:`periods` gives; at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        words: for planned and met.
        label: a time in short.
    """
    most = max(max(one.planned, one.met) for one in shown) or 1
    step = max(1, -(-most // 4))
    grid = (FRAME.rule(value / most, str(value)) for value in range(0, most + 1, step))
    return FRAME.picture(
        "dm-milestones", title, description, [_PATTERN, *grid, *_bars(shown, most, words, label)]
    )


_PATTERN = (
    '<defs><pattern id="dm-planned" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="{PLANNED}"/>'
    '<path d="M0 0L8 8" stroke="#fff" stroke-opacity=".6" stroke-width="1.5"/></pattern></defs>'
)


def _bars(
    shown: Sequence[Period], most: int, words: tuple[str, str], label: Callable[[Period], str]
) -> Iterator[str]:
    width = (FRAME.width - FRAME.left) / len(shown)
    every = -(-len(shown) // _MOST_LABELS)
    for place, period in enumerate(shown):
        begin = FRAME.x(place / len(shown)) + width * 0.1
        for side, (count, fill) in enumerate(((period.planned, "url(#dm-planned)"), (period.met, MET))):
            top, bottom = FRAME.y(count / most), FRAME.y(0)
            told = escape(f"{label(period)}: {count} {words[side]}")
            if count:
                yield (
                    f'<rect x="{begin + side * width * 0.4:.1f}" y="{top:.1f}" width="{width * 0.38:.1f}" '
                    f'height="{bottom - top:.1f}" fill="{fill}"><title>{told}</title></rect>'
                )
        if place % every == 0:
            yield FRAME.mark(begin, label(period), "start" if place < len(shown) - 1 else "middle")


def swatches() -> tuple[str, str]:
    """Draw the small squares of the legend, for planned and met."""
    square = (
        '<svg viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="{}"/>{}</svg>'
    )
    stripes = '<path d="M0 0L16 16M-8 0L8 16M8 0L24 16" stroke="#fff" stroke-opacity=".6" stroke-width="2"/>'
    return square.format(PLANNED, stripes), square.format(MET, "")
