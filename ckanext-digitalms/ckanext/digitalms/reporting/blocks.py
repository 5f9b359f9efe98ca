"""A paper as what stands on it, one block after the other: what the PDF is set from, and any other page.

Blocks know nothing of a report or a measure. Texts are plain; nothing in them is a command of any program.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading of a level (1 to 3)."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph; ``label`` stands before it in bold, ``url`` makes it a link, ``is_small`` a note."""

    text: str
    label: str = ""
    url: str = ""
    is_small: bool = False


class Listing(msgspec.Struct, frozen=True, tag="listing"):
    """A list with the line above it."""

    items: tuple[str, ...]
    label: str = ""


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A plot as SVG with the words for those who cannot see it; ``width_percent`` of the text's width."""

    svg: str
    alt: str
    width_percent: int = 70


class Row(msgspec.Struct, frozen=True):
    """A row: for each column its blocks. ``is_kept`` says that it is never parted by the end of a page."""

    cells: tuple[tuple[Heading | Paragraph | Listing, ...], ...]
    is_kept: bool = True


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A table: its name, the titles of its columns (on each page again), their widths as parts, its rows."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Listing | Picture | Grid


class Paper(msgspec.Struct, frozen=True):
    """A whole paper.

    Args:
        title: its name, also for those who only hear it.
        made: the moment that the file names as that of its making.
        margin: lines in the left column of the head: who, when, whom to ask.
        sort: what it is ("Berichtsvorlage"); before it ``openness`` ("Öffentliche") if it has one.
        number: of the paper, top right.
        consultations: rows of the Beratungsfolge, its titles first; none for a page.
        contents_depth: a list of the headings down to this level, with their pages; 0 for none.
        footer: what stands below every page, left of its number.
    """

    title: str
    made: datetime
    day: date
    footer: str
    blocks: tuple[Block, ...]
    margin: tuple[str, ...] = ()
    sort: str = ""
    openness: str = ""
    number: str = ""
    subject_label: str = ""
    consultations: Grid | None = None
    contents_depth: int = 0
