"""Which rows of a table the end of a page may part: those that would take more than a third of a page."""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Heading, Listing, Paragraph, Row

Cell = tuple[Heading | Paragraph | Listing, ...]
# of A4 upright: characters of a line over the whole width, and lines of a third of the page
_CHARACTERS = 108
_LINES = 17


def row(cells: Sequence[Cell], widths: Sequence[int]) -> Row:
    """Return a row that knows whether it is kept together.

    Args:
        cells: the blocks of each column.
        widths: of the columns, as parts of the whole.
    """
    lines = (
        cell_lines(cell, _CHARACTERS * width // sum(widths))
        for cell, width in zip(cells, widths, strict=True)
    )
    return Row(tuple(cells), max(lines, default=0) < _LINES)


def cell_lines(cell: Cell, characters: int) -> int:
    """Estimate how many lines a cell takes."""
    return sum(_lines(block, max(characters, 8)) for block in cell)


def _lines(block: Heading | Paragraph | Listing, characters: int) -> int:
    if isinstance(block, Listing):
        items = sum(lines_of_text(item, characters - 3) for item in block.items)
        return items + (lines_of_text(block.label, characters) if block.label else 0)
    label = block.label if isinstance(block, Paragraph) else ""
    return lines_of_text(f"{label} {block.text}", characters)


def lines_of_text(text: str, characters: int) -> int:
    """Estimate how many lines a text takes."""
    return sum(1 + len(line) // characters for line in text.split("\n"))
