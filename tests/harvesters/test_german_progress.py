"""Progress as offices write it: the guide's own example, German words, titles above, times, percent signs."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ckanext.digitalms.harvesters.parsers.progress import Catalogue, ProgressRow, ProgressTable, read_progress
from ckanext.digitalms.harvesters.parsers.tidy_progress import WORDS
from ckanext.digitalms.messages import translate
from ckanext.digitalms.publishing.progress_template import EXPLAINED, SHEET, TITLES, status_words, workbook
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits
from ckanext.digitalms.vocabularies import Status

pytestmark = pytest.mark.pure

GUIDE = Path(__file__).parents[2] / "docs" / "coordinate.md"
KEYS = frozenset({"dms", "wlan", "open-data", "mobilfunk"})
TODAY = date(2026, 11, 29)
LIMITS = Limits(10**6, 1000)
HEADER = "Kennung;Stand;Status;Fortschritt;Sachstand;Quelle\n"


def look(data: bytes | str, **declared: str) -> ProgressTable:
    content = data.encode() if isinstance(data, str) else data
    catalogue = Catalogue(KEYS, KEYS, TODAY)
    return read_progress(content, "fortschritt", Dialect.declared(declared), LIMITS, catalogue)


def rows(found: ProgressTable) -> list[ProgressRow]:
    assert found.report.is_accepted, [str(one.message) for one in found.report.findings]
    return list(found.rows.values())


def test_the_example_of_the_guide() -> None:
    example = re.search(r"```csv\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    found = look(example[1])
    assert found.report.findings == ()
    first = "Die ersten zwei Ämter arbeiten mit der elektronischen Akte."
    assert rows(found) == [
        ProgressRow(
            "dms", date(2019, 3, 14), "in_progress", Decimal("45.5"), first, "Projektbericht März 2019"
        ),
        ProgressRow("wlan", date(2019, 3, 1), "done", Decimal(100), "Alle Standorte sind in Betrieb.", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_file_of_excel(encoding: str) -> None:
    text = (
        "Kennung;Stand;Status;Fortschritt;Sachstand;Quelle\r\n"
        "dms;15.11.2026;umgesetzt;100;Alle Ämter arbeiten mit der E-Akte.;Bericht\r\n"
        "open-data;1.11.26;in Arbeit;62,5;Über 200 Datensätze;\r\n"
        "mobilfunk;02.11.2026;ruht;;Das Land fördert nicht mehr.;Bescheid\r\n"
        "wlan;15.11.2026;In Bearbeitung;40 %;Läuft.;Mail\r\n"
    )
    found = [(row.status, row.progress_percent, row.as_of.day) for row in rows(look(text.encode(encoding)))]
    assert found == [
        ("done", Decimal(100), 15),
        ("in_progress", Decimal("62.5"), 1),
        ("paused", None, 2),
        ("in_progress", Decimal(40), 15),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Quartal IV/2026;;;\nAmt 12;;;\n;;;\nKennung;Stand;Status;Fortschritt\ndms;15.11.2026;geplant;50 %\n",
        "Bericht des Amts, Stand heute\n\nKennung,Stand,Status,Fortschritt\ndms,2026-11-15,planned,50\n",
        "Bericht\t\nmeasure_id\tas_of\tstatus\tprogress_percent\ndms\t15.11.2026\tGeplant\t50,0 %\n",
    ],
)
def test_titles_above_are_skipped_and_named(text: str) -> None:
    found = look(text)
    assert [(r.status, r.progress_percent) for r in rows(found)] == [("planned", Decimal(50))]
    assert [one.cause.value for one in found.report.findings] == ["title-rows"]


@pytest.mark.parametrize(
    ("stand", "day"),
    [
        ("15.11.2026 10:15", date(2026, 11, 15)),
        ("2026-11-15T10:15:00", date(2026, 11, 15)),
        ("15.11.2026, 10.15 Uhr", date(2026, 11, 15)),
        ("1.11.26 8:05", date(2026, 11, 1)),
        ("1. November 2026", date(2026, 11, 1)),
    ],
)
def test_a_time_in_the_stand_is_left_out(stand: str, day: date) -> None:
    assert [r.as_of for r in rows(look(f"Kennung;Stand;Sachstand\ndms;{stand};x\n"))] == [day]


@pytest.mark.parametrize("stand", ["1.11.68", "1.11.99", "1.13.26", "11/1/2026", "Juni 2026", "31.11.2026"])
def test_what_is_no_certain_day_is_refused(stand: str) -> None:
    """Another century may be meant, or the month may come first: it is named and nothing is changed."""
    found = look(f"Kennung;Stand;Sachstand\ndms;{stand};x\n")
    assert [(one.cause.value, one.row, one.field) for one in found.report.errors] == [
        ("type-error", 2, "as_of")
    ]


def test_rows_that_are_no_data_are_suggested_and_left_out() -> None:
    """A total below the table and a note: told with their rows, and gone when somebody agrees."""
    text = HEADER + "dms;1.11.2026;in Arbeit;50;Läuft;\n;;;Summe;175;\nQuelle: Amt 12;;;;;\n"
    found = look(text)
    assert [(one["kind"], list(one["rows"])) for one in found.report.surplus] == [
        ("totals", [3]),
        ("notes", [4]),
    ]
    assert not found.report.is_accepted
    left = look(text, leave_out="totals, notes")
    assert left.report.surplus == ()
    assert rows(left) == [ProgressRow("dms", date(2026, 11, 1), "in_progress", Decimal(50), "Läuft")]


def test_a_column_is_called_as_the_file_calls_it() -> None:
    found = look(HEADER + "dms;31.11.2026;in Arbeit;viel;Läuft;\n")
    assert [(one.field, str(one.message)) for one in found.report.findings] == [
        ("as_of", "Row 2, Stand: “31.11.2026” is not a day such as 31.12.2019."),
        (
            "progress_percent",
            "Row 2, Fortschritt in Prozent: “viel” is not a number such as 45, 45.5 or 45,5.",
        ),
    ]


def test_a_workbook_with_moments_and_percents() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["Fortschritt der Maßnahmen"])
    sheet.append(["Kennung", "Stand", "Status", "Fortschritt"])
    sheet.append(["dms", datetime(2026, 11, 15, 10, 15), "in Arbeit", 0.455])
    sheet["D3"].number_format = "0.0%"
    book.save(file)
    (row,) = rows(look(file.getvalue()))
    assert (row.as_of, row.status, row.progress_percent) == (
        date(2026, 11, 15),
        "in_progress",
        Decimal("45.5"),
    )


def test_every_status_has_its_german_word() -> None:
    assert {WORDS[word.casefold()] for word in status_words().values()} == set(Status)
    found = look("Kennung;Stand;Status\ndms;15.11.2026;irgendwie\n")
    assert [one.cause.value for one in found.report.errors] == ["constraint-enum"]


def test_two_columns_for_one_field() -> None:
    found = look("Kennung;Stand;Fortschritt;Fortschritt in Prozent\ndms;15.11.2026;5;6\n")
    assert [one.cause.value for one in found.report.errors] == ["duplicate-label"]


MEASURE = {
    "measure_id": "dms",
    "title": "=Dokumente",
    "as_of": "2026-11-15",
    "status": "in_progress",
    "progress_percent": 45.5,
    "statement": "=Läuft; gut",
    "statement_source": None,
}


class TestTemplate:
    def test_it_has_lists_titles_and_a_sheet_that_explains(self) -> None:
        book = load_workbook(io.BytesIO(workbook([MEASURE], TODAY)))
        assert book.sheetnames == [SHEET, EXPLAINED]
        sheet = book[SHEET]
        assert tuple(cell.value for cell in sheet[1]) == TITLES
        assert (sheet["B2"].value, sheet["D2"].value, sheet["E2"].value) == ("'=Dokumente", "in Arbeit", 45.5)
        assert sheet["B2"].data_type == "s"
        rules = {rule.type: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
        assert rules == {"date": "C2:C202", "list": "D2:D202", "decimal": "E2:E202"}
        assert any("umgesetzt" in str(cell.value) for row in book[EXPLAINED].iter_rows() for cell in row)

    def test_it_comes_back_as_it_was(self) -> None:
        found = look(workbook([MEASURE], TODAY))
        assert found.report.findings == ()
        said = ProgressRow("dms", date(2026, 11, 15), "in_progress", Decimal("45.5"), "=Läuft; gut", None)
        assert rows(found) == [said]

    @pytest.mark.parametrize(
        "older",
        [
            "Kennung;Stand;Status;Fortschritt in Prozent;Sachstand\ndms;15.11.2026;in_progress;45,5;Läuft\n",
            "measure_id,as_of,status,progress_percent,statement,source\ndms,2026-11-15,in_progress,45.5,Läuft,\n",
            "Kennung;Titel;Stand;Status;Fortschritt in Prozent\ndms;alter Titel;15.11.2026;in Arbeit;45,5\n",
        ],
    )
    def test_one_that_an_older_version_made_still_reads(self, older: str) -> None:
        found = look(older)
        assert found.report.findings == ()
        assert [(r.status, r.progress_percent) for r in rows(found)] == [("in_progress", Decimal("45.5"))]

    def test_a_text_that_no_cell_takes_is_left_out(self) -> None:
        """Cut off, it would come back as a change."""
        (row,) = rows(look(workbook([{**MEASURE, "statement": "x" * 40_000}], TODAY)))
        assert row.statement is None


def test_an_unknown_status_is_told_with_the_words_that_are_known() -> None:
    [finding] = [one for one in look(HEADER + "dms;2026-01-31;gut;;;\n").report.findings if one.row]
    german = {"in progress": "in Arbeit", "done": "umgesetzt"}
    told = translate(finding.message, lambda text: german.get(text, text))
    assert "“gut” is none of" in told
    assert "in Arbeit (in_progress), umgesetzt (done)" in told
    assert finding.allowed
    assert translate(finding.allowed, str).startswith("proposed (proposed), planned (planned)")
