"""Rows of a printed table: cells keep their lines until a row is put together over the breaks of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from .broken_lines import is_cut
from .document import Cell, Table, table_of_rows
from .pdf_text import ENDS, Line, paragraphs_of

# a paragraph that is longer is no title; neither is one of more words with the end of a sentence
_LONGEST_TITLE, _FEW = 120, 5
_SENTENCE = re.compile(r"[.!?…][“”\"»)]?$")
_QUOTED = re.compile(r"(?:^|: )[„“\"»].*[.!?…][“”\"»]$")


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


def is_same_row(
    last: Sequence[PrintedCell], first: Sequence[PrintedCell], title: int, *, is_parted: bool
) -> bool:
    """Return whether what stands at the top of a page goes on with the last row of the one before.

    Args:
        last: the last row of a page.
        first: the first one of the next.
        title: the place of the column that names the measure.
        is_parted: whether lines, or a bold title, say that it is a row of its own; only the column of titles
            can gainsay that.
    """
    if not first[title].cell.text.strip() or _is_text(last[title], first[title]):
        return True
    return not is_parted and any(
        _runs_on(one.cell.text.strip(), other.cell.text.strip())
        for column, (one, other) in enumerate(zip(last, first, strict=True))
        if column != title
    )


def _is_text(last: PrintedCell, first: PrintedCell) -> bool:
    """Return whether the column of titles goes on with text, or with a title that was cut."""
    before, named = last.cell.text.strip(), first.cell.blocks[0].text
    return is_no_title(named) or _is_quoting(before) or is_cut(before) or _runs_on(before, named)


def _runs_on(last: str, first: str) -> bool:
    """Return whether a text of several words, without an end, goes on with a small letter."""
    return first[:1].islower() and len(last.split()) > _FEW and not ENDS.search(last)


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
    is_whole = begins_anew and len(named) == 1 and not is_cut(named[0].text)
    pairs = list(zip(last, first, strict=True))
    merged = {(id(one), id(other)): one.goes_on(other, is_text=True) for one, other in pairs}
    if is_whole:
        one, other = pairs[title]
        merged[id(one), id(other)] = one.goes_on(other, is_text=False)
    return [merged[id(one), id(other)] for one, other in pairs]


def is_no_title(text: str) -> bool:
    """Return whether a paragraph looks like text: long, of what is quoted, a sentence, or within one."""
    is_within = text[:1].islower()
    is_sentence = len(text.split()) > _FEW and (is_within or bool(_SENTENCE.search(text)))
    is_quoted = _is_quoting(text) or bool(_QUOTED.search(text))
    return is_sentence or is_quoted or len(text) > _LONGEST_TITLE


def _is_quoting(text: str) -> bool:
    return text.count("„") > sum(text.count(sign) for sign in '“”"')
