"""Every text of an ODT is in a field or among what was left."""

from __future__ import annotations

import pytest
from odt_files import odt, p, row, table

from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.proposal import ProposedReport, Reason

pytestmark = pytest.mark.pure

SENTENCE = p("Zwei Ämter arbeiten damit.")


def read(*rows: str, before: str = "", **parts: str) -> ProposedReport:
    return read_report(odt(p("Bericht 20.11.2026") + before + table(*rows), **parts), "b.odt")


def steps(found: ProposedReport) -> list[str]:
    return [step.text for measure in found.measures for step in measure.steps]


def left(found: ProposedReport, reason: Reason) -> list[str]:
    every = [*found.fragments, *found.outside, *(f for m in found.measures for f in m.fragments)]
    return [piece.text for piece in every if piece.reason == reason]


class TestText:
    @pytest.mark.parametrize(
        "cell",
        [
            p("Umgesetzt: Zwei <text:span>Ämter</text:span> arbeiten damit."),
            p("Umgesetzt: Zwei<text:s text:c='2'/>Ämter<text:tab/>arbeiten damit."),
            p("Umgesetzt: Zwei Ämter", "<text:a> arbeiten</text:a> damit."),
            p("Umgesetzt: ", "<text:change-start/>Zwei Ämter arbeiten damit.<text:change-end/>"),
            p("Umgesetzt:<text:line-break/>Zwei Ämter arbeiten damit."),
            p("Umgesetzt:") + f"<text:list><text:list-item>{SENTENCE}</text:list-item></text:list>",
            p("Umgesetzt:") + f"<text:section>{SENTENCE}</text:section>",
            p("Umgesetzt:", f"<draw:frame><draw:text-box>{SENTENCE}</draw:text-box></draw:frame>"),
        ],
    )  # fmt: skip
    def test_comes_through(self, cell: str) -> None:
        assert steps(read(row("E-Akte", "Ziel ist A", cell))) == ["Zwei Ämter arbeiten damit."]

    def test_merged_and_repeated_cells(self) -> None:
        down = '<table:table-cell table:number-rows-spanned="2"><text:p>E-Akte</text:p></table:table-cell>'
        found = read(
            row(down, "Ziel ist A", "Umgesetzt: Eins."),
            row("<table:covered-table-cell/>", "Ziel ist B", "Umgesetzt: Zwei."),
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            'table:number-columns-repeated="3"/></table:table-row>',
        )
        assert [(m.title, len(m.goals)) for m in found.measures] == [("E-Akte", 2)]
        assert steps(found) == ["Eins.", "Zwei."]

    def test_a_note_is_said_at_its_measure(self) -> None:
        note = "<text:note><text:note-citation>1</text:note-citation><text:note-body>" + p("Ohne Schulen.")
        found = read(
            row("E-Akte", "Ziel ist A", p("Umgesetzt: Eins.", note, "</text:note-body></text:note>"))
        )
        assert steps(found) == ["Eins."]
        assert left(found, Reason.NOTE) == ["Ohne Schulen."]

    def test_what_is_no_part_of_the_report_is_named(self) -> None:
        deleted = "<text:tracked-changes><text:changed-region><text:deletion>" + p("gestrichen")
        before = (
            deleted + "</text:deletion></text:changed-region></text:tracked-changes>"
            + p("Vorspann", "<office:annotation>" + p("Stimmt das?") + "</office:annotation>")
            + '<text:p text:style-name="V">Intern</text:p>'
            + p('<text:placeholder>Hier klicken</text:placeholder>')
        )  # fmt: skip
        hides = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
        styles = (
            "<style:master-page><style:header>" + p("Stadt Beispiel") + "</style:header></style:master-page>"
        )
        found = read(
            row("E-Akte", "Ziel ist A", "Umgesetzt: Eins."),
            before=before,
            styles=styles,
            automatic=f'{hides}<style:style style:name="V" style:parent-style-name="H"/>',
        )
        assert left(found, Reason.DELETED) == ["gestrichen"]
        assert left(found, Reason.COMMENT) == ["Stimmt das?"]
        assert left(found, Reason.HIDDEN) == ["Intern"]
        assert left(found, Reason.PLACEHOLDER) == ["Hier klicken"]
        assert left(found, Reason.PAGE) == ["Stadt Beispiel"]
        assert "Vorspann" in left(found, Reason.OUTSIDE)

    @pytest.mark.parametrize("space", ["style", "loext"])
    def test_header_and_footer_of_the_first_page(self, space: str) -> None:
        pages = "".join(
            f"<{space}:{kind}>{p(kind)}</{space}:{kind}>" for kind in ("header-first", "footer-first")
        )
        styles = f"<style:master-page><style:header>{p('immer')}</style:header>{pages}</style:master-page>"
        found = read(row("E-Akte", "Ziel ist A", "Umgesetzt: Eins."), styles=styles)
        assert left(found, Reason.PAGE) == ["immer", "header-first", "footer-first"]


class TestBadFiles:
    def said(self, content: bytes) -> str:
        with pytest.raises(ReportUnreadableError) as refused:
            read_report(content, "b.odt")
        return str(refused.value.message)

    def test_a_password(self) -> None:
        assert "password" in self.said(odt(p("x"), manifest="<encryption-data/>"))

    def test_damage(self) -> None:
        assert "damaged" in self.said(odt("<text:p>"))

    def test_a_million_paragraphs(self) -> None:
        assert "paragraphs" in self.said(odt(p("x") * 1_000_000))

    def test_a_million_columns(self) -> None:
        cell = (
            '<table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell>'
        )
        found = read(row("E-Akte", "Ziel ist A", cell))
        assert found.measures[0].title == "E-Akte"
