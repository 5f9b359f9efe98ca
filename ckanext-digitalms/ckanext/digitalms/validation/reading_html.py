"""Tables of a web page, such as an “XLS” that a program wrote as HTML: each is a sheet, as it is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree, html
from openpyxl.utils import get_column_letter

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect
from .findings import Finding
from .table import MAX_COLUMNS, Limits, RawTable
from .workbook_table import chosen, other_sheets, table_of
from .xlsx_sheet import Merge, SheetRow

FORM = "html"
_TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_LEAST = 2  # rows and columns of a table that holds data


@dataclass(frozen=True)
class _Table:
    title: str
    rows: tuple[etree._Element, ...]
    is_visible: bool = True


def has_tables(data: bytes) -> bool:
    """Return whether a page has tables at all."""
    return _TABLE.search(data) is not None


def read_html(data: bytes, dialect: Dialect, limits: Limits) -> RawTable | None:
    """Read a table of a page: the one that the dialect names, or the first of several rows and columns.

    Returns:
        ``None`` where no table of the page has several rows and columns.

    Raises:
        UnreadableError: the table is too large, or there is none with that name.
    """
    try:
        root = html.document_fromstring(
            _text(data), parser=html.HTMLParser(no_network=True, remove_comments=True)
        )
    except (etree.ParserError, ValueError):
        return None
    tables = tuple(_tables(root))
    if not tables:
        return None
    table = chosen(tables, dialect, lambda _: True, FORM)
    text = N_("The file is a web page and no workbook; the table “{title}” of it was read.")
    told = Finding(Cause.TABLE_PART, Message(text, {"title": table.title}), found=table.title)
    others = (told, *other_sheets(tables, table, lambda _: True))
    return table_of(_Reader(table), table, tables, others, dialect, limits, FORM)


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data  # what the page says of its encoding, or cp1252


def _tables(root: html.HtmlElement) -> Iterator[_Table]:
    number = 0
    for table in root.iter("table"):
        if table.find(".//table") is not None:
            continue  # one that arranges others
        rows = tuple(table.iter("tr"))
        if len(rows) < _LEAST or max(len(_cells(row)) for row in rows) < _LEAST:
            continue
        number += 1
        caption = table.find("caption")
        title = _seen(caption) if caption is not None else ""
        yield _Table(title or f"Tabelle {number}", rows)


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _seen(element: etree._Element) -> str:
    for line_break in element.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    lines = "".join(element.itertext()).replace("\u00a0", " ").split("\n")
    return "\n".join(filter(None, (_SPACES.sub(" ", line).strip() for line in lines)))


@dataclass
class _Reader:
    """One pass through a table."""

    table: _Table
    findings: list[Finding] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    odd_formats: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that stand in the table."""
        below: dict[int, int] = {}  # columns in which a cell from above goes on, and until which row
        for number, row in enumerate(self.table.rows, 1):
            cells: dict[int, object] = {}
            place = 0
            for cell in _cells(row):
                while below.get(place, 0) >= number:
                    place += 1
                across, down = (_span(cell, name) for name in ("colspan", "rowspan"))
                cells[place] = _value(cell)
                if down > 1:
                    below |= dict.fromkeys(range(place, place + across), number + down - 1)
                    last = number + down - 1
                    name = f"{get_column_letter(place + 1)}{number}:{get_column_letter(place + across)}{last}"
                    self.merges.append(Merge(name, number, place, number + down - 1))
                place += across
            filled = {place: value for place, value in cells.items() if value not in (None, "")}
            yield SheetRow(number, filled, _HIDDEN.search(row.get("style", "")) is not None)


def _span(cell: etree._Element, name: str) -> int:
    told = cell.get(name, "1").strip()
    most = MAX_COLUMNS if name == "colspan" else 10_000
    return min(max(int(told), 1), most) if told.isascii() and told.isdigit() and len(told) < 7 else 1


def _value(cell: etree._Element) -> object:
    """Return what is seen, or the number that a spreadsheet program has put beside it."""
    text = _seen(cell)
    told = next(
        (str(value) for name, value in cell.attrib.items() if str(name).lower() in {"x:num", "sdval"}), ""
    )
    number = number_of(told)
    is_plain_number = text and re.fullmatch(r"[-\d.,'\s]+", text) and not re.match(r"0\d", text)
    return Decimal(f"{number:f}") if number is not None and is_plain_number else text
