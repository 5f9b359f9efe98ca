"""Text whose columns stand below one another, with spaces between: where they begin is told by all lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .table import RawRow

_RULE = re.compile(r"[-=_+|\s]*[-=_]{3}[-=_+|\s]*")
_LEAST_LINES, _LEAST_GAP, _MOST_TITLES = 3, 2, 5
_LONGEST = 2000


def columns_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return begin and end of each column; nothing where the lines are not arranged like that.

    At least two blanks stand between columns in every line, but for up to five lines of titles above them.
    """
    lines = [line.rstrip() for line in text.expandtabs(8).splitlines()]
    told = [line for line in lines if line and not _RULE.fullmatch(line)]
    if any(len(line) > _LONGEST for line in told):
        return ()
    for skipped in range(min(_MOST_TITLES, max(len(told) - _LEAST_LINES, 0)) + 1):
        found = _columns(told[skipped:])
        if len(found) > 1:
            return found
    return ()


def _columns(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    if len(lines) < _LEAST_LINES:
        return ()
    width = max(map(len, lines))
    blank = [True] * width
    for line in lines:
        for place, sign in enumerate(line):
            if sign != " ":
                blank[place] = False
    begins = []
    gap = _LEAST_GAP
    for place in range(width):
        if blank[place]:
            gap += 1
        else:
            if gap >= _LEAST_GAP:
                begins.append(place)
            gap = 0
    ends = [*begins[1:], width]
    found = tuple(zip(begins, ends, strict=True))
    # a column that most lines leave empty is no column
    full = [sum(bool(line[begin:end].strip()) for line in lines) for begin, end in found]
    return found if all(2 * count > len(lines) for count in full) else ()


def records_of(text: str, columns: Sequence[tuple[int, int]]) -> Iterator[RawRow]:
    """Give the rows; a line above the columns that goes across them is one cell."""
    for number, raw in enumerate(text.expandtabs(8).splitlines(), 1):
        line = raw.rstrip()
        if _RULE.fullmatch(line) and line:
            continue
        across = any(begin and line[begin - 1 : begin].strip() for begin, _ in columns)
        cells = (line.strip(),) if across else tuple(line[begin:end].strip() for begin, end in columns)
        yield RawRow(number, cells)
