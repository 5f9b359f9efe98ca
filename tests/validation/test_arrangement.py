"""Which rows are the header and which no data: as it is said, and as it is proposed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.validation.arrangement import arranged, proposed
from ckanext.digitalms.validation.dialect import Dialect, DialectError, rows_of
from ckanext.digitalms.validation.table import RawRow, RawTable, UnreadableError

pytestmark = pytest.mark.pure


def table(*rows: Any) -> RawTable:
    first, *others = rows
    body = tuple(RawRow(number, tuple(cells)) for number, cells in enumerate(others, start=2))
    return RawTable("csv", tuple(map(str, first)), body, Dialect())


def kinds(*rows: tuple[Any, ...]) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.kind, one.rows) for one in proposed(table(*rows))]


HEADER, DATA = ("Ort", "Zahl"), [("A", "1"), ("B", "2"), ("C", "4")]
NUMBERS = [("A", Decimal(1)), ("B", Decimal(2)), ("C", Decimal(4)), ("", Decimal(7))]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([HEADER, *DATA], []),
        ([HEADER, *DATA, ("Summe", "7")], [("totals", (5,))]),
        ([HEADER, *DATA, ("Gesamt:", "8")], [("totals", (5,))]),
        # each number is the sum of those above
        ([HEADER, *DATA, ("alle Orte", "7")], [("totals", (5,))]),
        ([HEADER, *NUMBERS], [("totals", (5,))]),
        ([HEADER, *DATA, ("alle Orte", "8")], []),
        ([HEADER, *DATA, ("Summer in the City", "9")], []),
        ([HEADER, *DATA, (None, None), ("Quelle: Amt", None), ("© Stadt", "")], [("notes", (6, 7))]),
        ([HEADER, *DATA, ("______", "")], [("notes", (5,))]),
        ([HEADER, ("", "in %"), *DATA], [("units", (2,))]),
        ([HEADER, ("(Name)", "[Stück]"), *DATA], [("units", (2,))]),
        ([HEADER, *DATA, HEADER, ("D", "5")], [("repeated", (5,))]),
        ([HEADER, ("# Stand 2020", ""), *DATA], [("comments", (2,))]),
        ([("Ort",), ("A",), ("B",)], []),  # a table of one column has no notes
    ],
)
def test_what_is_proposed(rows: list[tuple[Any, ...]], found: list[Any]) -> None:
    assert kinds(*rows) == found


def test_a_kind_is_left_out_wherever_it_stands() -> None:
    left = arranged(table(HEADER, *DATA, ("Summe", "7")), "auto", ["totals", "2"])
    assert [row.cells for row in left.rows] == DATA[1:]
    assert [str(one.message) for one in left.findings] == ["Left out, as you said: row 2, 5."]


@pytest.mark.parametrize(
    ("header", "titles", "rows"),
    [
        ("none", ("", ""), [1, 2, 3, 4]),
        ("2", ("Ort", "2024"), [3, 4]),
        ("2-3", ("Ort", "2024 › Zahl"), [4]),
        ("1-3", ("Bericht › Ort", "Bericht › 2024 › Zahl"), [4]),
    ],
)
def test_titles_of_other_rows(header: str, titles: tuple[str, ...], rows: list[int]) -> None:
    raw = table(("Bericht", ""), ("Ort", "2024"), ("", "Zahl"), ("A", "1"))
    found = arranged(raw, header, [])
    assert found.header == titles
    assert [row.number for row in found.rows] == rows


def test_a_title_above_several_columns_counts_for_each() -> None:
    raw = table(("", "2024", "", "2025"), ("Ort", "a", "b", "a"), ("A", "1", "2", "3"))
    assert arranged(raw, "1-2", []).header == ("Ort", "2024 › a", "2024 › b", "2025 › a")


def test_a_row_that_is_not_there() -> None:
    with pytest.raises(UnreadableError) as refused:
        arranged(table(HEADER, *DATA), "9", [])
    assert "Row 9" in str(refused.value.findings[0].message)


@pytest.mark.parametrize("text", ["0", "x", "3-2", "-3", "1-", "99999999", "1.5", "٣", "3-4-5"])
def test_rows_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        rows_of(text)
    with pytest.raises(DialectError):
        Dialect.declared({"leave_out": f"totals, {text}"})


def test_what_holds_for_the_next_file() -> None:
    """Kinds of rows, not their numbers."""
    said = {"header": "3-4", "leave_out": "Totals,7, 9-12,notes", "sheet": "B", "encoding": "utf-8"}
    told = Dialect.declared(said)
    assert told.leave_out == "totals, 7, 9-12, notes"
    assert told.of_next == {"sheet": "B", "header": "3-4", "leave_out": "totals, notes"}


CELLS = st.one_of(st.none(), st.text(max_size=4), st.integers(0, 99).map(str), st.decimals(0, 99, places=1))


@settings(max_examples=examples(150))
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    st.sampled_from(["auto", "none", "1", "2", "1-2"]),
    st.lists(st.sampled_from(["totals", "notes", "units", "comments", "repeated", "2", "1-3"])),
)
def test_rows_are_data_or_left_out(rows: list[list[Any]], header: str, leave_out: list[str]) -> None:
    """Nothing is changed or lost without a word, whatever the table is."""
    raw = table([str(cell or "") for cell in rows[0]], *rows[1:])
    try:
        found = arranged(raw, header, leave_out)
    except UnreadableError:
        return
    before: dict[int, tuple[object, ...]] = {row.number: row.cells for row in raw.rows} | {1: raw.header}
    for row in found.rows:
        width = len(before[row.number])
        assert row.cells[:width] == before[row.number]
        assert set(row.cells[width:]) <= {None}
    if len(found.rows) < len(arranged(raw, header, []).rows):
        assert any(one.cause.value == "left-out-rows" for one in found.findings)
