"""XLS, ODS, tables of web pages and in archives, fixed widths: as a person sees them, or refused."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.custom_tables.preview import preview_of
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

FOLDER = Path(__file__).parents[1] / "data" / "workbooks"
LIMITS = Limits(10**6, 1000)
PLACES = b"Ort;Wert\nA;1\nB;2\n"


def look(data: bytes | str, filename: str = "tabelle", **declared: str) -> Examined:
    content = data.encode() if isinstance(data, str) else data
    return examine(content, filename, Dialect.declared(declared), LIMITS)


def table(found: Examined) -> list[tuple[object, ...]]:
    assert found.raw is not None, [str(one.message) for one in found.report.findings]
    return [found.raw.header, *(row.cells for row in found.raw.rows)]


def said(found: Examined) -> list[str]:
    return [str(one.message) for one in found.report.findings]


def causes(found: Examined) -> list[str]:
    return [one.cause.value for one in found.report.errors]


def test_an_xls_with_a_password_is_told() -> None:
    """Its Workbook stream says so by a record FILEPASS after the first one ([MS-XLS] 2.4.117)."""
    data = bytearray((FOLDER / "school.xls").read_bytes())
    after = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    data[after : after + 2] = b"\x2f\x00"
    assert causes(look(bytes(data))) == ["protected-file"]


@pytest.mark.parametrize("form", ["xls", "ods"])
class TestWorkbooksOfLibreOffice:
    """The same workbooks that are tried as XLSX, saved by LibreOffice in its other forms."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("b1_literal_percent", [("A", Decimal("12.5")), ("B", Decimal(40))]),
            ("b4_hidden_row_and_column", [("A", 1), ("C", 3)]),
            ("b6_durations", [("A", "12:00"), ("B", "42:00"), ("C", "720:00")]),
            (
                "b3_leading_zeros_by_format",
                [("A", "05515000", "01067", "00042"), ("B", "09162000", "48143", "00007")],
            ),
        ],
    )
    def test_what_is_seen(self, form: str, name: str, expected: list[tuple[object, ...]]) -> None:
        found = look((FOLDER / f"{name}.{form}").read_bytes())
        assert found.converted is not None
        assert (found.report.form, found.converted.rows) == (form, expected)

    def test_sheets_hidden_columns_and_merged_cells(self, form: str) -> None:
        data = (FOLDER / f"school.{form}").read_bytes()
        first = look(data)
        assert first.raw is not None
        assert first.raw.sheets == ("Deckblatt", "Schulen")
        found = look(data, sheet="schulen", header="3-4", leave_out="totals, notes", missing="k. A.")
        assert table(found)[:2] == [
            (
                "Schule", "PLZ", "Schülerinnen und Schüler › 2025", "Schülerinnen und Schüler › 2026",
                "Klassen", "Glasfaser › Anteil", "Glasfaser › angeschlossen am",
            ),
            ("Gymnasium Paulinum", "48143", "1.012", "1.035", 38, Decimal("12.5"), "15.3.25"),
        ]  # fmt: skip
        assert "Hidden columns were left out: C." in said(found)
        taken = look(data, sheet="Schulen", header="3-4", hidden="taken_in")
        assert table(taken)[1][2] == "0251 11111"
        missing = look(data, sheet="Lehrer")
        assert said(missing) == ["The workbook has no sheet “Lehrer”. It has: Deckblatt, Schulen."]
        assert preview_of(missing)["sheets"] == ["Deckblatt", "Schulen"]

    def test_a_damaged_file_is_refused(self, form: str) -> None:
        """Cut or overwritten at any place, it ends in a report and never in an exception."""
        data = (FOLDER / f"school.{form}").read_bytes()
        for place in range(0, len(data), len(data) // 40):
            look(data[:place])
            look(data[:place] + b"\xff" * 50 + data[place + 50 :])


NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(rows: str, *, manifest: str = "", before: str = "") -> bytes:
    content = (
        f"{before}<office:document-content {NAMES}><office:body><office:spreadsheet>"
        f'<table:table table:name="Blatt">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest or "<manifest/>",
        }
    )


def packed(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name) if name == "mimetype" else name, content)
    return file.getvalue()


def cell(text: str, *, times: int = 1, **attributes: str) -> str:
    told = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    repeated = f' table:number-columns-repeated="{times}"' if times > 1 else ""
    inner = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell{repeated}{told}>{inner}</table:table-cell>"


def row(*cells: str, times: int = 1) -> str:
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(cells)}</table:table-row>"


HEAD = row(cell("Ort", value_type="string"), cell("Wert", value_type="string"))


class TestOds:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            (cell("1.250,50 €", value_type="currency", value="1250.5"), Decimal("1250.5")),
            (cell("12,5 %", value_type="percentage", value="0.125"), Decimal("12.5")),
            (cell("00042", value_type="float", value="42"), "00042"),
            (cell("1E+003", value_type="float", value="1000"), Decimal(1000)),
            (cell("0,1", value_type="float", value="0.1000000000000000055"), Decimal("0.1")),
            (cell("01.06.26", value_type="date", date_value="2026-06-01"), "2026-06-01"),
            (cell("08:30", value_type="time", time_value="PT08H30M00S"), "08:30"),
            (cell("", value_type="time", time_value="PT42H00M00S"), "42:00"),
            (cell("WAHR", value_type="boolean", boolean_value="true"), True),
            (cell("a<text:s text:c='3'/>b<text:tab/>c", value_type="string"), "a   b\tc"),
            (cell("x<office:annotation><text:p>nein</text:p></office:annotation>", value_type="string"), "x"),
        ],
    )
    def test_values(self, written: str, value: object) -> None:
        found = table(look(ods(HEAD + row(cell("A", value_type="string"), written))))
        seen = found[1][1]
        assert (seen if isinstance(value, Decimal | bool) else str(seen)) == value

    def test_a_million_of_repeated_columns_and_rows_is_bounded(self) -> None:
        empty = cell("", times=1_000_000) + row(cell("", times=16384), times=1_000_000)
        data = ods(HEAD + row(cell("A"), cell("5", value_type="float", value="5"), cell("", times=1_000_000)))
        assert table(look(data)) == [("Ort", "Wert"), ("A", 5)]
        assert table(
            look(ods(HEAD + row(cell("A"), cell("B")) + empty.removeprefix(cell("", times=1_000_000))))
        )
        wide = look(ods(HEAD + row(cell("x", times=1_000_000))))
        assert causes(wide) == ["too-many-columns"]
        long = look(ods(HEAD + row(cell("x"), cell("y"), times=1_000_000)))
        assert causes(long) == ["too-many-rows"]
        assert table(look(ods(HEAD + row(cell("x"), cell("y"), times=3))))[1:] == [("x", "y")] * 3
        assert causes(
            look(
                ods(
                    HEAD
                    + row(cell("x"), cell("y"), times=0).replace(
                        "<table:table-row", '<table:table-row table:number-rows-repeated="-5"'
                    )
                )
            )
        ) == ["xlsx-error"]

    def test_passwords_and_entities_are_refused(self) -> None:
        locked = ods(HEAD, manifest="<manifest><encryption-data/></manifest>")
        assert causes(look(locked)) == ["protected-file"]
        bomb = ods(HEAD, before='<!DOCTYPE x [<!ENTITY a "b">]>')
        assert causes(look(bomb)) == ["xlsx-bomb"]


class TestArchives:
    def test_the_one_table_in_it_is_read(self) -> None:
        found = look(packed({"__MACOSX/._a.csv": b"x", "lies.mich": "x", "ordner/a.csv": PLACES}))
        assert table(found) == [("Ort", "Wert"), ("A", "1"), ("B", "2")]
        assert "The table was taken from the ZIP archive: ordner/a.csv." in said(found)

    def test_several_are_asked(self) -> None:
        data = packed({"a.csv": PLACES, "b.csv": "X|Y\n1|2\n"})
        found = look(data)
        assert causes(found) == ["which-file"]
        assert preview_of(found)["sheets"] == ["a.csv", "b.csv"]
        chosen = look(data, sheet="b.csv")
        assert table(chosen) == [("X", "Y"), ("1", "2")]
        assert chosen.raw is not None
        assert chosen.raw.sheets == ("a.csv", "b.csv")

    def test_a_workbook_in_an_archive(self) -> None:
        book, file = Workbook(), io.BytesIO()
        book.active.append(["Ort", "Wert"])
        book.active.append(["A", 5])
        book.save(file)
        assert table(look(packed({"a.xlsx": file.getvalue()})))[1] == ("A", 5)
        assert table(look(packed({"a.ods": ods(HEAD + row(cell("A"), cell("B")))})))[1] == ("A", "B")

    @pytest.mark.parametrize(
        ("parts", "cause"),
        [
            ({"innen.zip": packed({"a.csv": PLACES})}, "not-a-table"),
            ({"a.csv": packed({"b.csv": PLACES})}, "not-a-table"),
            ({"bild.png": b"x"}, "not-a-table"),
            ({}, "not-a-table"),
            ({"a.csv": b"\0" * 3_000_000}, "xlsx-bomb"),
        ],
    )
    def test_what_is_refused(self, parts: dict[str, Any], cause: str) -> None:
        data = packed(parts)
        assert causes(look(data)) == [cause] or not parts

    def test_a_password(self) -> None:
        data = bytearray(packed({"a.csv": PLACES}))
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        assert causes(look(bytes(data))) == ["protected-file"]


class TestPages:
    def test_the_page_of_a_spreadsheet_program(self) -> None:
        data = (FOLDER / "school.html").read_bytes()
        found = look(data, "schulen.xls", sheet="Tabelle 1")
        assert any("Gymnasium Paulinum" in map(str, cells) for cells in table(found))
        assert found.report.form == "html"

    @pytest.mark.parametrize(
        ("page", "expected"),
        [
            (
                "<html><table><tr><th>Ort<th>Wert<tr><td>A<td>1.250,5<tr><td>B<td>&nbsp;7</table>",
                [("Ort", "Wert"), ("A", "1.250,5"), ("B", "7")],
            ),
            (
                "<table><tr><td rowspan=2>Ort<td colspan=2>Plätze<tr><td>2025<td>2026<tr><td>A<td>1<td>2",
                [("Ort", "Plätze"), ("Ort", "2025", "2026"), ("A", "1", "2")],
            ),
            (
                "<table><tr><td><table><tr><td>Ort<td>Wert<tr><td>A<br>B<td x:num='5.5'>5,50</table></table>",
                [("Ort", "Wert"), ("A\nB", Decimal("5.5"))],
            ),
        ],
    )
    def test_tables(self, page: str, expected: list[tuple[object, ...]]) -> None:
        assert table(look(page)) == expected

    def test_several_tables_are_sheets(self) -> None:
        one, two = "<tr><td>A<td>B<tr><td>1<td>2", "<tr><td>C<td>D<tr><td>3<td>4"
        page = f"<!doctype html><table>{one}</table><table><caption>Zwei</caption>{two}</table>"
        found = look(page)
        assert found.raw is not None
        assert found.raw.sheets == ("Tabelle 1", "Zwei")
        assert table(look(page, sheet="Zwei"))[0] == ("C", "D")

    def test_a_page_without_one_is_refused(self) -> None:
        assert causes(look("<!doctype html><title>Anmelden</title><table><tr><td>x</table>")) == [
            "not-a-table"
        ]


class TestFixedWidths:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "Ort         Wert\nMünster    1.250\nKöln          70\n",
                [("Ort", "Wert"), ("Münster", "1.250"), ("Köln", "70")],
            ),
            (
                (
                    "Liste der Schulen 2026, Stand heute\n\nOrt       Schule am Markt   Wert\n"
                    "--------  ---------------   ----\nMünster   Nord, Süd            5\n"
                    "Köln      Mitte                7\n"
                ),
                [("Ort", "Schule am Markt", "Wert"), ("Münster", "Nord, Süd", "5"), ("Köln", "Mitte", "7")],
            ),
            (
                "Nr  Name           Betrag\n 1  Anna, Bertha      5,5\n10  Zoe               1,5\n",
                [
                    ("Nr", "Name", "Betrag"),
                    ("1", "Anna, Bertha", "5,5"),
                    ("10", "Zoe", "1,5"),
                ],
            ),
        ],
    )
    def test_columns_below_one_another(self, text: str, expected: list[tuple[object, ...]]) -> None:
        found = look(text)
        assert table(found) == expected
        assert found.report.dialect["delimiter"] == "fixed"

    def test_prose_is_not_cut(self) -> None:
        text = "Anmerkung\nBau am Markt\nNord und Süd\nSchule am Park\n"
        assert table(look(text))[0] == ("Anmerkung",)

    def test_it_can_be_said(self) -> None:
        assert causes(look("Ort;Wert\nA;1\nB;2\n", delimiter="fixed")) == ["delimiter-error"]
