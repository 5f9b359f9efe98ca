"""The report as one object, of catalogues that hold whatever people type."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import html as lxml_html
from markupsafe import escape
from two_days import FIRST, LAST, measure
from two_days import told as of_day

from ckanext.digitalms.comparison.compare import compare
from ckanext.digitalms.reporting import canonical, html, package
from ckanext.digitalms.reporting.building import Material, Plan, Texts, build
from ckanext.digitalms.reporting.citing import Cited
from ckanext.digitalms.reporting.gaps import GapKind, gaps_of
from ckanext.digitalms.reporting.report import Consultation, Head, Period, Point, Report
from ckanext.digitalms.reporting.sentences import counted, joined, lateness, number, said, written_day
from ckanext.digitalms.reporting.sheet import sheet
from ckanext.digitalms.reporting.since import Since
from ckanext.digitalms.reporting.types import ReportTypesError, read_types, types_of

pytestmark = pytest.mark.pure

ODD = (
    "<script>alert(1)</script> & {{ 7*7 }} {% x %}",
    "\u202eمرحبا שלום\u202c",
    "👩‍👩‍👧‍👦 🏳️‍🌈 ☃",
    "D" * 500,
    "Erster Absatz.\n\nZweiter\nmit Zeile.\n\n\n",
    "x" * 100_000,
    "=1+1",
    "\u0007\u200b\ufeff",
)


def plan(kind: str = "council", **values: Any) -> Plan:
    return Plan(
        name="bericht",
        title="Bericht",
        type_name=kind,
        type=types_of(None)[kind],
        as_of=LAST,
        known_at=datetime(2020, 3, 15, 10, tzinfo=UTC),
        head=Head("Berichtsvorlage", "Betreff", LAST, "V/0001/2020"),
        city="Stadt Münster",
        **values,
    )


def catalogue(*measures: Any, before: tuple[Any, ...] = ()) -> Material:
    told = [
        {**one, "organisation_title": "Amt", "url": "https://x.example/m"} for one in of_day(LAST, *measures)
    ]
    former = {one["measure_id"]: one for one in of_day(FIRST, *before)}
    since = Since.between(former, told, compare(former.values(), told), str) if before else None
    return Material(told, former, {}, {}, since, str)


def made(*measures: Any, before: tuple[Any, ...] = (), kind: str = "council", **values: Any) -> Report:
    previous = Period(FIRST) if before else None
    return build(plan(kind, previous=previous, **values), catalogue(*measures, before=before))


def test_of_nothing() -> None:
    """A report of no measures is a report."""
    report = made()
    assert report.measures == ()
    assert report.annex == ()
    assert "Der Bericht hat keine Maßnahmen" in html.body(report)


def test_of_two_thousand() -> None:
    measures = [measure(f"m-{n:04d}", title=f"Maßnahme {n}") for n in range(2000)]
    report = made(*measures)
    assert len(report.measures) == 2000
    assert html.body(report).count('id="massnahme-') == 2000


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_whatever_people_type(odd: str) -> None:
    """It is there in every form, and nothing of it is markup, code or a formula's neighbour."""
    told = measure(
        title=odd[:300],
        vision=odd,
        statement=odd,
        steps=[{"id": "a", "state": "done", "text": odd}],
        milestones=[{"id": "b", "title": odd[:200], "date_text": odd[:200], "reason": odd}],
        council_references=[{"id": "c", "reference": "V/0001/2020", "original": odd[:60], "result": odd}],
    )
    texts = Texts(introduction=odd, outlook=odd, remarks={"portal": odd}, asked={"portal": odd})
    report = made(told, texts=texts, consultations=(Consultation(odd[:100]),))
    assert report.measures[0].statement == odd.strip()
    page = lxml_html.fromstring(html.document(report))
    assert page.xpath("//script") == []
    assert page.xpath("//*[@onerror or @onclick]") == []
    assert canonical.from_json(canonical.to_json(report)) == report
    with zipfile.ZipFile(io.BytesIO(package.package(report))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("steps.csv").decode(), newline="")))
    assert rows[0]["text"] == report.measures[0].steps[0].texts[0]


def test_what_is_asked_of_the_council_stands_on_the_page() -> None:
    """Beschlussvorschlag, Begründung and Finanzen, as in the other forms; nothing where nothing is asked."""
    told = {"decision": "Der Rat stimmt zu.", "reasons": "Weil <b>es</b> dient.", "finances": "Keine."}
    page = html.body(replace(made(), **told))
    for heading, text in zip(
        ("Beschlussvorschlag", "Begründung", "Finanzielle Auswirkungen"), told.values(), strict=True
    ):
        assert f"<h2>{heading}</h2>" in page
        assert str(escape(text)) in page
    assert "Beschlussvorschlag" not in html.body(made())


def test_the_day_is_that_of_the_city() -> None:
    """Shortly after midnight the day in the text is the one of the clock on the wall, not that of UTC."""
    assert "bekannt" in made().method
    assert "am 15. März 2020" in made().method
    assert "am 16. März 2020" in made(known_on=date(2020, 3, 16)).method


def test_same_report_same_bytes() -> None:
    one, other = (made(measure(vision="Ziel")) for _ in range(2))
    for form in (canonical.to_json, html.document, package.package):
        assert form(one) == form(other)


def test_numbers_stay_exact() -> None:
    report = replace(
        made(measure()), measures=(replace(made(measure()).measures[0], progress_percent=Decimal("45.50")),)
    )
    plain = json.loads(canonical.to_json(report))
    assert plain["measures"][0]["progress_percent"] == "45.50"
    assert canonical.from_json(canonical.to_json(report)).measures[0].progress_percent == Decimal("45.50")


class TestVisions:
    """A vision that points at another measure is printed as that one's."""

    @pytest.mark.parametrize(
        "words",
        ["siehe Strategie", "Siehe Strategie.", "s. Strategie", "siehe auch „Strategie“", "siehe Maßnahme 1"],
    )
    def test_resolved(self, words: str) -> None:
        strategy = measure("strategie", title="Strategie", vision="Ein Ziel für alle.", position=1)
        report = made(strategy, measure(vision=words))
        assert report.measures[1].vision == "Ein Ziel für alle."
        assert report.measures[1].vision_of == "Strategie"

    def test_above(self) -> None:
        strategy = measure("strategie", title="Strategie", vision="Ein Ziel für alle.")
        report = made(strategy, measure(vision="siehe oben", parent_id="strategie"))
        assert report.measures[1].vision_of == "Strategie"

    @pytest.mark.parametrize("words", ["siehe Unbekanntes", "Man siehe, alles wird gut.", "siehe Portal"])
    def test_not_resolved(self, words: str) -> None:
        report = made(measure("andere", title="Andere"), measure(vision=words))
        assert [one.vision for one in report.measures if one.title == "Portal"] == [words]

    def test_in_a_circle(self) -> None:
        report = made(
            measure("a", title="Alpha", vision="siehe Beta"), measure("b", title="Beta", vision="siehe Alpha")
        )
        assert [one.vision_of for one in report.measures] == ["", ""]


class TestSince:
    """What changed since the report before."""

    def test_new_and_gone(self) -> None:
        report = made(measure("neu", title="Neu"), before=(measure("alt", title="Alt"),))
        assert [change.kind for change in report.measures[0].changes] == ["new"]
        assert report.changes[0].kind == "summary"
        assert report.changes[1].text == "Nicht mehr im Katalog: Alt."

    def test_only_changed(self) -> None:
        same = measure("gleich", title="Gleich")
        report = made(same, measure("neu", title="Neu"), before=(same,), kind="interim")
        assert [one.measure_id for one in report.measures] == ["neu"]

    def test_written_over(self) -> None:
        texts = Texts(sentences={"neu": "Ganz neu.\n\nUnd gut."}, summary="In Summe gut.")
        report = made(measure("neu", title="Neu"), before=(measure("alt"),), texts=texts)
        assert [change.text for change in report.measures[0].changes] == ["Ganz neu.", "Und gut."]
        assert report.changes[0].text == "In Summe gut."

    def test_first_report(self) -> None:
        report = made(measure())
        assert report.changes == ()
        assert report.measures[0].changes == ()


class TestTypes:
    """Report types are configuration."""

    def test_funder(self) -> None:
        told = measure(
            steps=[{"id": "a", "state": "done", "text": "x"}],
            funding_state="granted",
            funding_amount=Decimal(1200000),
        )
        report = made(told, kind="funder")
        assert report.measures[0].steps == ()
        assert report.measures[0].funding == "granted, 1.200.000 Euro"

    @pytest.mark.parametrize(
        "text",
        [
            "a: [",
            "a: {title: x}",
            "a: {title: x, kind: y, subject: z, sections: [nichts], columns: [a, b, c]}",
            "a: {title: x, kind: y, subject: z, sections: [], columns: [a, b, c]}",
            "a: {title: x, kind: y, subject: z, sections: [table], columns: [a]}",
            "a: {title: x, kind: y, subject: z, sections: [table], columns: [a, b, '{city.__class__}']}",
            "a: {title: x, kind: y, subject: z, sections: [table], columns: [a, b, '{nichts}']}",
            "a: {title: x, kind: y, subject: z, sections: [table], columns: [a, b, c], fields: [nichts]}",
        ],
    )
    def test_refused(self, text: str) -> None:
        with pytest.raises(ReportTypesError, match=r"own\.yaml"):
            read_types(text, "own.yaml")

    def test_own(self, tmp_path: Any) -> None:
        path = tmp_path / "own.yaml"
        path.write_text(
            "kurz: {title: Kurz, kind: Mitteilung, subject: S, sections: [table], columns: [a, b, c]}"
        )
        assert {"council", "interim", "funder", "kurz"} == set(types_of(path))
        with pytest.raises(ReportTypesError, match="fehlt"):
            types_of(tmp_path / "fehlt.yaml")


class TestGaps:
    """What is missing before the council sees it."""

    def test_each_kind(self) -> None:
        told = measure(
            milestones=[
                {"id": "a", "title": "Start", "latest": date(2019, 12, 31)},
                {"id": "b", "title": "Ende", "latest": date(2020, 12, 31)},
            ],
            goals=[{"id": "g", "year": 2019, "text": "Ziel", "state": "open"}],
        )
        before = measure(milestones=[{"id": "b", "title": "Ende", "latest": date(2020, 6, 30)}])
        found = gaps_of(
            of_day(LAST, told),
            {one["measure_id"]: one for one in of_day(FIRST, before)},
            LAST,
            stand_days=90,
            without_contact=frozenset({"portal"}),
            coverage={"portal": ["2018-06", "2018-06"]},
        )
        assert [gap.kind for gap in found] == [
            GapKind.OVERDUE,
            GapKind.NO_REASON,
            GapKind.OLD_STAND,
            GapKind.GOAL_OPEN,
            GapKind.NO_CONTACT,
            GapKind.NO_PAPER,
            GapKind.OLD_COVERAGE,
        ]
        assert len({gap.key for gap in found}) == len(found)

    def test_none(self) -> None:
        told = measure(status="done", council_references=[{"id": "p", "reference": "V/0001/2019"}])
        assert gaps_of(of_day(LAST, told), {}, LAST, stand_days=90) == []


def test_words() -> None:
    assert number(Decimal("1234567.50")) == "1.234.567,5"
    assert number(1) == "1"
    assert number(None) == ""
    assert counted(1, "ein Schritt", "{n} Schritte") == "ein Schritt"
    assert counted(3000, "ein Schritt", "{n} Schritte") == "3.000 Schritte"
    assert lateness(0) == ""
    assert lateness(1) == "seit einem Tag in Verzug"
    assert joined(["a", "b", "c"]) == "a, b und c"
    assert joined(["a"]) == "a"
    assert joined([]) == ""
    assert said("in Arbeit") == "In Arbeit."
    assert written_day(date(2019, 3, 14)) == "14. März 2019"


def test_sheet() -> None:
    report = made(measure(), consultations=(Consultation("Rat", date(2020, 3, 20), "Bericht"),))
    told = {field.name: field.text for field in sheet(report, ("bericht.pdf",))}
    assert told["number"] == "V/0001/2020"
    assert told["consultations"] == "20.03.2020  Rat  Bericht"
    assert told["decision"] == "Der Bericht wird zur Kenntnis genommen."
    assert told["finances"] == "Keine."
    assert told["files"] == "bericht.pdf"


def test_cited() -> None:
    cited = Cited("b", 2, "100 % & mehr_{x}", "Stadt", "V/1", FIRST, LAST, "https://x.example/b/2", "a" * 64)
    assert "title = {100 \\% \\& mehr\\_\\{x\\}}" in cited.bibtex
    assert json.loads(cited.csl)[0]["issued"] == {"date-parts": [[2020, 3, 14]]}
    assert "Fassung 2" in cited.text


def test_a_cited_paper_says_all_that_it_is_cited_for() -> None:
    cited = {"reference": "V/0001/2020", "paper_name": "Leitsätze"}
    first = measure("a", council_references=[{**cited, "id": "a", "role": "basis"}])
    other = measure("b", council_references=[{**cited, "id": "b", "role": "goal"}])
    third = measure("c", council_references=[{**cited, "id": "c", "role": "basis"}])
    (paper,) = made(first, other, third).papers
    assert (paper.title, paper.role) == ("Leitsätze", "basis, goal")
    page = lxml_html.fromstring(html.body(made(first, other, third)))
    assert "(basis, goal)" in page.get_element_by_id("papers").getparent().text_content()


def test_plots_have_tables() -> None:
    told = measure(
        indicators=[{"id": "i", "title": "Anteil", "value": Decimal(40), "day": LAST, "target": Decimal(70)}]
    )
    points = (Point(FIRST, Decimal(10)), Point(LAST, Decimal(40)))
    report = build(plan(), replace(catalogue(told), series={("portal", "i"): points}))
    page = lxml_html.fromstring(html.body(report))
    figures = page.xpath("//figure")
    assert len(figures) == 2
    for figure in figures:
        assert figure.xpath(".//*[local-name()='svg']/*[local-name()='title']")
        assert figure.xpath(".//table")
    assert [row.text_content() for row in figures[1].xpath(".//tbody/tr/td")] == ["10", "40"]
