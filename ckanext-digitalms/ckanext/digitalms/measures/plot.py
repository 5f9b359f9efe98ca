"""The plot of status over time as accessible SVG, and the table that it draws.

Drawn on the server, so that a report can use it; colours come with a pattern and a word each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame
from ckanext.digitalms.vocabularies import Status

from .history import Standing

MOST_COLUMNS = 240
MOST_TICKS = 6
# as wide as a telephone shows without making letters too small
FRAME = Frame(width=480, height=260, top=14, bottom=40, left=36)
# colour and pattern of each status; the patterns differ also in grey
COLOURS = {
    Status.PROPOSED: "#8a94a0",
    Status.PLANNED: "#5a86b5",
    Status.IN_PREPARATION: "#a4712a",
    Status.IN_PROGRESS: "#0b4f8f",
    Status.DONE: "#1a6637",
    Status.PAUSED: "#6b5b7b",
    Status.CANCELLED: "#515c69",
}
# what is done lies at the bottom and grows
_BOTTOM_UP = (
    Status.DONE,
    Status.IN_PROGRESS,
    Status.IN_PREPARATION,
    Status.PLANNED,
    Status.PROPOSED,
    Status.PAUSED,
    Status.CANCELLED,
)
STRIPES = {
    Status.PROPOSED: "M0 4H8",
    Status.PLANNED: "M0 0L8 8",
    Status.IN_PREPARATION: "M4 0V8",
    Status.IN_PROGRESS: "M0 8L8 0",
    Status.DONE: "",
    Status.PAUSED: "M0 2H8M0 6H8",
    Status.CANCELLED: "M0 0L8 8M0 8L8 0",
}


@dataclass(frozen=True)
class Column:
    """How many measures had each status at the end of a day."""

    day: date
    counts: dict[Status, int]

    @property
    def total(self) -> int:
        """Count the measures."""
        return sum(self.counts.values())


def columns(standings: Iterable[Standing], last_day: date) -> list[Column]:
    """Count the measures by status on each day that changed something, and on the last day.

    At most 240 columns besides the first; where there are more days, the last day of each span is kept.

    Args:
        standings: in the order of their days.
        last_day: up to which the plot goes.
    """
    status_of: dict[str, Status] = {}
    by_day: dict[date, dict[Status, int]] = {}
    for day, of_day in groupby(standings, key=lambda one: one.as_of):
        status_of |= {one.measure_id: one.status for one in of_day}
        counted = Counter(status_of.values())
        by_day[day] = {status: counted[status] for status in Status if counted[status]}
    if by_day and last_day not in by_day:
        by_day[last_day] = by_day[max(by_day)]
    days = sorted(by_day)
    step = -(-len(days) // MOST_COLUMNS) or 1
    kept = sorted({*days[:1], *days[::-1][::step]})
    return [Column(day, by_day[day]) for day in kept]


def svg(
    shown: Sequence[Column],
    title: str,
    description: str,
    label: Callable[[Status], str],
    day_label: Callable[[date], str],
) -> str:
    """Draw the statuses as bands over a true axis of time, stacked; what is done lies at the bottom.

    Args:
        shown: what :func:`columns` gives; at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        label: the word for a status.
        day_label: a day in short.
    """
    most = max(column.total for column in shown) or 1
    axis = _Axis.over(shown)
    patterns = f"<defs>{''.join(_pattern(status) for status in Status)}</defs>"
    parts = [patterns, *_grid(most), *_bands(shown, most, axis, label, day_label), *_ticks(axis, day_label)]
    return FRAME.picture("dm-plot", title, description, parts)


@dataclass(frozen=True)
class _Axis:
    """Which place a day has; the last day's state gets some room too."""

    first: date
    last: date

    @classmethod
    def over(cls, shown: Sequence[Column]) -> _Axis:
        return cls(shown[0].day, shown[-1].day)

    def x(self, day: date) -> float:
        span = (self.last - self.first).days
        return FRAME.x((day - self.first).days / (span + 1 + span // 50))

    def tick_days(self) -> list[date]:
        """Return the first days of years, or else the ends."""
        years = [date(year, 1, 1) for year in range(self.first.year + 1, self.last.year + 1)]
        every = -(-len(years) // MOST_TICKS) or 1
        return years[::every] if len(years) > 1 else [self.first]


def _pattern(status: Status) -> str:
    return (
        f'<pattern id="dm-{status.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{COLOURS[status]}"/>'
        f'<path d="{STRIPES[status]}" stroke="#fff" stroke-opacity=".45" stroke-width="1.2"/></pattern>'
    )


def swatch(status: Status) -> str:
    """Draw the small square of a legend."""
    return (
        f'<svg viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" '
        f'fill="{COLOURS[status]}"/><path d="{STRIPES[status]}" transform="scale(2)" stroke="#fff" '
        f'stroke-opacity=".6" stroke-width="1"/></svg>'
    )


def _grid(most: int) -> Iterator[str]:
    step = max(1, -(-most // 4))
    return (FRAME.rule(value / most, str(value)) for value in range(0, most + 1, step))


def _bands(
    shown: Sequence[Column],
    most: int,
    axis: _Axis,
    label: Callable[[Status], str],
    day_label: Callable[[date], str],
) -> Iterator[str]:
    ends = [axis.x(column.day) for column in shown[1:]] + [float(FRAME.width)]
    for column, end in zip(shown, ends, strict=True):
        begin, below = axis.x(column.day), 0
        for status in _BOTTOM_UP:
            count = column.counts.get(status, 0)
            if not count:
                continue
            top, bottom = FRAME.y((below + count) / most), FRAME.y(below / most)
            words = escape(f"{day_label(column.day)}: {count} {label(status)}")
            yield (
                f'<rect x="{begin:.1f}" y="{top:.1f}" width="{max(end - begin, 1):.1f}" '
                f'height="{bottom - top:.1f}" fill="url(#dm-{status.value})"><title>{words}</title></rect>'
            )
            yield f'<path d="M{begin:.1f} {top:.1f}H{end:.1f}" stroke="#fff" stroke-width="1.5"/>'
            below += count


def _ticks(axis: _Axis, day_label: Callable[[date], str]) -> Iterator[str]:
    days = axis.tick_days()
    bottom = FRAME.height - FRAME.bottom
    for day in days:
        place = axis.x(day)
        text = str(day.year) if day != axis.first else day_label(day)
        anchor = "start" if place < FRAME.left + 40 else "end" if place > FRAME.width - 20 else "middle"
        yield f'<path d="M{place:.1f} {bottom}v8" stroke="#515c69"/>'
        yield FRAME.mark(place, text, anchor)
