from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from bs4 import BeautifulSoup

from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.markup import read_markup
from ckanext.digitalms.reports.proposal import (
    CODED_FIELDS,
    ProposedMeasure,
    ProposedReport,
    Reason,
    from_json,
    to_json,
)

pytestmark = pytest.mark.pure

SEVEN = [
    "Strategie u. Maßnahmenplanung",
    "Anfrage- / Antragsmanagement",
    "Dokumentenmanagementsystem (DMS)",
    "Open Data und Apps",
    "Breitbandausbau",
    "WLAN",
    "Modellprojekt: Verbesserung der Mobilfunkversorgung im Münsterland",
]
ELEVEN = {
    "V/0989/2017",
    "V/0989/2017/1",
    "V/0144/2018",
    "V/0143/2018",
    "V/0954/2018",
    "V/0154/2018",
    "V/0936/2018",
    "V/0969/2016",
    "V/0023/2019",
    "V/0103/2019",
    "R/0045/2016",
}
HEAD = ["14.03.2019", "Betrifft", "Bericht zum Umsetzungsstand"]


def characters(*texts: str) -> Counter[str]:
    return Counter(c for text in texts for c in text if not c.isspace())


def visible_text(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


def fragments(report: ProposedReport) -> list[str]:
    pieces = [*report.fragments, *(piece for measure in report.measures for piece in measure.fragments)]
    return [piece.text for piece in pieces]


def field_text(measure: ProposedMeasure, name: str) -> str:
    """All that a field of a measure holds, as one text."""
    value = msgspec.to_builtins(getattr(measure, name.split(".")[0]))
    return " ".join(_strings(value)).replace("\n", " ")


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [str(value)]


def assert_adds_up(report: ProposedReport, cells: list[str]) -> None:
    """Every character of the cells is in one fragment, and every fragment is where it says."""
    assert characters(*fragments(report)) == characters(*cells)
    for measure in report.measures:
        for piece in measure.fragments:
            assert bool(piece.field) != bool(piece.reason)
            if piece.field and piece.field not in CODED_FIELDS:
                assert piece.text in field_text(measure, piece.field), piece


def distinct_references(report: ProposedReport) -> set[str]:
    return {row.reference for measure in report.measures for row in measure.council_references}


def essence(report: ProposedReport) -> list[tuple[Any, ...]]:
    """What must be the same whatever the form of the file."""
    return [
        (m.title, m.vision, m.vision_source, m.council_references, m.goals, m.steps, m.milestones, m.status)
        for m in report.measures
    ]


@pytest.fixture(scope="module")
def real(real_report: bytes) -> ProposedReport:
    return read_report(real_report, "council-report.md")


class TestRealReport:
    def test_head(self, real: ProposedReport) -> None:
        assert real.report_date == date(2019, 3, 14)
        assert "Umsetzungsstand der Digitalisierungsstrategie" in real.title
        assert real.warnings == ()

    def test_seven_measures_in_order(self, real: ProposedReport) -> None:
        assert [m.title for m in real.measures] == SEVEN
        assert [m.position for m in real.measures] == [1, 2, 3, 4, 5, 6, 7]
        assert all(2 <= len(m.key) <= 40 for m in real.measures)

    def test_eleven_references(self, real: ProposedReport) -> None:
        assert distinct_references(real) == ELEVEN

    def test_roles(self, real: ProposedReport) -> None:
        roles = {row.reference: row.role for row in real.measures[4].council_references}
        assert roles == {
            "V/0989/2017/1": "vision_source",
            "V/0969/2016": "basis",
            "V/0023/2019": "basis",
            "V/0103/2019": "basis",
        }
        assert [row.reference for row in real.measures[0].council_references] == [
            "V/0989/2017",
            "V/0989/2017/1",
            "V/0144/2018",
        ]

    def test_says_that_papers_are_not_named(self, real: ProposedReport) -> None:
        warned = [m.title for m in real.measures if m.warnings]
        assert warned == ["Breitbandausbau", "WLAN"]

    def test_states_of_steps(self, real: ProposedReport) -> None:
        counts = [Counter(step.state for step in m.steps) for m in real.measures]
        assert counts[0] == {"done": 5, "in_preparation": 1}
        assert counts[1] == {"done": 4, "in_progress": 1, "pending": 2}
        assert counts[5] == {"pending": 1}
        assert counts[6] == {"in_preparation": 1}

    def test_a_sentence_keeps_what_it_lists(self, real: ProposedReport) -> None:
        (team,) = [step for step in real.measures[0].steps if "Team" in step.text and "Aufgaben" in step.text]
        assert team.text.endswith("OpenData")
        assert team.state == "done"

    def test_dates_keep_their_wording(self, real: ProposedReport) -> None:
        (opening,) = real.measures[1].milestones
        assert opening.date_text == "nach den Sommerferien 2019"
        assert (opening.earliest, opening.latest) == (date(2019, 8, 28), date(2019, 12, 31))
        latest = {m.date_text: m.latest for measure in real.measures for m in measure.milestones}
        assert latest["noch im Jahr 2019"] == date(2019, 12, 31)
        assert latest["zum Sommer 2019"] == date(2019, 8, 31)
        assert latest["ab dem dritten Quartal 2019"] is None
        assert latest["bis Ende des zweiten Quartals"] == date(2019, 6, 30)
        assert latest["bis zu den Sommerferien 2019"] == date(2019, 7, 14)

    def test_a_day_that_has_passed_is_met(self, real: ProposedReport) -> None:
        met = [m for m in real.measures[3].milestones if m.met_on]
        assert [m.met_on for m in met] == [date(2019, 3, 1)]

    def test_history_is_no_milestone(self, real: ProposedReport) -> None:
        assert not [m for measure in real.measures for m in measure.milestones if "2017" in m.date_text]

    def test_vision_is_shared_where_the_report_says_so(self, real: ProposedReport) -> None:
        broadband, wlan, mobile = real.measures[4], real.measures[5], real.measures[6]
        assert "5G" in broadband.vision
        assert wlan.vision == mobile.vision == broadband.vision
        assert wlan.vision_year == 2022
        assert wlan.vision_source == "Anlage zu V/0989/2017/1"

    def test_proposed_statuses(self, real: ProposedReport) -> None:
        assert [m.status for m in real.measures] == [
            "in_progress",
            "in_progress",
            "in_progress",
            "in_progress",
            "in_progress",
            "planned",
            "in_preparation",
        ]
        assert "4" in str(real.measures[1].status_because)

    def test_adds_up(self, real: ProposedReport, real_report: bytes, report_rows: Any) -> None:
        cells = [visible_text(cell) for row in report_rows(real_report) for cell in row]
        assert_adds_up(real, cells)

    def test_hardly_anything_is_left(self, real: ProposedReport) -> None:
        left = [piece for m in real.measures for piece in m.not_taken_over if piece.reason != Reason.MARK]
        assert sum(len(piece.text) for piece in left) < 20


class TestOtherForms:
    def test_as_docx(self, real: ProposedReport, real_report: bytes, report_rows: Any, as_docx: Any) -> None:
        rows = [row for row in report_rows(real_report) if "Bericht" not in row[-1]]
        content = as_docx(HEAD, rows)
        read = read_report(content, "report.docx")
        assert essence(read) == essence(real)
        assert read.report_date == date(2019, 3, 14)
        assert_adds_up(read, [visible_text(cell) for row in rows for cell in row])

    @pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (2, 0, 1)])
    def test_swapped_columns(
        self, real: ProposedReport, real_report: bytes, report_rows: Any, order: tuple[int, ...]
    ) -> None:
        swapped = "\n".join("\t".join(row[i] for i in order) for row in report_rows(real_report))
        read = read_report(f"14.03.2019\n\n{swapped}".encode(), "report.md")
        # whose paper is met first decides its role, so the order of references may differ
        assert [m.title for m in read.measures] == SEVEN
        assert distinct_references(read) == ELEVEN
        assert [(m.steps, m.milestones) for m in read.measures if not m.goals] == []
        assert [m.steps for m in read.measures] == [m.steps for m in real.measures]

    def test_merged_title_cells_in_docx(self, as_docx: Callable[..., bytes]) -> None:
        rows = [
            ["Maßnahme", "Ratsvorlagen und Ziele", "Plan / Ist"],
            ["Bürgerkonto", "V/0012/2021", "Umgesetzt: Elf Dienste"],
            ["", "V/0013/2021", "Ausstehend: Schulung"],
            ["Sensoren", "V/0014/2021", "In Arbeit: Messnetz"],
        ]
        read = read_report(as_docx(["Stand: 01.02.2021"], rows, merged=[(0, 1, 2)]), "merged.docx")
        assert [m.title for m in read.measures] == ["Bürgerkonto", "Sensoren"]
        assert [s.state for s in read.measures[0].steps] == ["done", "pending"]
        assert [r.reference for r in read.measures[0].council_references] == ["V/0012/2021", "V/0013/2021"]
        assert_adds_up(read, [cell for row in rows for cell in row])

    def test_a_cell_merged_over_two_measures_belongs_to_both(self, as_docx: Callable[..., bytes]) -> None:
        rows = [
            ["Maßnahme", "Ratsvorlagen und Ziele", "Plan / Ist"],
            ["Bürgerkonto", "V/0012/2021", "Umgesetzt: Elf Dienste"],
            ["Sensoren", "", "In Arbeit: Messnetz"],
        ]
        read = read_report(as_docx(["Stand: 01.02.2021"], rows, merged=[(1, 1, 2)]), "merged.docx")
        cited = [[r.reference for r in m.council_references] for m in read.measures]
        assert cited == [["V/0012/2021"], ["V/0012/2021"]]
        assert characters(*fragments(read)) == characters(*(cell for row in rows for cell in row))

    def test_pipe_table(self) -> None:
        text = (
            "# Bericht zur Digitalisierung\n\nStand: 1. Februar 2021\n\n"
            "| Plan / Ist | Maßnahme | Ratsvorlagen: Ziele |\n|---|:---:|---|\n"
            "| Umgesetzt: Elf Dienste<br>Offen: Schulung | **Bürgerkonto** | V/0012/2021 |\n"
        )
        read = read_report(text.encode(), "bericht.md")
        assert read.report_date == date(2021, 2, 1)
        assert [m.title for m in read.measures] == ["Bürgerkonto"]
        assert [s.state for s in read.measures[0].steps] == ["done", "pending"]

    @pytest.mark.parametrize(
        "text",
        [
            "| Maßnahme | Vorlagen | Plan / Ist |\n|---|---|---|\n| DMS | V/1 | in Arbeit | Rest |\n",
            "| Maßnahme | Vorlagen | Plan / Ist |\n|---|---|\n| DMS | V/1 | in Arbeit |\n",
            "| Maßnahme | Vorlagen |\n|---|---|---|\n| DMS | V/1 | in Arbeit |\n",
            "| Maßnahme | Plan |\n|---|---|\n| DMS \\| E | in Arbeit |\n> | Zitat | Rest |\n# | Wort |\n",
            "Maßnahme | Plan \\|\n|---|---|\nDMS | in Arbeit | x \\|\n",
            "Vorn <table><caption>Titel</caption><tr><td>Maßnahme<td>Plan</table> hinten\nunten",
            "<table><tr><td>Maßnahme<td>Plan</tr>lose<tr><td>DMS<td>in Arbeit<tr>frei</table>",
            "<table><tr><td>Maßnahme<td>Plan</table> mitten <b>drin</b> <table><tr><td>DMS</table>",
            "<html><body><table><caption>Tabelle 1</caption>lose<tr><td>Maßnahme<td>Plan</table>Ende",
            "<p>Vorn</p><table><tr><td>Maßnahme<td><table><caption>innen</caption><tr><td>x</table></table>",
        ],
    )
    def test_nothing_of_a_text_is_dropped(self, text: str) -> None:
        read = read_markup(text)
        shown = re.sub(r"<[^>]+>|\|?-{3,}\|?|\\?\||^[#>]", "", text, flags=re.MULTILINE)
        cells = (cell.text for table in read.tables for cell in table.cells)
        assert not characters(shown) - characters(*read.lines, *cells)

    def test_what_stands_beside_a_table_is_a_line(self) -> None:
        text = (
            "# Anhang <table><caption>Titel</caption><tr><td>Maßnahme</td><td>Plan / Ist</td></tr>"
            "<tr><td>DMS</td><td>In Arbeit: A</td></tr></table> **hinten**\n"
        )
        read = read_report(text.encode(), "bericht.md")
        assert [m.title for m in read.measures] == ["DMS"]
        assert [piece.text for piece in read.outside] == ["Anhang", "Titel", "hinten"]

    def test_a_cell_without_a_heading_is_told_of_its_measure(self) -> None:
        text = "| Maßnahme | Plan / Ist |\n|---|---|\n| DMS | In Arbeit: A | Rest |\n| WLAN | Offen: B |\n"
        read = read_report(text.encode(), "bericht.md")
        assert [m.title for m in read.measures] == ["DMS", "WLAN"]
        assert "Rest" in [piece.text for piece in read.measures[0].fragments]

    def test_table_that_goes_on_without_a_heading(self, as_docx: Callable[..., bytes]) -> None:
        text = "Maßnahme\tPlan / Ist\nEins\tIn Arbeit: A\n\nSeite 2\n\nZwei\tIn Arbeit: B\n"
        assert [m.title for m in read_report(text.encode(), "x.md").measures] == ["Eins", "Zwei"]


class TestOtherReport:
    @pytest.fixture(scope="class")
    def other(self, other_report: bytes) -> ProposedReport:
        return read_report(other_report, "report_other_city.html", "Rat der Stadt Nordwalde-Süd")

    def test_head(self, other: ProposedReport) -> None:
        assert other.report_date == date(2021, 9, 30)
        assert other.title == "Zweiter Bericht zur digitalen Agenda"

    def test_measures(self, other: ProposedReport) -> None:
        assert [m.title for m in other.measures] == [
            "Bürgerkonto",
            "Sensoren & Straßen",
            "Digitale Ratsarbeit",
        ]
        assert [m.key for m in other.measures] == ["buergerkonto", "sensoren-strassen", "digitale-ratsarbeit"]
        assert [m.status for m in other.measures] == ["in_progress", "in_preparation", "done"]

    def test_rows_of_one_measure(self, other: ProposedReport) -> None:
        account = other.measures[0]
        assert [r.reference for r in account.council_references] == [
            "V/0012/2021",
            "R/0034/2020",
            "V/0088/2021/1",
        ]
        assert [(s.state, s.text) for s in account.steps] == [
            ("done", "Elf Dienste sind online"),
            ("done", "Die Terminvergabe ist erneuert"),
            ("in_progress", "Anbindung der Bezahlung"),
            ("pending", "Schulung der Ämter"),
            ("pending", "Barrierefreie Vorlagen"),
        ]
        assert account.goals[0].text == "Zielsetzung: ein Konto für alle Dienste"
        assert account.milestones[0].latest == date(2022, 8, 31)

    def test_prose(self, other: ProposedReport) -> None:
        sensors = other.measures[1]
        assert [s.state for s in sensors.steps] == ["in_preparation", "pending"]
        assert sensors.milestones[0].date_text == "im ersten Quartal 2022"
        assert sensors.milestones[0].title == "Vergabe"
        assert sensors.council_references[0].reference == "Diverse Vorlagen"

    def test_what_is_left_is_told(self, other: ProposedReport) -> None:
        left = {(piece.reason, piece.text) for piece in other.not_taken_over}
        assert ("section", "Handlungsfeld Bürgerservice") in left
        assert ("column", "1") in left
        assert ("other_table", "Hauptausschuss") in left

    def test_adds_up(self, other: ProposedReport, other_report: bytes) -> None:
        soup = BeautifulSoup(other_report, "html.parser")
        cells = [cell.get_text() for cell in soup.find_all(["td", "th"])]
        assert characters(*fragments(other)) == characters(*cells)

    def test_markup_in_a_cell_stays_text(self, other: ProposedReport) -> None:
        left = {piece.text: piece.reason for piece in other.not_taken_over}
        assert left["Ohne Namen, <script>alert(1)</script> bleibt Text"] == Reason.NO_MEASURE


def test_a_proposal_survives_the_database(other_report: bytes) -> None:
    report = read_report(other_report, "x.html")
    plain = to_json(report)
    assert from_json(plain) == report
    assert plain["report_date"] == "2021-09-30"
