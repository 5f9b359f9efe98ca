"""The report in simple German: as easy as the measures of readability ask, and never too long."""

from __future__ import annotations

import dataclasses
import re

import pytest
import sample_reports
import textstat
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.digitalms.reporting import plain
from ckanext.digitalms.reporting.report import Report
from ckanext.digitalms.vocabularies import Status

pytestmark = pytest.mark.pure

ONE = dataclasses.replace(sample_reports.demo(), measures=sample_reports.demo().measures[:1])
NONE = dataclasses.replace(sample_reports.demo(), measures=())


def prose(report: Report) -> str:
    """Return the sentences: without titles and headings, days and abbreviations as words."""
    lines = [line for line in plain.in_simple_german(report).split("\n")[1:] if not line.startswith("- ")]
    told = " ".join(line.replace(":", ".") for line in lines if line)
    return re.sub(r"\d{2}\.\d{2}\.\d{4}", "Montag", told).replace("DMS", "Das").replace("WLAN", "Das")


@pytest.mark.parametrize(
    "report",
    [sample_reports.demo(), sample_reports.many(500), ONE, NONE],
    ids=["seven", "500", "one", "none"],
)
def test_it_is_easy_to_read(report: Report) -> None:
    textstat.set_lang("de")
    text = prose(report)
    assert textstat.flesch_reading_ease(text) >= 60  # Amstad's form of it
    assert textstat.wiener_sachtextformel(text, 1) <= 7
    assert len(text.split()) <= plain.MOST_WORDS


@given(statuses=st.lists(st.sampled_from(list(Status)), max_size=60))
@settings(max_examples=30, deadline=None)
def test_numbers_are_those_of_the_report(statuses: list[Status]) -> None:
    model = sample_reports.demo().measures[0]
    measures = tuple(dataclasses.replace(model, status=each.value) for each in statuses)
    text = plain.in_simple_german(dataclasses.replace(sample_reports.demo(), measures=measures))
    assert len(prose(dataclasses.replace(sample_reports.demo(), measures=measures)).split()) <= 300
    assert "1 Pläne" not in text
    assert "0 Pläne" not in text.replace("10 ", "").replace("20 ", "")
    if len(statuses) > 1:
        assert f"{len(statuses)} Pläne" in text


def test_what_is_late_is_named() -> None:
    lines = plain.in_simple_german(sample_reports.demo()).split("\n")
    assert (
        lines[lines.index("Ein Plan kommt zu spät:") + 1]
        == "- Anfrage- und Antragsmanagement (Serviceportal)"
    )
    assert "Kein Plan kommt zu spät." in plain.in_simple_german(ONE)


def test_on_one_page() -> None:
    text = plain.on_one_page(sample_reports.demo())
    assert "7 Maßnahmen: in Vorbereitung 3, in Arbeit 4." in text
    assert "In Verzug: Anfrage- und Antragsmanagement (Serviceportal)." in text
    assert "3 Schritte umgesetzt" in text
    assert "Der Rat möge die Zuständigkeiten klären." in text
    assert len(plain.on_one_page(sample_reports.many(500)).split("\n")) < 45


def test_the_file_has_both() -> None:
    text = plain.text(sample_reports.demo()).decode()
    assert text.startswith("Der Bericht in einfacher Sprache\n")
    assert plain.on_one_page(sample_reports.demo()) in text
