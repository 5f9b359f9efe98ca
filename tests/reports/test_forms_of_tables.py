"""Tables as other offices lay them out: columns of other names, two rows of headings, rows that go on."""

from __future__ import annotations

import pytest

from ckanext.digitalms.council import schemes
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.proposal import ProposedMeasure, ProposedReport, Reason
from ckanext.digitalms.reports.sentences import introduces, split_sentences
from ckanext.digitalms.reports.status import status_said
from ckanext.digitalms.vocabularies import Status

pytestmark = pytest.mark.pure

Cells = list[str]


def page(*tables: list[Cells], before: str = "<p>Bericht</p><p>20.11.2026</p>") -> bytes:
    made = []
    for table in tables:
        rows = (
            "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in row) for row in table
        )
        made.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    return f"<html><body>{before}{''.join(made)}</body></html>".encode()


def read(*tables: list[Cells]) -> ProposedReport:
    """Read a report; every character of its cells is on its account."""
    content = page(*tables)
    found = read_report(content, "b.html")
    every = [*found.fragments, *(piece for m in found.measures for piece in m.fragments)]
    assert all(bool(piece.field) != bool(piece.reason) for piece in every)
    seen = sorted(c for piece in every for c in piece.text if not c.isspace())
    cells = [
        cell.split(">", 1)[-1] if cell.startswith("<td") else cell
        for t in tables
        for row in t
        for cell in row
    ]
    plain = "".join(cells)
    for tag in ("<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<br>", "</td>"):
        plain = plain.replace(tag, "")
    assert seen == sorted(c for c in plain if not c.isspace())
    return found


def only(found: ProposedReport) -> ProposedMeasure:
    (measure,) = found.measures
    return measure


def left(found: ProposedReport, reason: Reason) -> list[str]:
    every = [*found.fragments, *(piece for m in found.measures for piece in m.fragments)]
    return [piece.text for piece in every if piece.reason == reason]


HEAD = ["Maßnahme", "Ratsvorlagen: Ziele", "Plan / Ist"]


def test_what_a_page_hides_is_named_and_not_taken() -> None:
    hidden = (
        '<p hidden>Intern</p><div style="color: red; DISPLAY : none"><p>Geheim</p><p hidden>auch</p></div>'
    )
    content = page(
        [HEAD, ["Eins", "", "Umgesetzt: A.<span style='visibility:hidden'>B.</span>"]], before=hidden
    )
    found = read_report(content, "b.html")
    assert [step.text for step in only(found).steps] == ["A."]
    assert [piece.text for piece in found.outside] == ["Intern", "Geheim auch", "B."]
    assert {piece.reason for piece in found.outside} == {Reason.HIDDEN}


class TestTwoRowsOfHeadings:
    def test_titles_of_merged_headings_are_joined(self) -> None:
        found = read(
            [
                ['<td rowspan="2">Vorhaben', '<td colspan="2">Umsetzung', '<td rowspan="2">Beschlüsse'],
                ["Plan", "Ist"],
                ["E-Akte", "Schulung der Ämter", "Zwei Ämter arbeiten damit.", "V/0954/2018"],
            ]
        )
        measure = only(found)
        assert measure.title == "E-Akte"
        assert [(s.state, s.text) for s in measure.steps] == [
            ("pending", "Schulung der Ämter"),
            ("in_progress", "Zwei Ämter arbeiten damit."),
        ]
        assert [cell.heading for cell in measure.source] == [
            "Vorhaben",
            "Umsetzung › Plan",
            "Umsetzung › Ist",
            "Beschlüsse",
        ]

    def test_they_may_come_again_on_the_next_page(self) -> None:
        head = [['<td rowspan="2">Projekt', '<td colspan="2">Umsetzung'], ["Plan", "Ist"]]
        found = read([*head, ["Eins", "A", "B"]], [*head, ["Zwei", "C", "D"]])
        assert [m.title for m in found.measures] == ["Eins", "Zwei"]


class TestRowsThatGoOn:
    def test_a_table_that_is_split_over_pages(self) -> None:
        found = read(
            [HEAD, ["Eins", "Ziel ist A", "Umgesetzt: A."]], [["Zwei", "Ziel ist B", "Umgesetzt: B."]]
        )
        assert [m.title for m in found.measures] == ["Eins", "Zwei"]

    @pytest.mark.parametrize(
        "mark",
        [
            "Breitbandausbau (Fortsetzung)",
            "(Fortsetzung Breitbandausbau)",
            "Fortsetzung: Breitbandausbau",
            "noch: Breitbandausbau",
            "Breitbandausbau – Fortsetzung",
            "(Fortsetzung)",
            "Fortsetzung …",
        ],
    )
    def test_a_row_that_says_so(self, mark: str) -> None:
        found = read(
            [HEAD, ["Breitbandausbau", "Ziel ist A", "Umgesetzt: A."]],
            [HEAD, [mark, "Ziel ist B", "In Arbeit: B."], ["WLAN", "Ziel ist C", "In Arbeit: C."]],
        )
        assert [(m.title, len(m.steps), len(m.goals)) for m in found.measures] == [
            ("Breitbandausbau", 2, 2),
            ("WLAN", 1, 1),
        ]
        assert left(found, Reason.CONTINUED) == [mark]

    def test_another_measure_of_the_report_goes_on(self) -> None:
        found = read(
            [
                HEAD,
                ["Eins", "", "Umgesetzt: A."],
                ["Zwei", "", "Umgesetzt: B."],
                ["Eins (Forts.)", "", "In Arbeit: C."],
            ]
        )
        assert [(m.title, len(m.steps)) for m in found.measures] == [("Eins", 2), ("Zwei", 1)]

    def test_a_title_with_that_word_is_a_measure(self) -> None:
        found = read(
            [HEAD, ["Eins", "", "Umgesetzt: A."], ["Fortsetzung des Glasfaserausbaus", "", "In Arbeit: B."]]
        )
        assert [m.title for m in found.measures] == ["Eins", "Fortsetzung des Glasfaserausbaus"]


class TestOtherColumns:
    HEAD = (
        "Stand der Umsetzung",
        "Kosten und Förderung",
        "Zuständiges Amt",
        "Ansprechpartner",
        "Projekt",
        "Drucksache",
    )

    def measure(self, **cells: str) -> ProposedMeasure:
        told = {
            "stand": "In Arbeit: A.",
            "kosten": "",
            "amt": "",
            "kontakt": "",
            "projekt": "E-Akte",
            "vorlage": "",
        }
        return only(read([list(self.HEAD), list({**told, **cells}.values())]))

    def test_in_any_order(self) -> None:
        measure = self.measure(vorlage="V/0954/2018")
        assert (measure.title, measure.vision) == ("E-Akte", "")
        assert [row.reference for row in measure.council_references] == ["V/0954/2018"]
        assert [step.text for step in measure.steps] == ["A."]

    @pytest.mark.parametrize(
        ("text", "amount", "programme", "state"),
        [
            ("450.000 €", "450000", "", ""),
            ("rund 1,2 Mio. Euro", "1200000", "rund 1,2 Mio. Euro", ""),
            ("350 T€, bewilligt (Modellregionen)", "350000", "350 T€, bewilligt (Modellregionen)", "granted"),
            ("12.500,- €", "12500", "", ""),
            ("Förderantrag gestellt", "", "Förderantrag gestellt", "applied"),
            ("keine Förderung", "", "keine Förderung", "none"),
            ("Antrag abgelehnt", "", "Antrag abgelehnt", "rejected"),
            ("Haushalt 2020", "", "Haushalt 2020", ""),
        ],
    )
    def test_costs_go_to_the_funding(self, text: str, amount: str, programme: str, state: str) -> None:
        measure = self.measure(kosten=text)
        assert (measure.funding_amount, measure.funding_programme, measure.funding_state) == (
            amount,
            programme,
            state,
        )

    def test_of_two_amounts_a_person_chooses(self) -> None:
        measure = self.measure(kosten="<p>450.000 €</p><p>davon 90.000 € Eigenanteil</p>")
        assert measure.funding_amount == ""
        assert "450.000 €; 90.000 €" in str(measure.warnings[0].values)
        assert measure.funding_programme == "davon 90.000 € Eigenanteil; 450.000 €"

    def test_offices_are_partners(self) -> None:
        measure = self.measure(
            amt="<p>Federführung: Amt für Bürger- und Ratsservice</p><p>citeq; Stadtwerke</p>"
        )
        assert [one.name for one in measure.partners] == [
            "Amt für Bürger- und Ratsservice",
            "citeq",
            "Stadtwerke",
        ]

    @pytest.mark.parametrize(
        ("text", "function", "email"),
        [
            ("Team Digitalisierung, digital@stadt.example", "Team Digitalisierung", "digital@stadt.example"),
            ("Fachstelle IT, Tel. 0251/492-1800", "Fachstelle IT", ""),
            ("open.data@stadt.example", "", "open.data@stadt.example"),
        ],
    )
    def test_a_contact_is_a_function(self, text: str, function: str, email: str) -> None:
        measure = self.measure(kontakt=text)
        assert (measure.contact_function, measure.contact_email) == (function, email)
        assert measure.warnings == ()

    @pytest.mark.parametrize(
        "text", ["Frau Muster, 492-1800", "Herr Muster, h.muster@stadt.example", "Muster, Erika"]
    )
    def test_a_person_is_not_taken_and_said(self, text: str) -> None:
        measure = self.measure(kontakt=text)
        assert (measure.contact_function, measure.contact_email) == ("", "")
        assert "names a person" in str(measure.warnings[0])


class TestWords:
    @pytest.mark.parametrize(
        ("cell", "steps"),
        [
            (
                "<p>Folgende Aufgaben wurden umgesetzt:</p><ul><li>Eins</li><li>Zwei</li></ul>",
                [("done", "Eins"), ("done", "Zwei")],
            ),
            ("<p>Vorbereitende Aufgaben:</p><ul><li>Eins</li></ul>", [("in_preparation", "Eins")]),
            ("<p>Ergebnisse im Einzelnen:</p><ul><li>Eins</li></ul>", [("in_progress", "Eins")]),
            ("<p>In Arbeit</p><ul><li>Eins</li></ul>", [("in_progress", "Eins")]),
            (
                "<p>In Arbeit: Eins. Ausstehend: Zwei. Drei folgt.</p>",
                [("in_progress", "Eins."), ("pending", "Zwei."), ("pending", "Drei folgt.")],
            ),
            (
                "<p>Geplant im III. Quartal 2027. Danach folgt Zwei.</p>",
                [("pending", "Geplant im III. Quartal 2027."), ("in_progress", "Danach folgt Zwei.")],
            ),
            ("<p>Start im 3. Quartal 2027.</p>", [("in_progress", "Start im 3. Quartal 2027.")]),
            (
                "<ul><li>Umgesetzt:<ul><li>Eins</li></ul></li><li>Ausstehend:<ul><li>Zwei</li></ul></li></ul>",
                [("done", "Eins"), ("pending", "Zwei")],
            ),
            (
                "<ul><li>Umgesetzt wurden bisher:<ul><li>Eins</li></ul></li><li>In Arbeit: Zwei</li></ul>",
                [("done", "Eins"), ("in_progress", "Zwei")],
            ),
        ],
    )
    def test_lead_in_lines_are_no_steps(self, cell: str, steps: list[tuple[str, str]]) -> None:
        assert [(s.state, s.text) for s in only(read([HEAD, ["Titel", "", cell]])).steps] == steps

    @pytest.mark.parametrize(
        "text",
        [
            "Bis zum II. Quartal 2020 soll es fertig sein.",
            "Im IV. Quartal beginnt die Stufe.",
            "Am 3. Quartalsende.",
            "Im 1. und 2. Quartal 2020 wird gebaut.",
        ],
    )
    def test_a_quarter_ends_no_sentence(self, text: str) -> None:
        assert split_sentences(text) == [text]

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("ruht", Status.PAUSED),
            ("Ruht seit 2020 wegen fehlender Stellen.", Status.PAUSED),
            ("Das Projekt ruht derzeit.", Status.PAUSED),
            ("Die Maßnahme wurde zurückgestellt", Status.PAUSED),
            ("entfällt", Status.CANCELLED),
            ("Die Maßnahme entfällt.", Status.CANCELLED),
            ("wird nicht weiter verfolgt", Status.CANCELLED),
            ("Das Vorhaben wurde eingestellt.", Status.CANCELLED),
            ("ist abgeschlossen", Status.DONE),
            ("Abgeschlossen.", Status.DONE),
            ("erledigt", Status.DONE),
            ("Das Projekt ist seit Mai abgeschlossen.", Status.DONE),
            ("Eingestellt wurde das Projekt im Mai.", Status.CANCELLED),
            ("Das Projekt wird im Mai eingestellt.", Status.CANCELLED),
            ("Entfällt auf Beschluss des Rates", Status.CANCELLED),
            ("Ruht auf unbestimmte Zeit", Status.PAUSED),
            ("Ruht, weil die Stelle nicht besetzt ist.", Status.PAUSED),
            ("in Arbeit", Status.IN_PROGRESS),
            ("noch offen", Status.PLANNED),
        ],
    )
    def test_what_is_said_of_the_whole_proposes_its_status(self, text: str, status: Status) -> None:
        measure = only(read([HEAD, ["Titel", "Ziel ist A", text]]))
        assert measure.status == status
        assert bool(measure.status_reason) is (status in {Status.PAUSED, Status.CANCELLED})

    @pytest.mark.parametrize(
        "text",
        [
            "Die Ausschreibung ist abgeschlossen",
            "Das Projekt ist noch nicht abgeschlossen",
            "Umgesetzt wurden zwei Stufen",
            "Die Vorbereitungsphase ist abgeschlossen",
            "Der Antrag entfällt nicht",
            "Abgeschlossen: Server",
            "Ruhezeiten sind geregelt",
            "Abgeschlossene Verträge liegen vor",
            "Das Projekt ist weitgehend abgeschlossen",
            "Das Projekt ist in keinem Amt abgeschlossen",
            "Eingestellt wurden zwei Fachkräfte.",
            "Eingestellt wurde die Projektleitung.",
            "Entfallen sind die Papierformulare.",
            "Entfallen ist die Umsetzung der zweiten Stufe.",
            "Entfällt die Förderung, so wird gekürzt",
            "Gestrichen wurden Gebühren für Online-Anträge.",
            "Unterbrochen werden Leitungen nur nachts.",
            "Umsetzung entfällt auf die Jahre 2026 und 2027.",
            "Die Umsetzung entfällt auf 2026",
            "Das Projekt ruht auf drei Säulen",
            "Das Projekt wird nicht eingestellt",
            "Das Projekt wird vorerst nicht eingestellt",
            "Das Projekt ruht nicht",
            "Die Maßnahme entfällt teilweise",
            "Das Vorhaben ist auf Barrierefreiheit eingestellt",
        ],
    )
    def test_a_part_says_nothing_of_the_whole(self, text: str) -> None:
        assert status_said(text) is None

    @pytest.mark.parametrize(
        "text", ["Wir bauen in der Innenstadt neue Anschlüsse aus:", "Ende.", "Satz ohne Doppelpunkt"]
    )
    def test_a_line_with_content_introduces_nothing(self, text: str) -> None:
        assert not introduces(text)


class TestAnotherCity:
    def test_its_own_numbers_are_read_in_their_column(self) -> None:
        before = schemes.in_use()
        schemes.use(schemes.schemes_of([{"preset": "17/2020", "body": "Rat der Stadt Beispiel"}]))
        try:
            found = read(
                [
                    ["Maßnahme", "Vorlage", "Sachstand"],
                    ["Eins", "17/2020, 18/2020", "In Arbeit: 2019/2020 läuft."],
                    ["Zwei", "Drucksache 1204/2020 vom 3.4.2020", "Umgesetzt: KW 12/2020."],
                ]
            )
        finally:
            schemes.use(before)
        cited = [[row.reference for row in m.council_references] for m in found.measures]
        assert cited == [["17/2020", "18/2020"], ["1204/2020"]]
        assert found.unrecognised == ()

    def test_numbers_of_no_scheme_are_shown(self) -> None:
        found = read([["Maßnahme", "Vorlage", "Sachstand"], ["Eins", "BV/0456/2021", "Umgesetzt: A."]])
        assert found.unrecognised == ("BV/0456/2021",)
