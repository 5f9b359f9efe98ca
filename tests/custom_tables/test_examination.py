"""Tables of one's own: drafted, judged and made canonical without losing anything."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.custom_tables.canonical import published_schema, to_csv
from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.custom_tables.inference import infer
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

LIMITS = Limits(max_bytes=10**6, max_rows=10_000)
GERMAN = (
    "AGS;Ort;Einwohner;Anteil in %;Stichtag;PLZ;Telefon;Bemerkung\r\n"
    "05515000;Münster;315.293;96,51;31.12.2019;48143;0251 4920;\r\n"
    "05558012;Coesfeld;36.217;1.250,5;1.1.2020;48653;02541 9390;\r\n"
)


def write(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def look(data: bytes | str, schema: dict[str, Any] | None = None, **dialect: str) -> Examined:
    data = data.encode() if isinstance(data, str) else data
    return examine(data, "tabelle.csv", Dialect.declared(dialect), LIMITS, schema)


def types(examined: Examined) -> dict[str, str]:
    return {field["name"]: field["type"] for field in examined.schema["fields"]}


def causes(examined: Examined) -> set[tuple[str, int | None, str | None]]:
    return {(f.cause.value, f.row, f.field) for f in examined.report.findings}


class TestDraft:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", "\t"])
    def test_a_table_of_german_excel(self, encoding, delimiter):
        """Keys, postcodes and telephone numbers stay text; numbers and days are what they are."""
        found = look(GERMAN.replace(";", delimiter).encode(encoding))
        assert found.is_valid, causes(found)
        assert types(found) == {
            "ags": "string", "ort": "string", "einwohner": "integer", "anteil_in_prozent": "number",
            "stichtag": "date", "plz": "string", "telefon": "string", "bemerkung": "string",
        }  # fmt: skip
        assert found.report.dialect == {
            "encoding": encoding, "delimiter": delimiter, "decimal_char": ",", "date_format": "%d.%m.%Y",
        }  # fmt: skip
        row = dict(zip(types(found), found.converted.rows[1], strict=True))
        assert row["ags"] == "05558012"
        assert row["anteil_in_prozent"] == Decimal("1250.5")
        assert row["stichtag"] == date(2020, 1, 1)
        assert row["bemerkung"] is None
        assert found.schema["primaryKey"] == ["ags"]

    def test_thousands_are_never_guessed(self):
        """“315.293” alone may be 315 or 315,293; another column or a declared character settles it."""
        alone = "Ort;Einwohner\nMünster;315.293\n"
        assert types(look(alone))["einwohner"] == "string"
        assert types(look(GERMAN))["einwohner"] == "integer"
        settled = look(GERMAN, decimal_char=",")
        assert types(settled)["einwohner"] == "integer"
        assert settled.converted.rows[0][2] == 315293

    @pytest.mark.parametrize("title", ["Gliederung", "Az.", "Version", "Produktgruppe", "Flur", "PLZ"])
    def test_numbers_that_name_things_stay_text(self, title):
        found = look(f"{title};Betrag\n1.1;0,5\n1.10;1,5\n1.100;2,5\n")
        assert next(iter(types(found).values())) == "string"
        assert [row[0] for row in found.converted.rows] == ["1.1", "1.10", "1.100"]

    def test_what_is_no_number_among_numbers_is_named(self):
        """And counts as missing where somebody says so."""
        table = "Ort;Plätze\nA;10\nB;20\nC;k. A.\nD;30\nE;–\nF;40\nG;50\n"
        found = look(table)
        said = [str(one.message) for one in found.report.findings if one.cause.value == "nearly-numbers"]
        assert said == ["Column “Plätze”: 5 of 7 cells are numbers, but not these rows: 4: k. A.; 6: –."]
        missing = look(table, missing="K. A., –")
        assert types(missing)["plaetze"] == "integer"
        assert [row[1] for row in missing.converted.rows] == [10, 20, None, 30, None, 40, 50]
        said = [str(one.message) for one in missing.report.findings]
        assert said == ["These words stand for a missing value: k. A. (1), – (1)."]
        assert Dialect.declared({"missing": "K. A., –"}).of_next == {"missing": "K. A., –"}

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            (
                ["15.03.2025", "geplant 2027", "3.11.2025", "01.02.2026"],
                "Column “Tag”: 3 of 4 cells are days, but not these rows: 3: geplant 2027.",
            ),
            (
                ["15.03.2025", "2026-02-01", "1. Juni 2026"],
                (
                    "Column “Tag”: the days are written in several ways: 2: 15.03.2025; 3: 2026-02-01; "
                    "4: 1. Juni 2026."
                ),
            ),
            (["15.03.2025", "offen", "geplant", "01.02.2026"], None),
            (["A", "B", "C", "D"], None),
        ],
    )
    def test_what_is_no_day_among_days_is_named(self, cells, said):
        found = look("Tag;Ort\n" + "".join(f"{cell};A\n" for cell in cells))
        assert types(found)["tag"] == "string"
        causes_of_days = ("nearly-days", "several-forms")
        told = [str(one.message) for one in found.report.findings if one.cause.value in causes_of_days]
        assert told == ([said] if said else [])

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            (["1", "22", "-3"], "integer"),
            (["1.5", "2"], "number"),
            (["1,5", "2"], "number"),
            (["1,5", "1.250,5"], "number"),
            (["1.250.000", "3"], "integer"),
            (["1 250,5", "3"], "number"),
            (["1,5", "1.5"], "string"),
            (["1.250", "3.400"], "string"),
            (["0,250", "1,400"], "number"),
            (["1", "x"], "string"),
            (["007", "8"], "string"),
            (["+49 251", "3"], "string"),
            (["1234567890123456", "3"], "string"),
            (["123456789012345", "3"], "integer"),
            (["1e5", "3"], "string"),
            (["NaN", "3"], "string"),
            (["31.12.2019", "1.1.2020"], "date"),
            (["2019-12-31", "2020-01-01"], "date"),
            (["31.12.2019", "2020-01-01"], "string"),
            (["31.02.2019", "1.1.2020"], "string"),
            (["2019-03-14T12:00:00+01:00", "2019-03-14T12:00:00Z"], "datetime"),
            (["2019-03-14T12:00:00", "2019-03-14T12:00:00"], "string"),
            (["wahr", "FALSCH"], "boolean"),
            (["ja", "nein"], "string"),
            (["", ""], "string"),
            (["45 %", "3 %"], "integer"),
            (["45 %", "3"], "string"),
            (["1.200 €", "300,50 €"], "number"),
            (["1.200,00", "300,50 €", "12"], "number"),
            (["300,50 €", "12 $"], "string"),
            (["12", "5 km"], "string"),
            (["5 €", "viel"], "string"),
            (["5 Fahrräder", "3 Fahrräder"], "string"),
            (["1.6.26", "12.7.2026"], "date"),
            (["1/13/2026", "2/1/2026"], "date"),
            (["1/2/2026", "2/1/2026"], "string"),
            (["Juni 2026", "Mrz. 2026"], "yearmonth"),
            (["2/2026", "3/2026"], "string"),
            (["2.2026", "11.2026"], "string"),
            (["1'250.5", "3"], "number"),
        ],
    )
    def test_types(self, cells, expected):
        """A type is only taken when every cell fits and can be read in one way."""
        found = look(write([["x", "wert"], *[["a", cell] for cell in cells]], ";"))
        assert types(found)["wert"] == expected
        assert found.is_valid, causes(found)

    @pytest.mark.parametrize("title", ["PLZ", "AGS", "Gemeindeschlüssel", "Telefonnummer", "Kennung", "Fax"])
    def test_keys_stay_text_without_a_zero_in_front(self, title):
        """Nobody adds up postcodes."""
        found = look(write([["Ort", title], ["a", "48143"], ["b", "48145"]]))
        assert [field["type"] for field in found.schema["fields"]] == ["string", "string"]

    def test_keys_that_lost_their_zero(self):
        """A workbook whose AGS became numbers is told of, row by row."""
        book = openpyxl.Workbook()
        for row in (["AGS", "PLZ"], [5515000, 48143], [5558012, 1067]):
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        found = look(out.getvalue())
        assert found.is_valid
        assert causes(found) == {("lost-zero", 2, "ags"), ("lost-zero", 3, "ags"), ("lost-zero", 3, "plz")}

    def test_names(self):
        """German letters are written out, repeated and empty titles are named and told."""
        found = look("Größe (m²);Größe (m²);;2019;=1+1\n1;2;3;4;5\n")
        names = [field["name"] for field in found.schema["fields"]]
        assert names == ["groesse_m2", "groesse_m2_2", "spalte_3", "spalte_2019", "spalte_1_1"]
        titles = [field["title"] for field in found.schema["fields"]]
        assert titles == ["Größe (m²)", "Größe (m²) (2)", "Spalte 3", "2019", "(=1+1)"]
        told = {(f.cause.value, f.field) for f in found.report.warnings}
        assert told == {("renamed-label", n) for n in ("groesse_m2_2", "spalte_3", "spalte_1_1")}
        assert found.converted.rows == [(1, 2, 3, 4, 5)]

    def test_only_what_is_true_of_all_rows(self):
        """No column is demanded, unique or key that is not so in the whole file."""
        found = look("id;jahr;wert\n1;2019;x\n1;2020;y\n2;2019;\n")
        by_name = {field["name"]: field.get("constraints", {}) for field in found.schema["fields"]}
        assert by_name == {"id": {"required": True}, "jahr": {"required": True}, "wert": {}}
        assert found.schema["primaryKey"] == ["id", "jahr"]
        assert "primaryKey" not in look("a;b\n1;x\n1;x\n").schema

    def test_a_workbook(self):
        """What the workbook says of its cells is taken as it is."""
        book = openpyxl.Workbook()
        for row in (["AGS", "Tag", "Wert", "Anteil", "frei"], ["05515000", date(2019, 12, 31), 3, 0.5, True]):
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        found = look(out.getvalue())
        assert list(types(found).values()) == ["string", "date", "integer", "number", "boolean"]
        assert found.converted.rows == [("05515000", date(2019, 12, 31), 3, Decimal("0.5"), True)]

    def test_json(self):
        """A list of objects; what is left out is nothing."""
        found = look(json.dumps([{"a": 1, "b": "x"}, {"a": 2.5}]))
        assert found.is_valid
        assert found.converted.rows == [(Decimal(1), "x"), (Decimal("2.5"), None)]


SCHEMA = {
    "fields": [
        {"name": "ags", "title": "AGS", "description": "", "type": "string",
         "constraints": {"required": True, "pattern": "[0-9]{8}"}},
        {"name": "wert", "title": "Wert", "description": "", "type": "number",
         "constraints": {"minimum": 0, "maximum": 100}},
        {"name": "art", "title": "Art", "description": "", "type": "string",
         "constraints": {"enum": ["a", "b"], "unique": True}},
        {"name": "tag", "title": "Tag", "description": "", "type": "date"},
    ],
    "primaryKey": ["ags"],
}  # fmt: skip


class TestVerdict:
    def test_every_place_is_named(self):
        """All errors, each with row and field as a person counts."""
        table = (
            "AGS;Wert;Art;Tag\n05515000;5,5;a;1.1.2020\n\n5515000;101;c;31.02.2020\n;x;a;2020-01-01\n"
            "05515000;-1;b;1.1.2020\n"
        )
        found = look(table, SCHEMA)
        assert not found.is_valid
        assert causes(found) == {
            ("blank-row", 3, None),
            ("constraint-pattern", 4, "ags"),
            ("lost-zero", 4, "ags"),
            ("constraint-maximum", 4, "wert"),
            ("constraint-enum", 4, "art"),
            ("type-error", 4, "tag"),
            ("constraint-required", 5, "ags"),
            ("type-error", 5, "wert"),
            ("unique-error", 5, "art"),
            ("type-error", 5, "tag"),
            ("primary-key", 6, "ags"),
            ("constraint-minimum", 6, "wert"),
            ("primary-key", 5, "ags"),
        }
        words = {str(f.message) for f in found.report.errors}
        assert "Row 4, wert: 101 is not from 0 to 100." in words
        assert "Row 6 has the same ags as row 2: 05515000." in words

    def test_header(self):
        """A missing column is an error, another one only a hint."""
        found = look("AGS;Art;Mehr\n05515000;a;x\n", SCHEMA)
        assert causes(found) == {
            ("missing-label", 1, "wert"),
            ("missing-label", 1, "tag"),
            ("extra-label", 1, "Mehr"),
        }

    def test_lengths(self):
        """Rows with too many or too few cells are told once."""
        found = look("AGS;Wert;Art;Tag\n05515000;1;a;1.1.2020;5\n05515001;1\n", SCHEMA)
        assert causes(found) == {("extra-cell", 2, None), ("missing-cell", 3, None)}

    def test_a_number_that_can_be_read_in_two_ways(self):
        """It is asked for, never guessed."""
        schema = {"fields": [{"name": "wert", "title": "Wert", "description": "", "type": "number"}]}
        assert causes(look("Wert\n1.250\n", schema)) == {
            ("ambiguous-value", 2, "wert"),
            ("two-readings", None, "wert"),
        }
        assert look("Wert\n1.250\n", schema, decimal_char=",").converted.rows == [(Decimal(1250),)]
        schema["fields"][0]["decimalChar"] = "."
        assert look("Wert\n1.250\n", schema).converted.rows == [(Decimal("1.250"),)]

    def test_missing_values(self):
        """What the schema calls missing is nothing."""
        schema = {
            "fields": [{"name": "wert", "title": "Wert", "description": "", "type": "integer"}],
            "missingValues": ["", "-", "k. A."],
        }
        found = look("Wert\n-\nk. A.\n5\n", schema)
        assert found.is_valid
        assert found.converted.rows == [(5,)]
        assert causes(found) == {("blank-row", 2, None), ("blank-row", 3, None)}

    def test_our_csv_for_excel_is_restored(self):
        """The apostrophe that keeps a text from being a formula is not part of it."""
        data = "\ufeffText;Zahl\r\n'=1+1;1,5\r\n'halb;2\r\n"
        assert [row[0] for row in look(data).converted.rows] == ["=1+1", "'halb"]
        assert [row[0] for row in look(data[1:]).converted.rows] == ["'=1+1", "'halb"]

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\xff\xfe",
            b"%PDF-1.7",
            b"<html>",
            b"{",
            b"[]",
            b"[1]",
            b"[" * 100_000,
            b"a;b",
            b'a;"b\n',
            b"PK\x03\x04rest",
            b"a\n" + b"x" * 32_768 + b"\n",
            (";".join(f"s{n}" for n in range(10_000)) + "\n").encode(),
            b"x" * (10**6 + 1),
            "a;b\n1;gr\u00fc\u00dfe\n".encode("mac_roman"),
        ],
    )
    def test_what_is_no_table_is_told(self, data):
        """A sentence for everything, and never valid."""
        found = look(data)
        assert not found.is_valid
        assert found.report.errors
        assert all(str(f.message) for f in found.report.errors)

    @pytest.mark.parametrize(
        ("data", "row"),
        [
            ("a;b\r\n1;x\ny\ufeff;2\r\n", 3),
            ("a;b\nMünster am Aasee \x01 und Aa;1\n", 2),
            ('[{"a": "\\ud800"}]', 1),
            ("a;b\nMÃ¼nster;1\n", 2),
            ("a;b\n#BEZUG!;1\n", 2),
        ],
    )
    def test_spoiled_text(self, data, row):
        """Marks in the middle, control characters, garbled umlauts and failed formulas."""
        found = look(data)
        assert [f.row for f in found.report.errors] == [row]

    def test_mixed_line_ends(self):
        """All three in one file."""
        assert look("a;b\r\n1;2\n3;4\r5;6\r\n").converted.rows == [(1, 2), (3, 4), (5, 6)]

    def test_numbers_that_would_fill_the_memory(self):
        """They stay what they are written as."""
        found = look('[{"a": 1e999999999}, {"a": 1e-999999999}]')
        assert [row[0] for row in found.converted.rows] == ["1e999999999", "1e-999999999"]


# what a cell may hold, without what is told as spoiled
TEXT = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc"], exclude_characters="Ãâ\ufeff\ufffd"), max_size=12
)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
CELL = st.one_of(
    TEXT,
    NUMBER.map(lambda n: f"{n}".replace(".", ",")),
    st.integers(-(10**16), 10**16).map(str),
    st.integers(0, 10**6).map(lambda n: f"{n:08}"),
    st.dates().map(lambda d: d.strftime("%d.%m.%Y")),
    st.sampled_from(["", "wahr", "1.250", "1.250,5", "-", "=1+1", "'x", "2019-12-31", "sep=,"]),
)


@st.composite
def tables(draw):
    """A header, and rows of as many cells."""
    width = draw(st.integers(2, 5))
    columns = [draw(st.one_of(st.just(CELL), st.just(NUMBER.map(str)), st.just(TEXT))) for _ in range(width)]
    header = draw(st.lists(TEXT, min_size=width, max_size=width))
    header[-1] = header[-1].strip() or "letzte"
    rows = draw(st.lists(st.tuples(*columns).map(list), min_size=1, max_size=8))
    return [header, *rows]


@settings(max_examples=examples(100, 30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_a_draft_accepts_its_own_file(table, delimiter, encoding):
    """Whatever the cells: what is drafted from a file is true of it, and published it still is."""
    found = look(write(table, delimiter, encoding), delimiter=delimiter)
    if found.raw is None:
        return  # told as unreadable: cp1252 that looks like another code page
    told = {f.cause.value for f in found.report.errors}
    assert told <= {"no-rows", "garbled-text", "spreadsheet-error"}, causes(found)
    again = look(to_csv(found.converted.rows, found.schema), published_schema(found.schema), delimiter=",")
    if not told:
        assert again.is_valid, causes(again)
        assert again.converted.rows == found.converted.rows


@settings(max_examples=examples(100, 30), deadline=None)
@given(tables())
def test_conversion_loses_nothing(table):
    """Every cell that held something holds the same text, number or day afterwards."""
    found = look(write(table, ";"), delimiter=";")
    assume(found.raw is not None)  # a title that begins as JSON does
    rows = [row for row in table[1:] if any(cell.strip() for cell in row)]
    assert len(found.converted.rows) == len(rows)
    for before, after in zip(rows, found.converted.rows, strict=True):
        for cell, value, field in zip(before, after, found.schema["fields"], strict=True):
            assert same(cell, value, field), (cell, value, field)


def same(cell: str, value: object, field: dict[str, Any]) -> bool:
    if not cell.strip():
        return value is None
    if field["type"] == "yearmonth":  # written with its year at the end
        return str(value)[2:4] == cell.strip()[-2:]
    if isinstance(value, str):
        return value == cell
    if isinstance(value, bool):
        return value == (cell.casefold() in {"true", "wahr"})
    if isinstance(value, date):
        numbers = Counter(map(int, re.findall(r"\d+", cell)))
        years = (value.year, value.year % 100)
        return any(numbers == Counter([value.day, value.month, year]) for year in years)
    plain = cell.strip().replace(field.get("groupChar", "\0"), "").replace(",", ".")
    if "unit" in field:
        plain = re.sub(r"[^\d.+-]", "", plain)
    return Decimal(plain) == value


@settings(max_examples=examples(100, 20), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_report(data):
    """Nothing is raised, whatever comes in."""
    assert look(data).report is not None


def test_draft_of_a_table_without_rows():
    """A header alone makes a schema of texts, and the table is not valid."""
    found = look("a;b\n")
    assert types(found) == {"a": "string", "b": "string"}
    assert {f.cause.value for f in found.report.errors} == {"no-rows"}
    assert infer(found.raw, Dialect()).schema == found.schema
