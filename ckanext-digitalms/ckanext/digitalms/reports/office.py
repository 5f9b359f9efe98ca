"""Reads DOCX."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .document import (
    MAX_ROWS,
    Block,
    Cell,
    Document,
    ReportUnreadableError,
    Table,
    block,
    table_of_rows,
    too_large,
)

MAX_UNPACKED = 100 * 10**6
_DAMAGE = (OpcError, LxmlError, *archives.DAMAGE)


def read_docx(content: bytes) -> Document:
    """Read a DOCX file.

    Raises:
        ReportUnreadableError: it is damaged, protected, too large unpacked, or another kind of file.
    """
    try:
        _check_archive(content)
        return _read(docx.Document(BytesIO(content)))
    except ReportUnreadableError:
        raise
    except _DAMAGE as err:
        sentence = N_(
            "The file calls itself DOCX but is damaged ({found}). Open it in your office program, save it "
            "again as DOCX and upload that."
        )
        raise ReportUnreadableError(Message(sentence, {"found": type(err).__name__})) from err


def _check_archive(content: bytes) -> None:
    archive = archives.look(content)
    if archive.unpacked > MAX_UNPACKED:
        sentence = N_(
            "Unpacked, the file has {found} MB; at most {limit} MB are read. "
            "Remove its pictures and upload it again."
        )
        values: dict[str, object] = {"found": archive.unpacked // 10**6, "limit": MAX_UNPACKED // 10**6}
        raise ReportUnreadableError(Message(sentence, values))
    if "word/document.xml" not in archive.names:
        sentence = N_("The file is an archive but no DOCX. Save the report as DOCX and upload that.")
        raise ReportUnreadableError(Message(sentence))


def _read(document: Any) -> Document:
    lines: list[str] = []
    tables: list[Table] = []
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            lines += [line.strip() for line in part.text.split("\n") if line.strip()]
        else:
            tables.append(_table(part))
    return Document(tuple(lines), tuple(tables))


def _table(table: WordTable) -> Table:
    made: dict[Any, Cell] = {}
    rows: list[list[Cell]] = []
    for row in table.rows:
        # a merged cell is given at each place that it covers, every time with the same element
        rows.append([_cell(cell, made) for cell in row.cells])
        if len(rows) > MAX_ROWS:
            raise too_large()
    return table_of_rows(rows)


def _cell(cell: WordCell, made: dict[Any, Cell]) -> Cell:
    if cell._tc not in made:
        made[cell._tc] = Cell(tuple(_blocks(cell)))
    return made[cell._tc]


def _blocks(cell: WordCell) -> Iterator[Block]:
    for part in cell.iter_inner_content():
        if isinstance(part, Paragraph):
            for line in part.text.split("\n"):
                if made := block(line, is_item=_is_item(part)):
                    yield made
        else:
            inner = dict.fromkeys(cell._tc for row in part.rows for cell in row.cells)
            for element in inner:
                yield from _blocks(WordCell(element, part))


def _is_item(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    if properties is not None and properties.numPr is not None:
        return True
    style = paragraph.style.name if paragraph.style is not None else None
    return bool(style) and str(style).lower().startswith(("list", "aufz"))
