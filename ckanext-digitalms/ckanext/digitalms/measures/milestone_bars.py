"""The milestones of a measure along time: a bar from the earliest to the latest day of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

# so many a plot shows; a table has all
MOST_BARS = 40
_ROW, _TOP, _BOTTOM = 40, 8, 40
_WIDTH = 480
_LONGEST_TITLE = 56
PLANNED, MET, LATE = "#5a86b5", "#1a6637", "#a3281e"
_COLOURS = {"met": MET, "met_late": MET, "overdue": "url(#dm-overdue)"}
_YEARS_SHOWN = 8


@dataclass(frozen=True)
class Bar:
    """A milestone with both of its days, and the day on which it was met."""

    title: str
    first: date
    last: date
    state: str
    met_on: date | None = None


def bars(rows: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """Return the milestones that have two days, in the order in which they begin.

    Args:
        rows: milestones as the API shows them.
    """
    found = [
        Bar(
            str(row["title"] or row["date_text"] or ""),
            date.fromisoformat(row["earliest"]),
            date.fromisoformat(row["latest"]),
            str(row["state"]),
            date.fromisoformat(row["met_on"]) if row["met_on"] else None,
        )
        for row in rows
        if row["earliest"] and row["latest"] and row["earliest"] <= row["latest"]
    ]
    return sorted(found, key=lambda bar: (bar.first, bar.last, bar.title))[:MOST_BARS]


def svg(shown: Sequence[Bar], title: str, description: str, says: Callable[[Bar], str]) -> str:
    """Draw the bars below one another, each under its title, over an axis of years.

    Args:
        shown: what :func:`bars` gives; at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        says: what a bar is, in words.
    """
    frame = Frame(_WIDTH, _TOP + _BOTTOM + _ROW * len(shown), _TOP, _BOTTOM, 4)
    ends = [day for bar in shown for day in (bar.first, bar.last, bar.met_on) if day]
    first, last = min(ends), max(ends)
    length = max((last - first).days, 1)

    def place(day: date) -> float:
        return frame.x((day - first).days / length * 0.94)

    parts = [_PATTERN, *_axis(frame, first, last, place)]
    for row, bar in enumerate(shown):
        parts += _drawn(bar, _TOP + row * _ROW, place, says(bar))
    return frame.picture("dm-bars", title, description, parts)


_PATTERN = (
    '<defs><pattern id="dm-plan" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="{PLANNED}"/>'
    '<path d="M0 0L8 8" stroke="#fff" stroke-opacity=".6" stroke-width="1.5"/></pattern>'
    '<pattern id="dm-overdue" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="{LATE}"/>'
    '<path d="M4 0V8" stroke="#fff" stroke-opacity=".7" stroke-width="1.5"/></pattern></defs>'
)


def _axis(frame: Frame, first: date, last: date, place: Callable[[date], float]) -> Iterator[str]:
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    shown = years[:: -(-len(years) // _YEARS_SHOWN) or 1]
    bottom = frame.height - frame.bottom
    for day in shown:
        x = place(day)
        yield f'<path d="M{x:.1f} {frame.top}V{bottom + 8}" stroke="#d9dee5"/>'
        yield frame.mark(x, str(day.year), "middle" if x < frame.width - 24 else "end")
    if not shown:
        yield frame.mark(frame.left, f"{first:%m.%Y}", "start")
        yield frame.mark(place(last), f"{last:%m.%Y}", "end")


def _drawn(bar: Bar, top: int, place: Callable[[date], float], words: str) -> Iterator[str]:
    title = bar.title if len(bar.title) <= _LONGEST_TITLE else f"{bar.title[: _LONGEST_TITLE - 1]}…"
    begin, end = place(bar.first), place(bar.last)
    fill = _COLOURS.get(bar.state, "url(#dm-plan)")
    yield f'<text x="4" y="{top + 14}">{escape(title)}</text>'
    yield (
        f'<rect x="{begin:.1f}" y="{top + 20}" width="{max(end - begin, 3):.1f}" height="12" rx="2" '
        f'fill="{fill}"><title>{escape(words)}</title></rect>'
    )
    if bar.met_on:
        x = place(bar.met_on)
        yield f'<path d="M{x:.1f} {top + 17}v18" stroke="#16202e" stroke-width="3"/>'
