"""Tables as other offices lay them out: columns of other names, two rows of headings, rows that go on."""

from __future__ import annotations

import re
from time import process_time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.council import schemes
from ckanext.digitalms.reports import markup
from ckanext.digitalms.reports.cells import read_measure
from ckanext.digitalms.reports.document import Block, Cell, ReportUnreadableError, clean
from ckanext.digitalms.reports.draft import Draft, Reading
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.proposal import ProposedMeasure, ProposedReport, Reason
from ckanext.digitalms.reports.sentences import introduces, split_sentences
from ckanext.digitalms.reports.status import status_said
from ckanext.digitalms.vocabularies import ReferenceRole, Status

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
            ("1,125 Mio. €", "1125000", "", ""),
            ("1.5 Mio. €", "1500000", "", ""),
            ("€ 1,5 Mio.", "1500000", "", ""),
            ("2025 10.000 €", "10000", "2025 10.000 €", ""),
            ("1 250 000 €", "1250000", "", ""),
            ("beantragt, noch nicht bewilligt", "", "beantragt, noch nicht bewilligt", "applied"),
            ("wird nicht gefördert", "", "wird nicht gefördert", "none"),
            (
                "noch nicht gefördert, beantragt",
                "",
                "noch nicht gefördert, beantragt",
                "applied",
            ),
            (
                "bewilligt, Personal nicht gefördert",
                "",
                "bewilligt, Personal nicht gefördert",
                "granted",
            ),
            ("Los 3 150.000 €", "150000", "Los 3 150.000 €", ""),
            ("Haushalt 2026 - 10.000 €", "10000", "Haushalt 2026 - 10.000 €", ""),
            ("ab 2027 – 250.000 €/Jahr", "250000", "ab 2027 – 250.000 €/Jahr", ""),
            ("10.000 € bis 2027", "10000", "10.000 € bis 2027", ""),
            ("0.125 Mio. €", "125000", "", ""),
            ("10’000 €", "10000", "", ""),
            ("(10.000 €)", "10000", "", ""),
            ("Los 1 - 10.000 €", "10000", "Los 1 - 10.000 €", ""),
            ("€ 10.000 bis 31.12.2026", "10000", "€ 10.000 bis 31.12.2026", ""),
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

    @pytest.mark.parametrize(
        "text",
        [
            "10.000 - 20.000 €",
            "10.000 bis 20.000 €",
            "10.000 € bis 20.000 €",
            "€ 10.000 bis € 20.000",
            "€ 10.000 - 20.000",
            "zwischen 10.000 und 20.000 €",
            "2000 - 3000 €",
            "€ 10.000 bis 20.000 €",
            "€ 10.000,- bis 20.000,-",
            "1,5 Mio. – 2,0 Mio. €",
            "€ 1,5 Mio. – 2 Mio.",
            "zwischen 1 Mio. und 2 Mio. €",
            "5 - 10 Mio. €",
        ],
    )
    def test_a_range_is_two_amounts(self, text: str) -> None:
        measure = self.measure(kosten=text)
        assert (measure.funding_amount, measure.funding_programme) == ("", text)
        (warning,) = measure.warnings
        assert "several amounts" in str(warning)
        assert len(str(warning.values["amounts"]).split("; ")) == 2

    @pytest.mark.parametrize("text", ["1.125 Mio. €", "10,000 €", "12.345.67 €"])
    def test_an_amount_that_is_not_clear_is_not_guessed(self, text: str) -> None:
        heading = ["Maßnahme", "Plan / Ist", "Kosten", "Förderung"]
        measure = only(read([heading, ["Eins", "In Arbeit: A.", text, "Antrag gestellt"]]))
        assert measure.funding_amount == ""
        assert measure.funding_programme == f"{text}; Antrag gestellt"
        (warning,) = measure.warnings
        assert "cannot be read for sure" in str(warning)

    def test_many_numbers_in_a_cell_take_no_time(self) -> None:
        began = process_time()
        self.measure(kosten="000 " * 50_000)
        assert process_time() - began < 5

    @pytest.mark.parametrize(
        ("text", "partners"),
        [
            ("Frau Muster; Frauenbüro", ["Frauenbüro"]),
            ("Federführung: Herr Muster; Frauenbüro", ["Frauenbüro"]),
            ("Amt für Digitales, Herr Muster", ["Amt für Digitales"]),
            ("Amt 10 / Fr. Muster", ["Amt 10"]),
            ("Universität Münster, Prof. Muster", ["Universität Münster"]),
            ("Frau Muster, Erika Mustermann", []),
            ("Dr. Muster (Stadtwerke)", ["Stadtwerke"]),
            ("Frau von Muster", []),
            ("Frau Schuler", []),
            ("Stadtwerke – Dr. Muster", ["Stadtwerke"]),
            ("Amt für Kultur, Sport und Freizeit, Frau Muster", ["Amt für Kultur, Sport und Freizeit"]),
        ],
    )
    def test_a_person_is_no_partner(self, text: str, partners: list[str]) -> None:
        measure = self.measure(amt=text)
        assert [one.name for one in measure.partners] == partners
        (warning,) = measure.warnings
        assert "names a person as responsible" in str(warning)

    @pytest.mark.parametrize(
        "text",
        ["Dr. Muster GmbH", "Dr.-Muster-Stiftung", "Fachstelle Frau in Arbeit", "Frau & Beruf e.V."],
    )
    def test_an_organisation_may_be_called_after_one(self, text: str) -> None:
        measure = self.measure(amt=text)
        assert ([one.name for one in measure.partners], measure.warnings) == ([text], ())

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
            ("Amt für Gleichstellung von Frau und Mann", "Amt für Gleichstellung von Frau und Mann", ""),
            ("Stabsstelle Smart City – Open Data", "Stabsstelle Smart City – Open Data", ""),
            ("Amt für Schule, Kultur und Sport", "Amt für Schule, Kultur und Sport", ""),
            ("Rechtsabteilung, Raum 4.12", "Rechtsabteilung, Raum 4.12", ""),
            ("Amtsleiterin Planungsstab", "Amtsleiterin Planungsstab", ""),
            ("Fr. 8–12 Uhr: Infopunkt", "Fr. 8–12 Uhr: Infopunkt", ""),
            ("Fachbereich 4 – Bauen", "Fachbereich 4 – Bauen", ""),
            ("Fachbereich 1 - Zentrale Dienste", "Fachbereich 1 - Zentrale Dienste", ""),
            ("Informationstechnik", "Informationstechnik", ""),
            ("sozialreferat.mitte@stadt.example", "", "sozialreferat.mitte@stadt.example"),
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
        assert "seems to name a person" in str(measure.warnings[0])

    @pytest.mark.parametrize(
        ("text", "function"),
        [
            ("Max Mustermann (Amt für Digitales)", "Amt für Digitales"),
            ("Erika Muster-Mann – Stabsstelle Digitalisierung", "Stabsstelle Digitalisierung"),
            ("Fachstelle IT, Max M. Mustermann", "Fachstelle IT"),
            ("Pressestelle: Max Mustermann", "Pressestelle"),
            ("H. Muster, Amt 10", "Amt 10"),
            ("Hr. Muster, Amt 10", "Amt 10"),
            ("José von der Muster / Amt 10", "Amt 10"),
            ("Max Muster-Mann-Schulze, Amt 10", "Amt 10"),
            ("Erika Muster und Max Beispiel, Amt 10", "Amt 10"),
            ("Frau Dr. Schuler, Amt 10", "Amt 10"),
            ("Dr. Kammerer, Fachstelle IT", "Fachstelle IT"),
            ("Amt für Schule und Weiterbildung Frau Muster", ""),
            ("von Muster, Pressestelle", "Pressestelle"),
            ("Şule Muster, Amt 10", "Amt 10"),
            ("Fr.Muster, Amt 10", ""),
            ("Erika Muster geb. Beispiel, Amt 10", "Amt 10"),
            ("Amtsleiterin Erika Muster, Stadtplanungsamt", "Stadtplanungsamt"),
            ("Erika Leiter, Amt 10", "Amt 10"),
            ("Team IT/Digital, Erika Muster", "Team IT/Digital"),
            ("Amt für Kultur, Sport und Freizeit (Erika Muster)", "Amt für Kultur, Sport und Freizeit"),
            ("anna.it@stadt.example", ""),
            ("Fachstelle IT, Muster, Erika", ""),
            ("Muster, Amt für Digitales", ""),
            ("Muster, Erika (Pressestelle)", ""),
            ("Bürgeramt: Muster, Erika", ""),
            ("Bürgeramt Muster, Erika", ""),
            ("Muster, Erika / Bürgeramt", ""),
            ("Amtsleitung: k.amtmann@stadt.example", "Amtsleitung"),
            ("Erika Amtmann", ""),
        ],
    )
    def test_of_a_person_in_a_function_the_function_is_taken(self, text: str, function: str) -> None:
        measure = self.measure(kontakt=text)
        assert (measure.contact_function, measure.contact_email) == (function, "")
        assert "seems to name a person" in str(measure.warnings[0])


PIECES = (
    *(
        "Frau",
        "Dr.",
        "Muster",
        "Erika",
        "Schuler",
        "Amt 10",
        "Stadt",
        "Kultur",
        "Leiterin",
        "Stiftung",
        "GmbH",
    ),
    *("10.000", "2026", "1,125", "'000", ",-", "€", "Mio.", "T", "bis", "zwischen", "und", "Tel. 0251"),
    *("-", "–", "/", ":", ",", ";", "(", ")", "•", "Federführung:"),
    *("a.muster@stadt.example", "digital@stadt.example"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_of_money_and_people_every_character_is_accounted_for(text: str) -> None:
    heading = ["Maßnahme", "Plan / Ist", "Kosten", "Zuständig", "Kontakt", "Termin"]
    measure = only(read([heading, ["Eins", "In Arbeit: A.", text, text, text, text]]))
    names = " ".join([measure.contact_function, *(one.name for one in measure.partners)])
    assert not re.search(r"(?:Frau|Dr\.) (?:Erika |Muster )*(?:Muster|Erika)\b", names)


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


class TestNames:
    @pytest.mark.parametrize(
        ("cell", "title", "number"),
        [
            ("1.1 Breitbandausbau", "Breitbandausbau", "1.1"),
            ("1. Breitbandausbau", "Breitbandausbau", "1."),
            ("2.3) Breitbandausbau", "Breitbandausbau", "2.3)"),
            ("5.000 Bäume", "5.000 Bäume", ""),
            ("2.0-Strategie", "2.0-Strategie", ""),
            ("2.5 Gigabit für alle", "2.5 Gigabit für alle", ""),
            ("1.5 °C-Ziel", "1.5 °C-Ziel", ""),
            ("19.30 Uhr Treff", "19.30 Uhr Treff", ""),
            ("1.1 digitale Akte", "digitale Akte", "1.1"),
            ("1.1 5G-Ausbau", "5G-Ausbau", "1.1"),
            ("1.1 – Akte", "Akte", "1.1 –"),
            ("1.) Breitbandausbau", "Breitbandausbau", "1.)"),
            ("<p>Projekt 12</p><p>Beschreibung folgt</p>", "Projekt 12", ""),
            ("<p>1.</p><p>Breitbandausbau</p>", "Breitbandausbau", "1."),
            ("<p>M 3</p><p>Breitbandausbau</p>", "Breitbandausbau", "M 3"),
            ("<p>–</p><p>Breitbandausbau</p>", "Breitbandausbau", "–"),
            ("<p>115</p>", "115", ""),
        ],
    )
    def test_its_number_is_no_part_of_a_title(self, cell: str, title: str, number: str) -> None:
        found = read([HEAD, [cell, "", "In Arbeit: A."]])
        assert only(found).title == title
        assert left(found, Reason.MARK) == ([number] if number else [])

    def test_a_number_before_a_vision_is_the_title(self) -> None:
        content = page([HEAD, ["<p>11</p><p>Vision 2030: Alles einfach.</p>", "", "In Arbeit: A."]])
        measure = only(read_report(content, "b.html"))
        assert (measure.title, measure.vision) == ("11", "Alles einfach.")

    @pytest.mark.parametrize(
        ("cell", "title", "notes"),
        [
            ("Anfrage- /<br>Antragsmanagement", "Anfrage- / Antragsmanagement", ""),
            ("Digitale Antrags-<br>bearbeitung", "Digitale Antragsbearbeitung", ""),
            ("Ausbau von<br>E-<br>Akte", "Ausbau von E-Akte", ""),
            ("Breitbandausbau<br>Glasfaser für alle", "Breitbandausbau", "Glasfaser für alle"),
            ("Die Akte für<br>„Alle werden.“", "Die Akte für", "„Alle werden.“"),
        ],
    )
    def test_a_title_that_is_cut_goes_on_in_the_next_line(self, cell: str, title: str, notes: str) -> None:
        measure = only(read([HEAD, [cell, "", "In Arbeit: A."]]))
        assert (measure.title, measure.notes) == (title, notes)


class TestDates:
    @pytest.mark.parametrize(
        ("cell", "title", "earliest", "latest"),
        [
            ("31.12.2018", "31.12.2018", "2018-12-31", "2018-12-31"),
            ("31.12.2027", "31.12.2027", "2027-12-31", "2027-12-31"),
            ("bis 31.12.2018", "bis 31.12.2018", "None", "2018-12-31"),
            ("Start: Ende 2018", "Start: Ende 2018", "2018-10-01", "2018-12-31"),
            ("Fertigstellung 31.12.2018", "Fertigstellung 31.12.2018", "2018-12-31", "2018-12-31"),
            ("Fertigstellung: 31.12.2027", "Fertigstellung: 31.12.2027", "2027-12-31", "2027-12-31"),
            ("01.07.2027 und 01.10.2027", "01.07.2027 und 01.10.2027", "None", "None"),
            ("Go-Live: 31.12.2027", "Go-Live: 31.12.2027", "2027-12-31", "2027-12-31"),
            # of two dates none is chosen
            ("Ende 2025 (neu: 31.12.2027)", "Ende 2025 (neu: 31.12.2027)", "None", "None"),
            ("offen", "offen", "None", "None"),
            # what has happened is no deadline
            *(
                (text, text, "None", "None")
                for text in (
                    "Umgesetzt im Mai 2024",
                    "durchgeführt am 12.03.2024",
                    "Die Maßnahme wurde am 12.03.2024 beendet.",
                    "entfällt (war: 31.12.2025)",
                    "Vorlage V/0123/2024 vom 12.12.2024",
                    "laufend (Stand 20.11.2026)",
                    "fertig seit Mai 2024",
                    "seit 01.01.2020",
                    "laufend seit 2020",
                    "Ratsbeschluss vom 12.12.2017",
                    "Verschoben von 31.12.2025 auf 31.12.2027",
                )
            ),
        ],
    )
    def test_a_line_of_their_column_keeps_its_days_also_if_they_have_passed(
        self, cell: str, title: str, earliest: str, latest: str
    ) -> None:
        measure = only(read([["Maßnahme", "Plan / Ist", "Termin"], ["Eins", "In Arbeit: A.", cell]]))
        (found,) = measure.milestones
        assert (found.title, str(found.earliest), str(found.latest)) == (title, earliest, latest)
        assert found.met_on is None

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["14.03.2019", "Bericht zum Stand der Umsetzung der Ratsvorlage vom 12.12.2017"], "2019-03-14"),
            (["Stand der Umsetzung: 14.03.2019", "12.12.2017"], "2019-03-14"),
            (["12.12.2017", "Stand: 14.03.2019"], "2019-03-14"),
            (["Stand der Umsetzung der Ratsbeschlüsse: 14.03.2019"], "2019-03-14"),
            (["Stand: Sitzung des Ausschusses vom 14.03.2019"], "2019-03-14"),
            (["14.03.2019", "Stand der Umsetzung des Ratsbeschlusses (12.12.2017)"], "2019-03-14"),
            (["Bericht zum Stand der Umsetzung der Anträge (Stand: 14.03.2019)"], "2019-03-14"),
            (["Stand der Umsetzung der Ratsvorlage vom 12.12.2017; Stand 14.03.2019"], "2019-03-14"),
        ],
    )
    def test_the_day_of_a_paper_is_not_that_of_the_report(self, lines: list[str], expected: str) -> None:
        before = "".join(f"<p>{line}</p>" for line in lines)
        content = page([HEAD, ["Eins", "", "In Arbeit: A."]], before=before)
        assert str(read_report(content, "b.html").report_date) == expected

    def test_a_label_is_a_whole_word(self) -> None:
        before = "<p>Titelseite</p><p>Bericht zur Digitalisierung</p>"
        content = page([HEAD, ["Eins", "", "In Arbeit: A."]], before=before)
        assert read_report(content, "b.html").title == "Bericht zur Digitalisierung"


class TestWhatNobodySees:
    def test_places_where_a_word_may_be_broken(self) -> None:
        content = page([["Maß&shy;nahme", "Plan / Ist"], ["Breit&#8203;band", "Umge&shy;setzt: A."]])
        measure = only(read_report(content, "b.html"))
        assert measure.title == "Breitband"
        assert [(step.state, step.text) for step in measure.steps] == [("done", "A.")]

    def test_letters_that_are_put_together(self) -> None:
        content = page([["Maßnahme", "Plan / Ist"], ["E-Akte", normalize("NFD", "läuft")]])
        assert only(read_report(content, "b.html")).steps == ()


class TestTablesOfTabs:
    def test_a_row_with_words_in_one_cell_alone(self) -> None:
        text = (
            "Maßnahme\tVorlagen: Ziele\tPlan / Ist\n"
            "Eins\tV/0001/2020\tUmgesetzt: A.\n\t\tIn Arbeit: B.\nWLAN\t\t\n"
            "Münster, den 20.11.2026\t\t\nDer Oberbürgermeister\t\n\tKontakt: Amt 10\n"
        )
        found = read_report(text.encode(), "b.md")
        assert [(m.title, len(m.steps)) for m in found.measures] == [("Eins", 2), ("WLAN", 0)]
        assert [piece.text for piece in found.outside] == [
            "Münster, den 20.11.2026",
            "Der Oberbürgermeister",
            "Kontakt: Amt 10",
        ]

    @pytest.mark.parametrize("row", ["x\t" * 50, "\n".join(["x\ty"] * 2_001)])
    def test_one_of_too_many_cells_is_refused_before_they_are_read(
        self, row: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(markup, "_fragment_cell")
        with pytest.raises(ReportUnreadableError, match="2000 rows or 40 columns"):
            read_report(f"Maßnahme\tPlan / Ist\n{row}".encode(), "b.md")


def test_leads_within_leads_are_read_to_a_depth() -> None:
    found = read([HEAD, ["Eins", "", "offen: " * 1_200 + "A."]])
    assert len(only(found).steps) == 1


def test_many_marks_of_a_letter_take_no_time() -> None:
    began = process_time()
    assert clean("a\u0308" + "a" + "\u0301\u0316" * 50_000).startswith("ä")
    assert process_time() - began < 5


def test_many_lines_with_numbers_take_no_time() -> None:
    began = process_time()
    cell = Cell((*[Block("1.")] * 40_000, Block("Akte")))
    draft = Draft()
    read_measure(draft, cell, "Maßnahme", Reading(None))
    assert draft.title == "Akte"
    assert process_time() - began < 5


def test_many_papers_are_cited_once() -> None:
    began = process_time()
    draft = Draft()
    for number in [*range(1, 6_001), *range(1, 6_001)]:
        draft.cite(f"V/{number:04}/2020", ReferenceRole.BASIS, "")
    assert len(draft.references) == len(set(draft.references)) == 6_000
    assert process_time() - began < 10


def test_many_telephone_numbers_are_read() -> None:
    found = read([["Maßnahme", "Plan / Ist", "Kontakt"], ["Eins", "In Arbeit: A.", "Tel. 0251 " * 1_200]])
    assert only(found).contact_function == ""
