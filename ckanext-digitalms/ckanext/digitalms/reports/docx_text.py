"""Walks the XML of a DOCX: every text of it is in a paragraph, in a cell, or aside with its reason.

What wraps a text (content controls, fields, smart tags, insertions, links, boxes …) is walked through
whatever it is called, so that nothing that is unknown here hides one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from .document import MAX_COLUMNS, MAX_ROWS, Aside, Block, Cell, Table, block, clean, table_of_rows, too_large
from .docx_styles import Styles, is_on, numbering
from .docx_symbols import UNKNOWN, sign_of
from .package import Element, Package, attribute, child, kind
from .proposal import Reason

# properties, and the instructions of fields: nothing that a reader sees
_NO_TEXT = frozenset(
    {"w:rPr", "w:pPr", "w:sectPr", "w:tblPr", "w:tblPrEx", "w:tblGrid", "w:trPr", "w:tcPr", "w:sdtPr"}
    | {"w:sdtEndPr", "w:instrText", "w:delInstrText", "w:fldData", "w:customXmlPr"}
    | {"w:smartTagPr", "w:binData"}
)
_TEXTS = frozenset({"w:t", "m:t", "a:t", "w:delText"})
_BREAKS = {"w:br": "\n", "w:cr": "\n", "w:tab": " ", "w:ptab": " ", "w:noBreakHyphen": "\u2011"}
_GONE = {"w:del": Reason.DELETED, "w:moveFrom": Reason.DELETED}
_NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
Part = Block | Table


@dataclass
class Notes:
    """Footnotes or endnotes: their part and elements; a note is read where it is referred to."""

    part: str
    elements: dict[str, Element]


@dataclass
class Source:
    """What all stories of a document share."""

    package: Package
    styles: Styles
    notes: dict[str, Notes] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    pictures: int = 0
    unknown_signs: int = 0
    files: int = 0
    # diagrams and charts that are read; one that names itself is read once
    drawn: set[str] = field(default_factory=set)
    # reads an embedded file into parts, or says that it is not read
    embedded: Callable[[str], list[Part] | None] = lambda _name: None

    def leave(self, reason: Reason, text: str) -> None:
        """Enter a text that is no part of the report."""
        if line := clean(text):
            self.asides.append(Aside(reason, line))


@dataclass
class Story:
    """Reads one run of paragraphs and tables: the body, a cell, a box, a note, a page's header."""

    source: Source
    part: str
    why: Reason | None = None
    out: list[Part] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _left: dict[Reason, list[str]] = field(default_factory=dict)
    # boxes and notes stand below the paragraph that they belong to
    _below: list[Part] = field(default_factory=list)
    _is_item: bool = False
    _style: str | None = None

    def read(self, element: Element) -> list[Part]:
        """Return the paragraphs and tables below an element."""
        for one in element:
            self._visit(one)
        self._end_line()
        return self.out

    def _visit(self, element: Element) -> None:
        name = kind(element)
        if not name or name in _NO_TEXT:
            return
        if name in _TEXTS:
            self._text(element.text or "", Reason.DELETED if name == "w:delText" else None)
        elif name in _BREAKS:
            self._text(_BREAKS[name])
        elif name in _GONE:
            self._children(element, _GONE[name])
        elif reader := _READERS.get(name):
            reader(self, element)
        else:
            self._children(element)

    def _children(self, element: Iterable[Element], why: Reason | None = None) -> None:
        before = self.why
        self.why = before or why
        for one in element:
            self._visit(one)
        self.why = before

    def _text(self, text: str, why: Reason | None = None) -> None:
        reason = self.why or why
        if reason:
            self._left.setdefault(reason, []).append(text)
        else:
            self._line.append(text)

    def _run(self, element: Element) -> None:
        properties = child(element, "w:rPr")
        style = child(properties, "w:rStyle")
        hides = is_on(child(properties, "w:vanish"))
        if hides is None:
            of_run = None if style is None else attribute(style, "w:val")
            hides = self.source.styles.hides(self._style, of_run)
        self._children(element, Reason.HIDDEN if hides else None)

    def _paragraph(self, element: Element) -> None:
        self._style, self._is_item = None, False
        properties = child(element, "w:pPr")
        style = child(properties, "w:pStyle")
        self._style = None if style is None else attribute(style, "w:val")
        own = numbering(properties)
        self._is_item = self.source.styles.is_item(self._style) if own is None else own
        self._children(element)
        # a paragraph whose end was deleted goes on in the next one
        if child(child(properties, "w:rPr"), "w:del") is None:
            self._end_line()

    def _end_line(self) -> None:
        text, self._line = "".join(self._line), []
        for line in text.split("\n"):
            if made := block(line, is_item=self._is_item):
                self.out.append(made)
        for reason, pieces in self._left.items():
            self.source.leave(reason, "".join(pieces))
        self.out += self._below
        self._left, self._below = {}, []

    def _control(self, element: Element) -> None:
        empty = is_on(child(child(element, "w:sdtPr"), "w:showingPlcHdr"))
        self._children(element, Reason.PLACEHOLDER if empty else None)

    def _alternatives(self, element: Element) -> None:
        """Read one of several forms of the same: the first that has a text."""
        for one in element:
            if any(kind(below) in _TEXTS for below in one.iter()):
                self._children(one)
                return
        for one in element[:1]:
            self._children(one)

    def _box(self, element: Element) -> None:
        inner = Story(self.source, self.part, self.why)
        self._below += inner.read(element)

    def _note(self, element: Element) -> None:
        notes = self.source.notes.get(_NOTES[kind(element)])
        told = notes.elements.pop(attribute(element, "w:id") or "", None) if notes else None
        if notes is None or told is None:
            return
        for one in Story(self.source, notes.part, self.why).read(told):
            self._below += [replace(made, is_note=True) for made in blocks_of(one)]

    def _sign(self, element: Element) -> None:
        sign = sign_of(attribute(element, "w:font") or "", attribute(element, "w:char") or "")
        self.source.unknown_signs += sign == UNKNOWN
        self._text(sign)

    def _choice(self, element: Element) -> None:
        """Read what is chosen in a list of an old form, which stands nowhere as text."""
        choices = child(element, "w:ddList")
        if choices is None:
            return
        entries = [attribute(one, "w:val") or "" for one in choices if kind(one) == "w:listEntry"]
        chosen = child(choices, "w:result")
        place = _count(child(choices, "w:default") if chosen is None else chosen, 0)
        self._text(entries[place] if place < len(entries) else "")

    def _lettering(self, element: Element) -> None:
        """Enter the words of a picture made of letters, such as a watermark."""
        self.source.leave(Reason.DRAWING, element.get("string") or "")

    def _drawn_line(self, element: Element) -> None:
        self._children(element)
        self._text("\n")

    def _picture(self, element: Element) -> None:
        self.source.pictures += 1
        self._children(element)

    def _drawn(self, element: Element) -> None:
        """Read the words of a diagram or chart, which stand in a part of its own."""
        self._children(element)
        for tag in ("r:dm", "r:id"):
            relation = self.source.package.related(self.part).get(attribute(element, tag) or "")
            target = "" if relation is None or relation.is_external else relation.target
            if target in self.source.package.names and target not in self.source.drawn:
                self.source.drawn.add(target)
                inner = Story(self.source, target, self.why)
                self._below += inner.read(self.source.package.root(target))

    def _categories(self, element: Element) -> None:
        """Read the names that a chart keeps of its rows and columns, not its numbers."""
        for one in element.iter():
            if kind(one) == "c:v":
                self._text(f"{one.text or ''}\n")

    def _file(self, element: Element) -> None:
        relation = self.source.package.related(self.part).get(attribute(element, "r:id") or "")
        name = "" if relation is None else relation.target
        known = relation is not None and not relation.is_external and name in self.source.package.names
        parts = self.source.embedded(name) if known else None
        if parts is None:
            self.source.leave(Reason.EMBEDDED, name or "altChunk")
        else:
            self.out += parts

    def _table(self, element: Element) -> None:
        rows: list[list[Cell]] = []
        for row, why in _unwrapped(element, "w:tr", None):
            properties = child(row, "w:trPr")
            if is_on(child(properties, "w:hidden")):
                why = why or Reason.HIDDEN
            if child(properties, "w:del") is not None:
                why = why or Reason.DELETED
            if why or self.why:
                self._drop(row, why)
                continue
            rows.append(self._row(row, rows[-1] if rows else []))
            if len(rows) > MAX_ROWS:
                raise too_large()
        if rows:
            self.out.append(table_of_rows(rows))

    def _drop(self, element: Element, why: Reason | None) -> None:
        """Enter all text of an element as left; it makes no line and no cell."""
        Story(self.source, self.part, self.why or why).read(element)

    def _row(self, row: Element, above: list[Cell]) -> list[Cell]:
        properties = child(row, "w:trPr")
        made = [Cell() for _ in range(_count(child(properties, "w:gridBefore"), 0))]
        for element, why in _unwrapped(row, "w:tc", None):
            told = child(element, "w:tcPr")
            merge, across = child(told, "w:vMerge"), child(told, "w:hMerge")
            if child(told, "w:cellDel") is not None:
                why = why or Reason.DELETED
            covered = None
            if merge is not None and attribute(merge, "w:val") != "restart" and len(made) < len(above):
                covered = above[len(made)]
            elif across is not None and attribute(across, "w:val") != "restart" and made:
                covered = made[-1]
            if covered is not None or why:
                self._drop(element, why or Reason.HIDDEN)
                cell = covered or Cell()
            else:
                parts = Story(self.source, self.part).read(element)
                cell = Cell(tuple(one for part in parts for one in blocks_of(part)))
            made += [cell] * max(1, _count(child(told, "w:gridSpan"), 1))
            if len(made) > MAX_COLUMNS:
                raise too_large()
        return made


def blocks_of(part: Part) -> list[Block]:
    """Return the paragraphs of a part; those of a table cell by cell."""
    return [part] if isinstance(part, Block) else [one for cell in part.cells for one in cell.blocks]


def _unwrapped(element: Element, wanted: str, why: Reason | None) -> Iterator[tuple[Element, Reason | None]]:
    """Yield rows or cells through whatever wraps them, with why they do not count."""
    for one in element:
        name = kind(one)
        if name == wanted:
            yield one, why
        elif name == "w:sdt":
            empty = is_on(child(child(one, "w:sdtPr"), "w:showingPlcHdr"))
            yield from _unwrapped(one, wanted, why or (Reason.PLACEHOLDER if empty else None))
        elif name == "mc:AlternateContent":
            yield from _unwrapped(one[0] if len(one) else one, wanted, why)
        elif name and name not in _NO_TEXT:
            yield from _unwrapped(one, wanted, why or _GONE.get(name))


def _count(element: Element | None, default: int) -> int:
    told = None if element is None else attribute(element, "w:val")
    return min(int(told), MAX_COLUMNS + 1) if told and told.isdecimal() and len(told) < 9 else default


_READERS: dict[str, Callable[[Story, Element], None]] = {
    "w:p": Story._paragraph,
    "w:r": Story._run,
    "w:tbl": Story._table,
    "w:sdt": Story._control,
    "mc:AlternateContent": Story._alternatives,
    "w:txbxContent": Story._box,
    "w:footnoteReference": Story._note,
    "w:endnoteReference": Story._note,
    "w:sym": Story._sign,
    "w:ffData": Story._choice,
    "v:textpath": Story._lettering,
    "a:p": Story._drawn_line,
    "a:blip": Story._picture,
    "v:imagedata": Story._picture,
    "dgm:relIds": Story._drawn,
    "c:chart": Story._drawn,
    "c:strCache": Story._categories,
    "c:numCache": lambda _story, _element: None,
    "w:altChunk": Story._file,
}
