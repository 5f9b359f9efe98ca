"""Coverage tables are read by their header; what is wrong is told by row, field and cause. Pure."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.harvesters.parsers.areas import AreasError, read_areas
from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.coverage_table import CoverageTable
from ckanext.digitalms.shared import Area, Cause, Dialect, Finding, Limits, Series

pytestmark = pytest.mark.pure

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "coverage"
KNOWN = {"05515000": "Münster", "05554004": "Ahaus", "05554008": "Bocholt"}
HEADER = '"AGS";"alle Technologien ≥ 30 Mbit/s";"alle Technologien ≥ 100 Mbit/s";"DSL ≥ 30 Mbit/s"'
MUENSTER = '"05515000";96.51;93.62;82.04'


def read(text: str | bytes, known: dict[str, str] | None = None, scale: str = "auto") -> CoverageTable:
    data = text.encode() if isinstance(text, str) else text
    return read_coverage(data, "a.csv", Dialect(), Limits(10**7, 20_000), known or KNOWN, scale)


def told(
    text: str | bytes, known: dict[str, str] | None = None
) -> list[tuple[Cause, int | None, str | None]]:
    table = read(text, known)
    assert table.figures is None
    return [(f.cause, f.row, f.field) for f in table.report.errors]


def areas(table: CoverageTable) -> tuple[Area, ...]:
    assert table.figures is not None, [str(f.message) for f in table.report.errors]
    return table.figures.areas


class TestForms:
    @pytest.mark.parametrize(
        "header",
        [
            "AGS;alle Technologien ≥ 30 Mbit/s;leitungsg. Technologien ≥ 100 Mbit/s",
            "AGS;alle Technologien >=30 Mbit/s;leitungsgebundene  Technologien ≥100 Mbit/s",
            "ags;verf_300_30;verf_100_100",
            "AGS;300_30;100_100",
        ],
    )
    def test_every_form_of_the_header_says_the_same(self, header):
        table = read(f"{header}\n05515000;98;97.5\n")
        assert table.figures
        assert table.figures.series == (Series("all", 30), Series("wired", 100))
        assert table.figures.areas[0].shares == (Decimal(98), Decimal("97.5"))

    def test_the_order_of_columns_says_nothing(self):
        first = read(f"{HEADER}\n{MUENSTER}\n").figures
        turned = read("DSL ≥ 30 Mbit/s,AGS,alle Technologien ≥ 100 Mbit/s\n82.04,05515000,93.62\n").figures
        assert first
        assert turned
        assert dict(zip(turned.series, turned.areas[0].shares, strict=True)) == {
            Series("dsl", 30): Decimal("82.04"),
            Series("all", 100): Decimal("93.62"),
        }

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("bom", ["", "\ufeff"])
    def test_line_ends_and_marks(self, end, bom):
        assert areas(read(bom + end.join([HEADER, MUENSTER, ""])))[0].code == "05515000"

    def test_mixed_decimals(self):
        table = read(f'{HEADER}\n"05515000";100;98.06;100.00\n'.replace("98.06", "98,06"))
        assert areas(table)[0].shares == (Decimal(100), Decimal("98.06"), Decimal("100.00"))

    def test_cp1252(self):
        text = "AGS;LTE ≥ 2 Mbit/s\n05515000;1\n".replace("≥", ">=")
        assert areas(read(text.encode("cp1252")))

    def test_districts(self):
        table = read("ags;verf_ftth_1000;verf_5g_2\n05515;5.15;99\n", {"05515": "Münster"})
        assert table.figures
        assert table.figures.area_type == "district"
        assert table.figures.series == (Series("ftthb", 1000), Series("5g", 2))


class TestStates:
    def test_zero_in_one_technology_is_zero(self):
        area = areas(read(f'{HEADER}\n"05515000";96;93;0\n'))[0]
        assert (area.shares[2], area.states) == (Decimal(0), "mmm")

    def test_zero_in_all_is_not_measured(self):
        area = areas(read(f'{HEADER}\n"05515000";0;0.00;0\n'))[0]
        assert (area.shares, area.states) == ((None, None, None), "nnn")

    def test_empty_and_withheld_are_no_zero(self):
        area = areas(read(f'{HEADER}\n"05515000";96;;k. A.\n'))[0]
        assert (area.shares, area.states) == ((Decimal(96), None, None), "mns")

    def test_a_rounded_hundred_is_a_warning(self):
        table = read(f'{HEADER}\n"05515000";100.02;93;0\n')
        assert areas(table)[0].shares[0] == 100
        assert [(f.cause, f.row, f.field) for f in table.report.warnings] == [
            (Cause.ROUNDED, 2, "alle Technologien ≥ 30 Mbit/s")
        ]


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "cause", "field"),
        [
            ('"05515000";101.01;94;1', Cause.MAXIMUM, "alle Technologien ≥ 30 Mbit/s"),
            ('"05515000";-1;-2;1', Cause.TYPE, "alle Technologien ≥ 30 Mbit/s"),
            ('"05515000";95;94;1 %', Cause.TYPE, "DSL ≥ 30 Mbit/s"),
            ('"05515000";95;94;1e1', Cause.TYPE, "DSL ≥ 30 Mbit/s"),
            ('"05515000";95;94;NaN', Cause.TYPE, "DSL ≥ 30 Mbit/s"),
            ("5515000;95;94;1", Cause.PATTERN, "AGS"),
            (";95;94;1", Cause.REQUIRED, "AGS"),
            ("Münster;95;94;1", Cause.PATTERN, "AGS"),
            ("05999999;95;94;1", Cause.UNKNOWN_AREA, "AGS"),
            ("05515;95;94;1", Cause.AREA_LEVEL, "AGS"),
            ("05554004;95;94;1", Cause.PRIMARY_KEY, "AGS"),
            ("05515000;95;94", Cause.MISSING_CELL, None),
            ("05515000;95;94;1;2", Cause.EXTRA_CELL, None),
        ],
    )
    def test_a_row(self, row, cause, field):
        good = "05554004;90;80;70\n05554008;90;80;70"
        assert (cause, 4, field) in told(f"{HEADER}\n{good}\n{row}\n")

    def test_numbers_of_a_workbook_have_lost_their_zero(self):
        table = read(json.dumps([{"AGS": 5515000, "DSL ≥ 30 Mbit/s": 80}]))
        [finding] = table.report.errors
        assert (finding.cause, finding.field) == (Cause.PATTERN, "AGS")
        assert "05515000" in str(finding.message)

    @pytest.mark.parametrize(
        ("header", "cause"),
        [
            ("AGS;Einwohner;DSL ≥ 30 Mbit/s", Cause.UNKNOWN_LABEL),
            ("AGS;DSL ≥ 31 Mbit/s;DSL ≥ 30 Mbit/s", Cause.UNKNOWN_LABEL),
            ("Gemeinde;DSL ≥ 16 Mbit/s;DSL ≥ 30 Mbit/s", Cause.MISSING_LABEL),
            ("AGS;verf_dsl_30;DSL ≥ 30 Mbit/s", Cause.DUPLICATE_LABEL),
            ("AGS;AGS;DSL ≥ 30 Mbit/s", Cause.DUPLICATE_LABEL),
            ("AGS;;DSL ≥ 30 Mbit/s", Cause.BLANK_LABEL),
        ],
    )
    def test_a_header_says_what_was_seen_and_what_is_known(self, header, cause):
        found: list[Finding] = [
            f for f in read(f"{header}\n05515000;90;80\n").report.errors if f.cause == cause
        ]
        assert found
        assert found[0].row == 1
        assert "verf_300_30" in str(found[0].allowed)

    @pytest.mark.parametrize(
        "data", [b"", b"\0" * 50, b"%PDF-1.7", b"<html>", "AGS;DSL ≥ 30 Mbit/s\n".encode()]
    )
    def test_no_table(self, data):
        assert read(data).report.errors


shares = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], dict[str, list[Decimal]]]:
    """Titles of two technologies and, by area, shares that fall with the class."""
    speeds = draw(
        st.lists(st.sampled_from((1, 16, 30, 100, 1000)), min_size=1, max_size=5, unique=True).map(sorted)
    )
    titles = [f"{word} ≥ {speed} Mbit/s" for word in ("alle Technologien", "CATV") for speed in speeds]
    keys = draw(st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, unique=True))
    falling = st.lists(shares, min_size=len(speeds), max_size=len(speeds)).map(
        lambda v: sorted(v, reverse=True)
    )
    return titles, {key: draw(falling) + draw(falling) for key in keys}


@settings(max_examples=examples(60), deadline=None)
@given(tables(), st.sampled_from(";,\t"), st.sampled_from(["\n", "\r\n"]), st.randoms(use_true_random=False))
def test_whatever_is_written_is_read(table, delimiter, end, random):
    """In any order of columns, with any delimiter: every share arrives under its technology and class."""
    titles, rows = table
    order = list(range(len(titles)))
    random.shuffle(order)
    lines = [["AGS", *(titles[n] for n in order)]]
    lines += [[key, *(str(values[n]) for n in order)] for key, values in rows.items()]
    figures = read(end.join(delimiter.join(line) for line in lines) + end, scale="percent").figures
    assert figures
    for area in figures.areas:
        expected = [rows[area.code][n] for n in order]
        assert list(area.shares) == (expected if any(expected) else [None] * len(expected))


@settings(max_examples=examples(40), deadline=None)
@given(tables(), st.data())
def test_a_broken_cell_is_found_where_it_is(table, data):
    """One bad cell in a good table gives exactly one error, at its row and field."""
    titles, rows = table
    keys = list(rows)
    row = data.draw(st.integers(0, len(keys) - 1))
    column = data.draw(st.integers(0, len(titles) - 1))
    bad = data.draw(st.sampled_from(["x", "101.06", "1.2.3", "1 000", "=1+1", "٣"]))
    cells = {key: [str(value) for value in values] for key, values in rows.items()}
    cells[keys[row]][column] = bad
    text = "\n".join([";".join(["AGS", *titles]), *(";".join([key, *cells[key]]) for key in keys)])
    assert [(f.row, f.field) for f in read(text, scale="percent").report.errors] == [
        (row + 2, titles[column])
    ]


@settings(max_examples=examples(100), deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: (HEADER + "\n" + t).encode())))
def test_no_bytes_raise(data):
    """Whatever comes in, the answer is a report."""
    table = read(data)
    assert (table.figures is None) == (not table.report.is_accepted)


class TestAreas:
    def test_names_by_key(self):
        features = [{"properties": {"AGS": key, "GEN": name}} for key, name in KNOWN.items()]
        assert read_areas(json.dumps({"type": "FeatureCollection", "features": features}).encode()) == KNOWN

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[]",
            b'{"features": []}',
            b'{"features": [7]}',
            b'{"features": [{"properties": {"AGS": 5515000, "GEN": "x"}}]}',
            b'{"features": [{"properties": {"AGS": "05515000"}}]}',
            b"\xff",
            b"[" * 100_000,
        ],
    )
    def test_other_files_are_refused(self, data):
        with pytest.raises(AreasError):
            read_areas(data)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")
def test_the_real_file():
    """The municipalities of the Münsterland in mid 2019, and Münster's figures as the file has them."""
    known = read_areas((SAMPLES / "gemeinden-muensterland.geojson").read_bytes())
    data = (SAMPLES / "gemeinde_privat_2019_mitte.muensterland.csv").read_bytes()
    figures = read(data, known).figures
    assert figures
    assert (len(known), len(figures.areas), len(figures.series)) == (67, 67, 45)
    muenster = dict(zip(figures.series, figures.areas[0].shares, strict=True))
    assert muenster[Series("all", 30)] == Decimal("96.51")
    assert muenster[Series("ftthb", 1000)] == Decimal("4.43")
    assert muenster[Series("catv", 1000)] == 0
