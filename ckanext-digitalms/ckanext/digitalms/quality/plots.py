"""Plots of how many are what, as accessible SVG; the table with all of it stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

COLOUR = "#0b4f8f"
MOST_BARS = 12
_WIDTH, _ROW, _LINE, _BAR, _NUMBER = 480, 44, 18, 14, 70
_LETTERS, _LINES = 56, 2  # of a label


@dataclass(frozen=True)
class Bar:
    """What is counted in words, and how many there are."""

    label: str
    value: int


def shown(bars: Sequence[Bar], others: Callable[[int], str]) -> list[Bar]:
    """Return the first bars, and the rest of them as one.

    Args:
        bars: the largest first.
        others: gives the words for so many more.
    """
    if len(bars) <= MOST_BARS:
        return list(bars)
    rest = bars[MOST_BARS - 1 :]
    return [*bars[: MOST_BARS - 1], Bar(others(len(rest)), sum(one.value for one in rest))]


def svg(name: str, bars: Sequence[Bar], title: str, description: str, number: Callable[[int], str]) -> str:
    """Draw a bar for each, its words above it and its number behind.

    Args:
        name: makes the ids of this plot unique on the page.
        bars: at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        number: how a number is written.
    """
    lines = [wrap(one.label, _LETTERS, max_lines=_LINES, placeholder=" …") for one in bars]
    tops = [0, *accumulate(_ROW + _LINE * (len(some) - 1) for some in lines)]
    frame = Frame(width=_WIDTH, height=tops[-1] + 8, top=0, bottom=0, left=0, right=_NUMBER)
    most = max(*(one.value for one in bars), 1)
    placed = zip(bars, lines, tops, strict=False)
    parts = [part for one, some, top in placed for part in _bar(frame, one, some, top, most, number)]
    return frame.picture(name, title, description, parts)


def _bar(
    frame: Frame, one: Bar, lines: Sequence[str], top: int, most: int, number: Callable[[int], str]
) -> Iterator[str]:
    wide = max(frame.x(one.value / most), 1 if one.value else 0)
    yield f"<g><title>{escape(f'{one.label}: {number(one.value)}')}</title>"
    for line in lines:
        top += _LINE
        yield f'<text x="0" y="{top}">{escape(line)}</text>'
    yield f'<rect x="0" y="{top + 6}" width="{wide:.1f}" height="{_BAR}" fill="{COLOUR}"/>'
    behind = escape(number(one.value))
    yield f'<text x="{wide + 8:.1f}" y="{top + 4 + _BAR}" font-weight="700">{behind}</text></g>'
