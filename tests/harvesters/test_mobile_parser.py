"""The long table of mobile coverage is read row by row; each cell arrives, and what is odd is told. Pure."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.coverage_table import CoverageTable
from ckanext.digitalms.shared import Cause, Dialect, Limits

pytestmark = pytest.mark.pure

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "coverage"
KNOWN = {"00": "Deutschland", "05515": "Münster", "05554": "Borken"}
HEADER = '"AGS";"Technologie";"Flaechenart";"Flaechen Gruppe";"Flaechen Gruppe Name";"Verfügbarkeit"\n'
ROWS = (
    '"05515";"5G2";Autobahn;30;Infrastruktur;98.97\n'
    '"05515";LTE10;Autobahn;30;Infrastruktur;100.00\n'
    '"05515";Mobil Alle;"Wald-, Wiesenflächen";20;Gemeindefläche;79.13\n'
    '"05554";"5G2";Autobahn;30;Infrastruktur;0.00\n'
    '"05554";"LTE10";"Autobahn";"30";"Infrastruktur";-\n'
)
Key = tuple[str, str, int, str]


def read(text: str | bytes, rows: int = 1000, scale: str = "auto") -> CoverageTable:
    data = text.encode() if isinstance(text, str) else text
    return read_coverage(data, "m.csv", Dialect(), Limits(10**7, 10), KNOWN, scale, rows)


def told(table: CoverageTable) -> dict[Key, tuple[Decimal | None, str]]:
    """Return share and state by area, technology, speed and kind of area; nothing of what is absent."""
    assert table.parts, [str(one.message) for one in table.report.findings]
    (part,) = table.parts
    assert (part.customer, part.base) == ("any", "land_use")
    return {
        (area.code, one.technology, one.speed_mbit_s, one.land_use): (share, state)
        for area in part.figures.areas
        for one, share, state in zip(part.figures.series, area.shares, area.states, strict=True)
        if state != "a"
    }


EXPECTED = {
    ("05515", "5g", 2, "Autobahn"): (Decimal("98.97"), "m"),
    ("05515", "lte", 10, "Autobahn"): (Decimal("100.00"), "m"),
    ("05515", "mobile", 0, "Wald-, Wiesenflächen"): (Decimal("79.13"), "m"),
    ("05554", "5g", 2, "Autobahn"): (Decimal(0), "m"),
    ("05554", "lte", 10, "Autobahn"): (None, "n"),
}


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for cells in csv.reader(io.StringIO(HEADER + ROWS), delimiter=";"):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestForms:
    @pytest.mark.parametrize(
        "data",
        [
            (HEADER + ROWS).encode(),
            ("\ufeff" + HEADER + ROWS).encode(),
            (HEADER + ROWS).encode("cp1252"),
            (HEADER + ROWS).encode("utf-16"),
            (HEADER + ROWS).replace("\n", "\r\n").encode(),
            "\n".join([*(HEADER + ROWS).splitlines()[:1], "", *(HEADER + ROWS).splitlines()[1:]]).encode(),
            json.dumps(list(csv.DictReader(io.StringIO(HEADER + ROWS), delimiter=";"))).encode(),
            workbook(),
        ],
        ids=["utf-8", "mark", "cp1252", "utf-16", "crlf", "empty line", "json", "xlsx"],
    )
    def test_each_cell_arrives(self, data):
        assert told(read(data)) == EXPECTED

    def test_with_commas_and_in_another_order_of_columns(self):
        text = "Verfügbarkeit,AGS,Flächenart,Technologie\n98.97,05515,Autobahn,5G2\n"
        assert told(read(text)) == {("05515", "5g", 2, "Autobahn"): (Decimal("98.97"), "m")}

    def test_rows_in_any_order(self):
        assert told(read(HEADER + "".join(reversed(ROWS.splitlines(keepends=True))))) == EXPECTED

    def test_the_country(self):
        table = read(HEADER + 'Deutschland;"5G2";Autobahn;30;Infrastruktur;90.12\n')
        assert told(table) == {("00", "5g", 2, "Autobahn"): (Decimal("90.12"), "m")}
        assert table.figures
        assert table.figures.area_type == "country"
        assert table.figures.count == 1

    def test_technologies_that_are_not_carried_are_counted(self):
        table = read(HEADER + ROWS + "05515;UMTS;Autobahn;30;Infrastruktur;1\n" * 2)
        assert told(table) == EXPECTED
        [warning] = table.report.warnings
        assert (warning.cause, warning.field) == (Cause.NOT_CARRIED, "UMTS")
        assert "2" in str(warning.message)


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "cause"),
        [
            ("05515;6G2;Autobahn;30;I;1", Cause.ENUM),
            ("05515;LTE6;;30;I;1", Cause.REQUIRED),
            ("05515;LTE6;Autobahn;30;I;x", Cause.TYPE),
            ("05515;LTE6;Autobahn;30;I;101.5", Cause.MAXIMUM),
            ("05515;5G2;Autobahn;30;Infrastruktur;98.97", Cause.PRIMARY_KEY),
            ("5515;LTE6;Autobahn;30;I;1", Cause.PATTERN),
            ("05;LTE6;Autobahn;30;I;1", Cause.AREA_LEVEL),
            ("05515;LTE6;Autobahn;30;1", Cause.MISSING_CELL),
            ("05515;LTE6;Autobahn;30;I;1;2", Cause.EXTRA_CELL),
            ('05515;LTE6;"Autobahn;30;I;1', Cause.QUOTE),
        ],
    )
    def test_a_row(self, row, cause):
        table = read(f"{HEADER}{ROWS}{row}\n")
        assert cause in {one.cause for one in table.report.errors}
        assert not table.parts

    def test_a_column_that_is_not_known(self):
        table = read(
            HEADER.replace('"Verfügbarkeit"', '"Verfügbarkeit";"Anbieter"') + "05515;5G2;A;3;I;1;X\n"
        )
        assert [one.cause for one in table.report.errors] == [Cause.UNKNOWN_LABEL]
        assert Cause.NEAREST in {one.cause for one in table.report.warnings}

    def test_too_many_rows(self):
        assert [one.cause for one in read(HEADER + ROWS, rows=4).report.errors] == [Cause.TOO_MANY_ROWS]

    def test_no_rows(self):
        assert Cause.NO_ROWS in {one.cause for one in read(HEADER).report.errors}

    def test_broken_utf_8(self):
        table = read((HEADER + ROWS).encode() + "05515;LTE6;Gewässer;1;I;1\n".encode("cp1252"))
        assert [one.cause for one in table.report.errors] == [Cause.ENCODING]


class TestQuestions:
    def test_a_larger_table_is_cut_to_what_is_known(self):
        table = read(HEADER + ROWS + "05999;LTE6;Autobahn;30;I;1\n")
        assert [one.cause for one in table.report.questions] == [Cause.LEFT_OUT_AREAS]
        assert {code for code, *_ in told(table)} == {"05515", "05554"}

    def test_a_district_that_is_another_one_is_left_out(self):
        table = read(HEADER + ROWS.replace("05554", "05558"))
        assert [one.cause for one in table.report.questions] == [Cause.LEFT_OUT_AREAS]

    def test_a_key_that_may_be_mistyped_is_refused(self):
        table = read(HEADER + ROWS.replace("05554", "05555"))
        assert [one.cause for one in table.report.errors] == [Cause.UNKNOWN_AREA]

    def test_fractions(self):
        table = read(HEADER + "05515;5G2;Autobahn;30;I;0.5\n")
        assert [one.cause for one in table.report.questions] == [Cause.FRACTIONS]
        assert told(table)["05515", "5g", 2, "Autobahn"] == (Decimal(50), "m")

    def test_a_faster_class_above_a_slower_one(self):
        text = HEADER + "05515;LTE2;Autobahn;30;I;90\n05515;LTE10;Autobahn;30;I;91\n"
        assert [one.cause for one in read(text).report.questions] == [Cause.BREAKS]


@settings(max_examples=examples(40), deadline=None)
@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["05515", "05554"]),
            st.sampled_from([("5G2", "5g", 2), ("LTE6", "lte", 6), ("Mobil Alle", "mobile", 0)]),
            st.sampled_from(["Autobahn", "Wald-, Wiesenflächen", 'mit "Zeichen"; so']),
        ),
        st.integers(200, 10_000).map(lambda n: Decimal(n) / 100),
        min_size=1,
    )
)
def test_whatever_is_written_is_read(rows):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    for (area, (word, _, _), use), share in rows.items():
        writer.writerow([area, word, use, 1, "G", share])
    found = told(read(HEADER + file.getvalue(), scale="percent"))
    assert found == {
        (area, name, speed, use): (share, "m") for (area, (_, name, speed), use), share in rows.items()
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")
def test_the_real_file():
    """Six districts in the middle of 2021, every cell of the file as it is there."""
    data = (SAMPLES / "landkreis_mobilfunk_stats_2021_1.muensterland.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode()), delimiter=";"))
    known = {row["AGS"]: row["AGS"] for row in rows}
    table = read_coverage(data, "m.csv", Dialect(), Limits(10**7, 1000), known)
    assert not table.report.findings
    words = {("5g", 2): "5G2", ("mobile", 0): "Mobil Alle", **{("lte", n): f"LTE{n}" for n in (2, 6, 10)}}
    found = {
        (code, words[name, speed], use): share for (code, name, speed, use), (share, _) in told(table).items()
    }
    assert found == {
        (r["AGS"], r["Technologie"], r["Flaechenart"]): Decimal(r["Verfügbarkeit"]) for r in rows
    }
    assert len(found) == 330
