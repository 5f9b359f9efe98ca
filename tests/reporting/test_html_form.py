"""The report as HTML: every value that its PDF, Word document and ODT have, whatever stands beside it."""

from __future__ import annotations

import dataclasses

import pytest
import read_back
import sample_reports
from bs4 import BeautifulSoup
from hypothesis import Phase, given, settings
from suite_settings import examples

from ckanext.digitalms.reporting import html
from ckanext.digitalms.reporting.report import Head, Report

pytestmark = pytest.mark.pure

OF_MEASURES = {"changes", "table", "goals", "indicators", "coverage", "funding", "obstacles"}
NO_MEASURES = dataclasses.replace(sample_reports.demo(), measures=(), consultations=(), papers=(), annex=())


def page_of(report: Report) -> BeautifulSoup:
    return BeautifulSoup(html.document(report), "html.parser")


def text_of(page: BeautifulSoup) -> str:
    """Return all that stands on the page, where its links lead to among it."""
    return " ".join((page.get_text(" "), *(str(one["href"]) for one in page("a", href=True))))


@pytest.mark.parametrize(
    "report",
    [sample_reports.demo(), sample_reports.nasty(), sample_reports.lonely(), NO_MEASURES],
    ids=["demo", "nasty", "lonely", "no-measures"],
)
def test_every_value_is_read_back(report: Report) -> None:
    page = page_of(report)
    assert read_back.not_found(report, text_of(page)) == set()
    assert read_back.links(report) <= {one["href"] for one in page("a", href=True)}


@given(report=sample_reports.any_report())
@settings(max_examples=examples(20, 200), deadline=None, phases=[Phase.explicit, Phase.generate])
def test_any_report_is_told_in_whole(report: Report) -> None:
    assert read_back.not_found(report, text_of(page_of(report))) == set()


@pytest.mark.parametrize("name", ["demo", "nasty", "lonely"])
def test_a_measure_alone_says_what_the_report_says_of_it(name: str) -> None:
    report = getattr(sample_reports, name)()
    for measure in report.measures:
        alone = dataclasses.replace(
            report,
            head=Head("", "", measure.as_of or report.as_of),
            sections=tuple(each for each in report.sections if each.kind in OF_MEASURES),
            measures=(dataclasses.replace(measure, title="", url="", as_of=None),),
            **dict.fromkeys(("consultations", "changes", "papers"), ()),
            **dict.fromkeys(("decision", "reasons", "finances"), ""),
            previous=None,
        )
        page = BeautifulSoup(html.of_measure(measure, report.sections, report.columns), "html.parser")
        assert read_back.not_found(alone, text_of(page)) <= {f"{alone.head.day:%d.%m.%Y}"}
        assert not page.find(id=True)


def test_a_measure_alone_has_the_parts_of_its_report() -> None:
    measure = dataclasses.replace(sample_reports.lonely().measures[0], funding="beantragt")
    without = [each for each in sample_reports.SECTIONS if each.kind not in {"table", "funding"}]
    told = html.of_measure(measure, without, ())
    assert "beantragt" not in told
    assert "Alles ist anders." not in told
    assert "Portale öffnen (Ist: 17; beibehalten)" in told
    assert "Der Termin ist verschoben." in told


def test_what_was_left_open_says_of_which_measure() -> None:
    note = page_of(sample_reports.demo()).find(string="wird mit der Stellenbesetzung benannt")
    assert note is not None
    row = note.find_parent("tr")
    assert row is not None
    assert "WLAN" in row.get_text()
