"""Rows that are cut out of a sheet's XML give the same cells as those that a parser reads."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.digitalms.validation import xlsx_rows, xlsx_sheet
from ckanext.digitalms.validation.xlsx_parts import BrokenWorkbookError, Workbook
from ckanext.digitalms.validation.xlsx_rows import plain_row
from ckanext.digitalms.validation.xlsx_sheet import SheetReader

pytestmark = pytest.mark.pure

EMPTY = b"PK\x05\x06" + bytes(18)  # a package without parts
STRINGS = ["Ort", " vorn und hinten ", "Umbruch\nhier", "", "_x000D_"]
FORMATS = ("General", "dd/mm/yyyy", "0.0%", "00000", "[h]:mm", "# ##0,00 [seltsam]")


def book() -> Workbook:
    """Return a workbook with texts and formats, whose sheets are given beside it."""
    found = Workbook(zipfile.ZipFile(io.BytesIO(EMPTY)), (), FORMATS, is_1904=False, strings_path="")
    found.__dict__["strings"] = STRINGS
    return found


def read(xml: bytes, block: int = 0) -> Any:
    """Return all that is read of a sheet, or why it cannot be."""
    before = xlsx_rows._BLOCK
    xlsx_rows._BLOCK = block or before
    reader = SheetReader(book(), io.BytesIO(xml))
    try:
        rows = [(row.number, list(row.cells.items()), row.is_hidden) for row in reader.rows()]
    except (BrokenWorkbookError, ValueError) as error:
        return type(error).__name__
    finally:
        xlsx_rows._BLOCK = before
    told = [(one.row, one.field, str(one.message)) for one in reader.findings]
    types = [type(value) for _, cells, _ in rows for _, value in cells]
    return rows, types, told, reader.hidden_columns, reader.merges, reader.odd_formats


def parsed(xml: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the same with a parser alone."""
    with monkeypatch.context() as patch:
        patch.setattr(xlsx_sheet, "pieces", lambda part: [(part.read(), [])])
        return read(xml)


def sheet(*rows: str, head: str = "", tail: str = "", root: str = "worksheet") -> bytes:
    """Return the XML of a sheet."""
    body = "".join(rows)
    return f'<?xml version="1.0"?>\n<{root}>{head}<sheetData>{body}</sheetData>{tail}</{root}>'.encode()


def cell(place: str, inside: str = "", told: str = "") -> str:
    return f'<c r="{place}"{told}>{inside}</c>'


# what stands in a cell, of which the first are written as nearly all are
INSIDE = [
    ("<v>12</v>", ""), ("<v>0.1</v>", ' s="2"'), ("<v>45000</v>", ' s="1"'), ("<v>7</v>", ' s="3" t="n"'),
    ("<v>1.75</v>", ' s="4"'), ("<v>3</v>", ' s="5"'), ("<v>0</v>", ' t="s"'), ("<v>1</v>", ' s="1" t="s"'),
    ("<v>99</v>", ' t="s"'), ("<v>1</v>", ' t="b"'), ("<v>2024-05-01</v>", ' t="d"'),
    ("<v>#N/A</v>", ' t="e"'),
    ("<is><t>Text</t></is>", ' t="inlineStr"'), ("<is><t>M&#252;nster &amp; mehr</t></is>", ' t="inlineStr"'),
    ('<is><t xml:space="preserve"> x </t></is>', ' t="inlineStr"'), ("<is><t>_x000D_a</t></is>", ""),
    ("<f>A1*2</f><v>4</v>", ""), ('<f t="shared" si="0"/><v>4</v>', ""), ("<f>A1*2</f>", ""),
    ("<f>A1&amp;B1</f><v>ab</v>", ' t="str"'), ("<v></v>", ' t="str"'), ("<v/>", ""), ("", ' s="1"'),
    ("<is><r><t>zwei</t></r><r><t> Teile</t></r><rPh><t>nicht</t></rPh></is>", ' t="inlineStr"'),
    ("<v>a&lt;b</v>", ' t="str"'), ("<v>keine Zahl</v>", ""), ("<v>1e400</v>", ""), ("<v> 5 </v>", ""),
    ("<v>5</v><extLst><ext/></extLst>", ""), ("<v>5</v>", ' cm="1"'), ("<!-- weg --><v>5</v>", ""),
    ("<v><![CDATA[5]]></v>", ""), ("<is><t>&#1;</t></is>", ""), ("<is><t>\r\nx</t></is>", ""),
    ("<is><t>&unbekannt;</t></is>", ""), ("<v>5</w>", ""), ("<is><t>\x02</t></is>", ""),
]  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["", ' spans="1:3"', ' hidden="1"', ' ht="12" hidden="true"', ' x="1&amp;2"']),
        st.lists(
            st.tuples(st.sampled_from(["A", "B", "C", "AA", "XFD"]), st.sampled_from(INSIDE)), max_size=4
        ),
    ),
    max_size=6,
)


def written(rows: list[tuple[int, str, list[tuple[str, tuple[str, str]]]]]) -> str:
    number, out = 0, []
    for step, told, cells in rows:
        number += step
        inside = "".join(cell(f"{letters}{number}", *what) for letters, what in cells)
        out.append(f'<row r="{number}"{told}>{inside}</row>')
    return "".join(out)


@given(ROWS, st.integers(5, 300))
@example([(1, "", [("A", INSIDE[0]), ("B", INSIDE[12])]), (1, ' hidden="1"', [("A", INSIDE[13])])], 20)
def test_both_ways_give_the_same(rows: Any, block: int) -> None:
    head = '<cols><col min="2" max="3" hidden="1"/></cols>'
    tail = '<mergeCells><mergeCell ref="A1:A3"/></mergeCells><rowBreaks count="0"/>'
    xml = sheet(written(rows), head=head, tail=tail)
    with pytest.MonkeyPatch.context() as patch:
        told = parsed(xml, patch)
    assert read(xml) == told
    assert read(xml, block) == told


PLAIN = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "xml",
    [
        sheet(PLAIN, f"<!-- {PLAIN} -->"),
        sheet(PLAIN, '<row r="2"/>', '<row r="3"><c r="A3"><v>1</v></c></row>'),
        sheet(PLAIN, '\n  <row r="2">\n<c r="A2"><v>1</v></c>\n</row>\n'),
        sheet('<row><c><v>1</v></c></row><row><c><v>2</v></c></row>'),
        sheet(PLAIN, '<row r="1"><c r="A1"><v>2</v></c></row>'),
        sheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
        sheet(PLAIN).replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"<x:?", b"<?"),
        sheet(PLAIN).replace(b"</worksheet>", b""),
        sheet(PLAIN, tail="</oops>"),
        sheet(PLAIN, "</sheetData><sheetData>", '<row r="2"><c r="A2"><v>1</v></c></row>'),
        b"\xef\xbb\xbf" + sheet(PLAIN),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + sheet(PLAIN).partition(b"\n")[2],
        sheet(PLAIN).decode().replace("?>", ' encoding="UTF-16"?>').encode("utf-16"),
        sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>X</t></is></c></row>').replace(b"X", b"\xff"),
        sheet(PLAIN).replace(b"<worksheet>", b"<!DOCTYPE worksheet []><worksheet>"),
        b"", b"<worksheet/>", b"no xml",
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_left_to_the_parser(xml: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(xml) == parsed(xml, monkeypatch)


def test_rows_as_programs_write_them_are_not_parsed() -> None:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["Straße", 1, 2.5, True, None, 7])
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as package, package.open("xl/worksheets/sheet1.xml") as part:
        rows = [row for _, found in xlsx_rows.pieces(part) for row in found]
    assert [plain_row(row) is not None for row in rows] == [True]
    excel = b'<row r="2" spans="1:2" x14ac:dyDescent="0.25"><c r="A2" s="1" t="s"><v>3</v></c><c r="B2"/>'
    assert plain_row(excel) == (2, False, [
        ('<c r="A2" s="1" t="s"><v>3</v></c>', "A", "1", "s", "3", ""), ('<c r="B2"/>', "B", "", "", "", ""),
    ])  # fmt: skip
