"""Files written from the CSV say exactly what its rows say, whatever stands in a cell."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms import duck
from ckanext.digitalms.publishing import workbook, writing
from ckanext.digitalms.spreadsheet import harmless
from ckanext.digitalms.tables.open_tables import json_value
from ckanext.digitalms.tables.spec import TableSpec

pytestmark = pytest.mark.pure

TYPES = ("string", "integer", "number", "boolean", "date", "datetime")
SPEC = TableSpec(
    "probe",
    {
        "title": "Probe",
        "description": "Eine Zeile je Probe.",
        "fields": [
            {"name": kind, "title": f"Titel {kind}", "type": kind, "description": "…"} for kind in TYPES
        ],
    },
)
ONE = TableSpec("one", {**SPEC.schema, "fields": [{**SPEC.fields[0], "name": 'Größe "x"'}]})
# an empty text is an empty cell; a NUL no database can store
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "string": st.none()
            | TEXTS
            | st.sampled_from(["=1+1", "'=x", '"', "\r\n", ";", ",", "null", "ja", " x", "\ufeff", "NaN"]),
            "integer": st.none() | st.integers(-(10**15), 10**15),
            "number": st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
            "boolean": st.none() | st.booleans(),
            "date": st.none() | st.dates(),
            "datetime": st.none() | st.datetimes(timezones=st.just(UTC)),
        }
    ),
    max_size=6,
)


def files(spec: TableSpec, rows: list[dict[str, Any]]) -> dict[str, bytes]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        assert writing.write_csv(folder / f"{spec.name}.csv", spec, rows) == len(rows)
        writing.write_formats(folder, [spec])
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]
        return {path.name.removeprefix(f"{spec.name}."): path.read_bytes() for path in folder.iterdir()}


def lines(data: bytes) -> io.StringIO:
    return io.StringIO(data.decode("utf-8-sig"), newline="")


def german(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return f"{value:%d.%m.}{value.year:04}{value: %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d.%m.}{value.year:04}"
    if isinstance(value, int | Decimal):
        return str(json_value(value)).replace(".", ",")
    return harmless(value)


@settings(deadline=None, max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_every_text_format_says_what_the_rows_say(rows):
    made = files(SPEC, rows)
    assert json.loads(made["json"]) == [{n: json_value(v) for n, v in row.items()} for row in rows]
    read = list(csv.reader(lines(made["excel.csv"]), delimiter=";"))
    assert read[0] == [f"Titel {kind}" for kind in TYPES]
    assert read[1:] == [[german(row[kind]) for kind in TYPES] for row in rows]


@settings(deadline=None, max_examples=examples(25))
@given(st.lists(st.none() | TEXTS, max_size=5))
def test_a_table_of_one_column_has_no_empty_lines(texts):
    made = files(ONE, [{'Größe "x"': text} for text in texts])
    for ending, delimiter in (("csv", ","), ("excel.csv", ";")):
        assert len(list(csv.reader(lines(made[ending]), delimiter=delimiter))) == len(texts) + 1
    assert [row['Größe "x"'] for row in json.loads(made["json"])] == texts


@settings(deadline=None, max_examples=examples(25))
@given(ROWS)
def test_a_copy_of_the_csv_is_the_csv(rows):
    """The CSV of a filtered download is written by another hand than the whole file."""
    with TemporaryDirectory() as name:
        path = Path(name) / "probe.csv"
        writing.write_csv(path, SPEC, rows)
        with duck.opened() as database:
            copy = "".join(writing.blocks(database, writing.read(path, SPEC), SPEC, writing.CSV))
        assert copy.encode() == path.read_bytes()


def row(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(TYPES), **values}


def sheet_of(made: dict[str, bytes], tmp_path: Path) -> openpyxl.Workbook:
    (tmp_path / "probe.xlsx").write_bytes(made["xlsx"])
    return openpyxl.load_workbook(tmp_path / "probe.xlsx")


def test_the_workbook_has_typed_cells(tmp_path):
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    rows = [
        row(string="=1+1", integer=7, number=Decimal("45.5"), boolean=False, date=date(2024, 5, 6)),
        row(string="zwei\nZeilen", datetime=moment, date=date(1899, 1, 1)),
    ]
    book = sheet_of(files(SPEC, rows), tmp_path)
    first, second = book["probe"].iter_rows(min_row=2)
    assert [cell.value for cell in first] == ["=1+1", 7, 45.5, False, datetime(2024, 5, 6), None]
    assert first[0].data_type == "s"
    assert first[4].number_format == "dd.mm.yyyy"
    assert [cell.value for cell in second][::4] == ["zwei\nZeilen", "1899-01-01"]
    assert second[5].value == datetime(2024, 5, 6, 7, 8, 9)
    assert book["Spalten"]["A2"].value == "string"


def test_the_workbook_of_no_rows_has_a_header(tmp_path):
    sheet = sheet_of(files(SPEC, []), tmp_path)["probe"]
    assert [cell.value for cell in sheet[1]] == list(TYPES)
    assert all(cell.value is None for line in sheet.iter_rows(min_row=2) for cell in line)


def test_rows_that_a_sheet_cannot_take_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 2)
    book = sheet_of(files(SPEC, [row(integer=n) for n in range(5)]), tmp_path)
    assert book.sheetnames == ["probe", "probe 2", "probe 3", "Spalten"]
    assert [[line[1].value for line in book[name]] for name in book.sheetnames[:3]] == [
        ["integer", 0, 1],
        ["integer", 2, 3],
        ["integer", 4],
    ]


def test_a_large_table_is_stored_by_columns_too(tmp_path, monkeypatch):
    """And reads the same from there."""
    rows = [row(string='=x, "y"\n', number=Decimal("1.50"), boolean=True), row(date=date(2024, 5, 6)), row()]
    plain = files(SPEC, rows)
    monkeypatch.setattr(writing, "CELLS_FROM", 0)
    stored = files(SPEC, rows)
    assert "cells.parquet" in stored
    assert "cells.parquet" not in plain
    assert all(stored[ending] == plain[ending] for ending in ("csv", "excel.csv", "json"))


def test_a_cell_of_10_mb_is_written(tmp_path):
    made = files(SPEC, [row(string="ä" * 5_000_000), row(string="x")])
    assert len(json.loads(made["json"])[0]["string"]) == 5_000_000


@pytest.mark.parametrize("name", ["a/b", "x" * 40])
def test_any_name_makes_a_sheet(name, tmp_path):
    workbook.write(tmp_path / "a.xlsx", TableSpec(name, SPEC.schema), [], 0)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames[0] == name.replace("/", "_")[:31]
