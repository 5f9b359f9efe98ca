"""A title and empty lines above the header, as offices' sheets have them."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

LIMITS = Limits(max_bytes=10**6, max_rows=10_000)


def look(data: bytes | str, schema: dict[str, Any] | None = None) -> Examined:
    data = data.encode() if isinstance(data, str) else data
    return examine(data, "tabelle.csv", Dialect(), LIMITS, schema)


def header(found: Examined) -> tuple[str, ...]:
    assert found.raw is not None
    return found.raw.header


def titles(found: Examined) -> list[tuple[int | None, str | None]]:
    return [(f.row, f.found) for f in found.report.warnings if f.cause.value == "title-rows"]


class TestRecognised:
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    @pytest.mark.parametrize("fills", [True, False])
    def test_in_csv(self, delimiter, fills):
        """With and without the delimiters that a spreadsheet writes; rows keep their numbers."""
        ends = delimiter * 2 if fills else ""
        rows = ["AGS;Ort;Wert", "05515000;Münster;1", "05554004;Ahaus;", "x;y"]
        table = "\r\n".join(row.replace(";", delimiter) for row in rows)
        found = look(f"Einwohner 2019{ends}\r\n{ends}\r\nAmt für Statistik{ends}\r\n{table}\r\n")
        assert header(found) == ("AGS", "Ort", "Wert")
        assert titles(found) == [(4, "Einwohner 2019 | Amt für Statistik")]
        assert found.converted.numbers == [5, 6, 7]
        assert found.is_valid

    def test_a_title_with_commas(self):
        """A sentence says nothing of the delimiter."""
        found = look("Einwohner, Haushalte, Gebäude\n\nAGS;Ort\n05515000;Münster\n05554004;Ahaus\n")
        assert header(found) == ("AGS", "Ort")
        assert titles(found) == [(3, "Einwohner, Haushalte, Gebäude")]

    def test_in_a_workbook(self):
        """A merged title, an empty row, years as titles of columns."""
        book = openpyxl.Workbook()
        for row in (
            ["Breitband in Prozent"],
            [],
            ["Gemeinde", 2018, 2019],
            ["Münster", 90.5, 91],
            ["Ahaus", 80, None],
        ):
            book.active.append(row)
        book.active.merge_cells("A1:C1")
        out = io.BytesIO()
        book.save(out)
        found = look(out.getvalue())
        assert header(found) == ("Gemeinde", "2018", "2019")
        assert titles(found) == [(3, "Breitband in Prozent")]
        assert found.converted.rows == [
            ("Münster", Decimal("90.5"), Decimal(91)),
            ("Ahaus", Decimal(80), None),
        ]
        assert found.is_valid

    def test_findings_name_the_rows_of_the_file(self):
        """A wrong cell is where the person sees it."""
        fields = [{"name": "ags", "type": "string"}, {"name": "wert", "type": "integer"}]
        schema = {"fields": [{"title": field["name"], "description": "", **field} for field in fields]}
        found = look("Titel\n\nAGS;Wert\n05515000;1\n05554004;viel\n", schema)
        assert [(f.row, f.field) for f in found.report.errors] == [(5, "wert")]


class TestLeftAlone:
    @pytest.mark.parametrize(
        "data",
        [
            "Liste\n1;2\n3;4\n",  # figures are no header
            "Liste\nMünster;5\nAhaus;6\n",
            "Liste\na;a\n1;2\n",  # a header says each word once
            "Liste\na;\n1;2\n",  # and one for each column
            "Liste\na;b\n1;2;3\n",  # and is as wide as the table
            "Liste\na;b\n",  # a header without a table
            "wort\neins\nzwei\n",  # a table of one column
            "wort\neins\nzwei;drei\nvier\n",
            "Liste\n31.12.2019;1.1.2020\n1;2\n",
        ],
    )
    def test_in_doubt(self, data):
        """The first row stays the header."""
        found = look(data)
        assert titles(found) == []
        assert found.raw is None or len(header(found)) == 1

    def test_json(self):
        assert titles(look('[{"a": 1}, {"a": 2}]')) == []

    def test_a_column_without_a_title_is_named(self):
        """One of several titles may be missing; in a workbook its cell is nothing."""
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (["Amt für Schule"], [], ["Schule", None, "Plätze"], ["Nord", "x", 3], ["Süd", None, 4]):
            book.active.append(row)
        book.save(out)
        text = "Amt für Schule;;\n;;\nSchule;;Plätze\nNord;x;3\nSüd;;4\n"
        for data in (out.getvalue(), text.encode()):
            found = look(data)
            assert header(found) == ("Schule", "", "Plätze")
            assert [field["title"] for field in found.schema["fields"]] == ["Schule", "Spalte 2", "Plätze"]

    def test_too_many_columns_under_a_title(self):
        wide = ";".join(f"s{n}" for n in range(10_000))
        found = look(f"Titel\n{wide}\n{wide}\n")
        assert [(f.cause.value, f.row) for f in found.report.errors] == [("too-many-columns", 2)]


WORD = st.text("abcdefghijklmnopqrstuvwxyzäöü", min_size=1, max_size=8)


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(WORD, min_size=2, max_size=5, unique=True),
    st.lists(st.lists(WORD, min_size=5, max_size=5), min_size=1, max_size=5),
    st.lists(WORD | st.just(""), max_size=4),
    st.sampled_from([";", ",", "\t"]),
)
def test_titles_change_nothing_of_a_table(names, rows, above, delimiter):
    """With any titles above it, a table has the same header and values, and rows that are as much lower."""
    lines = [names, *([f"{cell}{place}" for cell in row[: len(names)]] for place, row in enumerate(rows))]
    table = "\n".join(delimiter.join(line) for line in lines) + "\n"
    plain = look(table)
    found = look("".join(f"{title}\n" for title in above) + table)
    assert header(found) == header(plain) == tuple(names)
    assert found.converted.rows == plain.converted.rows
    assert found.converted.numbers == [number + len(above) for number in plain.converted.numbers]
    assert bool(titles(found)) == any(above)
