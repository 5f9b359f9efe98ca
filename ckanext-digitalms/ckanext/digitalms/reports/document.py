"""A report as it was delivered: paragraphs and tables, whatever the format of the file.

A cell keeps every visible character in its blocks; what becomes of them is decided later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from re import compile as pattern
from unicodedata import category, normalize

from ckanext.digitalms.messages import N_, Message

from .proposal import Reason

LIST_MARK = pattern(r"^(?:[•▪●◦·∙‣■□➢✓*–—-]|o(?=\s))(?:\s+|$)")
# a letter and its marks: to put a whole text in order takes quadratic time, where marks are many
_PARTED = pattern(r"[^\W\d_][\u0300-\u036f]{1,4}")
# soft hyphen, zero-width space, word joiner, byte-order mark: they would part "Umgesetzt" in two
_UNSEEN = frozenset("\u00ad\u200b\u2060\ufeff")
MAX_ROWS = 2_000
MAX_COLUMNS = 40


class ReportUnreadableError(ValueError):
    """A file is no council report; :attr:`message` says what was found and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Block:
    """A paragraph or a list item of a cell; ``mark`` is its list mark as printed, ``is_note`` a footnote."""

    text: str
    is_item: bool = False
    mark: str = ""
    is_note: bool = False

    @property
    def visible(self) -> str:
        """Return all that a reader sees."""
        return f"{self.mark} {self.text}".strip()


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell; a merged one stands, as the same object, in every place that it covers."""

    blocks: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """Return the visible text, one line per block."""
        return "\n".join(block.visible for block in self.blocks)

    @property
    def line(self) -> str:
        """Return the visible text in one line."""
        return " ".join(block.visible for block in self.blocks)


@dataclass(frozen=True)
class Table:
    """Rows of equal length."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def cells(self) -> list[Cell]:
        """Return every cell once, in reading order."""
        return list(dict.fromkeys(cell for row in self.rows for cell in row))


@dataclass(frozen=True)
class Aside:
    """A text of the file that is no line and in no cell, and why: comments, hidden text, page headers."""

    reason: Reason
    text: str


@dataclass(frozen=True)
class Document:
    """What stands outside the tables, line by line, the tables, and all other text of the file."""

    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    asides: tuple[Aside, ...] = ()
    warnings: tuple[Message, ...] = ()


@dataclass
class Grid:
    """Lays cells out with their row and column spans."""

    rows: list[list[Cell | None]] = field(default_factory=list)

    def place(self, row: int, cell: Cell, rowspan: int = 1, colspan: int = 1) -> None:
        """Put a cell at the first free place of a row.

        Raises:
            ReportUnreadableError: the table is larger than any report's.
        """
        if row + rowspan > MAX_ROWS:
            raise too_large()
        self._grow(row, 0)
        column = next((i for i, taken in enumerate(self.rows[row]) if taken is None), len(self.rows[row]))
        if column >= MAX_COLUMNS:
            raise too_large()
        for r in range(row, row + rowspan):
            for c in range(column, min(column + colspan, MAX_COLUMNS)):
                self._grow(r, c + 1)
                if self.rows[r][c] is None:
                    self.rows[r][c] = cell

    def _grow(self, row: int, width: int) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        self.rows[row] += [None] * (width - len(self.rows[row]))

    def table(self) -> Table:
        """Return the table, short rows filled up with empty cells."""
        width = max((len(row) for row in self.rows), default=0)
        padded = ([*row, *[None] * (width - len(row))] for row in self.rows)
        return Table(tuple(tuple(cell or Cell() for cell in row) for row in padded))


def too_large() -> ReportUnreadableError:
    """Say that a table is larger than any report's."""
    sentence = N_(
        "A table has more than {rows} rows or {columns} columns; this is no table of a council report."
    )
    return ReportUnreadableError(Message(sentence, {"rows": MAX_ROWS, "columns": MAX_COLUMNS}))


def table_of_rows(rows: Iterable[Iterable[Cell]]) -> Table:
    """Make a table of rows that are laid out already."""
    grid = Grid([list(row) for row in rows])
    if len(grid.rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in grid.rows):
        raise too_large()
    return grid.table()


def clean(text: str) -> str:
    """Return a text in one line, in composed letters, without what nobody sees or no database keeps.

    These are control characters, places where a word may be broken, and marks of the order of bytes.
    """
    line = _PARTED.sub(lambda found: normalize("NFC", found[0]), " ".join(text.split()))
    if line.isprintable():
        return line
    seen = "".join(c for c in line if category(c) not in {"Cc", "Cs"} and c not in _UNSEEN)
    return " ".join(seen.split())


def block(text: str, *, is_item: bool = False) -> Block | None:
    """Make a block of raw text, its list mark apart; ``None`` where nothing is to be seen."""
    line = clean(text)
    mark = LIST_MARK.match(line)
    if mark:
        return Block(line[mark.end() :], is_item=True, mark=mark[0].strip())
    return Block(line, is_item=is_item) if line else None
