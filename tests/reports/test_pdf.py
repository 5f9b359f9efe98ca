"""PDF by where things stand: rules, columns, breaks of pages; a scan and a damaged file say what they are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pdf_files as f
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printing import print_page

from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.pdf import MAX_PAGES
from ckanext.digitalms.reports.pdf_text import words_of

pytestmark = pytest.mark.pure

LINES = "td, th { border: 1px solid black }"
XS = (50, 200, 350, 540)
HEADING = [(52, 62, "Maßnahme"), (202, 62, "Ratsvorlagen: Ziele"), (352, 62, "Plan / Ist")]


def said(content: bytes) -> str:
    with pytest.raises(ReportUnreadableError) as refused:
        read_report(content, "b.pdf")
    return str(refused.value.message)


class TestRuled:
    def test_rows_columns_and_an_underlined_title(self) -> None:
        words = [
            *HEADING, (52, 82, "E-Akte light"), (202, 82, "Ziel ist A"), (352, 82, "Umgesetzt: Eins."),
            (52, 112, "Bürgerportal"), (202, 112, "Ziel ist ein Portal"), (352, 112, "In Arbeit: Zwei."),
        ]  # fmt: skip
        rules = [*f.grid(XS, (50, 70, 100, 130)), (52, 84, 190, 84)]
        found = read_report(f.pdf([f.page(words, rules)]), "b.pdf")
        assert [(m.title, [s.text for s in m.steps]) for m in found.measures] == [
            ("E-Akte light", ["Eins."]),
            ("Bürgerportal", ["Zwei."]),
        ]

    def test_a_row_goes_on_below_two_rows_of_headings(self) -> None:
        head = [(52, 62, "Projekt"), (202, 62, "Umsetzung"), (202, 82, "Plan"), (352, 82, "Ist")]
        uprights = [(x, 50, x, 90) for x in (50, 200, 540)]
        lines = [*uprights, (350, 70, 350, 90), *((50, y, 540, y) for y in (50, 90)), (200, 70, 540, 70)]
        first = f.page(
            [*head, (52, 102, "E-Akte"), (202, 102, "Schulung"), (352, 102, "In Arbeit: Die Ämter werden")],
            [*lines, *((x, 90, x, 820) for x in XS)],
        )
        second = f.page(
            [
                *head,
                (352, 102, "nach und nach angeschlossen."),
                (52, 132, "Portal"),
                (352, 132, "Umgesetzt: B."),
            ],
            [*lines, *f.grid(XS, (90, 120, 150))],
        )
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == ["E-Akte", "Portal"]
        assert "Die Ämter werden nach und nach angeschlossen." in [s.text for s in found.measures[0].steps]

    def test_a_row_over_the_break_of_a_page_is_put_together_and_asked(self) -> None:
        first = f.page(
            [*HEADING, (52, 82, "E-Akte"), (202, 82, "Ziel ist A"), (352, 82, "In Arbeit: Die Ämter werden")],
            f.grid(XS, (50, 70, 820)),
        )
        second = f.page(
            [
                *HEADING,
                (352, 82, "nach und nach angeschlossen."),
                (52, 112, "Portal"),
                (352, 112, "Umgesetzt: B."),
            ],
            f.grid(XS, (50, 70, 100, 130)),
        )
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == ["E-Akte", "Portal"]
        assert found.measures[0].steps[0].text == "Die Ämter werden nach und nach angeschlossen."
        assert "“E-Akte” goes on at the top of page 2" in str(found.warnings[-1])

    def test_a_row_without_a_line_where_its_page_ends_goes_on(self) -> None:
        """As browsers print it; what stands first on the next page might be a title."""
        first = f.page(
            [*HEADING, (52, 82, "E-Akte"), (352, 82, "In Arbeit: Schulung der Ämter.")],
            [*f.grid(XS, (50, 70)), *((x, 70, x, 820) for x in XS)],
        )
        second = f.page(
            [(52, 32, "Akten ohne Papier"), (352, 32, "Ausstehend: Scannen."), (52, 92, "Portal"),
             (352, 92, "Umgesetzt: B.")],
            [*((x, 20, x, 80) for x in XS), *f.grid(XS, (80, 110))],
        )  # fmt: skip
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [(m.title, len(m.steps)) for m in found.measures] == [("E-Akte", 2), ("Portal", 1)]
        assert "“E-Akte” goes on at the top of page 2" in str(found.warnings[-1])

    def test_a_title_that_ends_where_none_does_goes_on(self) -> None:
        rules = [*f.grid(XS, (50, 70)), *((x, 70, x, 820) for x in XS)]
        first = f.page([*HEADING, (52, 802, "Versorgung im"), (352, 802, "In Arbeit: A.")], rules)
        second = f.page([(52, 32, "Umland"), (52, 60, "Ein Leitbild")], f.grid(XS, (20, 80))[1:])
        (measure,) = read_report(f.pdf([first, second]), "b.pdf").measures
        assert measure.title == "Versorgung im Umland"

    def test_headings_at_the_foot_of_a_page_are_no_row(self) -> None:
        upper = [*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A.")]
        below = [(x, 762, word) for x, _y, word in HEADING]
        rules = [*f.grid(XS, (50, 70, 100)), *f.grid(XS, (750, 780))]
        second = f.page([(52, 32, "Portal"), (352, 32, "Umgesetzt: B.")], f.grid(XS, (20, 50)))
        found = read_report(f.pdf([f.page([*upper, *below], rules), second]), "b.pdf")
        assert [m.title for m in found.measures] == ["E-Akte", "Portal"]

    def test_a_dash_within_a_text_begins_no_item(self) -> None:
        """A line may be broken before it; where several lines begin with one, they are a list."""
        text = [(202, 82, "Neubau und Ausbau der"), (202, 94, "- städtischen - Netze.")]
        items = [(352, 82, "Ausstehend:"), (352, 94, "- Tiefbau in der Südstadt"), (352, 106, "- Messung")]
        content = f.page([*HEADING, (52, 82, "Netze"), *text, *items], f.grid(XS, (50, 70, 130)))
        (measure,) = read_report(f.pdf([content]), "b.pdf").measures
        assert [goal.text for goal in measure.goals] == ["Neubau und Ausbau der - städtischen - Netze."]
        assert [step.text for step in measure.steps] == ["Tiefbau in der Südstadt", "Messung"]

    @pytest.mark.parametrize(
        ("status", "title"),
        [("Konzept liegt vor", "Portal"), ("in Arbeit", "digitale Bauakte"), ("läuft", "Portal „Alles da!“"),
         ("steht noch aus", "Netz an der A in B und C (DMS)")],
    )  # fmt: skip
    @pytest.mark.parametrize("named", ["E-Akte", 'Projekt „Smart City"'])
    def test_lines_on_both_sides_part_rows(self, status: str, title: str, named: str) -> None:
        """Whatever the columns say: a verb's rest, a small letter, a bracket at the end."""
        first = f.page([*HEADING, (52, 82, named), (352, 82, status)], f.grid(XS, (50, 70, 100)))
        second = f.page([(52, 62, title), (352, 62, "geplant für den Herbst")], f.grid(XS, (50, 80)))
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == [named, title]

    def test_a_table_whose_upper_line_is_left_out_by_style(self) -> None:
        """Only a lower line that is missing says that a row is cut; else it is asked."""
        first = f.page([*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A.")], f.grid(XS, (50, 70, 100)))
        second = f.page(
            [(52, 32, "Portal"), (352, 32, "Umgesetzt: B."), (52, 62, "WLAN"), (352, 62, "Umgesetzt: C.")],
            f.grid(XS, (20, 50, 80))[1:],
        )
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == ["E-Akte", "Portal", "WLAN"]
        assert "“Portal” was taken for a new measure" in str(found.warnings[-1])

    def test_a_title_that_is_a_dash(self) -> None:
        rules = [*f.grid(XS, (50, 70)), *((x, 70, x, 820) for x in XS)]
        first = f.page([*HEADING, (52, 802, "-"), (352, 802, "In Arbeit: A.")], rules)
        second = f.page([(352, 32, "Und B."), (52, 100, "Portal")], f.grid(XS, (20, 80, 120))[1:])
        assert read_report(f.pdf([first, second]), "b.pdf").measures[-1].title == "Portal"

    def test_a_background_is_no_table(self) -> None:
        words = [(52, 20, "Bericht vom 14.03.2019"), *HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A.")]
        bleed = [(-1, -2, -1, 844), (596, -2, 596, 844)]
        found = read_report(f.pdf([f.page(words, [*f.grid(XS, (50, 70, 100)), *bleed])]), "b.pdf")
        assert str(found.report_date) == "2019-03-14"

    def test_what_follows_an_abbreviation_may_be_another_paragraph(self) -> None:
        words = [*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: Server, Lizenzen etc."),
                 (352, 94, "In Arbeit: Schulung der Sachbearbeitung im Amt")]  # fmt: skip
        (measure,) = read_report(f.pdf([f.page(words, f.grid(XS, (50, 70, 130)))]), "b.pdf").measures
        assert [step.state for step in measure.steps] == ["done", "in_progress"]

    def test_a_footnote_does_not_end_a_table(self) -> None:
        """What stands below the table of a page belongs to no row; the next page goes on without headings."""
        first = f.page(
            [*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A."), (52, 700, "1 Siehe die Anlage.")],
            f.grid(XS, (50, 70, 100)),
        )
        second = f.page(
            [(52, 62, "Portal"), (352, 62, "Umgesetzt: B."), (52, 92, "WLAN"), (352, 92, "In Arbeit: C.")],
            f.grid(XS, (50, 80, 110)),
        )
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == ["E-Akte", "Portal", "WLAN"]

    def test_a_page_header_is_no_part_of_a_table(self) -> None:
        pages = []
        for number in (1, 2):
            words = [(50, 20, "Stadt Beispiel"), (500, 20, f"Seite {number}")]
            row = [(52, 82, f"Titel {number}"), (352, 82, "Umgesetzt: A.")]
            pages.append(f.page([*words, *HEADING, *row], f.grid(XS, (50, 70, 100))))
        found = read_report(f.pdf(pages), "b.pdf")
        assert [m.title for m in found.measures] == ["Titel 1", "Titel 2"]
        assert {piece.text for piece in found.outside if piece.reason == "page"} == {
            "Stadt Beispiel Seite 1",
            "Stadt Beispiel Seite 2",
        }


class TestColumns:
    def test_titles_in_bold_begin_rows(self) -> None:
        words = [(202, 62, "Ziele"), (352, 62, "Plan / Ist"), (52, 94, "Zeile"), (352, 80, "Umgesetzt: A."),
                 (352, 92, "In Arbeit: B."), (352, 110, "In Arbeit: C.")]  # fmt: skip
        bold = [(52, 62, "Maßnahme"), (52, 80, "Erstes"), (52, 110, "Zweites")]
        found = read_report(f.pdf([f.page(words, bold=bold)]), "b.pdf")
        assert [m.title for m in found.measures] == ["Erstes", "Zweites"]
        assert any("no lines" in str(one) for one in found.warnings)

    @pytest.mark.parametrize("is_bold", [True, False])
    def test_what_stands_at_the_top_of_a_page_is_asked(self, is_bold: bool) -> None:
        """Where titles are bold, anything else is the rest of the row before; else nobody knows."""
        titles = [(52, 80, "Erstes"), (52, 110, "Zweites")]
        words = [*HEADING, (52, 92, "Vision A."), (352, 80, "Umgesetzt: A."), (352, 92, "In Arbeit: B."),
                 (352, 110, "In Arbeit: C.")]  # fmt: skip
        first = f.page([*words, *([] if is_bold else titles)], bold=titles if is_bold else [])
        second = f.page([*HEADING, (52, 82, "Die Stadt ist gut versorgt."), (352, 82, "In Arbeit: D.")])
        found = read_report(f.pdf([first, second]), "b.pdf")
        told = " ".join(map(str, found.warnings))
        if is_bold:
            assert [m.title for m in found.measures] == ["Erstes", "Zweites"]
            assert any("gut versorgt" in piece.text for piece in found.measures[1].source)
            assert "“Zweites” goes on at the top of page 2" in told
        else:
            assert found.measures[-1].title == "Die Stadt ist gut versorgt."
            assert "At the top of page 2, “Die Stadt ist gut versorgt.” was taken for a new measure" in told

    def test_headings_of_two_lines(self) -> None:
        words = [(52, 62, "Maßnahmen und"), (52, 74, "Vision 2022"), (202, 62, "Ziele"),
                 (352, 62, "Plan / Ist"), (352, 100, "Umgesetzt: A.")]  # fmt: skip
        found = read_report(f.pdf([f.page(words, bold=[(52, 100, "Erstes")])]), "b.pdf")
        assert [(m.title, m.source[0].heading) for m in found.measures] == [
            ("Erstes", "Maßnahmen und Vision 2022")
        ]

    def test_headings_at_the_foot_of_a_page_say_little_about_columns(self) -> None:
        """They stand in the middle of their columns, whose text begins to the left of them."""
        first = f.page([(70, 800, "Maßnahme"), (240, 800, "Ziele"), (400, 800, "Plan / Ist")])
        second = f.page(
            [(52, 40, "Erstes"), (202, 40, "Ziel ist A mit langem Text"), (352, 40, "Umgesetzt: A."),
             (52, 70, "Zweites"), (202, 70, "Ziel ist B"), (352, 70, "Umgesetzt: B."), (202, 82, "• mit C"),
             (380, 82, "• und D")],
        )  # fmt: skip
        found = read_report(f.pdf([first, second]), "b.pdf")
        assert [m.title for m in found.measures] == ["Erstes", "Zweites"]

    def test_a_paragraph_below_a_title_begins_no_row(self) -> None:
        """Even where all columns have a gap at the same height."""
        words = [*HEADING, (52, 80, "Erstes"), (202, 80, "V/0001/2024"), (352, 80, "Umgesetzt:"),
                 (52, 104, "„Alles ist einfach.“"), (202, 104, "Ziel ist A"), (352, 104, "• B")]  # fmt: skip
        (measure,) = read_report(f.pdf([f.page(words)]), "b.pdf").measures
        assert measure.title == "Erstes"

    def test_rows_without_space_between_them(self) -> None:
        """The longest cell of a row stands right above the next."""
        words = [
            *HEADING, (52, 80, "Erstes"), (202, 80, "Ziel ist A"), (352, 80, "Umgesetzt: A."),
            (352, 92, "In Arbeit: B."), (352, 104, "Ausstehend: C."),
            (52, 116, "Zweites"), (202, 116, "Ziel ist D"), (352, 116, "Umgesetzt: E."),
        ]  # fmt: skip
        found = read_report(f.pdf([f.page(words)]), "b.pdf")
        assert [m.title for m in found.measures] == ["Erstes", "Zweites"]

    def test_a_title_with_its_description_right_below(self) -> None:
        words = [*HEADING]
        for y, title in ((80, "Erstes"), (132, "Zweites")):
            text = [(52, y + 12, "Die Stadt ist gut versorgt"), (52, y + 24, "und bleibt es.")]
            words += [(52, y, title), *text, (352, y, "Umgesetzt: A.")]
        found = read_report(f.pdf([f.page(words)]), "b.pdf")
        assert [m.title for m in found.measures] == ["Erstes", "Zweites"]

    def test_cells_of_one_word(self) -> None:
        """Most gaps are those between columns; headings stand in the middle of theirs."""
        headings = [(70, 62, "Maßnahme"), (170, 62, "Ziele"), (255, 62, "Plan / Ist"), (345, 62, "Termin")]
        rows = [(80, "Portal Netz läuft Mai"), (100, "WLAN Luft offen Juni")]
        words = [
            (x, y, word) for y, row in rows for x, word in zip((52, 140, 230, 320), row.split(), strict=True)
        ]
        found = read_report(f.pdf([f.page([*headings, *words])]), "b.pdf")
        assert [m.title for m in found.measures] == ["Portal", "WLAN"]

    def test_the_column_of_titles_may_be_another_one(self) -> None:
        words = [(52, 62, "Plan / Ist"), (202, 62, "Ziele"), (352, 62, "Maßnahme"),
                 (52, 80, "Umgesetzt: A."), (202, 80, "Ziel"), (352, 80, "Erstes"),
                 (52, 104, "In Arbeit: B."), (202, 104, "Noch ein Ziel"),
                 (52, 134, "Umgesetzt: C."), (202, 134, "Ziel"), (352, 134, "Zweites")]  # fmt: skip
        found = read_report(f.pdf([f.page(words)]), "b.pdf")
        assert [(m.title, len(m.steps)) for m in found.measures] == [("Erstes", 2), ("Zweites", 1)]

    def test_cells_that_are_centred_are_refused(self) -> None:
        words = [*HEADING, (352, 90, "Umgesetzt: A."), (52, 102, "Erstes"), (352, 114, "In Arbeit: B.")]
        assert "cannot be told apart" in said(f.pdf([f.page(words)]))

    def test_text_below_the_table_is_no_row(self) -> None:
        words = [*HEADING, (52, 80, "Erstes"), (352, 80, "Umgesetzt: A."),
                 (52, 130, "Der Bericht schließt hier mit einem Satz über alle Spalten hinweg.")]  # fmt: skip
        found = read_report(f.pdf([f.page(words)]), "b.pdf")
        assert [m.title for m in found.measures] == ["Erstes"]
        assert any("schließt hier" in piece.text for piece in found.outside)


@pytest.mark.parametrize("tagged", [True, False])
def test_letters_that_are_drawn_as_one(tmp_path: Path, tagged: bool) -> None:
    """A ligature is the letters that it is made of, and cuts nothing off behind it."""
    rows = [
        ("Maßnahme", "Ratsvorlagen: Ziele", "Plan / Ist"),
        ("Öffentliche Auflagen", "V/0001/2021", "Umgesetzt: Schiff, Stoffe, flink, Office"),
    ]
    table = "".join(f"<tr><td>{'<td>'.join(row)}" for row in rows)
    style = f"<style>body {{ font-family: DejaVu Sans }} {LINES}</style>"
    page = f"<meta charset=utf-8>{style}<p>Betrifft</p><p>Bericht offener Pflichten</p><table>{table}</table>"
    for found in (
        read_report(print_page(page, tmp_path, tagged=tagged), "b.pdf"),
        read_report(page.encode(), "b.html"),
    ):
        assert found.title == "Bericht offener Pflichten"
        (measure,) = found.measures
        assert measure.title == "Öffentliche Auflagen"
        assert [step.text for step in measure.steps] == ["Schiff, Stoffe, flink, Office"]


class TestBadFiles:
    def test_a_scan(self) -> None:
        message = said(f.scan(3))
        assert "scan" in message
        assert "printed from" in message

    def test_a_page_that_is_a_picture_is_named(self) -> None:
        words = [*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A. Umgesetzt: B. Umgesetzt: C.")]
        content = f.with_picture([f.page(words, f.grid(XS, (50, 70, 100))), f.PICTURE])
        (warning,) = (one for one in read_report(content, "b.pdf").warnings if "pictures" in one.text)
        assert warning.values == {"pages": "2"}

    def test_a_password(self) -> None:
        assert "password" in said(f.protected())

    def test_two_thousand_pages(self) -> None:
        message = said(f.pdf([b""] * 2_000))
        assert "2000" in message
        assert str(MAX_PAGES) in message

    def test_too_many_characters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ckanext.digitalms.reports.pdf.MAX_CHARACTERS", 100)
        assert "100 characters" in said(f.pdf([f.page([(50, 50, "x" * 200)])]))

    def test_text_without_a_table(self) -> None:
        assert "no table" in said(f.pdf([f.page([(50, 50, "Nur ein Satz, der keine Tabelle ist.")])]))

    @pytest.mark.parametrize("cut", [10, 200, 500, -1, -40])
    def test_a_file_that_ends_early(self, cut: int) -> None:
        words = [*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A.")]
        content = f.pdf([f.page(words, f.grid(XS, (50, 70, 100)))])[:cut]
        with suppress(ReportUnreadableError):
            read_report(content, "b.pdf")

    @given(st.binary(max_size=200), st.integers(0, 900))
    def test_noise_is_refused_with_a_sentence(self, noise: bytes, place: int) -> None:
        content = f.pdf([f.page([*HEADING, (52, 82, "E-Akte")], f.grid(XS, (50, 70, 100)))])
        with suppress(ReportUnreadableError):
            read_report(content[:place] + noise + content[place + len(noise) :], "b.pdf")

    def test_a_structure_that_names_itself(self) -> None:
        words = f.page([*HEADING, (52, 82, "E-Akte"), (352, 82, "Umgesetzt: A.")], f.grid(XS, (50, 70, 100)))
        loop = b"<< /Type /StructElem /S /Div /K 5 0 R >>"
        content = f.pdf([words], objects=[loop]).replace(
            b"/Pages 2 0 R >>", b"/Pages 2 0 R /StructTreeRoot << /K 5 0 R >> >>"
        )
        assert "damaged" in said(content)


def test_lines_are_read_where_the_structure_knows_of_no_table(tmp_path: Path) -> None:
    """Some programs tag every paragraph of a page and no table."""
    rows = [["Maßnahme", "Ratsvorlagen: Ziele", "Plan / Ist"], ["E-Akte", "Ziel ist A", "Umgesetzt: Eins."]]
    cells = "".join(
        f"<p style='border: 1px solid; margin: -1px 0 0 -1px'>{cell}" for row in rows for cell in row
    )
    grid = "display: grid; grid-template-columns: 10em 12em 14em"
    page = f"<meta charset=utf-8><p>Bericht zur Digitalisierung</p><div style='{grid}'>{cells}</div>"
    found = read_report(print_page(page, tmp_path), "b.pdf")
    assert [(m.title, [s.text for s in m.steps]) for m in found.measures] == [("E-Akte", ["Eins."])]


def test_a_soft_hyphen_that_is_drawn_is_a_hyphen() -> None:
    form = {"top": 0, "bottom": 10, "size": 10, "fontname": "Helvetica"}
    chars = [{"text": sign, "x0": 5 * n, "x1": 5 * n + 5, **form} for n, sign in enumerate("E\xadAkte")]
    assert [word.text for word in words_of(chars)] == ["E-Akte"]
