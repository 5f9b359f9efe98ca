"""Rows of a printed table: cells keep their lines until a row is put together over the breaks of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from .document import Cell, Table, table_of_rows
from .pdf_text import ENDS, SMALL, Line, paragraphs_of

# a paragraph that is longer is no title; neither is one of more words with the end of a sentence
_LONGEST_TITLE, _FEW = 120, 5
_QUOTED = re.compile(r"[.!?…][“”\"»]$")


@dataclass(frozen=True, eq=False)
class PrintedCell:
    """A cell as it is printed; a merged one stands, as the same object, in every place that it covers.

    ``breaks`` are the places of lines before which a page ends, and whether a paragraph may go on there.
    """

    lines: tuple[Line, ...] = ()
    breaks: Mapping[int, bool] = field(default_factory=dict)

    @cached_property
    def cell(self) -> Cell:
        """Return it as paragraphs."""
        return Cell(tuple(paragraphs_of(self.lines, self.breaks)))

    def goes_on(self, rest: PrintedCell, *, is_text: bool) -> PrintedCell:
        """Return it with what stands on the next page; its last paragraph may go on there if ``is_text``."""
        if not self.lines or not rest.lines:
            return self if self.lines else rest
        count = len(self.lines)
        moved = {count + place: may for place, may in rest.breaks.items()}
        return PrintedCell((*self.lines, *rest.lines), {**self.breaks, count: is_text, **moved})


Row: TypeAlias = list[PrintedCell]


def said(row: Iterable[PrintedCell]) -> list[str]:
    """Return the words of each cell, wherever their lines end."""
    return [one.cell.line for one in row]


def table_of(rows: Iterable[Iterable[PrintedCell]]) -> Table:
    """Return printed rows as a table."""
    return table_of_rows([one.cell for one in row] for row in rows)


def is_same_row(last: Sequence[PrintedCell], first: Sequence[PrintedCell], title: int) -> bool:
    """Return whether what stands at the top of a page goes on with the last row of the one before.

    Args:
        last: the last row of a page.
        first: the first one of the next.
        title: the place of the column that names the measure.
    """
    named = first[title].cell
    if not named.text.strip() or is_no_title(named.blocks[0].text) or _is_quoting(last[title].cell.text):
        return True
    pairs = [(one.cell.text.strip(), other.cell.text.strip()) for one, other in zip(last, first, strict=True)]
    return any(
        one and other and (_is_cut(one) or (not ENDS.search(one) and other[0].islower()))
        for one, other in pairs
    )


def glued(last: Sequence[PrintedCell], first: Sequence[PrintedCell], title: int, *, is_told: bool) -> Row:
    """Put the two parts of a row together; a title does not go on in the text below it.

    Args:
        last: the last row of a page.
        first: the first one of the next.
        title: the place of the column that names the measure.
        is_told: whether it is known that they are one, and not only likely.
    """
    named = last[title].cell.blocks
    begins_anew = is_told or not first[title].cell.text[:1].islower()
    is_whole = begins_anew and len(named) == 1 and not _is_cut(named[0].text)
    pairs = list(zip(last, first, strict=True))
    merged = {(id(one), id(other)): one.goes_on(other, is_text=True) for one, other in pairs}
    if is_whole:
        one, other = pairs[title]
        merged[id(one), id(other)] = one.goes_on(other, is_text=False)
    return [merged[id(one), id(other)] for one, other in pairs]


def is_no_title(text: str) -> bool:
    """Return whether a paragraph looks like text: long, of what is quoted, a sentence, or within one."""
    words = text.split()
    is_within = bool(words) and len(words[0]) > 1 and words[0].isalpha() and words[0].islower()
    is_sentence = len(words) > _FEW and bool(ENDS.search(text))
    is_quoted = _is_quoting(text) or bool(_QUOTED.search(text))
    return is_within or is_sentence or is_quoted or len(text) > _LONGEST_TITLE


def _is_quoting(text: str) -> bool:
    return text.count("„") > text.count("“") + text.count("”")


def _is_cut(text: str) -> bool:
    """Return whether a text ends where none does."""
    return text.endswith(("-", "/", "&", ",")) or text.split()[-1].lower() in SMALL
