"""Every kind of header that the Breitbandatlas had until 2021 is read; what is odd is asked once. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.coverage_table import CoverageTable
from ckanext.digitalms.shared import COMMON_AREAS, Cause, Dialect, Limits

pytestmark = pytest.mark.pure

KNOWN = {**COMMON_AREAS, "05515": "Münster", "05515000": "Münster", "05554004": "Ahaus"}


def read(text: str, known: dict[str, str] | None = None, scale: str = "auto") -> CoverageTable:
    return read_coverage(text.encode(), "a.csv", Dialect(), Limits(10**7, 20_000), known or KNOWN, scale)


def figures(table: CoverageTable) -> dict[tuple[str, str, int], Decimal | None]:
    """Return each share by area, technology and speed."""
    assert table.figures, [str(one.message) for one in table.report.findings]
    return {
        (area.code, one.technology, one.speed_mbit_s): share
        for area in table.figures.areas
        for one, share in zip(table.figures.series, area.shares, strict=True)
    }


def causes(table: CoverageTable) -> dict[Cause, int]:
    return {group.cause: len(group.findings) for group in table.report.groups()}


class TestHeaders:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (  # municipalities, end of 2018 to the middle of 2021
                (
                    '"AGS";"alle Technologien ≥ 30 Mbit/s";"leitungsg. Technologien ≥ 30 Mbit/s";'
                    '"mobile Technologien ≥ 6 Mbit/s";"CATV ≥ 1000 Mbit/s";"FTTH/B ≥ 400 Mbit/s"\n'
                    '"05515000";96.51;96.5;99;0;4.43\n'
                ),
                {
                    ("05515000", "all", 30): "96.51",
                    ("05515000", "wired", 30): "96.5",
                    ("05515000", "mobile", 6): "99",
                    ("05515000", "catv", 1000): "0",
                    ("05515000", "ftthb", 400): "4.43",
                },
            ),
            (  # with commas, and classes of 8 and 10
                '"AGS","alle Technologien ≥ 8 Mbit/s","alle Technologien ≥ 10 Mbit/s"\n"05554004",9.25,9.2\n',
                {("05554004", "all", 8): "9.25", ("05554004", "all", 10): "9.2"},
            ),
            (  # the other file of the middle of 2018: comma and technologies without a word
                (
                    "AGS;300_30;DSL_30;FTTH_30;CATV_30;PLC_30;UMTS_1;LTE_2;WLAN_16;WiMAX_1\r\n"
                    "05515000;97,00;88,00;3,00;90,00;0,00;100,00;98,00;46,00;79,00\r\n"
                ),
                {
                    ("05515000", "all", 30): "97",
                    ("05515000", "dsl", 30): "88",
                    ("05515000", "ftthb", 30): "3",
                    ("05515000", "catv", 30): "90",
                    ("05515000", "lte", 2): "98",
                },
            ),
            (  # districts, with what is not carried
                (
                    '"ags";"verf_100_30";"verf_200_6";"verf_300_30";"verf_umts_1";"verf_2g";"verf_wimax/wlan_1"\n'
                    '"05515";95.1;90;97.2;100;99.9;3\n'
                ),
                {
                    ("05515", "wired", 30): "95.1",
                    ("05515", "wireless", 6): "90",
                    ("05515", "all", 30): "97.2",
                },
            ),
            (  # states, with the key in the last column
                '"verf_dsl_1";"verf_5g_2";"ags"\n99;12.5;"05"\n',
                {("05", "dsl", 1): "99", ("05", "5g", 2): "12.5"},
            ),
            (  # the country
                "staat;verf_100_16;verf_100_1000\nDeutschland;89.1;60.25\n",
                {("00", "wired", 16): "89.1", ("00", "wired", 1000): "60.25"},
            ),
            ('"ags";"verf_100_16"\n"staat";89.1\n', {("00", "wired", 16): "89.1"}),
        ],
    )
    def test_each_cell_arrives(self, text, expected):
        found = figures(read(text))
        assert found == {key: Decimal(value) for key, value in expected.items()}

    def test_what_is_not_carried_is_named_and_left_out(self):
        table = read('"ags";"verf_300_30";"verf_umts_1";"verf_umts_2";"verf_2g";"PLC_6"\n05515;9;8;7;6;5\n')
        told = [(f.field, f.found) for f in table.report.warnings]
        assert told == [
            ("PLC_6", "PLC_6"),
            ("verf_2g", "verf_2g"),
            ("verf_umts_1", "verf_umts_1, verf_umts_2"),
        ]
        assert set(causes(table)) == {Cause.NOT_CARRIED}

    def test_decimals_as_a_program_computes_them_stay(self):
        table = read("AGS;300_30\n05515000;55.38461538461538\n")
        assert figures(table)["05515000", "all", 30] == Decimal("55.38461538461538")


class TestNearest:
    @pytest.mark.parametrize(
        ("header", "words"),
        [
            ("AGS;alle Technologien ≥ 30 Mbit/s;Unfug ≥ 30 Mbit/s", "2018 to 2021"),
            ("ags;verf_300_30;verf_quark_30", "district"),
            ("AGS;Technologie;Verfuegbarkeit;Sonstiges", "mobile coverage"),
            ("AGS;Name;Verwaltungsebene;≥ 30", "bba_MM_YYYY"),
            ("ags;firmen_in_gwg_gesamt;firmen_angeschlossen_prozent", "Breitbandatlas"),
            ("frn,provider_id,brand_name", "None of the known tables"),
        ],
    )
    def test_a_refusal_says_which_known_table_comes_nearest(self, header, words):
        row = header.replace(",", ";").count(";") * ";1"
        table = read(f"{header}\n05515000{row}\n")
        told = [str(f.message) for f in table.report.findings if f.cause == Cause.NEAREST]
        assert len(told) == 1
        assert words in told[0], told

    def test_a_refused_row_does_as_well(self):
        table = read("AGS;300_30\n05515000;x\n")
        assert causes(table) == {Cause.TYPE: 1, Cause.NEAREST: 1}


class TestOneQuestion:
    def test_breaks_of_the_cumulation_are_asked_with_their_count(self):
        table = read("AGS;300_30;300_50;300_100\n05515000;90;90.5;91\n05554004;80;79;78\n")
        [question] = table.report.questions
        assert (question.cause, question.found) == (Cause.BREAKS, "2")
        assert "1 of the rows" in str(question.message)
        assert "0.5 percentage" in str(question.message)
        assert [(f.row, f.field) for f in table.report.warnings] == [(2, "300_100"), (2, "300_50")]
        assert figures(table)["05515000", "all", 100] == 91

    def test_titles_that_are_exchanged_are_refused(self):
        table = read("AGS;300_30;300_50\n05515000;60;90\n05554004;40;80\n")
        assert causes(table) == {Cause.CUMULATIVE: 1, Cause.NEAREST: 1}

    def test_a_little_over_a_hundred_is_asked_and_kept_as_a_hundred(self):
        table = read("AGS;300_30;300_50\n05515000;100.39;100.65\n05554004;100.02;99\n")
        [question] = table.report.questions
        assert (question.cause, question.found) == (Cause.OVER, "2")
        assert "100.65" in str(question.message)
        assert set(figures(table).values()) == {Decimal(100), Decimal(99)}
        assert causes(table)[Cause.ROUNDED] == 3

    def test_far_over_a_hundred_is_refused(self):
        assert Cause.MAXIMUM in causes(read("AGS;300_30\n05515000;101.5\n"))


class TestFractions:
    TEXT = "AGS;300_30;300_50\n05515000;0,9651;0,5\n05554004;1;0\n"

    def test_they_are_asked_and_taken_times_a_hundred(self):
        table = read(self.TEXT)
        assert [f.cause for f in table.report.questions] == [Cause.FRACTIONS]
        assert figures(table)["05515000", "all", 30] == Decimal("96.51")
        assert figures(table)["05554004", "all", 30] == 100

    @pytest.mark.parametrize(("scale", "share"), [("percent", "0.9651"), ("fraction", "96.51")])
    def test_what_is_said_is_not_asked(self, scale, share):
        table = read(self.TEXT, scale=scale)
        assert not table.report.questions
        assert figures(table)["05515000", "all", 30] == Decimal(share)

    def test_percent_called_fractions_are_refused(self):
        assert Cause.MAXIMUM in causes(read("AGS;300_30\n05515000;45\n", scale="fraction"))


class TestAreas:
    def test_a_larger_table_is_asked_and_cut_to_what_is_known(self):
        text = "AGS;300_30\n05515000;90\n05554004;80\n01001000;70\n09162000;60\n"
        table = read(text)
        [question] = table.report.questions
        assert question.cause == Cause.LEFT_OUT_AREAS
        assert "2 of 4 areas" in str(question.message)
        assert {code for code, *_ in figures(table)} == {"05515000", "05554004"}

    def test_a_key_that_may_be_mistyped_is_refused(self):
        table = read("AGS;300_30\n05515000;90\n05554005;80\n")
        assert [(f.cause, f.row) for f in table.report.errors] == [(Cause.UNKNOWN_AREA, 3)]

    def test_where_none_is_known_it_is_said_once(self):
        rows = "".join(f"0916{n:04};{n}\n" for n in range(2, 50))
        [finding] = read(f"AGS;300_30\n{rows}").report.errors
        assert (finding.cause, finding.row) == (Cause.UNKNOWN_AREA, None)
        assert "(48)" in str(finding.message)

    def test_states_and_the_country_need_no_boundaries(self):
        assert figures(read("ags;verf_300_30\n05;9\n16;8\n"))["16", "all", 30] == 8

    def test_country_and_states_are_two_levels(self):
        table = read("ags;verf_300_30\n05;9\n16;8\nDeutschland;8\n")
        assert [(f.cause, f.row) for f in table.report.errors] == [(Cause.AREA_LEVEL, 4)]
