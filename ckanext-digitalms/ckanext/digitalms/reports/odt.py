"""Reads ODT from its XML (lxml): every text is in a paragraph, in a cell, or aside with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from lxml.etree import LxmlError

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .document import (
    MAX_COLUMNS,
    Aside,
    Block,
    Cell,
    Document,
    Grid,
    ReportUnreadableError,
    Table,
    block,
    clean,
)
from .docx_text import Part, blocks_of
from .package import Element, Names, Package
from .proposal import Reason

_DAMAGE = (LxmlError, *archives.DAMAGE)
_SPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:form:1.0": "form",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
}
# declarations and settings: nothing that a reader sees
_NO_TEXT = frozenset(
    {
        "office:forms",
        "text:sequence-decls",
        "text:variable-decls",
        "text:user-field-decls",
        "text:note-citation",
    }
    | {"text:dde-connection-decls", "svg:title", "svg:desc", "table:table-columns", "table:table-column"}
    | {"office:event-listeners", "text:alphabetical-index-auto-mark-file", "text:table-of-content-source"}
    | {"text:alphabetical-index-source", "office:binary-data", "dc:creator", "dc:date"}
)
_PAGES = frozenset(f"{part}{of}" for part in ("header", "footer") for of in ("", "-left", "-first"))


_NAMES = Names(_SPACES)
_kind, _attribute = _NAMES.kind, _NAMES.attribute


@dataclass
class _Source:
    """What all stories of a document share: names of styles that hide, and what was left."""

    hidden: set[str]
    asides: list[Aside] = field(default_factory=list)
    pictures: int = 0

    def leave(self, reason: Reason, text: str) -> None:
        if line := clean(text):
            self.asides.append(Aside(reason, line))


@dataclass
class _Story:
    source: _Source
    why: Reason | None = None
    is_item: bool = False
    out: list[Part] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _left: dict[Reason, list[str]] = field(default_factory=dict)
    _below: list[Part] = field(default_factory=list)

    def read(self, element: Element) -> list[Part]:
        self._text(element.text)
        for one in element:
            self._visit(one)
            self._text(one.tail)
        self._end_line()
        return self.out

    def _visit(self, element: Element) -> None:
        name = _kind(element)
        if not name or name in _NO_TEXT:
            return
        if reader := _READERS.get(name):
            reader(self, element)
        else:
            self._within(element)

    def _within(self, element: Element, why: Reason | None = None) -> None:
        before = self.why
        style = _attribute(element, "text:style-name")
        if _attribute(element, "text:display") == "none" or (style and style in self.source.hidden):
            why = why or Reason.HIDDEN
        self.why = before or why
        self._text(element.text)
        for one in element:
            self._visit(one)
            self._text(one.tail)
        self.why = before

    def _text(self, text: str | None) -> None:
        # a line of the file is a space, as in HTML
        told = (text or "").replace("\n", " ")
        if self.why:
            self._left.setdefault(self.why, []).append(told)
        else:
            self._line.append(told)

    def _paragraph(self, element: Element) -> None:
        self._end_line()
        self._within(element)
        self._end_line()

    def _end_line(self) -> None:
        text, self._line = "".join(self._line), []
        for line in text.split("\v"):
            if made := block(line, is_item=self.is_item):
                self.out.append(made)
        for reason, pieces in self._left.items():
            self.source.leave(reason, "".join(pieces))
        self.out += self._below
        self._left, self._below = {}, []

    def _spaces(self, _element: Element) -> None:
        self._text(" ")

    def _break(self, _element: Element) -> None:
        self._text("\v")

    def _item(self, element: Element) -> None:
        self._end_line()
        self.out += _Story(self.source, self.why, is_item=True).read(element)

    def _apart(self, element: Element, reason: Reason) -> None:
        """Leave a text that is no part of the report."""
        parts = _Story(self.source).read(element)
        self.source.leave(reason, " ".join(one.visible for part in parts for one in blocks_of(part)))

    def _comment(self, element: Element) -> None:
        self._apart(element, Reason.COMMENT)

    def _changes(self, element: Element) -> None:
        for one in element.iter():
            if _kind(one) == "text:deletion":
                self._apart(one, Reason.DELETED)

    def _note(self, element: Element) -> None:
        for part in _Story(self.source, self.why).read(element):
            self._below += [replace(one, is_note=True) for one in blocks_of(part)]

    def _hint(self, element: Element) -> None:
        self._within(element, Reason.PLACEHOLDER)

    def _hidden(self, element: Element) -> None:
        self._within(element, Reason.HIDDEN)

    def _frame(self, element: Element) -> None:
        # a frame holds one thing in several forms; the first is meant
        for one in element[:1]:
            self._below += _Story(self.source, self.why).read(one)
            self.source.pictures += _kind(one) == "draw:image"
            if _kind(one) in {"draw:object", "draw:object-ole"}:
                self.source.leave(Reason.EMBEDDED, next(iter(one.attrib.values()), "object"))

    def _shape(self, element: Element) -> None:
        self._below += _Story(self.source, self.why).read(element)

    def _table(self, element: Element) -> None:
        self._end_line()
        table = _table(element, self.source, self.why)
        if table is not None:
            self.out.append(table)


def _table(element: Element, source: _Source, why: Reason | None) -> Table | None:
    if why:
        for one in element.iter():
            if _kind(one) == "table:table-cell":
                _Story(source, why).read(one)
        return None
    grid = Grid()
    number = 0
    for row in _rows(element):
        repeated = _count(row, "table:number-rows-repeated")
        for cell in row:
            if _kind(cell) == "table:table-cell":
                _cell(grid, number, cell, source)
            elif _kind(cell) == "table:covered-table-cell" and len(cell):
                _Story(source, Reason.HIDDEN).read(cell)
        # a row that is repeated is empty
        number += 1 if any(len(cell) for cell in row) else min(repeated, 1)
    table = grid.table()
    return table if table.rows else None


def _cell(grid: Grid, row: int, cell: Element, source: _Source) -> None:
    parts = _Story(source).read(cell)
    made = Cell(tuple(one for part in parts for one in blocks_of(part)))
    across = _count(cell, "table:number-columns-spanned") * _count(cell, "table:number-columns-repeated")
    grid.place(row, made, _count(cell, "table:number-rows-spanned"), across)


def _rows(element: Element) -> Iterable[Element]:
    for one in element:
        if _kind(one) == "table:table-row":
            yield one
        elif _kind(one) in {"table:table-header-rows", "table:table-rows", "table:table-row-group"}:
            yield from _rows(one)


def _count(element: Element, name: str) -> int:
    told = _attribute(element, name)
    return min(max(int(told), 1), MAX_COLUMNS + 1) if told and told.isdecimal() and len(told) < 9 else 1


def _hiding(*roots: Element) -> set[str]:
    """Return the names of styles whose text is hidden, or based on one that is."""
    hides: set[str] = set()
    parents: dict[str, str] = {}
    for root in roots:
        for style in root.iter():
            if _kind(style) != "style:style":
                continue
            name = _attribute(style, "style:name") or ""
            parents[name] = _attribute(style, "style:parent-style-name") or ""
            if any(_attribute(one, "text:display") == "none" for one in style):
                hides.add(name)
    return {name for name in parents if _chain(name, parents) & hides}


def _chain(name: str, parents: dict[str, str]) -> set[str]:
    chain: set[str] = set()
    while name and name not in chain:
        chain.add(name)
        name = parents.get(name, "")
    return chain


def read_odt(content: bytes) -> Document:
    """Read an ODT file.

    Raises:
        ReportUnreadableError: it is damaged, protected, or too large unpacked.
    """
    try:
        return _read(Package.opened(content))
    except ReportUnreadableError:
        raise
    except _DAMAGE as err:
        sentence = N_(
            "The file calls itself ODT but is damaged ({found}). Open it in your office program, save it "
            "again as ODT and upload that."
        )
        raise ReportUnreadableError(Message(sentence, {"found": type(err).__name__})) from err


def _read(package: Package) -> Document:
    if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.read(
        "META-INF/manifest.xml"
    ):
        raise ReportUnreadableError(Message(N_("The file has a password: save it without one.")))
    root = package.root("content.xml")
    styles = package.root("styles.xml") if "styles.xml" in package.names else None
    source = _Source(_hiding(root, *([] if styles is None else [styles])))
    story: list[Part] = []
    for body in (one for one in root if _kind(one) == "office:body"):
        for text in body:
            story += _Story(source).read(text)
    if styles is not None:
        _pages(source, styles)
    lines = [one.visible for one in story if isinstance(one, Block) and not one.is_note]
    notes = [Aside(Reason.NOTE, one.visible) for one in story if isinstance(one, Block) and one.is_note]
    tables = [one for one in story if isinstance(one, Table)]
    return Document(tuple(lines), tuple(tables), (*notes, *source.asides), tuple(_warnings(source)))


def _pages(source: _Source, styles: Element) -> None:
    seen: set[str] = set()
    for one in styles.iter():
        # of the first page also in a namespace of LibreOffice
        if _kind(one).rpartition(":")[2] not in _PAGES:
            continue
        for part in _Story(source).read(one):
            for told in blocks_of(part):
                if told.visible not in seen:
                    seen.add(told.visible)
                    source.leave(Reason.PAGE, told.visible)


def _warnings(source: _Source) -> Iterable[Message]:
    if source.pictures:
        sentence = N_("Pictures in the document: {count}. Lettering in pictures is not read.")
        yield Message(sentence, {"count": source.pictures})


_READERS: dict[str, Callable[[_Story, Element], None]] = {
    "text:p": _Story._paragraph,
    "text:h": _Story._paragraph,
    "text:s": _Story._spaces,
    "text:tab": _Story._spaces,
    "text:line-break": _Story._break,
    "text:list-item": _Story._item,
    "text:note": _Story._note,
    "text:placeholder": _Story._hint,
    "text:hidden-text": _Story._hidden,
    "text:hidden-paragraph": _Story._hidden,
    "text:tracked-changes": _Story._changes,
    "office:annotation": _Story._comment,
    "office:annotation-end": lambda _story, _element: None,
    "draw:frame": _Story._frame,
    "draw:custom-shape": lambda story, element: story._below.extend(
        _Story(story.source, story.why).read(element)
    ),
    "table:table": _Story._table,
}
