"""The workbook since 2022 is read by the text of its header rows; built here after its description. Pure."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from coverage_workbook import CLASSES, ROWS, Change, workbook
from openpyxl.worksheet.worksheet import Worksheet

from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.coverage_table import CoverageTable
from ckanext.digitalms.shared import COMMON_AREAS, Cause, Dialect, Limits

pytestmark = pytest.mark.pure

KNOWN = {**COMMON_AREAS, "05515000": "Münster", "05554004": "Ahaus"}


def read(data: bytes, known: dict[str, str] | None = None, edition: str = "2025-12") -> CoverageTable:
    limits = Limits(10**7, 20_000)
    return read_coverage(data, "bba.xlsx", Dialect(), limits, known or KNOWN, "auto", 0, edition)


def shares(table: CoverageTable, customer: str = "private") -> dict[str, list[tuple[str, Decimal | None]]]:
    """Return states and shares of each area."""
    assert table.parts, [str(one.message) for one in table.report.findings]
    return {
        area.code: list(zip(area.states, area.shares, strict=True))
        for part in table.parts
        if part.customer == customer
        for area in part.figures.areas
    }


class TestReads:
    def test_each_cell_arrives_under_its_technology_and_class(self):
        table = read(workbook())
        assert [(p.customer, p.base, p.figures.area_type) for p in table.parts] == [
            ("private", "households", level) for level in ("country", "state", "district", "municipality")
        ]
        series = [(one.technology, one.speed_mbit_s) for one in table.parts[0].figures.series]
        assert series == [*(("all", speed) for speed in CLASSES), ("ftthb", 1000)]
        found = shares(table)
        for row in ROWS[:4]:
            assert found[row[0]] == [("m", Decimal(str(cell))) for cell in row[6:]]
        assert table.parts[2].names == {"05515": "Münster"}

    def test_a_dash_is_no_statement_and_nought_is_nought(self):
        found = shares(read(workbook()))["05554004"]
        assert found == [("n", None)] * 4 + [("m", Decimal(0))] * 4

    def test_the_other_sheets_are_editions_of_their_own(self):
        table = read(
            workbook(
                Schulen="der Schulen",
                Krankenhäuser="der Krankenhäuser",
                Unternehmen="der Unternehmen",
                Fläche="der Fläche",
                Gewerbegebiete="der Unternehmen in Gewerbegebieten",
            )
        )
        assert {(part.customer, part.base) for part in table.parts} == {
            ("private", "households"),
            ("school", "sites"),
            ("hospital", "sites"),
            ("business", "premises"),
            ("any", "area"),
            ("commercial_area", "premises"),
        }
        assert shares(table, "school")["05515000"][7] == ("m", Decimal("40.25"))
        assert [one.found for one in table.report.warnings if one.cause == Cause.OTHER_SHEETS] == [
            "Deckblatt"
        ]

    def test_columns_are_found_by_their_text_wherever_they_are(self):
        def change(page: Worksheet) -> None:
            page.insert_cols(1)
            page.insert_rows(1)
            page["H2"] = "Angaben zur Verfügbarkeit in Prozent der Privathaushalte"
            page["H4"], page["O4"] = "FTTB/H", "alle Technologien"

        table = read(workbook(change, is_merged=False))
        first = table.parts[0].figures
        assert [one.technology for one in first.series] == ["ftthb"] * 7 + ["all"]
        assert first.areas[0].shares[7] == Decimal("50.5")

    def test_numbers_that_lost_their_zero_get_it_back_by_their_level(self):
        def change(page: Worksheet) -> None:
            page["A6"], page["A7"], page["A8"], page["A9"] = 5, 5515000, 5515000, 5554004

        assert set(shares(read(workbook(change)))) == {"00", "05", "05515", "05515000", "05554004"}

    def test_a_title_row_merged_downwards(self):
        def change(page: Worksheet) -> None:
            for place, title in zip("ABC", ("AGS", "Name", "Verwaltungsebene"), strict=True):
                page[f"{place}1"] = title
                page[f"{place}4"] = None
                page[f"{place}3"] = None
                page.merge_cells(f"{place}1:{place}4")

        assert shares(read(workbook(change)))["05515000"][0] == ("m", Decimal(99))

    def test_technologies_that_are_not_carried_are_named(self):
        def change(page: Worksheet) -> None:
            page["O3"], page["O4"], page["O8"] = "FTTC", "≥ 30 Mbit/s", "was auch immer"

        table = read(workbook(change))
        assert [one.found for one in table.report.warnings if one.cause == Cause.NOT_CARRIED] == [
            "≥ 30 Mbit/s"
        ]
        assert len(shares(table)["05515000"]) == 8

    def test_what_lies_outside_of_the_known_region_is_asked(self):
        rows = [*ROWS, ["09162000", "Stadt München", "4 - Gemeinde", *ROWS[3][3:]]]
        rows.append(["09162", "Stadt München", "3 - Kreis", *ROWS[3][3:]])

        def change(page: Worksheet) -> None:
            for row in rows[5:]:
                page.append(row)

        table = read(workbook(change))
        assert {one.found for one in table.report.questions} == {"09162000", "09162"}
        assert "09162000" not in shares(table)
        everything = read(workbook(change), dict(COMMON_AREAS))
        assert not everything.report.questions
        assert {"09162", "09162000", "05515000"} <= set(shares(everything))


def _cell(place: str, value: object) -> Change:
    def change(page: Worksheet) -> None:
        page[place] = value

    return change


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "cause"),
        [
            (_cell("G3", "Quantentechnik"), Cause.UNKNOWN_LABEL),
            (_cell("N3", "Glasklar"), Cause.UNKNOWN_LABEL),
            (_cell("H4", "≥ 31 Mbit/s"), Cause.UNKNOWN_LABEL),
            (_cell("H4", "schnell"), Cause.UNKNOWN_LABEL),
            (_cell("H4", "≥ 16 Mbit/s"), Cause.DUPLICATE_LABEL),
            (_cell("G1", "Angaben zur Verfügbarkeit in Prozent der Katzen"), Cause.UNKNOWN_LABEL),
            (_cell("G1", "Angaben zur Verfügbarkeit in Prozent der Schulen"), Cause.UNKNOWN_LABEL),
            (_cell("C4", "Art"), Cause.MISSING_LABEL),
            (_cell("B4", "Wie"), Cause.MISSING_LABEL),
            (_cell("C3", "Festnetz: 06.2025"), Cause.OTHER_EDITION),
            (_cell("G8", "n. v."), Cause.TYPE),
            (_cell("G8", 120), Cause.TYPE),
            (_cell("A8", "05515"), Cause.PATTERN),
            (_cell("A8", "515000"), Cause.PATTERN),
            (_cell("A9", "05515000"), Cause.PRIMARY_KEY),
        ],
    )
    def test_what_is_not_understood_refuses_loudly(self, change, cause):
        table = read(workbook(change))
        assert cause in {one.cause for one in table.report.errors}, [
            str(f.message) for f in table.report.findings
        ]
        assert not table.parts
        assert Cause.NEAREST in {one.cause for one in table.report.warnings}

    def test_a_level_that_is_not_carried_is_asked(self):
        table = read(workbook(_cell("C9", "5 - Ortsteil")))
        [question] = table.report.questions
        assert (question.cause, question.found) == (Cause.LEFT_OUT_AREAS, "5 - Ortsteil")
        assert "05554004" not in shares(table)

    def test_a_workbook_without_such_a_sheet(self):
        book = openpyxl.Workbook()
        book.active.append(["Guten", "Tag"])
        file = io.BytesIO()
        book.save(file)
        assert Cause.NEAREST in {one.cause for one in read(file.getvalue()).report.warnings}

    def test_500_sheets_without_figures(self):
        book = openpyxl.Workbook()
        for number in range(500):
            book.create_sheet(f"B{number}").append(["a", "b"])
        file = io.BytesIO()
        book.save(file)
        assert read(file.getvalue()).report.errors
