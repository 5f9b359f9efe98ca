"""What files edited by people and programs say: forms, doubts, and what is refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from catalogues import DAY, LIMITS, compared, source_of, stated, written
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.imports.difference import Edit
from ckanext.digitalms.imports.equality import is_equal, moment_is
from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.imports.merging import merged
from ckanext.digitalms.imports.reading import read_table
from ckanext.digitalms.measures.record import Indicator, Measure, Step
from ckanext.digitalms.tables.open_tables import TABLES
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import UnreadableError

AUTO = Dialect()
ID = "5a7b0f6e-0000-4000-8000-00000000000"


def measure(**values: Any) -> Measure:
    told = {"title": "DMS", "organisation": "citeq", "status": "planned", "as_of": DAY, **values}
    return Measure(measure_id="dms", **told)


def rows_of(table: str, *measures: Measure) -> list[dict[str, Any]]:
    return TABLES[table].rows(source_of([stated(n, one) for n, one in enumerate(measures, 1)]))


def is_told(data: bytes) -> bool:
    """Return whether a file is either read or refused with findings."""
    try:
        return bool(read_table(data, AUTO, LIMITS))
    except UnreadableError as refused:
        return bool(refused.findings)


class TestWhichTable:
    @pytest.mark.parametrize("table", MAPPINGS)
    @pytest.mark.parametrize("ending", ["csv", "excel.csv", "xlsx"])
    def test_by_its_columns(self, table: str, ending: str) -> None:
        """An export is recognised without rows, and without its name."""
        assert read_table(written(table, ending, []), AUTO, LIMITS).shape.name == table

    @pytest.mark.parametrize("table", MAPPINGS)
    @pytest.mark.parametrize("filename", ["{}.json", "{} (1).json", "{}-2019-03-14.json", "C:/x/{}.JSON"])
    def test_an_empty_list_by_the_name_of_its_file(self, table: str, filename: str) -> None:
        """It has no header; the name of another table that begins alike is not taken for it."""
        read = read_table(b"[]", AUTO, LIMITS, None, filename.format(table))
        assert (read.shape.name, read.rows, read.findings) == (table, (), ())
        with pytest.raises(UnreadableError) as refused:
            read_table(b"[]", AUTO, LIMITS, None, "tabelle.json")
        assert [one.cause.value for one in refused.value.findings] == ["which-table"]

    @given(st.binary(max_size=200))
    def test_any_bytes(self, data: bytes) -> None:
        """Bytes that are no table are refused with a finding, never with another error."""
        assert is_told(data)

    @given(
        st.lists(st.sampled_from(["measure_id", "Kennung", "state", "title", "action", "", "x"]), max_size=5)
    )
    def test_any_header(self, header: list[str]) -> None:
        assert is_told((",".join(header) + "\ndms,a,b\n").encode())

    def test_columns_in_any_order_and_language(self) -> None:
        rows = rows_of("measures", measure())
        found = compared("measures", b"Titel;KENNUNG;status\nNeu;dms;planned\n", rows)
        assert [edit.fields for edit in found.edits] == [{"title": ("DMS", "Neu")}]


class TestForms:
    @pytest.mark.parametrize("ending", ["csv", "excel.csv"])
    def test_one_value_that_could_be_thousands(self, ending: str) -> None:
        """12.345 and 12,345 are what the export's own form makes of them."""
        rows = rows_of("measures", measure(progress_percent=Decimal("12.345")))
        changed = [{**rows[0], "progress_percent": Decimal("12.346")}]
        found = compared("measures", written("measures", ending, changed), rows)
        assert [edit.fields for edit in found.edits] == [{"progress_percent": ("12.345", "12.346")}]

    def test_in_another_form_it_is_asked_for(self) -> None:
        rows = rows_of("measures", measure(progress_percent=Decimal("12.345")))
        same_value = b"measure_id;progress_percent\ndms;12,345\n"
        assert compared("measures", same_value, rows).edits == ()
        found = compared("measures", same_value.replace(b"345", b"346"), rows)
        assert [finding.cause.value for finding in found.findings] == ["ambiguous-value"]

    @pytest.mark.parametrize("day", ["31.12.2019", "2019-12-31", "31.12.19", date(2019, 12, 31)])
    def test_days(self, day: Any) -> None:
        assert is_equal(day, date(2019, 12, 31), "date", AUTO, restores=False)
        assert not is_equal(day, date(2019, 12, 30), "date", AUTO, restores=False)

    def test_a_day_with_a_short_year_is_only_known_again(self) -> None:
        """Nobody guesses the century of a new day."""
        rows = rows_of("measures", measure(update_due=date(2019, 12, 31)))
        assert compared("measures", b"measure_id;update_due\ndms;31.12.19\n", rows).edits == ()
        found = compared("measures", b"measure_id;update_due\ndms;30.12.19\n", rows)
        assert [finding.cause.value for finding in found.findings] == ["type-error"]

    @pytest.mark.parametrize(
        "cell",
        [
            "2019-03-15T09:30:00.123456Z",
            "2019-03-15T10:30:00.123456+01:00",
            "15.03.2019 09:30:00",
            "15.03.2019 09:30",
            "15.03.19 09:30",
            datetime(2019, 3, 15, 9, 30, 0, 123000),
        ],
    )
    def test_moments(self, cell: Any) -> None:
        assert moment_is(cell, datetime(2019, 3, 15, 9, 30, 0, 123456, tzinfo=UTC))
        assert not moment_is(cell, datetime(2019, 3, 15, 9, 32, tzinfo=UTC))

    def test_numbers_as_a_workbook_keeps_them(self) -> None:
        """Fifteen digits of ours are ours."""
        ours = Decimal("0.12345678901234567")
        assert is_equal(Decimal("0.123456789012346"), ours, "number", AUTO, restores=False)
        assert not is_equal(Decimal("0.123456789012347"), ours, "number", AUTO, restores=False)

    @pytest.mark.parametrize("cell", ["ja", "WAHR", "true", True, "1", Decimal(1)])
    def test_truth(self, cell: Any) -> None:
        assert is_equal(cell, True, "boolean", AUTO, restores=False)
        assert not is_equal(cell, False, "boolean", AUTO, restores=False)

    def test_apostrophes_only_where_they_were_put(self) -> None:
        """The same text in each format, each as that format has it."""
        rows = rows_of("status_series", measure(statement="'=1+1"))
        for ending in ("csv", "excel.csv", "xlsx", "json"):
            found = compared("status_series", written("status_series", ending, rows), rows)
            assert found.edits == (), ending
        typed = "measure_id,as_of,statement_id,statement\ndms,2019-03-14,1,=1+1\n"
        found = compared("status_series", typed.encode(), rows)
        assert [edit.fields for edit in found.edits] == [{"statement": ("'=1+1", "=1+1")}]

    def test_a_text_that_a_cell_cannot_hold(self) -> None:
        long = "x" * 40_000
        rows = rows_of("status_series", measure(statement=long))
        assert compared("status_series", written("status_series", "xlsx", rows), rows).edits == ()
        other = [{**rows[0], "statement": f"y{long}"}]
        found = compared("status_series", written("status_series", "xlsx", other), rows)
        assert [finding.cause.value for finding in found.findings] == ["cut-text"]
        found = compared("status_series", written("status_series", "csv", other), rows)
        assert len(found.edits) == 1


class TestRows:
    STEPS = (
        Step(f"{ID}1", "done", "Eins"),
        Step(f"{ID}2", "pending", "Zwei"),
        Step(f"{ID}3", "pending", "Drei"),
    )

    def test_a_missing_row_and_column_change_nothing(self) -> None:
        rows = rows_of("steps", measure(steps=self.STEPS))
        data = f"measure_id,step_id,text\ndms,{ID}2,Zwei!\n".encode()
        found = compared("steps", data, rows)
        assert [(edit.change, edit.fields) for edit in found.edits] == [
            ("changed", {"text": ("Zwei", "Zwei!")})
        ]

    def test_an_absent_name_in_json_is_not_an_empty_cell(self) -> None:
        rows = rows_of("measures", measure(vision="Ziel"))
        found = compared("measures", b'[{"measure_id": "dms"}, {"measure_id": "neu", "vision": "x"}]', rows)
        assert ([edit.key for edit in found.edits], found.unchanged) == ([], 1)
        found = compared("measures", b'[{"measure_id": "dms", "vision": null}]', rows)
        assert [edit.fields for edit in found.edits] == [{"vision": ("Ziel", None)}]

    @pytest.mark.parametrize("line", ["dms,x", "dms,x,planned,zu viel"])
    def test_too_few_or_too_many_cells(self, line: str) -> None:
        rows = rows_of("measures", measure())
        found = compared("measures", f"measure_id,title,status\n{line}\n".encode(), rows)
        assert found.edits == ()
        assert found.findings[0].cause.value in {"missing-cell", "extra-cell"}

    def test_only_what_differs_is_judged(self) -> None:
        """A text of ours that a new delivery could not have does not keep another change out."""
        rows = rows_of("measures", measure(vision="Ã¼ber"))
        changed = [{**rows[0], "title": "Neu"}]
        found = compared("measures", written("measures", "csv", changed), rows)
        assert (found.findings, [edit.fields for edit in found.edits]) == ((), [{"title": ("DMS", "Neu")}])
        found = compared("measures", written("measures", "csv", [{**rows[0], "vision": "Ã¶de"}]), rows)
        assert [finding.cause.value for finding in found.findings] == ["garbled-text"]

    def test_two_values_of_one_second(self) -> None:
        """In a workbook two figures may have the same moment; each row finds its own."""
        one = Indicator(f"{ID}9", "Zahl", Decimal(1), day=DAY, origin="typed")
        other = Indicator(f"{ID}9", "Zahl", Decimal(2), day=DAY, origin="typed")
        rows = rows_of("indicators", measure(indicators=(one,)), measure(indicators=(other,)))
        assert len(rows) == 2
        changed = [{**rows[0], "value": Decimal(3)}, rows[1]]
        found = compared("indicators", written("indicators", "xlsx", changed), rows)
        assert [edit.fields for edit in found.edits] == [{"value": ("1", "3")}]

    def test_a_formula_without_a_value(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(written("measures", "xlsx", rows_of("measures", measure()))))
        book.worksheets[0]["B2"] = "=1+1"
        out = io.BytesIO()
        book.save(out)
        found = compared("measures", out.getvalue(), rows_of("measures", measure()))
        assert "formula-without-value" in [finding.cause.value for finding in found.findings]
        assert found.edits == ()


class TestMerging:
    BODY = "Rat"

    def steps(self, *edits: Edit) -> list[str]:
        base = {"steps": [{"id": s.id, "text": s.text, "state": s.state} for s in TestRows.STEPS]}
        told = merged(base, edits, MAPPINGS["steps"], self.BODY, is_new_stand=False)
        return [row["text"] for row in told["steps"]]

    def moved(self, number: int, place: int) -> Edit:
        return Edit(1, "changed", {"step_id": f"{ID}{number}"}, {"position": (None, str(place))})

    def test_order(self) -> None:
        assert self.steps(self.moved(3, 1)) == ["Drei", "Eins", "Zwei"]
        assert self.steps(self.moved(1, 2), self.moved(2, 1)) == ["Zwei", "Eins", "Drei"]
        assert self.steps(self.moved(1, 99)) == ["Zwei", "Drei", "Eins"]

    @given(st.permutations([1, 2, 3]))
    def test_any_order(self, places: list[int]) -> None:
        """All places given: all taken."""
        edits = [self.moved(number, place) for number, place in enumerate(places, 1)]
        wanted = sorted(zip(places, ["Eins", "Zwei", "Drei"], strict=True))
        assert self.steps(*edits) == [text for _, text in wanted]

    def test_the_record_given_stays(self) -> None:
        base = {"steps": [{"id": f"{ID}1", "text": "Eins", "state": "done"}], "title": "Alt"}
        edit = Edit(1, "changed", {"step_id": f"{ID}1"}, {"text": ("Eins", "Neu")})
        merged(base, [edit], MAPPINGS["steps"], self.BODY, is_new_stand=False)
        assert base["steps"] == [{"id": f"{ID}1", "text": "Eins", "state": "done"}]
