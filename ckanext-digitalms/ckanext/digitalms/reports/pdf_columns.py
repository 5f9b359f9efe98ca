"""Tables without lines: columns begin below the words of the headings, rows with a title in the first one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .columns import find_heading
from .document import Block, Cell, Table
from .pdf_text import Line, Word, lines_of

_NEAR = 1.5
# a gap between words that parts two headings, and one between lines, in heights of a line
_WIDE, _GAP, _CLOSE = 0.9, 0.5, 0.4
# so many lines below the headings say where columns begin
_ENOUGH = 40
_MOST_HEADINGS = 4


@dataclass
class Columns:
    """Columns that are being read: where each begins, and the rows, each a list of lines per column."""

    starts: tuple[float, ...]
    heading: str = ""
    rows: list[list[list[Line]]] = field(default_factory=list)
    # known as soon as the first lines are read
    titles_are_bold: bool | None = None
    # whether something stands above the first title, so that cells are centred and rows cannot be told
    is_centred: bool = False
    # whether the first line of a page is a title; not known where titles look like the text below them
    begins_with_title: bool | None = None
    # whether nothing of this page was taken yet
    is_untouched: bool = True

    def take(self, lines: Sequence[Line]) -> int:
        """Take the lines that stand in the columns; return how many."""
        count = self._reach(lines)
        taken = lines[:count]
        split = [self._split(line) for line in taken]
        first = [row[0] for row in split if row[0]]
        if self.titles_are_bold is None:
            self.titles_are_bold = 0 < sum(line.is_bold for line in first) < len(first)
        if len(self.rows) == 1 and split and first and split[0][0] is None:
            self.is_centred = True
        if self.is_untouched and split and split[0][0] is not None and self.titles_are_bold:
            self.begins_with_title = split[0][0].is_bold
        is_first, self.is_untouched = self.is_untouched, self.is_untouched and not split
        for place, cells in enumerate(split):
            if (place == 0 and is_first) or self._begins_row(split, place):
                self.rows.append([[] for _ in self.starts])
            for column, cell in enumerate(cells):
                if cell:
                    self.rows[-1][column].append(cell)
        return count

    def _reach(self, lines: Sequence[Line]) -> int:
        """Return how many lines stand in the columns."""
        for place, line in enumerate(lines):
            if line.text == self.heading:
                # columns may begin elsewhere below the headings of another page
                return place
            if self._crosses(line) or self._runs_on(line):
                return _paragraph_before(lines, place)
        return len(lines)

    def _crosses(self, line: Line) -> bool:
        return any(
            word.x0 < start - _NEAR and word.x1 > start + _NEAR
            for start in self.starts[1:]
            for word in line.words
        )

    def _runs_on(self, line: Line) -> bool:
        """Return whether a line is written across: words go on past the place where a column begins."""
        for left, right in pairwise(line.words):
            is_parted = any(left.x0 < start - _NEAR <= right.x0 for start in self.starts[1:])
            begins = any(abs(right.x0 - start) <= _NEAR for start in self.starts)
            if is_parted and not begins and right.x0 - left.x1 < _CLOSE * (right.bottom - right.top):
                return True
        return False

    def _split(self, line: Line) -> list[Line | None]:
        parts: list[list[Word]] = [[] for _ in self.starts]
        for word in line.words:
            column = max((n for n, start in enumerate(self.starts) if start <= word.x0 + _NEAR), default=0)
            parts[column].append(word)
        return [Line(tuple(part)) if part else None for part in parts]

    def _begins_row(self, split: Sequence[Sequence[Line | None]], place: int) -> bool:
        line = split[place][0]
        if line is None:
            return False
        before = next((row[0] for row in reversed(split[:place]) if row[0]), None)
        gap = float("inf") if before is None else line.top - before.bottom
        height = max(line.bottom - line.top, 1.0)
        if self.titles_are_bold:
            return line.is_bold and (before is None or not before.is_bold or gap > height)
        others = [_gap_above(split, place, column) for column in range(1, len(self.starts))]
        return gap > _GAP * height and any(other is not None and other > _GAP * height for other in others)


def _gap_above(split: Sequence[Sequence[Line | None]], place: int, column: int) -> float | None:
    line = split[place][column]
    if line is None:
        return None
    before = next((row[column] for row in reversed(split[:place]) if row[column]), None)
    return float("inf") if before is None else line.top - before.bottom


def _paragraph_before(lines: Sequence[Line], place: int) -> int:
    """Return where the paragraph begins that a line belongs to."""
    while place > 0 and lines[place].top - lines[place - 1].bottom < _GAP * (
        lines[place].bottom - lines[place].top
    ):
        place -= 1
    return place


def find_columns(lines: Sequence[Line]) -> tuple[Columns | None, int, int]:
    """Find a row of headings; return its columns, how many lines stand before it, and how many are read.

    The headings themselves become the first row of the columns.
    """
    for place, line in enumerate(lines):
        if len(_groups([line])) < 2:
            continue
        for first, last in _extents(lines, place):
            groups = _groups(lines[first:last])
            row = tuple(Cell((Block(_said(group)),)) for group in groups)
            if len(groups) < 2 or find_heading(Table((row,))) is None:
                continue
            columns = Columns(_starts(groups, lines[last : last + _ENOUGH]), line.text)
            columns.rows.append([lines_of(group) for group in groups])
            return columns, first, last
    return None, len(lines), len(lines)


def _extents(lines: Sequence[Line], place: int) -> list[tuple[int, int]]:
    """Return which lines may be the headings: with those beside and below them first, then the line alone."""
    height = lines[place].bottom - lines[place].top
    first = place
    while first > 0 and lines[first - 1].bottom > lines[first].top + height * 0.2:
        first -= 1
    last = place + 1
    while last < len(lines) and lines[last].top - lines[last - 1].bottom < _GAP * height:
        last += 1
    # a heading of more lines is none, but the first lines of a table without a gap
    return [(first, last), (place, place + 1)] if last - first <= _MOST_HEADINGS else [(place, place + 1)]


def _said(group: Sequence[Word]) -> str:
    return " ".join(line.text for line in lines_of(group))


def _groups(lines: Sequence[Line]) -> list[list[Word]]:
    """Put the words of headings together to columns: what stands above one another, or near one another."""
    words = sorted((word for line in lines for word in line.words), key=lambda word: word.x0)
    groups: list[list[Word]] = []
    reached = float("-inf")
    for word in words:
        if groups and word.x0 - reached <= _WIDE * (word.bottom - word.top):
            groups[-1].append(word)
        else:
            groups.append([word])
        reached = max(reached, word.x1) if len(groups[-1]) > 1 else word.x1
    return groups


def _after_gaps(line: Line) -> list[Word]:
    """Return the words of a line that begin something: the first, and those behind a gap."""
    close = _CLOSE * (line.bottom - line.top)
    return [line.words[0], *(right for left, right in pairwise(line.words) if right.x0 - left.x1 > close)]


def _starts(groups: Sequence[Sequence[Word]], below: Sequence[Line]) -> tuple[float, ...]:
    """Find where each column begins: left of its heading, where most words of the lines below do."""
    words = [word for line in below for word in line.words]
    begins = [word for line in below for word in _after_gaps(line)]
    starts = [min([groups[0][0].x0, *(word.x0 for word in words)])]
    for left, right in pairwise(groups):
        last, first = max(word.x1 for word in left), right[0].x0
        begun = Counter(round(word.x0, 1) for word in begins if last < word.x0 <= first + _NEAR)
        begun[round(first, 1)] += 1
        crossed = {x: sum(word.x0 < x - _NEAR and word.x1 > x + _NEAR for word in words) for x in begun}
        starts.append(max(begun, key=lambda x: (begun[x] - 10 * crossed[x], x)))
    return tuple(starts)
