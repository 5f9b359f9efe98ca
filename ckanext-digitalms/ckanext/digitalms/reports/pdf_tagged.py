"""Reads a tagged PDF by its structure: tables, rows and cells are named in it, as in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from .broken_lines import joined
from .document import Block, Cell, Grid, block
from .docx_text import Part, blocks_of
from .pdf_structure import Node, Piece
from .pdf_text import Char, Line, lines_of, with_broken_words, with_line, with_spacing, words_of

# "1.", "2.1", "a)", "(iv)": numbers of items that a program counted, and so no text
_NUMBER = re.compile(r"\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3})*|[a-z]|[ivx]{1,5})[.)]{0,2}", re.IGNORECASE)
_CELLS = frozenset({"TD", "TH"})
# what stands within a line; everything else begins one of its own
_INLINE = frozenset(
    {
        "Span",
        "NonStruct",
        "Link",
        "Em",
        "Strong",
        "Quote",
        "Reference",
        "Code",
        "Annot",
        "Ruby",
        "Warichu",
        "Sub",
    }
    | {"Lbl", "BibEntry", "Form", "FENote", "Title"}
)


@dataclass
class Marked:
    """The text of the marked pieces of all pages, by page and number; each is taken once."""

    lines: dict[tuple[int, int], list[Line]] = field(default_factory=dict)
    characters: int = 0

    def add(self, page: int, chars: Iterable[Char]) -> list[Char]:
        """Enter the marked characters of a page; return those that no piece has."""
        pieces: dict[int, list[Char]] = {}
        rest: list[Char] = []
        for char in chars:
            if char.get("mcid") is None:
                rest.append(char)
            else:
                pieces.setdefault(int(char["mcid"]), []).append(char)
        words = {number: words_of(piece) for number, piece in pieces.items()}
        is_spaced = any(
            word.is_spaced for word in with_spacing([word for piece in words.values() for word in piece])
        )
        for number, piece in words.items():
            told = [replace(word, is_spaced=is_spaced) for word in piece]
            self.lines[page, number] = lines_of(told)
            self.characters += len(pieces[number])
        return rest

    def take(self, piece: Piece) -> list[Line]:
        """Return the lines of a piece, and take them away."""
        return self.lines.pop((piece.page, piece.number), [])


@dataclass
class _Reader:
    marked: Marked
    out: list[Part] = field(default_factory=list)
    _held: list[Line] = field(default_factory=list)

    def read(self, kids: Iterable[Node | Piece]) -> list[Part]:
        for kid in kids:
            self._kid(kid)
        self._end()
        return self.out

    def _kid(self, kid: Node | Piece) -> None:
        if isinstance(kid, Piece):
            for line in self.marked.take(kid):
                self._held = with_line(self._held, line)
        elif kid.kind == "Table":
            self._end()
            self.out += _table(kid, self.marked)
        elif kid.kind == "LI":
            self._end()
            self.out += [_as_item(one) for one in _with_label(_Reader(self.marked).read(kid.kids))]
        elif kid.kind in _INLINE:
            for one in kid.kids:
                self._kid(one)
        else:
            self._end()
            for one in kid.kids:
                self._kid(one)
            self._end()

    def _end(self) -> None:
        lines, self._held = self._held, []
        piece: list[Line] = []
        for line in lines:
            made = block(line.text)
            if made and made.mark and piece:
                self._add(piece)
                piece = []
            piece.append(line)
        self._add(piece)

    def _add(self, lines: Sequence[Line]) -> None:
        if made := block(joined(with_broken_words(lines))):
            self.out.append(made)


def _with_label(parts: list[Part]) -> list[Part]:
    """Put the mark or number of a list item, which is a piece of its own, before its text."""
    if len(parts) < 2:
        return parts
    label, first, *rest = parts
    if not isinstance(label, Block) or not isinstance(first, Block):
        return parts
    if label.text and not _NUMBER.fullmatch(label.text):
        return parts
    return [replace(first, mark=f"{label.visible} {first.mark}".strip(), is_item=True), *rest]


def _as_item(part: Part) -> Part:
    return replace(part, is_item=True) if isinstance(part, Block) else part


def _table(node: Node, marked: Marked) -> Iterator[Part]:
    grid = Grid()
    rows = list(_rows(node))
    for number, row in enumerate(rows):
        for cell in row.kids:
            if isinstance(cell, Piece) or cell.kind not in _CELLS:
                continue
            blocks = tuple(one for part in _Reader(marked).read(cell.kids) for one in blocks_of(part))
            down = min(cell.spans.get("RowSpan", 1), len(rows) - number)
            grid.place(number, Cell(blocks), max(down, 1), max(cell.spans.get("ColSpan", 1), 1))
    table = grid.table()
    if table.rows:
        yield table


def _rows(node: Node) -> Iterator[Node]:
    for one in node.kids:
        if isinstance(one, Piece):
            continue
        if one.kind == "TR":
            yield one
        else:
            yield from _rows(one)


def read_tagged(tree: Iterable[Node | Piece], marked: Marked) -> list[Part]:
    """Return the paragraphs and tables of a structure, with the text of its pieces."""
    return _Reader(marked).read(tree)
