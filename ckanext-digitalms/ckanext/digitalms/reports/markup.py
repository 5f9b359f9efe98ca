"""Reads Markdown, HTML and what office programs make of tables when they write text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from bs4.element import CData, NavigableString, Tag
from markdown_it import MarkdownIt

from ckanext.digitalms.wordings.reading import find_days

from .document import (
    MAX_COLUMNS,
    MAX_ROWS,
    Aside,
    Block,
    Cell,
    Document,
    Grid,
    Table,
    block,
    clean,
    table_of_rows,
    too_large,
)
from .proposal import Reason

_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b|\A\s*<(?:meta|title|style|h[1-6]|div|p)\b", re.IGNORECASE)
_TABLE_OPENS = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_CLOSES = re.compile(r"</table\s*>", re.IGNORECASE)
_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
# linear in what it reads, whatever is opened and never closed
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "th",
        "tr",
        "table",
        "body",
        "html",
        "section",
        "article",
        "blockquote",
        "ul",
        "ol",
        "dd",
        "dt",
        "pre",
        "caption",
    ]
)


def read_markup(text: str) -> Document:
    """Read a whole HTML page, or Markdown with tables of tabs, of pipes or of HTML."""
    if _PAGE.search(text):
        return _read(text)
    lines: list[str] = []
    tables: list[Table] = []
    asides: list[Aside] = []
    for kind, part in _parts(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if kind == "line":
            lines.append(_plain(part[0]))
        elif kind == "tabs":
            tables.append(_table_of_tabs(part))
        else:
            found = _read(_MARKDOWN.render(_widened(part)) if kind == "pipes" else "\n".join(part))
            lines += map(_plain, found.lines)
            tables += found.tables
            asides += found.asides
    return Document(tuple(line for line in lines if line), tuple(tables), tuple(asides))


def _table_of_tabs(lines: Sequence[str]) -> Table:
    """Read a table of tabs; its size is looked at before its cells."""
    if len(lines) > MAX_ROWS or any(line.count("\t") >= MAX_COLUMNS for line in lines):
        raise too_large()
    return table_of_rows([_fragment_cell(cell) for cell in line.split("\t")] for line in lines)


def _plain(line: str) -> str:
    return clean(_EMPHASIS.sub(r"\2", _HEADING.sub("", line)))


def _widened(lines: Sequence[str]) -> str:
    """Return a table of pipes whose header and rule are as wide as its longest row: no cell is dropped."""
    header, _rule, *rows = lines
    width = max(len(_pipe_cells(line)) for line in lines)
    if width > MAX_COLUMNS:
        raise too_large()
    cells = _pipe_cells(header)
    wide = (*cells, *[""] * (width - len(cells)))
    return "\n".join((f"|{'|'.join(wide)}|", f"|{'---|' * width}", *rows))


def _pipe_cells(line: str) -> list[str]:
    cells = _PIPE.split(line.strip())
    first = 0 if cells[0].strip() else 1
    return cells[first : len(cells) if cells[-1].strip() else -1]


def _parts(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    place = 0
    while place < len(lines):
        kind, end = _part_at(lines, place)
        yield kind, list(lines[place:end])
        place = end


def _part_at(lines: Sequence[str], place: int) -> tuple[str, int]:
    if _TABLE_OPENS.search(lines[place]):
        return "html", _end_of_html_table(lines, place)
    if "\t" in lines[place].strip():
        tabs = lines[place].count("\t")
        return "tabs", _while(lines, place, lambda line: _is_row_of_tabs(line, tabs))
    follows = lines[place + 1] if place + 1 < len(lines) else ""
    if "|" in lines[place] and "|" in follows and _PIPE_RULE.fullmatch(follows.strip()):
        return "pipes", _while(lines, place, lambda line: "|" in line)
    return "line", place + 1


def _is_row_of_tabs(line: str, tabs: int) -> bool:
    """Return whether a line goes on with a table whose first row has so many tabs.

    A row may have words in its first or its last cell alone; a day or a sentence with tabs behind it, such as
    the place and day below a table, is none.
    """
    words = line.strip()
    if "\t" in words:
        return True
    if not words or line.count("\t") != tabs:
        return False
    return line[:1] == "\t" or not (words.endswith(".") or find_days(words))


def _while(lines: Sequence[str], place: int, holds: Callable[[str], bool]) -> int:
    end = place
    while end < len(lines) and holds(lines[end]):
        end += 1
    return end


def _end_of_html_table(lines: Sequence[str], place: int) -> int:
    depth = 0
    for end in range(place, len(lines)):
        depth += len(_TABLE_OPENS.findall(lines[end])) - len(_TABLE_CLOSES.findall(lines[end]))
        if depth <= 0:
            return end + 1
    return len(lines)


def _read(html: str) -> Document:
    """Read a page or a part of one: what stands in no cell of its tables is a line, captions among it."""
    soup = _soup(html)
    asides = tuple(_taken_out(soup))
    tables = _taken_tables(soup)
    lines = [found.visible for found in blocks_of(soup)]
    return Document(tuple(lines), tuple(tables), asides)


def _taken_out(soup: BeautifulSoup) -> Iterator[Aside]:
    """Take out of a page what is hidden in it, by its own words or its own style."""
    for element in soup.find_all(_is_hidden):
        if not element.decomposed:
            if told := clean(element.get_text(" ")):
                yield Aside(Reason.HIDDEN, told)
            element.decompose()


def _is_hidden(element: Tag) -> bool:
    return element.has_attr("hidden") or bool(_HIDES.search(str(element.get("style", ""))))


def _soup(html: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        # a cell that looks like an address or a path is a cell all the same
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "lxml")


def _fragment_cell(html: str) -> Cell:
    return Cell(tuple(blocks_of(_soup(html))))


def _taken_tables(soup: Tag) -> list[Table]:
    """Take the cells of all tables out of a page."""
    outer = [table for table in soup.find_all("table") if table.find_parent("table") is None]
    return [_table(table) for table in outer]


def _table(element: Tag) -> Table:
    grid = Grid()
    taken: list[Tag] = []
    rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
    for number, row in enumerate(rows):
        for cell in row.find_all(["td", "th"], recursive=False):
            rowspan = min(_span(cell, "rowspan") or len(rows), len(rows) - number)
            grid.place(number, Cell(tuple(blocks_of(cell))), rowspan, max(1, _span(cell, "colspan")))
            taken.append(cell)
    for cell in taken:
        cell.decompose()
    return grid.table()


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return int(value) if re.fullmatch(r"[0-9]{1,4}", value) else 1


def blocks_of(element: Tag) -> Iterator[Block]:
    """Return the paragraphs and list items of an element with all their visible text."""
    held: list[str] = []
    key: object = None
    is_item = False
    breaks = 0
    # the list item and the block that each part stands in: a page may be as deep as it is long
    around: dict[int, tuple[Tag | None, Tag | None]] = {id(element): (None, None)}
    for node in element.descendants:
        item, holder = around[id(node.parent)]
        if isinstance(node, Tag):
            breaks += node.name == "br"
            inner = node if node.name == "li" else item
            around[id(node)] = inner, node if node.name in _BLOCKS else holder
        elif type(node) in {NavigableString, CData}:
            here = (id(holder), breaks) if item is None else (id(item), 0)
            if here != key:
                yield from _flush(held, is_item)
                held, key, is_item = [], here, item is not None
            held.append(str(node))
    yield from _flush(held, is_item)


def _flush(held: list[str], is_item: bool) -> Iterator[Block]:
    made = block("".join(held), is_item=is_item)
    if made:
        yield made
