"""Reads a PDF without tags by where things stand: ruled tables, else columns below a row of headings.

A row that goes on over the break of a page is put together again, and said, so that a person looks at it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from ckanext.digitalms.messages import N_, Message

from .columns import find_heading
from .document import Aside, Block, Cell, ReportUnreadableError, Table
from .pdf_columns import Columns, find_columns
from .pdf_rows import PrintedCell, Row, glued, is_same_row, said, table_of
from .pdf_ruled import NEAR, Edges, Ruled, ruled_tables
from .pdf_text import Char, Line, Word, lines_of, paragraphs_of, with_spacing, words_of
from .proposal import Reason

# what stands in the outer part of a page, and on several, is a header or footer
_OUTER = 0.1
_CENTRED = N_(
    "The rows of the table on page {page} cannot be told apart: it has no lines, and its cells are centred. "
    "Save the report as DOCX or ODT, or as PDF with its structure (tags), and upload that."
)


@dataclass(frozen=True)
class Layout:
    """A page: its height, its words, and the lines that are drawn on it."""

    height: float
    words: tuple[Word, ...]
    edges: Edges

    @classmethod
    def of(cls, page: Any, chars: Iterable[Char]) -> Layout:
        """Read a page of pdfplumber."""
        return cls(float(page.height), tuple(with_spacing(words_of(chars))), Edges.of(page))

    @cached_property
    def ruled(self) -> list[Ruled]:
        """Return the ruled tables."""
        return ruled_tables(self.edges)

    @property
    def free_lines(self) -> list[Line]:
        """Return the lines that stand in no ruled table."""
        return lines_of(word for word in self.words if not any(table.holds(word) for table in self.ruled))


@dataclass
class Found:
    """What was read of all pages."""

    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    asides: tuple[Aside, ...] = ()
    warnings: tuple[Message, ...] = ()


@dataclass
class _Work:
    lines: list[str] = field(default_factory=list)
    tables: list[list[Row]] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    # whether text outside of tables came since the last table
    is_parted: bool = True
    page: int = 0
    places: tuple[float, ...] = ()
    columns: Columns | None = None
    titles_are_bold: bool | None = None
    # the lines of the next page
    ahead: Sequence[Line] = ()
    # whether the table begins with a ruled line, and whether one is drawn below its last row on a page
    is_framed: bool = False
    is_closed: bool = False
    # whether headings were the last row that came
    is_heading: bool = False

    def text(self, lines: Sequence[Line]) -> None:
        """Enter lines that stand in no table."""
        blocks = paragraphs_of(lines)
        self.is_parted = self.is_parted or bool(blocks)
        self.lines += [one.visible for one in blocks]

    def table(
        self, rows: list[Row], page: int, places: Sequence[float], *, begins: bool | None = True
    ) -> None:
        """Enter a table, or the rest of the one before.

        Args:
            rows: of one page.
            page: its number.
            places: where its columns stand.
            begins: whether the first of them begins a measure, as its title looks; not known for ``None``.
        """
        if self._continues(rows, page, places):
            self._go_on(self.tables[-1], rows, page, begins)
        else:
            self.tables.append(rows)
        self.is_heading = said(rows[-1]) in _headings(self.tables[-1])[0]
        self.is_parted, self.page, self.places = False, page, tuple(places)

    def ruled(self, rows: list[Row], page: int, table: Ruled) -> None:
        """Enter a ruled table; a row that a page cuts has no line there, unlike the rest of the frame."""
        count = len(self.tables)
        is_headed = bool(count) and said(rows[0]) == said(self.tables[-1][0])
        begins: bool | None = True
        if self.is_framed and not is_headed:
            # an upper line may be left out by style, the lower one only where a row is cut
            begins = False if not self.is_closed else table.is_closed_above or None
        self.table(rows, page, table.xs, begins=begins)
        if len(self.tables) > count:
            self.is_framed = table.is_closed_above
        self.is_closed = table.is_closed_below

    def _continues(self, rows: list[Row], page: int, places: Sequence[float]) -> bool:
        """Return whether a table is the rest of the one before, a footnote between them or not."""
        if not self.tables or len(self.tables[-1][-1]) != len(rows[0]):
            return False
        if not self.is_parted:
            return True
        is_below = page == self.page + 1 and len(places) == len(self.places)
        stands_below = is_below and all(abs(a - b) <= NEAR for a, b in zip(places, self.places, strict=True))
        return stands_below and find_heading(table_of(rows[:1])) is None

    def _go_on(self, table: list[Row], rows: list[Row], page: int, begins: bool | None) -> None:
        told, title = _headings(table)
        rest = [row for row in rows if said(row) not in told]
        last = table[-1]
        is_over_break = bool(rest) and page != self.page and not self.is_heading
        if is_over_break and (begins is False or is_same_row(last, rest[0], title, is_parted=begins is True)):
            table[-1] = glued(last, rest[0], title, is_told=begins is False)
            named = next((block.text for block in last[title].cell.blocks), "") or last[title].cell.line
            sentence = N_(
                "The row “{title}” goes on at the top of page {page}; what stands there was added to it. "
                "Check whether it belongs there."
            )
            self.warnings.append(Message(sentence, {"title": named[:80], "page": page}))
            rest = rest[1:]
        elif is_over_break and begins is None:
            sentence = N_(
                "At the top of page {page}, “{found}” was taken for a new measure. If it is the rest of "
                "“{title}”, join the two."
            )
            words = {"found": rest[0][title].cell.line[:80], "title": last[title].cell.line[:80]}
            self.warnings.append(Message(sentence, {**words, "page": page}))
        table += rest


def _headings(table: Sequence[Row]) -> tuple[list[list[str]], int]:
    """Return a table's first rows up to its headings, in words, and the column that names the measure.

    They may come again on each page.
    """
    heading = find_heading(table_of(table[:9]))
    last, title = (heading[0], heading[1].measure) if heading else (0, 0)
    return [said(row) for row in table[: last + 1]], title


def read_layout(pages: Sequence[Layout]) -> Found:
    """Read the pages of a document."""
    repeated = _repeated(pages)
    work, asides = _Work(), []
    kept: list[Layout] = []
    for page in pages:
        beside = [line for line in page.free_lines if _place(page, line) in repeated]
        asides += [line.text for line in beside]
        left = set(page.words).difference(*(line.words for line in beside))
        kept.append(replace(page, words=tuple(word for word in page.words if word in left)))
    for number, (page, below) in enumerate(zip_longest(kept, kept[1:]), start=1):
        work.ahead = below.free_lines if below else []
        _page(work, page, number)
    if work.columns is not None and work.columns.rows:
        _flush(work, len(pages))
    return Found(
        tuple(work.lines),
        tuple(table_of(rows) for rows in work.tables),
        tuple(Aside(Reason.PAGE, text) for text in dict.fromkeys(asides)),
        tuple(work.warnings),
    )


def _page(work: _Work, page: Layout, number: int) -> None:
    if not page.ruled:
        _free(work, lines_of(page.words), number)
        return
    rest = list(page.words)
    for table in page.ruled:
        above = [word for word in rest if word.bottom <= table.top + 1]
        inside = [word for word in rest if table.holds(word)]
        used = {*above, *inside}
        rest = [word for word in rest if word not in used]
        _free(work, lines_of(above), number)
        rows = table.rows(inside)
        if rows:
            work.ruled(rows, number, table)
    _free(work, lines_of(rest), number)


def _free(work: _Work, lines: Sequence[Line], number: int) -> None:
    """Read lines without rules around them: below a row of headings they may stand in columns."""
    place = 0
    while place < len(lines):
        if work.columns is None:
            work.columns, before, after = find_columns(lines[place:], work.ahead)
            work.text(lines[place : place + before])
            place += after
            if work.columns is None:
                return
            if work.titles_are_bold and not work.is_parted:
                work.columns.titles_are_bold = True
            sentence = N_(
                "The table has no lines: its columns and rows were told by where the words stand. Compare "
                "each measure with the source."
            )
            if not any(warning.text == sentence for warning in work.warnings):
                work.warnings.append(Message(sentence))
            continue
        taken = work.columns.take(lines[place:])
        if work.columns.is_centred and not work.tables:
            raise ReportUnreadableError(Message(_CENTRED, {"page": number}))
        place += taken
        if place < len(lines):
            _flush(work, number)
    if work.columns is not None:
        _flush(work, number, goes_on=True)


def _flush(work: _Work, number: int, *, goes_on: bool = False) -> None:
    columns = work.columns
    if columns is None:
        return
    rows = [[PrintedCell(tuple(cell)) for cell in row] for row in columns.rows]
    if rows:
        work.table(rows, number, columns.starts, begins=columns.begins_with_title)
    work.titles_are_bold = columns.titles_are_bold
    rest = replace(columns, rows=[], is_untouched=True, begins_with_title=None)
    work.columns = rest if goes_on else None


def _place(page: Layout, line: Line) -> tuple[str, int] | None:
    """Name a line in the outer part of a page by its words, numbers apart, and its height."""
    outer = page.height * _OUTER
    if outer < line.top and line.bottom < page.height - outer:
        return None
    return re.sub(r"[0-9]+", "#", line.text), round(line.top / 4)


def _repeated(pages: Sequence[Layout]) -> set[tuple[str, int]]:
    counted: Counter[tuple[str, int]] = Counter()
    for page in pages:
        counted.update({place for line in page.free_lines if (place := _place(page, line))})
    return {place for place, count in counted.items() if count > 1 and not _is_heading(place[0])}


def _is_heading(text: str) -> bool:
    # the row of headings stands on every page as well
    words = [Cell((Block(part),)) for part in re.split(r"\s{2,}|\|", text)]
    single = [Cell((Block(word),)) for word in text.split()]
    return any(find_heading(Table((tuple(row),))) is not None for row in (words, single) if len(row) > 1)
