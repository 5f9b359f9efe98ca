"""Reads a PDF without tags by where things stand: ruled tables, else columns below a row of headings.

A row that goes on over the break of a page is put together again, and said, so that a person looks at it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ckanext.digitalms.messages import N_, Message

from .columns import find_heading
from .document import Aside, Block, Cell, ReportUnreadableError, Table, table_of_rows
from .pdf_columns import Columns, find_columns
from .pdf_ruled import NEAR, Edges, Ruled, ruled_tables
from .pdf_text import Char, Line, Word, joined, lines_of, paragraphs_of, with_spacing, words_of
from .proposal import Reason
from .sentences import split_lead

# what stands in the outer part of a page, and on several, is a header or footer
_OUTER = 0.1
_CENTRED = N_(
    "The rows of the table on page {page} cannot be told apart: it has no lines, and its cells are centred. "
    "Save the report as DOCX or ODT, or as PDF with its structure (tags), and upload that."
)
_ENDS = re.compile(r"[.!?:;…“”\"»)]\s*$")


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
    tables: list[list[list[Cell]]] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    # whether text outside of tables came since the last table
    is_parted: bool = True
    page: int = 0
    places: tuple[float, ...] = ()
    columns: Columns | None = None
    titles_are_bold: bool | None = None

    def text(self, lines: Sequence[Line]) -> None:
        """Enter lines that stand in no table."""
        blocks = paragraphs_of(lines)
        self.is_parted = self.is_parted or bool(blocks)
        self.lines += [one.visible for one in blocks]

    def table(
        self, rows: list[list[Cell]], page: int, places: Sequence[float], *, begins: bool | None = True
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
        self.is_parted, self.page, self.places = False, page, tuple(places)

    def _continues(self, rows: list[list[Cell]], page: int, places: Sequence[float]) -> bool:
        """Return whether a table is the rest of the one before, a footnote between them or not."""
        if not self.tables or len(self.tables[-1][-1]) != len(rows[0]):
            return False
        if not self.is_parted:
            return True
        is_below = page == self.page + 1 and len(places) == len(self.places)
        stands_below = is_below and all(abs(a - b) <= NEAR for a, b in zip(places, self.places, strict=True))
        return stands_below and find_heading(Table((tuple(rows[0]),))) is None

    def _go_on(self, table: list[list[Cell]], rows: list[list[Cell]], page: int, begins: bool | None) -> None:
        told = [cell.line for cell in table[0]]
        rest = [row for row in rows if [cell.line for cell in row] != told]
        last = table[-1]
        is_over_break = bool(rest) and page != self.page and len(table) > 1
        if is_over_break and (begins is False or _is_same_row(last, rest[0])):
            table[-1] = _glued(last, rest[0], is_told=begins is False)
            title = next((block.text for block in last[0].blocks), "") or last[0].line
            sentence = N_(
                "The row “{title}” goes on at the top of page {page}; what stands there was added to it. "
                "Check whether it belongs there."
            )
            self.warnings.append(Message(sentence, {"title": title[:80], "page": page}))
            rest = rest[1:]
        elif is_over_break and begins is None:
            sentence = N_(
                "At the top of page {page}, “{found}” was taken for a new measure. If it is the rest of "
                "“{title}”, join the two."
            )
            named = {"page": page, "found": rest[0][0].line[:80], "title": last[0].line[:80]}
            self.warnings.append(Message(sentence, {**named}))
        table += rest


def read_layout(pages: Sequence[Layout]) -> Found:
    """Read the pages of a document."""
    repeated = _repeated(pages)
    work, asides = _Work(), []
    for number, page in enumerate(pages, start=1):
        kept = set(page.words)
        for line in page.free_lines:
            if _place(page, line) in repeated:
                asides.append(line.text)
                kept -= set(line.words)
        _page(work, replace(page, words=tuple(word for word in page.words if word in kept)), number)
    if work.columns is not None and work.columns.rows:
        _flush(work, len(pages))
    return Found(
        tuple(work.lines),
        tuple(table_of_rows(rows) for rows in work.tables),
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
            work.table(rows, number, table.xs)
    _free(work, lines_of(rest), number)


def _free(work: _Work, lines: Sequence[Line], number: int) -> None:
    """Read lines without rules around them: below a row of headings they may stand in columns."""
    place = 0
    while place < len(lines):
        if work.columns is None:
            work.columns, before, after = find_columns(lines[place:])
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
    rows = [[Cell(tuple(paragraphs_of(cell))) for cell in row] for row in columns.rows]
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


def _is_same_row(last: Sequence[Cell], first: Sequence[Cell]) -> bool:
    if not first[0].text.strip():
        return True
    pairs = zip(last, first, strict=True)
    return any(
        one.text.strip()
        and other.text.strip()
        and not _ENDS.search(one.text)
        and other.text.strip()[0].islower()
        for one, other in pairs
    )


def _glued(last: Sequence[Cell], first: Sequence[Cell], *, is_told: bool) -> list[Cell]:
    """Put the two parts of a row together; a title does not go on in the text below it."""
    cells = [Cell(tuple(_joined(one.blocks, other.blocks))) for one, other in zip(last, first, strict=True)]
    begins_anew = is_told or not first[0].text[:1].islower()
    if begins_anew and len(last[0].blocks) == 1:
        cells[0] = Cell((*last[0].blocks, *first[0].blocks))
    return cells


def _goes_on(last: Block, first: Block) -> bool:
    """Return whether a paragraph goes on: it has no end, and what follows names no state and is no item."""
    if first.is_item or _ENDS.search(last.text):
        return False
    return first.text[:1].islower() or split_lead(first.text, before_items=True) is None


def _joined(one: tuple[Block, ...], other: tuple[Block, ...]) -> list[Block]:
    if one and other and _goes_on(one[-1], other[0]):
        whole = replace(one[-1], text=joined([one[-1].text, other[0].text]))
        return [*one[:-1], whole, *other[1:]]
    return [*one, *other]
