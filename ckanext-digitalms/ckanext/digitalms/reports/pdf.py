"""Reads a PDF with text: by its structure if it has measures, else by lines, else by where columns stand."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .broken_lines import joined
from .columns import find_heading
from .document import Aside, Block, Document, ReportUnreadableError, Table
from .pdf_layout import Layout, read_layout
from .pdf_marks import draw
from .pdf_structure import Node, Piece, structure_of
from .pdf_tagged import Marked, read_tagged
from .pdf_text import Char, lines_of, words_of
from .proposal import Reason

MAX_PAGES = 150
MAX_CHARACTERS = 600_000
_LEAST_TAGGED = 0.6
# a page with fewer characters and a picture is a picture of a page
_LEAST_TEXT = 20
_DAMAGE = (
    *archives.DAMAGE, ArithmeticError, AssertionError, MalformedPDFException, PSException,
    PdfminerException, struct.error, RecursionError, StopIteration, MemoryError,
)  # fmt: skip


@dataclass
class _Pages:
    """What was read of all pages."""

    marked: Marked = field(default_factory=Marked)
    layouts: list[Layout] = field(default_factory=list)
    unmarked: list[list[Char]] = field(default_factory=list)
    characters: int = 0
    scanned: list[int] = field(default_factory=list)


def count_pages(content: bytes) -> int:
    """Return how many pages a PDF has, which takes a moment; raises as :func:`read_pdf`."""
    with _opened(content) as pdf:
        return len(pdf.pages)


def read_pdf(content: bytes) -> Document:
    """Read a PDF.

    Raises:
        ReportUnreadableError: it is damaged, has a password, is a scan, or longer than a report.
    """
    with _opened(content) as pdf:
        count = len(pdf.pages)
        if count > MAX_PAGES:
            sentence = N_(
                "The PDF has {found} pages; at most {limit} are read. Print the pages with the table of "
                "measures into a file of their own."
            )
            raise ReportUnreadableError(Message(sentence, {"found": count, "limit": MAX_PAGES}))
        pages = _read(pdf)
        numbers = {page.page_obj.pageid: number for number, page in enumerate(pdf.pages, start=1)}
        return _document(pages, structure_of(pdf.doc.catalog, numbers), count)


def _document(pages: _Pages, tree: list[Node | Piece], count: int) -> Document:
    """Put together what was read of so many pages.

    By their structure, if most of the text is in it and a table of measures; a structure may know of
    paragraphs alone, where the lines of a table are drawn.
    """
    if len(pages.scanned) == count:
        raise ReportUnreadableError(Message(_SCAN))
    warnings = _scanned(pages.scanned)
    is_tagged = bool(tree) and pages.marked.characters >= _LEAST_TAGGED * pages.characters
    tagged = _tagged(pages, tree, warnings) if is_tagged else None
    if tagged is not None and _has_measures(tagged):
        return tagged
    try:
        found = read_layout(pages.layouts)
    except ReportUnreadableError:
        if tagged is None:
            raise
        return tagged
    drawn = Document(found.lines, found.tables, found.asides, (*warnings, *found.warnings))
    return drawn if tagged is None or _has_measures(drawn) else tagged


def _tagged(pages: _Pages, tree: list[Node | Piece], warnings: tuple[Message, ...]) -> Document:
    parts = read_tagged(tree, pages.marked)
    lines = [one.visible for one in parts if isinstance(one, Block)]
    tables = [one for one in parts if isinstance(one, Table)]
    asides = tuple(Aside(Reason.PAGE, text) for text in _beside(pages))
    return Document(tuple(lines), tuple(tables), asides, warnings)


def _has_measures(document: Document) -> bool:
    return any(find_heading(table) for table in document.tables)


def texts_of_pdf(content: bytes) -> Iterator[str]:
    """Yield all texts of a PDF page by page: as lines that are joined, as words, and as it is drawn.

    Raises:
        ReportUnreadableError: it is damaged or has a password.
    """
    with _opened(content) as pdf:
        for page in pdf.pages:
            words = words_of(page.chars)
            yield joined(line.text for line in lines_of(words))
            yield " ".join(word.text for word in words)
            yield "".join(str(char["text"]) for char in page.chars)
            page.close()


_SCAN = N_(
    "The PDF holds pictures of pages and no text (a scan). Ask for the file that it was printed from, or "
    "have its text recognised first."
)


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    try:
        with pdfplumber.open(BytesIO(content)) as pdf:
            yield pdf
    except ReportUnreadableError:
        raise
    except _DAMAGE as err:
        if isinstance(err, PDFPasswordIncorrect) or any(
            isinstance(a, PDFPasswordIncorrect) for a in err.args
        ):
            raise ReportUnreadableError(Message(N_("The file has a password: save it without one."))) from err
        sentence = N_(
            "The file calls itself PDF but is damaged ({found}). Open it in your PDF program, print it into "
            "a new PDF and upload that."
        )
        raise ReportUnreadableError(Message(sentence, {"found": type(err).__name__})) from err


def _read(pdf: Any) -> _Pages:
    read = _Pages()
    for number, page in enumerate(pdf.pages, start=1):
        draw(page)
        chars = page.chars
        read.characters += len(chars)
        if read.characters > MAX_CHARACTERS:
            sentence = N_("The PDF has more than {limit} characters; that is no report to a council.")
            raise ReportUnreadableError(Message(sentence, {"limit": MAX_CHARACTERS}))
        if len(chars) < _LEAST_TEXT and page.images:
            read.scanned.append(number)
        read.unmarked.append(read.marked.add(number, chars))
        read.layouts.append(Layout.of(page, chars))
        # a page keeps all that was drawn on it
        page.close()
    return read


def _beside(pages: _Pages) -> list[str]:
    """Return what is drawn and no part of the structure, each line once: headers, footers, page numbers."""
    lines = [line.text for chars in pages.unmarked for line in lines_of(words_of(chars))]
    lines += [line.text for piece in pages.marked.lines.values() for line in piece]
    return list(dict.fromkeys(lines))


def _scanned(pages: list[int]) -> tuple[Message, ...]:
    if not pages:
        return ()
    sentence = N_("Pages without text, which are pictures and were not read: {pages}.")
    return (Message(sentence, {"pages": ", ".join(map(str, pages[:20]))}),)
