"""Tables with ruled lines: columns between the upright ones, rows between the level ones."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .document import MAX_COLUMNS, MAX_ROWS, too_large
from .pdf_rows import PrintedCell, Row
from .pdf_text import Word, lines_of

# lines that are so near are one (a frame is drawn as a thin box)
NEAR = 3.0
_SHORTEST = 5.0
_MOST_EDGES = 3_000


@dataclass(frozen=True)
class Edge:
    """A line: where it stands across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Edges:
    """The upright and the level lines of a page."""

    upright: tuple[Edge, ...] = ()
    level: tuple[Edge, ...] = ()

    @classmethod
    def of(cls, page: Any) -> Edges:
        """Read the lines and frames of a page of pdfplumber."""
        upright: list[Edge] = []
        level: list[Edge] = []
        width, height = float(page.width), float(page.height)
        for one in page.edges:
            if len(upright) + len(level) >= _MOST_EDGES:
                break
            x0, x1, top, bottom = (float(one[name]) for name in ("x0", "x1", "top", "bottom"))
            # the edges of a background lie beyond the page as well
            is_beyond = (top < 0 or bottom > height) and _SHORTEST < x0 < width - _SHORTEST
            if (
                one["orientation"] == "v"
                and bottom - top > _SHORTEST
                and (is_beyond or bottom - top < height * 0.99)
            ):
                # what the break of a page cuts may be drawn beyond it
                upright.append(Edge(x0, max(top, 0.0), min(bottom, height)))
            elif one["orientation"] == "h" and _SHORTEST < x1 - x0 < width * 0.99:
                level.append(Edge(top, x0, x1))
        return cls(tuple(sorted(upright, key=_at)), tuple(sorted(level, key=_at)))


@dataclass(frozen=True)
class Ruled:
    """A table as it is ruled: the places of its upright and level lines."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    edges: Edges

    @property
    def top(self) -> float:
        """Return its upper edge."""
        return self.ys[0]

    def holds(self, word: Word) -> bool:
        """Return whether a word stands in it."""
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        return self.xs[0] - NEAR <= x <= self.xs[-1] + NEAR and self.ys[0] - NEAR <= y <= self.ys[-1] + NEAR

    def rows(self, words: Iterable[Word]) -> list[Row]:
        """Return its rows with the words in them; a merged cell is one object in several places."""
        keys = self._keys()
        held: dict[int, list[Word]] = {}
        for word in words:
            row = _between(self.ys, (word.top + word.bottom) / 2)
            column = _between(self.xs, (word.x0 + word.x1) / 2)
            held.setdefault(keys[row][column], []).append(word)
        cells = {key: PrintedCell(tuple(lines_of(held.get(key, ())))) for row in keys for key in row}
        rows = [[cells[key] for key in row] for row in keys]
        return [row for row in rows if any(cell.lines for cell in row)]

    def parts(self, y: float) -> bool:
        """Return whether a level line parts rows: it goes through two columns, as no underlined word does."""
        if y in {self.ys[0], self.ys[-1]}:
            return True
        return sum(self._is_ruled(y, column) for column in range(len(self.xs) - 1)) >= 2

    @property
    def is_closed_above(self) -> bool:
        """Return whether a line is drawn along its upper edge; none is where a browser cuts a row."""
        return self._is_drawn(self.ys[0])

    @property
    def is_closed_below(self) -> bool:
        """Return whether a line is drawn along its lower edge."""
        return self._is_drawn(self.ys[-1])

    def _is_drawn(self, y: float) -> bool:
        return any(self._is_ruled(y, column) for column in range(len(self.xs) - 1))

    def _is_ruled(self, y: float, column: int) -> bool:
        """Return whether a level line goes through a whole column; one below words does not."""
        left, right = self.xs[column], self.xs[column + 1]
        near = _near(self.edges.level, y)
        drawn = [one for one in near if one.end > left and one.start < right]
        inside = [Edge(one.at, max(one.start, left), min(one.end, right)) for one in drawn]
        return _length(inside, y) >= (right - left) * 0.9

    def _keys(self) -> list[list[int]]:
        """Give each cell a number: one that has no line above or to its left has that of the one there."""
        keys: list[list[int]] = []
        count = 0
        for row in range(len(self.ys) - 1):
            made: list[int] = []
            middle = (self.ys[row] + self.ys[row + 1]) / 2
            for column in range(len(self.xs) - 1):
                if row and not self._is_ruled(self.ys[row], column):
                    made.append(keys[-1][column])
                elif column and not _covers(self.edges.upright, self.xs[column], middle):
                    made.append(made[-1])
                else:
                    made.append(count)
                    count += 1
            keys.append(made)
        return keys


def _at(edge: Edge) -> float:
    return edge.at


def _near(edges: Sequence[Edge], at: float) -> Sequence[Edge]:
    """Return the edges at a place, of those sorted by it."""
    return edges[bisect_left(edges, at - NEAR, key=_at) : bisect_right(edges, at + NEAR, key=_at)]


def ruled_tables(edges: Edges) -> list[Ruled]:
    """Return the tables of a page that have at least two ruled columns, from the top."""
    tables = []
    for top, bottom in _regions(edges):
        upright = [one for one in edges.upright if one.start < bottom - NEAR and one.end > top + NEAR]
        upright = [Edge(one.at, max(one.start, top), min(one.end, bottom)) for one in upright]
        level = [one for one in edges.level if top - NEAR <= one.at <= bottom + NEAR]
        xs = [
            x for x in _clusters([one.at for one in upright])
            if _length(upright, x) >= (bottom - top) * 0.2
        ]  # fmt: skip
        ys = _clusters([top, bottom, *(one.at for one in level)])
        if len(xs) > MAX_COLUMNS + 1 or len(ys) > MAX_ROWS:
            raise too_large()
        if len(xs) >= 3 and len(ys) >= 2:
            whole = Ruled(tuple(xs), tuple(ys), Edges(tuple(upright), tuple(level)))
            tables.append(replace(whole, ys=tuple(y for y in ys if whole.parts(y))))
    return tables


def _regions(edges: Edges) -> list[tuple[float, float]]:
    """Return where tables begin and end; two that follow each other differ in where their columns stand."""
    return [part for whole in _stretches(edges.upright) for part in _parted(whole, edges)]


def _parted(whole: tuple[float, float], edges: Edges) -> list[tuple[float, float]]:
    top, bottom = whole
    ys = _clusters([top, bottom, *(one.at for one in edges.level if top - NEAR <= one.at <= bottom + NEAR)])
    parts: list[tuple[float, float]] = []
    known: list[float] = []
    for upper, lower in pairwise(ys):
        middle = (upper + lower) / 2
        drawn = _clusters(one.at for one in edges.upright if one.start <= middle <= one.end)
        if parts and (not drawn or _fits(drawn, known) or _fits(known, drawn)):
            parts[-1] = (parts[-1][0], lower)
            known = drawn if len(drawn) > len(known) else known
        else:
            parts.append((upper, lower))
            known = drawn
    return parts


def _fits(few: Sequence[float], many: Sequence[float]) -> bool:
    return all(any(abs(one - other) <= NEAR for other in many) for one in few)


def _stretches(upright: Sequence[Edge]) -> list[tuple[float, float]]:
    regions: list[tuple[float, float]] = []
    for one in sorted(upright, key=lambda edge: edge.start):
        if regions and one.start <= regions[-1][1] + NEAR:
            regions[-1] = (regions[-1][0], max(regions[-1][1], one.end))
        else:
            regions.append((one.start, one.end))
    return regions


def _clusters(places: Iterable[float]) -> list[float]:
    clusters: list[list[float]] = []
    for place in sorted(places):
        if clusters and place - clusters[-1][-1] <= NEAR:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    return [sum(one) / len(one) for one in clusters]


def _length(edges: Iterable[Edge], at: float) -> float:
    """Return how much of a line is drawn; what is drawn twice counts once."""
    drawn = sorted((one.start, one.end) for one in edges if abs(one.at - at) <= NEAR)
    length, reached = 0.0, float("-inf")
    for start, end in drawn:
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


def _covers(edges: Sequence[Edge], at: float, place: float) -> bool:
    return any(one.start <= place <= one.end for one in _near(edges, at))


def _between(places: Sequence[float], place: float) -> int:
    for number in range(len(places) - 2):
        if place < places[number + 1]:
            return number
    return len(places) - 2
