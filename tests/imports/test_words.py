"""Tables for people have German words and the codes beside; whoever changes a word changes the code."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from babel.messages.pofile import read_po
from catalogues import DEFAULTS, LIMITS, source_of, stated, written

from ckanext.digitalms.imports.difference import compare
from ckanext.digitalms.imports.reading import read_table
from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.measures.record import Goal, Measure, Step
from ckanext.digitalms.tables.open_tables import ALL_TABLES, TABLES, Row
from ckanext.digitalms.tables.spec import words_of
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.vocabularies import (
    AreaType,
    Base,
    Customer,
    FundingState,
    GoalOutcome,
    GoalState,
    IndicatorDirection,
    IndicatorOrigin,
    ReferenceRole,
    Status,
    StepState,
    Technology,
    ValueState,
)

MEASURE = Measure(
    "dms",
    "DMS",
    status="in_progress",
    funding_state="granted",
    steps=(Step("s1", "pending", "Rechte"),),
    goals=(Goal("g1", 2019, "Alles", state="open"),),
)
VOCABULARIES = {
    ("measures", "status"): Status,
    ("measures", "funding_state"): FundingState,
    ("status_series", "status"): Status,
    ("steps", "state"): StepState,
    ("milestones", "state"): MilestoneState,
    ("goals", "state"): GoalState,
    ("goal_reviews", "outcome"): GoalOutcome,
    ("goal_reviews", "state"): GoalState,
    ("indicators", "direction"): IndicatorDirection,
    ("indicators", "origin"): IndicatorOrigin,
    ("council_references", "role"): ReferenceRole,
    ("coverage_links", "technology"): Technology,
    ("coverage_links", "customer"): Customer,
    ("coverage_links", "base"): Base,
    ("coverage", "technology"): Technology,
    ("coverage", "customer"): Customer,
    ("coverage", "base"): Base,
    ("coverage", "value_state"): ValueState,
    ("coverage", "area_type"): AreaType,
    ("mobile_coverage", "value_state"): ValueState,
    ("mobile_coverage", "area_type"): AreaType,
}
LANGUAGES = Path(__file__).parents[2] / "ckanext-digitalms/ckanext/digitalms/i18n"


@pytest.fixture
def rows() -> dict[str, list[Row]]:
    source = source_of([stated(1, MEASURE)])
    return {name: table.rows(source) for name, table in TABLES.items()}


def of_excel(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def found(table: str, data: bytes, rows: list[Row]) -> tuple[list[dict[str, object]], list[str]]:
    """Return the fields of each edit, and the columns that something was said of."""
    difference = compare(read_table(data, Dialect(), LIMITS), rows, DEFAULTS)
    edits: list[dict[str, object]] = [
        {name: new for name, (_, new) in edit.fields.items()} for edit in difference.edits
    ]
    return edits, [str(one.field) for one in difference.findings]


def excel(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_words_stand_in_tables_for_people_and_codes_in_those_for_programs(rows):
    (row,) = of_excel(written("measures", "excel.csv", rows["measures"]))
    assert (row["Status"], row["Status (Code)"]) == ("in Arbeit", "in_progress")
    assert (row["Stand der Förderung"], row["Stand der Förderung (Code)"]) == ("bewilligt", "granted")
    sheet = openpyxl.load_workbook(io.BytesIO(written("steps", "xlsx", rows["steps"]))).worksheets[0]
    head, first = ([cell.value for cell in line] for line in sheet.iter_rows())
    told = dict(zip(head, first, strict=True))
    assert (told["state"], told["state_code"]) == ("ausstehend", "pending")
    assert head.index("state_code") == head.index("state") + 1
    text = written("measures", "csv", rows["measures"]).decode()
    assert "in_progress" in text
    assert "status_code" not in text


def test_a_changed_word_is_a_changed_code(rows):
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    told[0]["Status"] = " Umgesetzt "
    assert found("measures", excel(told), rows["measures"]) == ([{"status": "done"}], [])


def test_a_code_may_stand_where_a_word_does(rows):
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    told[0]["Status"] = "done"
    assert found("measures", excel(told), rows["measures"]) == ([{"status": "done"}], [])


def test_a_changed_code_beside_a_word_is_told_of(rows):
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    told[0]["Status (Code)"] = "done"
    assert found("measures", excel(told), rows["measures"]) == ([], ["status_code"])


def test_both_changed_alike_is_one_change(rows):
    told = of_excel(written("steps", "excel.csv", rows["steps"]))
    told[0] |= {"Zustand": "umgesetzt", "Zustand (Code)": "done"}
    assert found("steps", excel(told), rows["steps"]) == ([{"state": "done"}], [])


def test_codes_alone_are_read_as_such(rows):
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    told[0].pop("Status")
    assert found("measures", excel(told), rows["measures"]) == ([], [])
    told[0]["Status (Code)"] = "done"
    assert found("measures", excel(told), rows["measures"]) == ([{"status": "done"}], [])


def test_a_word_that_means_nothing_is_refused(rows):
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    told[0]["Status"] = "fast fertig"
    assert found("measures", excel(told), rows["measures"]) == ([], ["status"])


def test_a_file_without_the_columns_of_codes_comes_back_as_well(rows):
    """As older releases published it: codes under the German titles."""
    told = of_excel(written("measures", "excel.csv", rows["measures"]))
    older = [{name: cell for name, cell in told[0].items() if not name.endswith("(Code)")}]
    older[0] |= {"Status": "in_progress", "Stand der Förderung": "granted"}
    assert found("measures", excel(older), rows["measures"]) == ([], [])


def test_a_row_that_is_too_short_or_too_long_is_told_of(rows):
    lines = written("steps", "excel.csv", rows["steps"]).decode("utf-8-sig").splitlines()
    for line in (f"{lines[1]};zu viel", lines[1].rsplit(";", 2)[0]):
        edits, fields = found("steps", f"{lines[0]}\n{line}\n".encode(), rows["steps"])
        assert edits == []
        assert fields


@pytest.mark.parametrize(("table", "column"), VOCABULARIES)
def test_the_words_are_those_of_the_pages(table, column):
    """A value or a word that changes in the vocabulary changes in the schema as well."""
    with (LANGUAGES / "de/LC_MESSAGES/ckanext-digitalms.po").open("rb") as file:
        german = read_po(file)
    field = next(one for one in ALL_TABLES[table].fields if one["name"] == column)
    told = [(one["value"], one["label"]) for one in field["categories"]]
    assert told == [(term.value, german[term.label].string) for term in VOCABULARIES[table, column]]
    assert len({label.casefold() for _, label in told}) == len(told)


def test_every_column_of_codes_has_words():
    """But for letters that are names themselves."""
    codes = {
        (name, field["name"])
        for name, table in TABLES.items()
        for field in table.fields
        if "enum" in field.get("constraints", {})
    }
    assert codes <= set(VOCABULARIES)
    for table in ALL_TABLES.values():
        for field in table.fields:
            values = [str(one) for one in field.get("constraints", {}).get("enum", ())]
            assert values == list(words_of(field)), (table.name, field["name"])
