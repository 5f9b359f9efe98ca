"""The plot of a share over editions as accessible SVG; its table stands beside it on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from xml.sax.saxutils import escape

from ckanext.digitalms.charts import Frame

# as wide as a telephone shows without making letters too small
FRAME = Frame(width=480, height=260, top=24, bottom=40, left=60, right=36)
COLOUR = "#0b4f8f"
MOST_LABELS = 4
# what the letters of an edition take
LETTERS = 66


@dataclass(frozen=True)
class Point:
    """An edition (``2019-06``) and its share in percent, ``None`` where there is no figure.

    ``survey`` says how it was gathered, so that no line joins what cannot be compared.
    """

    edition: str
    share: Decimal | None
    survey: str | None = None

    @property
    def month(self) -> int:
        """Return the months since year 0."""
        year, month = self.edition.split("-")[:2]
        return int(year) * 12 + int(month) - 1


def svg(
    name: str,
    points: Sequence[Point],
    title: str,
    description: str,
    number: Callable[[Decimal], str],
    broken: str = "",
) -> str:
    """Draw shares from 0 to 100 percent over a true axis of time; a gap stays a gap.

    Args:
        name: makes the ids of this plot unique on the page.
        points: in the order of their editions, at least one.
        title: the plot's name, for those who cannot see it.
        description: what it shows, in a sentence.
        number: how a share is written.
        broken: says that the series breaks, beside the line that shows where.
    """
    parts = [*_grid(), *_breaks(points, broken), *_lines(points), *_dots(points, number), *_editions(points)]
    return FRAME.picture(name, title, description, parts)


def _x(points: Sequence[Point], point: Point) -> float:
    first, last = points[0].month, points[-1].month
    return FRAME.x((point.month - first) / (last - first) if last > first else 0.5)


def _y(share: Decimal | int) -> float:
    return FRAME.y(float(share) / 100)


def _grid() -> Iterator[str]:
    return (FRAME.rule(share / 100, f"{share} %") for share in (0, 25, 50, 75, 100))


def _lines(points: Sequence[Point]) -> Iterator[str]:
    for one, other in pairwise(points):
        if one.share is not None and other.share is not None and not _differ(one, other):
            yield (
                f'<path d="M{_x(points, one):.1f} {_y(one.share):.1f}L{_x(points, other):.1f} '
                f'{_y(other.share):.1f}" stroke="{COLOUR}" stroke-width="2.5" fill="none"/>'
            )


def breaks(points: Sequence[Point]) -> bool:
    """Return whether editions stand together that were gathered in different ways."""
    return len({point.survey for point in points if point.survey}) > 1


def _differ(one: Point, other: Point) -> bool:
    return bool(one.survey and other.survey and one.survey != other.survey)


def _breaks(points: Sequence[Point], words: str) -> Iterator[str]:
    """Draw an upright line where the series breaks, with words: between the editions before and after."""
    known = [point for point in points if point.survey]
    for one, other in pairwise(known):
        if _differ(one, other):
            x = (_x(points, one) + _x(points, other)) / 2
            bottom = FRAME.height - FRAME.bottom
            is_left = x > FRAME.width / 2
            yield (
                f'<line class="dm-break" x1="{x:.1f}" y1="{FRAME.top}" x2="{x:.1f}" y2="{bottom}" '
                'stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 4"/>'
                f'<text x="{x - 6 if is_left else x + 6:.1f}" y="{bottom - 8}" '
                f'text-anchor="{"end" if is_left else "start"}">{escape(words)}</text>'
            )


def _dots(points: Sequence[Point], number: Callable[[Decimal], str]) -> Iterator[str]:
    labelled = _labelled(points)
    for point in points:
        if point.share is None:
            continue
        x, y = _x(points, point), _y(point.share)
        words = escape(f"{number(point.share)} %")
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{COLOUR}"/>'
        if point in labelled:
            # above the dot there is no room for a share near 100 percent
            below = y + 22 if point.share > 85 else y - 12
            yield f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle" font-weight="700">{words}</text>'


def _editions(points: Sequence[Point]) -> Iterator[str]:
    """Write the editions below the axis, from the last one back, where there is room for their letters."""
    place = float("inf")
    for point in reversed(_labelled(points)):
        x = _x(points, point)
        if place - x >= LETTERS:
            place = x
            yield FRAME.mark(x, point.edition)


def _labelled(points: Sequence[Point]) -> list[Point]:
    every = -(-len(points) // MOST_LABELS)
    return list(points)[::-1][::every][::-1]
