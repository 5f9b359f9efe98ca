"""Delivered tables in every form that offices write them."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.messages import Message
from ckanext.digitalms.spreadsheet import harmless
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.dialect import Dialect, DialectError
from ckanext.digitalms.validation.findings import Finding, Report
from ckanext.digitalms.validation.table import Limits, TableSchema
from ckanext.digitalms.validation.table_check import Checked, check

pytestmark = pytest.mark.pure

SCHEMA = TableSchema.load(Path(__file__).parents[2] / "schemas" / "table" / "progress.json")
LIMITS = Limits(max_bytes=10**6, max_rows=10_000)
NAMES = [spec.name for spec in SCHEMA.fields]
TITLES = [spec.title for spec in SCHEMA.fields]
TEXT = "Übergabe an „Ämter“;\ngroße, schöne\tStraße – 5 €"


def write(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


def read(data: bytes, **dialect: str) -> Checked:
    return check(data, "stand.csv", SCHEMA, Dialect.declared(dialect), LIMITS)


def values(checked: Checked) -> list[dict[str, Any]]:
    assert checked.report.findings == ()
    return [record.values for record in checked.records]


EXPECTED = {
    "measure_id": "dms",
    "as_of": date(2019, 12, 31),
    "status": "in_progress",
    "progress_percent": Decimal("45.5"),
    "statement": TEXT,
    "source": "Bericht",
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_by_encoding(delimiter: str, encoding: str, declared: bool, end: str) -> None:
    rows = [TITLES, ["dms", "31.12.2019", "in_progress", "45,5", TEXT.replace("\n", end), "Bericht"]]
    options = {"delimiter": delimiter, "encoding": encoding, "decimal_char": ",", "date_format": "%d.%m.%Y"}
    checked = read(write(rows, delimiter, encoding, end), **(options if declared else {}))
    assert values(checked) == [EXPECTED]
    assert checked.report.dialect == options


def test_machine_names_in_any_order_and_a_part_of_them() -> None:
    assert values(read(b"as_of,measure_id\n2019-12-31,dms\n")) == [
        {"as_of": date(2019, 12, 31), "measure_id": "dms"}
    ]


@pytest.mark.parametrize("title", ["MEASURE_ID", " Kennung ", "kennung", "measure id", "Measure-Id"])
def test_titles_are_recognised_as_people_write_them(title: str) -> None:
    assert values(read(f"{title};Stand\ndms;31.12.2019\n".encode()))[0]["measure_id"] == "dms"


def test_the_encoding_is_decided_on_the_whole_file() -> None:
    """The first umlaut comes after 300 kB of plain letters."""
    rows = [NAMES] + [[f"m-{n}", "2019-01-01", "", "", "x" * 90, ""] for n in range(3000)]
    data = write([*rows, ["dms", "2019-01-01", "", "", "Übergabe", ""]], encoding="cp1252")
    checked = read(data)
    assert checked.report.dialect["encoding"] == "cp1252"
    assert checked.records[-1].values["statement"] == "Übergabe"


def test_broken_utf8_names_row_and_byte() -> None:
    data = b"measure_id,as_of,statement\ndms,2019-01-01,\xc3\xbcber\ndms,2019-01-02,a\xff\n"
    finding = read(data).report.findings[0]
    assert finding.row == 3
    assert "byte 65 of the file (17 of the row) is 0xff" in str(finding.message)
    assert data[64] == 0xFF


def test_a_row_is_counted_as_a_spreadsheet_counts_it() -> None:
    """A cell of three lines is one row; the hint for Excel and empty rows are rows."""
    data = b'sep=;\nmeasure_id;as_of;statement\ndms;2019-01-01;"a\nb\nc"\n\ndms;x;\n'
    assert [(f.cause.value, f.row) for f in read(data).report.findings] == [
        ("blank-row", 4),
        ("type-error", 5),
    ]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["45,5", "1,250"], [Decimal("45.5"), Decimal("1.25")]),
        (["45.5", "1.250"], [Decimal("45.5"), Decimal("1.25")]),
        (["45", "7"], [Decimal(45), Decimal(7)]),
    ],
)
def test_decimals_are_proposed_from_the_whole_column(column: list[str], expected: list[Decimal]) -> None:
    rows = [["measure_id", "as_of", "progress_percent"]]
    rows += [["dms", f"2019-01-0{n}", cell] for n, cell in enumerate(column, start=1)]
    assert [row["progress_percent"] for row in values(read(write(rows, ";")))] == expected


@pytest.mark.parametrize("cell", ["1.250", "1,250"])
def test_three_digits_alone_may_be_thousands(cell: str) -> None:
    data = write([["measure_id", "as_of", "progress_percent"], ["dms", "2019-01-01", cell]], ";")
    assert [f.cause.value for f in read(data).report.findings] == ["ambiguous-value"]
    assert values(read(data, decimal_char=cell[1]))[0]["progress_percent"] == Decimal("1.25")


def test_what_was_made_harmless_for_excel_is_restored() -> None:
    texts = ["=1+1", "+49 251", "-", "@amt", "'zitiert'", "a'b"]
    rows = [TITLES] + [[f"m-{n}", "2019-01-01", "", "", harmless(text), ""] for n, text in enumerate(texts)]
    assert [row["statement"] for row in values(read(write(rows)))] == texts


def test_elsewhere_an_apostrophe_is_the_writers_own() -> None:
    texts = ["'=1+1", "''-5", "'zitiert'"]
    rows = [NAMES] + [[f"m-{n}", "2019-01-01", "", "", text, ""] for n, text in enumerate(texts)]
    assert [row["statement"] for row in values(read(write(rows)))] == texts


def workbook(
    rows: list[list[Any]], formats: dict[str, str] | None = None, sheets: tuple[str, ...] = ()
) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    for name in sheets:
        book.create_sheet(name).append(["x", 1])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_typed_cells() -> None:
    row = ["dms", datetime(2019, 12, 31), "in_progress", 0.455, TEXT, "Bericht"]
    assert values(read(workbook([TITLES, row], {"D2": "0.0%"}))) == [EXPECTED]


def test_a_workbook_with_text_cells_and_rows_above_the_table() -> None:
    row = ["dms", "31.12.2019", "in_progress", "45,5", TEXT, "Bericht"]
    checked = read(workbook([[], [], TITLES, row, []]))
    assert values(checked) == [EXPECTED]
    assert checked.records[0].row == 4


def test_a_number_as_key_is_text() -> None:
    assert (
        values(read(workbook([["Kennung", "Stand"], [2019, date(2019, 12, 31)]])))[0]["measure_id"] == "2019"
    )


def test_sheets_that_were_not_read_are_named() -> None:
    report = read(workbook([["Kennung", "Stand"], ["dms", "31.12.2019"]], sheets=("Notizen",))).report
    assert report.is_accepted
    assert [(f.cause.value, f.found) for f in report.findings] == [("other-sheets", "Notizen")]


def test_json_with_typed_values() -> None:
    entry = {**EXPECTED, "as_of": "2019-12-31", "progress_percent": 45.5}
    short = {"measure_id": "wlan", "as_of": "2019-12-31", "status": None}
    first, second = values(read(json.dumps([entry, short]).encode()))
    assert first == EXPECTED
    assert second["status"] is second["source"] is None


def test_json_says_what_it_is_instead() -> None:
    finding = read(b'{"entries": [], "count": 0}').report.findings[0]
    assert str(finding.message) == "The JSON is one object with entries, count, not a list of objects."


@pytest.mark.parametrize("option", ["encoding", "delimiter", "decimal_char", "date_format"])
def test_a_dialect_that_is_none_is_refused(option: str) -> None:
    with pytest.raises(DialectError, match="auto"):
        Dialect.declared({option: "<b>"})


def test_limits_are_named() -> None:
    small = Limits(max_bytes=1_500_000, max_rows=1)
    too_large = check(b"a" * 2_000_000, "x", SCHEMA, Dialect(), small).report
    too_many = check(b"measure_id,as_of\na,b\nc,d\n", "x", SCHEMA, Dialect(), small).report
    assert "1.5 MB" in str(too_large.findings[0].message)
    assert "1 rows" in str(too_many.findings[0].message)


CELL = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffdÃâ'\ufeff"
    ),
    max_size=40,
).map(lambda text: " ".join(text.split()))
ROW = st.fixed_dictionaries(
    {
        "measure_id": st.from_regex(r"[a-z0-9-]{2,40}", fullmatch=True),
        "as_of": st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        "status": st.sampled_from(["planned", "done", None]),
        "progress_percent": st.none() | st.decimals(0, 100, places=2),
        "statement": CELL.filter(lambda text: not text.startswith("#")),
        "source": st.just("Bericht"),
    }
)
TABLE = st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: (row["measure_id"], row["as_of"]))


def plain(row: dict[str, Any], german: bool) -> list[str]:
    day, progress = row["as_of"], row["progress_percent"]
    number = "" if progress is None else f"{progress:f}"
    return [
        row["measure_id"],
        f"{day:%d}.{day:%m}.{day.year:04d}" if german else day.isoformat(),
        row["status"] or "",
        number.replace(".", ",") if german else number,
        harmless(row["statement"]) if german else row["statement"],
        row["source"],
    ]


def normalised(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "statement": unicodedata.normalize("NFC", row["statement"]) or None}


@settings(max_examples=examples(150), deadline=None)
@given(TABLE, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig"]), st.booleans())
def test_what_is_written_is_read_again(
    table: list[dict[str, Any]], delimiter: str, encoding: str, german: bool
) -> None:
    rows = [TITLES if german else NAMES] + [plain(row, german) for row in table]
    dialect = (
        {"decimal_char": ",", "date_format": "%d.%m.%Y"}
        if german
        else {"decimal_char": ".", "date_format": "%Y-%m-%d"}
    )
    assert values(read(write(rows, delimiter, encoding), **dialect)) == [normalised(row) for row in table]


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=2000) | st.text(max_size=500).map(str.encode))
def test_any_bytes_give_a_report(data: bytes) -> None:
    checked = read(data)
    assert not checked.report.is_accepted
    assert Report.from_json(json.loads(json.dumps(checked.report.to_json()))) == checked.report


def test_what_a_sentence_holds_is_kept() -> None:
    """Numbers as they are written, days, and sentences within sentences."""
    values = {"what": Message("{day}", {"day": date(2019, 3, 14)}), "share": Decimal("1E+2"), "row": 3}
    told = Report("x", findings=(Finding(Cause.TYPE, Message("{row}: {share}, {what}", values), 3),))
    kept = Report.from_json(json.loads(json.dumps(told.to_json())))
    assert str(kept.findings[0].message) == "3: 100, 2019-03-14" == str(told.findings[0].message)
    assert kept.findings[0].cause.label == Cause.TYPE.label


GOOD_WORKBOOK = workbook([NAMES, ["dms", "2019-01-01", "", 40, "x", "y"]])


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_a_workbook_that_is_damaged_anywhere_never_raises(data: st.DataObject) -> None:
    good = bytearray(GOOD_WORKBOOK)
    for place in data.draw(st.lists(st.integers(0, len(good) - 1), min_size=1, max_size=20)):
        good[place] = data.draw(st.integers(0, 255))
    read(bytes(good))


def test_the_report_as_csv_has_every_finding_in_the_readers_language() -> None:
    rows = [NAMES] + [["DMS", "morgen", "x", "viel", "", ""] for _ in range(1500)]
    report = read(write(rows)).report
    text = report.to_csv(lambda sentence: "Zeile" if sentence == "Row" else sentence)
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert len(table) == 1 + len(report.findings) == 6001
    assert table[0][0] == "Zeile"
    assert {row[0] for row in table[1:]} == {str(n) for n in range(2, 1502)}


def test_groups_are_by_cause_with_errors_first() -> None:
    data = write([[*NAMES, "?"], *[["DMS", f"2019-01-0{n}", "x", "", "", "", ""] for n in range(1, 4)]])
    groups = read(data).report.groups()
    assert [(group.cause.value, len(group.findings)) for group in groups] == [
        ("constraint-pattern", 3),
        ("constraint-enum", 3),
        ("extra-label", 1),
    ]
