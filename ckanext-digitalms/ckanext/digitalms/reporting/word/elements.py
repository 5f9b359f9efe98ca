"""Paragraphs, tables and fields of a Word file that python-docx has no words for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

# python-docx has no types
Docx: TypeAlias = Any
Cell: TypeAlias = Sequence[tuple[str, str]]  # of a cell its paragraphs: style and text

WIDTH_MM = 168
IN_TABLE, LIST_IN_TABLE = "Tabellentext", "Tabellenliste"
_PALE, _RULE = "EEF1F5", "AAB2BD"


def automatic(made: Docx) -> None:
    """Let the widths of columns follow from what is in them, where their number is known only later."""
    made.autofit = True
    for width in [*made._tbl.iter("{*}tcW"), *made._tbl.iter("{*}gridCol")]:
        for name in list(width.attrib):
            if name.endswith("}w"):
                width.set(name, "0")
            if name.endswith("}type"):
                width.set(name, "auto")


def lines(document: Docx, *texts: str) -> None:
    """Add paragraphs."""
    for text in texts:
        document.add_paragraph(text)


def items(document: Docx, loop: str, words: str) -> None:
    """Add a list with an item for each turn of a loop."""
    lines(document, f"{{%p for {loop} %}}")
    document.add_paragraph(words, style="List Bullet")
    lines(document, "{%p endfor %}")


def table(
    document: Docx, columns: Sequence[tuple[str, int]], loops: str | tuple[str, ...], cells: Sequence[Cell]
) -> Docx:
    """Add a table: its head is repeated, and a row is made for each turn of the loop, or of the innermost."""
    from docx.shared import Mm

    loops = (loops,) if isinstance(loops, str) else loops
    made = document.add_table(rows=2 + 2 * len(loops), cols=len(columns))
    made.style, made.autofit = document.styles["Table Grid"], False
    head, *around = made.rows
    body = around[len(loops)]
    head._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for place, (title, width) in enumerate(columns):
        paragraph = head.cells[place].paragraphs[0]
        paragraph.style = IN_TABLE
        paragraph.add_run(title).bold = True
        _shaded(head.cells[place])
        made.columns[place].width = Mm(WIDTH_MM * width / 100)
        for row in made.rows:
            row.cells[place].width = Mm(WIDTH_MM * width / 100)
        _fill(body.cells[place], cells[place])
    for at, loop in enumerate(loops):
        around[at].cells[0].text = f"{{%tr for {loop} %}}"
        around[-1 - at].cells[0].text = "{%tr endfor %}"
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:color": _RULE}))
    next(made._tbl.tblPr.iter("{*}tblLayout")).addprevious(borders)
    document.add_paragraph().paragraph_format.space_after = 0
    return made


def _fill(cell: Docx, paragraphs: Cell) -> None:
    for at, (style, words) in enumerate(paragraphs):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.style = {"": IN_TABLE, "List Bullet": LIST_IN_TABLE}.get(style, style)
        write(paragraph, words)


def write(paragraph: Docx, words: str) -> None:
    """Write a text into a paragraph; what stands between ** is bold."""
    for at, part in enumerate(words.split("**")):
        if part:
            paragraph.add_run(part).bold = True if at % 2 else None


def _shaded(cell: Docx) -> None:
    cell._tc.get_or_add_tcPr().append(
        element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _PALE})
    )


def bookmark(paragraph: Docx, name: str) -> None:
    """Name the place of a paragraph; the numbers are given after rendering."""
    first = next((at for at, each in enumerate(paragraph._p) if each.tag.endswith("}r")), len(paragraph._p))
    paragraph._p.insert(first, element("w:bookmarkStart", {"w:id": "0", "w:name": name}))
    paragraph._p.append(element("w:bookmarkEnd", {"w:id": "0"}))


def field(paragraph: Docx, code: str) -> None:
    """Add a field, such as the number of the page."""
    for kind, content in (("begin", None), ("", code), ("separate", None), ("text", "1"), ("end", None)):
        run = paragraph.add_run()._r
        if kind == "text":
            run.append(text(str(content)))
        elif content:
            instruction = element("w:instrText")
            instruction.text = content
            run.append(instruction)
        else:
            run.append(element("w:fldChar", {"w:fldCharType": kind}))


def text(content: str) -> Any:
    """Return an element with text."""
    made = element("w:t", {"xml:space": "preserve"})
    made.text = content
    return made


def element(name: str, attributes: dict[str, str] | None = None) -> Any:
    """Return an element by its short name, with attributes."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made: Any = OxmlElement(name)  # type: ignore[no-untyped-call]
    for key, value in (attributes or {}).items():
        made.set("{http://www.w3.org/XML/1998/namespace}space" if key == "xml:space" else qn(key), value)
    return made
