"""What a rendered document still needs: words for its pictures, rows that stay together, the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, TypeAlias, cast

from lxml import etree

from ckanext.digitalms.reporting.rows import lines_of_text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_DC_ELEMENTS = "http://purl.org/dc/elements/1.1/"
_BODY, _CORE, _RELATIONS = "word/document.xml", "docProps/core.xml", "word/_rels/document.xml.rels"
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"]{3,2000}")
_BLUE = "0B4F8F"
_AFTER_LINE = frozenset(
    {*("effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout")}
    | {"specVanish", "oMath"}
)
_AFTER = {
    "color": _AFTER_LINE | {"spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u"},
    "u": _AFTER_LINE,
}
# no ZIP can tell an earlier day
_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"
_DECLARED = {"xml_declaration": True, "encoding": "UTF-8", "standalone": True}
# A4 upright without its margins: characters of a line, and lines of a third of a page
_CHARACTERS, _LINES = 100, 17
_CONTENT = frozenset({"t", "drawing", "pict", "object", "br", "tab", "fldChar", "bookmarkStart"})
# lxml has no types
Element: TypeAlias = Any


@dataclass(frozen=True)
class About:
    """What a document says of itself: its title, who wrote it (an office), when it was made."""

    title: str
    author: str
    made: datetime


def finished(content: bytes, alts: Mapping[bytes, str], about: About) -> bytes:
    """Return a document with all that it needs; the same document is the same bytes.

    Args:
        content: as docxtpl wrote it.
        alts: the words for pictures, by their bytes.
        about: what it says of itself.
    """
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = etree.fromstring(parts[_BODY])
    _describe(body, parts, alts)
    _number(body)
    _end_cells(body)
    _keep_rows(body)
    parts[_RELATIONS] = _linked(body, parts[_RELATIONS])
    parts[_BODY] = etree.tostring(body, **_DECLARED)
    if _CORE in parts:
        parts[_CORE] = _core(parts[_CORE], about)
    return packed(parts)


def packed(parts: Mapping[str, bytes], first: str = _FIRST) -> bytes:
    """Pack parts so that the same ones are the same bytes; of an ODT the first one says what it is."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return written.getvalue()


def _describe(body: Element, parts: Mapping[str, bytes], alts: Mapping[bytes, str]) -> None:
    """Give the plots their words; a picture of the template keeps those that it has."""
    relations = etree.fromstring(parts[_RELATIONS])
    target = {each.get("Id"): f"word/{each.get('Target')}" for each in relations}
    for drawing in body.iter(f"{{{_WP}}}inline", f"{{{_WP}}}anchor"):
        blip = next(drawing.iter(f"{{{_A}}}blip"), None)
        shown = parts.get(target.get(blip.get(f"{{{_R}}}embed"), "")) if blip is not None else None
        if shown is not None and shown in alts:
            drawing.find(f"{{{_WP}}}docPr").set("descr", alts[shown])


def _number(body: Element) -> None:
    """Give numbers to bookmarks and pictures, which a loop has made of one."""
    for at, drawing in enumerate(body.iter(f"{{{_WP}}}docPr"), start=1):
        drawing.set("id", str(at))
    open_marks: list[str] = []
    for at, mark in enumerate(body.iter(f"{{{W}}}bookmarkStart", f"{{{W}}}bookmarkEnd"), start=1):
        if mark.tag.endswith("Start"):
            open_marks.append(str(at))
            mark.set(f"{{{W}}}id", str(at))
        elif open_marks:
            mark.set(f"{{{W}}}id", open_marks.pop())


def _end_cells(body: Element) -> None:
    """Leave no empty paragraph at the end of a cell, and no cell without one: Word takes such for damage."""
    for cell in body.iter(f"{{{W}}}tc"):
        inside = [each for each in cell if each.tag != f"{{{W}}}tcPr"]
        if not inside or inside[-1].tag != f"{{{W}}}p":
            etree.SubElement(cell, f"{{{W}}}p")
        elif len(inside) > 1 and inside[-2].tag == f"{{{W}}}p" and not _holds(inside[-1]):
            cell.remove(inside[-1])


def _holds(paragraph: Element) -> bool:
    return any(each.tag.rpartition("}")[2] in _CONTENT for each in paragraph.iter())


def _linked(body: Element, relations: bytes) -> bytes:
    """Make links of addresses that stand for themselves in a run; return the relations with their targets."""
    known = etree.fromstring(relations)
    ids: dict[str, str] = {}
    for run in list(body.iter(f"{{{W}}}r")):
        words = "".join(run.itertext(f"{{{W}}}t"))
        address = words.strip()
        if not _ADDRESS.fullmatch(address) or run.getparent().tag != f"{{{W}}}p":
            continue
        link = etree.Element(f"{{{W}}}hyperlink")
        link.set(f"{{{_R}}}id", ids.setdefault(address, f"rIdAdresse{len(ids) + 1}"))
        link.set(f"{{{W}}}history", "1")
        run.addprevious(link)
        link.tail, run.tail = run.tail, None
        link.append(run)
        _look_like_a_link(run)
    for address, identity in ids.items():
        etree.SubElement(
            known,
            f"{{{_RELATION}}}Relationship",
            {"Id": identity, "Type": f"{_R}/hyperlink", "Target": address, "TargetMode": "External"},
        )
    return cast("bytes", etree.tostring(known, **_DECLARED))


def _look_like_a_link(run: Element) -> None:
    look = run.find(f"{{{W}}}rPr")
    if look is None:
        look = etree.Element(f"{{{W}}}rPr")
        run.insert(0, look)
    for name, value in (("color", _BLUE), ("u", "single")):
        for old in look.findall(f"{{{W}}}{name}"):
            look.remove(old)
        # the order of these elements is fixed: what comes after them stays behind
        after = next((each for each in look if each.tag.rpartition("}")[2] in _AFTER[name]), None)
        made = etree.Element(f"{{{W}}}{name}", {f"{{{W}}}val": value})
        look.append(made) if after is None else after.addprevious(made)


def _keep_rows(body: Element) -> None:
    """Keep rows together that take less than a third of a page."""
    for table in body.iter(f"{{{W}}}tbl"):
        for row in table.iterchildren(f"{{{W}}}tr"):
            cells = list(row.iterchildren(f"{{{W}}}tc"))
            if cells and max(_lines(cell, len(cells)) for cell in cells) < _LINES:
                _without_break(row)


def _lines(cell: Element, columns: int) -> int:
    width = cell.find(f"{{{W}}}tcPr/{{{W}}}tcW")
    told = width.get(f"{{{W}}}w", "0") if width is not None else "0"
    twips = int(told) if told.isdecimal() else 0
    # 168 mm are 9,524 twips
    characters = max(_CHARACTERS * twips // 9524 if twips else _CHARACTERS // columns, 8)
    paragraphs = cell.iterchildren(f"{{{W}}}p")
    return sum(lines_of_text("".join(each.itertext(f"{{{W}}}t")), characters) for each in paragraphs)


def _without_break(row: Element) -> None:
    properties = row.find(f"{{{W}}}trPr")
    if properties is None:
        properties = etree.Element(f"{{{W}}}trPr")
        before = row.find(f"{{{W}}}tblPrEx")
        row.insert(0 if before is None else 1, properties)
    if properties.find(f"{{{W}}}cantSplit") is None:
        properties.insert(0, etree.Element(f"{{{W}}}cantSplit"))


def _core(content: bytes, about: About) -> bytes:
    core = etree.fromstring(content)
    moment = f"{about.made:%Y-%m-%dT%H:%M:%SZ}"
    said = {"title": about.title, "creator": about.author, "lastModifiedBy": "", "revision": "1"}
    said |= {"language": "de-DE", "created": moment, "modified": moment}
    for each in list(core):
        name = each.tag.rpartition("}")[2]
        if name in said:
            each.text = said.pop(name)
    for name in sorted({"title", "creator", "language"} & said.keys()):
        etree.SubElement(core, f"{{{_DC_ELEMENTS}}}{name}").text = said[name]
    written: bytes = etree.tostring(core, **_DECLARED)
    return written
