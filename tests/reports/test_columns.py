"""Which rows are headings, and which column names the measure."""

from __future__ import annotations

import pytest

from ckanext.digitalms.reports.columns import Column, Heading, find_heading
from ckanext.digitalms.reports.document import Block, Cell, Table
from ckanext.digitalms.reports.importer import read_report

pytestmark = pytest.mark.pure


def table(*rows: list[str]) -> Table:
    """Make a table; cells of the same words with a star are one that is merged."""
    merged: dict[str, Cell] = {}
    made = []
    for row in rows:
        cells = [Cell((Block(word.strip("*")),)) if word else Cell() for word in row]
        made.append(
            tuple(merged.setdefault(w, c) if w.endswith("*") else c for w, c in zip(row, cells, strict=True))
        )
    return Table(tuple(made))


def heading(*rows: list[str]) -> tuple[int, Heading]:
    found = find_heading(table(*rows))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "second",
    [
        ["", "Plan", "Ist", ""],
        ["Titel", "Plan", "Ist", ""],
        ["Projekt*", "Plan", "Ist", ""],
        ["", "Plan", "Ist", "Datum"],
    ],
)
def test_a_second_row_of_headings(second: list[str]) -> None:
    last = "" if second[3] else "Vorlage"
    first = ["Projekt*" if "Projekt*" in second else "Projekt", "Umsetzung*", "Umsetzung*", last]
    number, found = heading(first, second, ["DMS", "A", "B", "V/0001/2020"])
    assert (number, found.columns[:3]) == (1, (Column.MEASURE, Column.PROGRESS, Column.PROGRESS))
    assert found.words[1:3] == ("Umsetzung › Plan", "Umsetzung › Ist")


@pytest.mark.parametrize(
    "first_measure",
    [["DMS", "in Arbeit", "2025"], ["WLAN-Projekt", "läuft", ""], ["Projekt", "ruht*", "ruht*"]],
)
def test_the_first_measure_is_no_second_row_of_headings(first_measure: list[str]) -> None:
    number, found = heading(["Maßnahme", "Plan / Ist*", "Plan / Ist*"], first_measure, ["Netz", "läuft", ""])
    assert (number, found.words) == (0, ("Maßnahme", "Plan / Ist", "Plan / Ist"))


@pytest.mark.parametrize(
    ("head", "place"),
    [
        (["Thema", "Maßnahme", "Sachstand"], 1),
        (["Titel", "Projekt", "Sachstand"], 1),
        (["Projekt", "Maßnahmen: Plan / Ist", "Vorlage"], 0),
        (["Maßnahmen: Plan / Ist", "Maßnahmen und Vision"], 1),
        (["Projekt-Nr.", "Projekt", "Status"], 1),
        (["Maßnahmen-Nr.", "Maßnahme", "Status"], 1),
        (["Nr. der Maßnahme", "Titel", "Status"], 1),
        (["Kürzel des Projekts", "Projekt", "Status"], 1),
        (["Maßnahmen-ID", "Titel", "Status"], 1),
        (["Lfd. Nr. / Maßnahme", "Thema", "Status"], 0),
        (["Maßnahmen-Nr.", "Status"], 0),
        (["Thema", "Status"], 0),
    ],
)
def test_which_column_names_the_measure(head: list[str], place: int) -> None:
    assert heading(head)[1].measure == place


def test_a_theme_that_is_merged_over_rows_joins_no_measures() -> None:
    rows = "<tr><td rowspan=2>Netze<td>WLAN<td>läuft<tr><td>Glasfaser<td>ruht"
    text = f"<html><table><tr><td>Thema<td>Maßnahme<td>Sachstand{rows}</table></html>"
    assert [m.title for m in read_report(text.encode(), "b.html").measures] == ["WLAN", "Glasfaser"]
