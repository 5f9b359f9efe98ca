"""Tables without lines: columns begin below the words of the headings, rows with the title of a measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median_low

from .columns import find_heading
from .document import Block, Cell, Table
from .pdf_rows import is_no_title
from .pdf_text import ENDS, Line, Word, lines_of, paragraphs_of

_NEAR = 1.5
# a gap between words that parts two headings, and one between lines, in heights of a line
_WIDE, _GAP, _CLOSE = 0.9, 0.5, 0.4
# so many lines below the headings say where columns begin
_ENOUGH = 40
_MOST_HEADINGS = 4
# a paragraph of more lines is no title; a line of more words is text
_LONGEST_TITLE, _FEW = 12, 2
# so many words that begin at a place are outweighed by one that goes over it
_CROSSED = 20


@dataclass
class Columns:
    """Columns that are being read: where each begins, and the rows, each a list of lines per column."""

    starts: tuple[float, ...]
    # the words of each heading
    headings: tuple[tuple[str, ...], ...] = ()
    # the place of the one that names the measure
    title: int = 0
    # how wide an ordinary space is
    space: float = 0.0
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
        first = [title for row in split if (title := row[self.title])]
        if self.titles_are_bold is None:
            self.titles_are_bold = 0 < sum(line.is_bold for line in first) < len(first)
        if len(self.rows) == 1 and first:
            self.is_centred = self._stands_below(taken, first[0])
        top = split[0][self.title] if split else None
        if self.is_untouched and top is not None and self.titles_are_bold:
            self.begins_with_title = top.is_bold
        is_first, self.is_untouched = self.is_untouched, self.is_untouched and not split
        last: list[Line | None] = [None] * len(self.starts)
        for place, cells in enumerate(split):
            if (place == 0 and is_first) or self._begins_row(split, place, last):
                self.rows.append([[] for _ in self.starts])
            for column, cell in enumerate(cells):
                if cell:
                    self.rows[-1][column].append(cell)
                    last[column] = cell
        return count

    def _stands_below(self, lines: Sequence[Line], title: Line) -> bool:
        """Return whether text stands right above the first title, as beside one in the middle of its row."""
        above = [line.bottom for line in lines if line.bottom < title.bottom and line.top < title.top]
        return bool(above) and title.top - max(above) < _GAP * (title.bottom - title.top)

    def _reach(self, lines: Sequence[Line]) -> int:
        """Return how many lines stand in the columns."""
        for place, line in enumerate(lines):
            if self._is_heading(line):
                # columns may begin elsewhere below the headings of another page
                return place
            if self._crosses(line) or self._runs_on(line):
                return _paragraph_before(lines, place)
        return len(lines)

    def _is_heading(self, line: Line) -> bool:
        """Return whether a line begins the headings again, which may be broken elsewhere."""
        words = [word.text for word in line.words]
        told = Counter(word for heading in self.headings for word in heading)
        ahead = iter(words)
        return all(heading[0] in ahead for heading in self.headings) and Counter(words) <= told

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
            if is_parted and not begins and right.x0 - left.x1 < _close(right.bottom - right.top, self.space):
                return True
        return False

    def _split(self, line: Line) -> list[Line | None]:
        parts: list[list[Word]] = [[] for _ in self.starts]
        for word in line.words:
            column = max((n for n, start in enumerate(self.starts) if start <= word.x0 + _NEAR), default=0)
            parts[column].append(word)
        return [Line(tuple(part)) if part else None for part in parts]

    def _begins_row(
        self, split: Sequence[Sequence[Line | None]], place: int, last: Sequence[Line | None]
    ) -> bool:
        """Return whether a line begins a row; ``last`` is the line before in each column."""
        line, before = split[place][self.title], last[self.title]
        if line is None:
            return False
        gap = float("inf") if before is None else line.top - before.bottom
        height = max(line.bottom - line.top, 1.0)
        if self.titles_are_bold:
            return line.is_bold and (before is None or not before.is_bold or gap > height)
        if gap <= _GAP * height:
            return False
        # between two rows most columns have a gap, between two paragraphs one
        beside = [pair for pair in zip(last, split[place], strict=True) if pair != (before, line)]
        near = [one is not None and one.bottom >= line.top - _GAP * height for one, _other in beside]
        begun = sum(other is not None and not near[n] for n, (_one, other) in enumerate(beside))
        going = sum(near[n] and _goes_on(one, other) for n, (one, other) in enumerate(beside))
        return begun > going and not is_no_title(self._paragraph(split, place))

    def _paragraph(self, split: Sequence[Sequence[Line | None]], place: int) -> str:
        """Return the text that begins with a line of the titles' column, up to a gap."""
        lines: list[Line] = []
        for number in range(place, len(split)):
            line = split[number][self.title]
            if line is None:
                continue
            if lines and line.top - lines[-1].bottom > _GAP * (line.bottom - line.top):
                break
            lines.append(line)
            if len(lines) > _LONGEST_TITLE:
                break
        return next((block.text for block in paragraphs_of(lines)), "")


def _goes_on(last: Line | None, line: Line | None) -> bool:
    """Return whether a column has text across the place where another one begins anew."""
    if last is None or line is None:
        return True
    return line.text[0].islower() and len(last.words) > _FEW and not ENDS.search(last.text)


def _paragraph_before(lines: Sequence[Line], place: int) -> int:
    """Return where the paragraph begins that a line belongs to."""
    while place > 0 and lines[place].top - lines[place - 1].bottom < _GAP * (
        lines[place].bottom - lines[place].top
    ):
        place -= 1
    return place


def find_columns(lines: Sequence[Line], ahead: Sequence[Line] = ()) -> tuple[Columns | None, int, int]:
    """Find a row of headings; return its columns, how many lines stand before it, and how many are read.

    The headings themselves become the first row of the columns.

    Args:
        lines: of a page.
        ahead: those of the next page, for headings at the foot of one: they say little about where the text
            below them begins.
    """
    for place, line in enumerate(lines):
        if len(_groups([line])) < 2:
            continue
        for first, last in _extents(lines, place):
            groups = _groups(lines[first:last])
            row = tuple(Cell((Block(_said(group)),)) for group in groups)
            found = find_heading(Table((row,)))
            if len(groups) < 2 or found is None:
                continue
            below = [*lines[last : last + _ENOUGH], *ahead][:_ENOUGH]
            space = _space([line, *below])
            headings = tuple(tuple(_said(group).split()) for group in groups)
            columns = Columns(_starts(groups, below, space), headings, found[1].measure, space)
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
    space = _space(lines)
    groups: list[list[Word]] = []
    reached = float("-inf")
    for word in words:
        if groups and word.x0 - reached <= _wide(word.bottom - word.top, space):
            groups[-1].append(word)
        else:
            groups.append([word])
        reached = max(reached, word.x1) if len(groups[-1]) > 1 else word.x1
    return groups


def _space(lines: Iterable[Line]) -> float:
    """Return how wide a space is that parts two words, as most are."""
    pairs = [pair for line in lines for pair in pairwise(line.words)]
    gaps = [(right.x0 - left.x1, right.bottom - right.top) for left, right in pairs]
    return median_low([gap for gap, height in gaps if 0 < gap <= _WIDE * height] or [0.0])


def _wide(height: float, space: float) -> float:
    """Return the gap that parts two headings; where spaces are narrow, a narrower one does."""
    return min(_WIDE * height, max(_GAP * height, 2 * space))


def _close(height: float, space: float) -> float:
    """Return the gap up to which words follow each other; type of one width has wide spaces."""
    return min(_WIDE * height, max(_CLOSE * height, 1.5 * space))


def _after_gaps(line: Line, space: float) -> list[Word]:
    """Return the words of a line that begin something: the first, and those behind a gap."""
    close = _close(line.bottom - line.top, space)
    return [line.words[0], *(right for left, right in pairwise(line.words) if right.x0 - left.x1 > close)]


def _starts(groups: Sequence[Sequence[Word]], below: Iterable[Line], space: float) -> tuple[float, ...]:
    """Find where each column begins: left of its heading, where most words of the lines below do."""
    ends, begun_at = max(word.x1 for word in groups[0]), groups[-1][0].x0
    parts = [(line, _after_gaps(line, space)) for line in below]
    # a line of text across all columns says nothing about them
    parts = [(line, part) for line, part in parts if len(part) > 1 or line.x0 > ends or line.x1 < begun_at]
    words = [word for line, _part in parts for word in line.words]
    begins = [word for _line, part in parts for word in part]
    starts = [min([groups[0][0].x0, *(word.x0 for word in words)])]
    for left, right in pairwise(groups):
        last, first = max(word.x1 for word in left), right[0].x0
        begun = Counter(round(word.x0, 1) for word in begins if last < word.x0 <= first + _NEAR)
        begun[round(first, 1)] += 1
        crossed = {x: sum(word.x0 < x - _NEAR and word.x1 > x + _NEAR for word in words) for x in begun}
        starts.append(max(begun, key=lambda x: (begun[x] - _CROSSED * crossed[x], x)))
    return tuple(starts)
