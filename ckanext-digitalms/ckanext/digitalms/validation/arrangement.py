"""Which rows of a file are the header and which are no data: as somebody says it, or as it is proposed.

What looks like a total, a note, a line of units or a header once more is proposed with its reason and left
out only where somebody agrees; the agreement is kept by kind, so that it holds for the next file of the same
table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .cell_formats import read_numbers
from .dialect import (
    AUTO,
    COMMENTS,
    NO_HEADER,
    NOTES,
    REPEATED,
    SURPLUS,
    TOTALS,
    UNITS,
    rows_of,
)
from .findings import Finding, short, some
from .reading_csv import too_many_columns
from .table import MAX_COLUMNS, RawRow, RawTable, Surplus, UnreadableError, is_blank, is_empty

__all__ = ["arranged", "emptied", "proposed", "reason", "suggestions", "titled_as", "without"]

# of one row, of several
_REASONS = {
    TOTALS: (
        N_("Row {rows} looks like a total: “{text}”."),
        N_("Rows {rows} look like totals; the first: “{text}”."),
    ),
    NOTES: (
        N_("Row {rows} looks like a note below the table: “{text}”."),
        N_("Rows {rows} look like notes below the table; the first: “{text}”."),
    ),
    UNITS: (
        N_("Row {rows} looks like a line of units: “{text}”."),
        N_("Rows {rows} look like lines of units; the first: “{text}”."),
    ),
    COMMENTS: (
        N_("Row {rows} looks like a comment: “{text}”."),
        N_("Rows {rows} look like comments; the first: “{text}”."),
    ),
    REPEATED: (
        N_("Row {rows} is the header once more: “{text}”."),
        N_("Rows {rows} are the header once more: “{text}”."),
    ),
}
_TOTAL = re.compile(r"(?:summe|gesamt(?:summe)?|insgesamt|total|zusammen|Σ)\b[\s:.]*", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:in )?(?:%|€|eur|euro|t€|teur|tsd\.?|mio\.?|anzahl|k?m[²2]?|ha|[mg]bit/s|stück|personen|std\.?"
    r"|jahre?)|[(\[][^)\]]{1,20}[)\]]",
    re.IGNORECASE,
)
_LINE = re.compile(r"[_=*\-–]{3,}")
_SUMMED = 50_000  # rows whose sums are looked at
_ADDENDS = 3
_BEGIN = 3
_NAMED = 8


def reason(surplus: Surplus) -> Message:
    """Say in a sentence why rows may be no data."""
    shown = some([str(number) for number in surplus.rows], _NAMED)
    sentence = _REASONS[surplus.kind][len(surplus.rows) > 1]
    return Message(sentence, {"rows": shown, "text": short(surplus.text)})


def suggestions(surplus: Sequence[Surplus], left_out: Sequence[str]) -> Iterator[Finding]:
    """Suggest what may be left out and is not yet."""
    for one in surplus:
        if one.kind not in left_out:
            yield Finding(Cause.SURPLUS, reason(one), one.rows[0], found=short(one.text))


def arranged(raw: RawTable, header: str, leave_out: Sequence[str], missing: Collection[str] = ()) -> RawTable:
    """Return a table with the header, without the rows and with the missing values that somebody names.

    Args:
        raw: the table as it was read.
        header: ``auto``, ``none``, or the rows of the titles, as :func:`rows_of` reads them.
        leave_out: kinds of ``SURPLUS`` and rows.
        missing: words that stand for a missing value, in small letters.

    Raises:
        UnreadableError: the file has no such row.
    """
    return emptied(without(titled_as(raw, header), leave_out), missing)


def titled_as(raw: RawTable, header: str) -> RawTable:
    """Return a table whose titles stand in other rows: titles above one another are joined."""
    if header == AUTO:
        return raw
    rows = [RawRow(raw.header_row, raw.header), *raw.rows]
    if header == NO_HEADER:
        width = max(len(row.cells) for row in rows)
        return _with(raw, [""] * width, rows, raw.header_row)
    first, last = rows_of(header)
    above = [row for row in rows if first <= row.number <= last and not is_blank(row.cells)]
    if not above:
        text = N_("Row {row} cannot be the header: nothing stands there.")
        raise UnreadableError(Finding(Cause.HEADER_ROW, Message(text, {"row": first}), first), form=raw.form)
    width = max(len(row.cells) for row in above)
    lines = [_spread(row.cells, width, is_last=row is above[-1]) for row in above]
    titles = [" › ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*lines, strict=True)]
    return _with(raw, titles, [row for row in rows if row.number > last], above[-1].number)


def _spread(cells: Sequence[object], width: int, *, is_last: bool) -> list[str]:
    """Return the titles of a row; one above several columns counts for each of them."""
    texts = ["" if is_empty(cell) else " ".join(str(cell).split()) for cell in cells]
    texts += [""] * (width - len(texts))
    if not is_last:
        for place in range(1, width):
            texts[place] = texts[place] or texts[place - 1]
    return texts


def _with(raw: RawTable, titles: Sequence[str], rows: Sequence[RawRow], header_row: int) -> RawTable:
    width = len(titles)
    if width > MAX_COLUMNS:
        raise UnreadableError(too_many_columns(width, header_row), form=raw.form)
    body = tuple(replace(row, cells=row.cells + (None,) * (width - len(row.cells))) for row in rows)
    # what was said of the former header, or of a row that is none any more, is not true of this table
    kept = {None, header_row, *(row.number for row in rows)}
    told = tuple(one for one in raw.findings if one.cause is not Cause.TITLE_ROWS and one.row in kept)
    return replace(raw, header=tuple(titles), rows=body, header_row=header_row, findings=told)


def without(raw: RawTable, leave_out: Sequence[str], surplus: Sequence[Surplus] | None = None) -> RawTable:
    """Return a table without the rows that somebody names, by kind or number, and say which these were.

    Args:
        raw: the table.
        leave_out: kinds of ``SURPLUS`` and rows.
        surplus: what :func:`proposed` says of it, where that is known.
    """
    kinds = [one for one in leave_out if one in SURPLUS]
    ranges = [rows_of(one) for one in leave_out if one not in SURPLUS]
    found = surplus if surplus is not None or not kinds else proposed(raw)
    gone = {number for one in found or () if one.kind in kinds for number in one.rows}
    gone |= {row.number for row in raw.rows if any(first <= row.number <= last for first, last in ranges)}
    if not gone:
        return raw
    rows = tuple(row for row in raw.rows if row.number not in gone)
    named = some([str(number) for number in sorted(gone)], _NAMED, is_counted=True)
    message = Message(N_("Left out, as you said: row {rows}."), {"rows": named})
    finding = Finding(Cause.LEFT_OUT, message, min(gone), found=named)
    told = (one for one in raw.findings if one.row not in gone)
    return replace(raw, rows=rows, findings=(*told, finding))


def emptied(raw: RawTable, words: Collection[str]) -> RawTable:
    """Return a table in which nothing stands where a word says that a value is missing, and say so.

    Args:
        raw: the table.
        words: in small letters.
    """
    found: Counter[str] = Counter()

    def cell(value: object) -> object:
        if isinstance(value, str) and (text := " ".join(value.split())).casefold() in words:
            found[text] += 1
            return None
        return value

    if not words:
        return raw
    rows = tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in raw.rows)
    told = ", ".join(f"{text} ({count})" for text, count in found.most_common(_NAMED))
    if not told:
        return raw
    message = Message(N_("These words stand for a missing value: {words}."), {"words": told})
    finding = Finding(Cause.MISSING_WORD, message, found=short(told))
    return replace(raw, rows=rows, findings=(*raw.findings, finding))


def proposed(raw: RawTable) -> tuple[Surplus, ...]:
    """Return the rows that may be no data, by kind."""
    filled = [_Filled(row, first) for row in raw.rows if (first := _texts(row.cells, _BEGIN))]
    by_number = {one.row.number: one for one in filled}
    taken: set[int] = set()
    found = []
    for kind, numbers in (
        (REPEATED, _repeated(raw.header, filled)),
        (UNITS, _units(filled)),
        (COMMENTS, _comments(filled)),
        (TOTALS, _totals(filled)),
        (NOTES, _notes(raw.header, filled)),
    ):
        rows = tuple(number for number in numbers if number not in taken)
        if rows and len(rows) < len(filled):
            taken.update(rows)
            found.append(Surplus(kind, rows, " | ".join(by_number[rows[0]].texts)))
    return tuple(found)


class _Filled(NamedTuple):
    """A row that is not empty, and what stands in its first filled cells, which each kind looks at."""

    row: RawRow
    first: list[str]

    @property
    def texts(self) -> list[str]:
        """Return what stands in all of its filled cells."""
        return _texts(self.row.cells)


def _texts(cells: Sequence[object], most: int = 0) -> list[str]:
    found: list[str] = []
    for cell in cells:
        if cell is not None and (text := str(cell).strip()):
            found.append(text)
            if len(found) == most:
                break
    return found


def _repeated(header: Sequence[str], rows: Sequence[_Filled]) -> Iterator[int]:
    titles, cells = _texts(header), [title.strip() for title in header]
    if len(titles) > 1:
        for row, first in rows:
            if first != titles[:_BEGIN] or _texts(row.cells) != titles:
                continue
            if ["" if is_empty(cell) else str(cell).strip() for cell in row.cells] == cells:
                yield row.number


def _units(rows: Sequence[_Filled]) -> Iterator[int]:
    """Give the row below the header, if it has units and nothing else."""
    if len(rows) > 1 and all(map(_UNIT.fullmatch, rows[0].texts)):
        yield rows[0].row.number


def _comments(rows: Sequence[_Filled]) -> Iterator[int]:
    for row, first in rows:
        if len(first) == 1 and first[0].startswith("# "):
            yield row.number


def _last_wide(rows: Sequence[_Filled]) -> int | None:
    """Return the place of the last row with several cells."""
    return next((place for place in range(len(rows) - 1, -1, -1) if len(rows[place].first) > 1), None)


def _notes(header: Sequence[str], rows: Sequence[_Filled]) -> Iterator[int]:
    """Give the rows below the last one with several cells: one text, or a line drawn with signs."""
    if len(header) < 2:
        return
    last = _last_wide(rows)
    if last is not None:
        yield from (row.number for row, _ in rows[last + 1 :])
    for row, first in rows[: (last or 0)]:
        if len(first) == 1 and _LINE.fullmatch(first[0]):
            yield row.number


def _totals(rows: Sequence[_Filled]) -> Iterator[int]:
    """Give the rows that are called a total, and the last one that is the sum of those above it."""
    ends = {len(rows), (_last_wide(rows) or 0) + 1}  # there may be notes below
    sums = {rows[end - 1].row.number for end in ends if _last_is_sum(rows[:end])}
    for row, first in rows:
        words = [text for text in first if not text[:1].isdigit()]
        if any(map(_TOTAL.fullmatch, words)) or row.number in sums:
            yield row.number


def _last_is_sum(rows: Sequence[_Filled]) -> bool:
    """Return whether each number of the last row is the sum of those above it."""
    if not _ADDENDS < len(rows) <= _SUMMED:
        return False
    compared = 0
    for place, cell in enumerate(rows[-1].row.cells):
        if not _may_be_number(cell):
            continue
        numbers = _numbers([row.cells[place] for row, _ in rows if place < len(row.cells)])
        if numbers is None or len(numbers) <= _ADDENDS:
            continue
        if sum(numbers[:-1]) != numbers[-1] or not numbers[-1]:
            return False
        compared += 1
    return compared > 0


def _may_be_number(cell: object) -> bool:
    return isinstance(cell, Decimal) or (isinstance(cell, str) and read_numbers([cell.strip()]).fits)


def _numbers(cells: Collection[object]) -> list[Decimal] | None:
    """Return the numbers of a column, or ``None`` if it holds something else or can be read in two ways."""
    filled = [cell for cell in cells if not is_empty(cell)]
    texts = [cell.strip() for cell in filled if isinstance(cell, str)]
    reading = read_numbers(texts)
    if not (reading.fits and reading.is_settled):
        return None
    found: list[Decimal] = []
    for cell in filled:
        number = cell if isinstance(cell, Decimal) else None
        if isinstance(cell, str):
            (number,) = reading.read(cell.strip())
        if number is None:
            return None
        found.append(number)
    return found
