from __future__ import annotations

from dataclasses import replace

import pytest

from ckanext.digitalms.messages import Message
from ckanext.digitalms.reports.matching import Known, identifying, leaves_status, recognise, with_status_of
from ckanext.digitalms.reports.proposal import ProposedMeasure, ProposedReference, ProposedReport
from ckanext.digitalms.reports.status import propose_status

pytestmark = pytest.mark.pure


def measure(title: str, *papers: str, role: str = "basis", key: str = "x") -> ProposedMeasure:
    rows = tuple(ProposedReference(paper, paper, role) for paper in papers)
    return ProposedMeasure(1, title, key, "planned", Message("because"), council_references=rows)


def known_as(known: list[Known], *measures: ProposedMeasure) -> list[str | None]:
    report = recognise(ProposedReport("Bericht", None, measures), known)
    return [m.known_as for m in report.measures]


DMS = Known("dms", "Dokumentenmanagement", frozenset({"V/0954/2018"}))
WLAN = Known("wlan", "WLAN", frozenset({"R/0045/2016"}))


def test_by_title() -> None:
    assert known_as([DMS, WLAN], measure("W-LAN"), measure("wlan")) == [None, "wlan"]


def test_by_paper() -> None:
    assert known_as([DMS], measure("E-Akte", "V/0954/2018")) == ["dms"]


def test_neighbouring_numbers_are_others() -> None:
    assert known_as([DMS], measure("E-Akte", "V/0953/2018")) == [None]


def test_a_shared_vision_is_no_match() -> None:
    other = Known("strategie", "Strategie", frozenset({"V/0989/2017/1"}))
    assert known_as([other], measure("Breitband", "V/0989/2017/1", role="vision_source")) == [None]


def test_each_known_measure_is_recognised_once_and_the_best_wins() -> None:
    assert known_as(
        [DMS], measure("E-Akte", "V/0954/2018"), measure("Dokumentenmanagement", "V/0954/2018")
    ) == [
        None,
        "dms",
    ]


def test_a_paper_of_several_known_measures_needs_a_similar_title() -> None:
    twins = [
        Known("schulen", "Breitband für Schulen", frozenset({"V/0023/2019"})),
        Known("gewerbe", "Breitband für Gewerbegebiete", frozenset({"V/0023/2019"})),
    ]
    assert known_as(twins, measure("Glasfaser", "V/0023/2019")) == [None]
    assert known_as(twins, measure("Breitband an Schulen", "V/0023/2019")) == ["schulen"]


def test_nearly_the_same_title() -> None:
    assert known_as([Known("x", "Breitbandausbau in der Stadt")], measure("Breitbandausbau der Stadt")) == [
        "x"
    ]


def test_keys_of_new_measures_are_free() -> None:
    report = recognise(
        ProposedReport("Bericht", None, (measure("Wlan neu", key="wlan"), measure("WLAN"))), [WLAN]
    )
    assert [m.key for m in report.measures] == ["wlan-neu", "wlan"]
    assert report.measures[1].known_because is not None


def test_keys_of_measures_that_were_are_taken() -> None:
    """Nobody gets the key of a deleted measure, whose addresses still stand."""
    report = recognise(
        ProposedReport("Bericht", None, (measure("E-Akte"), measure("E-Akte"))), [], {"e-akte"}
    )
    assert [m.key for m in report.measures] == ["e-akte-2", "e-akte-3"]


class TestStatus:
    KNOWN = Known("dms", "E-Akte", status="paused", status_reason="Geld")

    def silent(self) -> ProposedMeasure:
        status, because = propose_status(())
        return ProposedMeasure(1, "E-Akte", "x", status.value, because)

    def test_of_which_a_report_says_nothing_is_that_of_the_catalogue(self) -> None:
        (found,) = recognise(ProposedReport("Bericht", None, (self.silent(),)), [self.KNOWN]).measures
        assert (found.status, found.status_reason) == ("paused", "Geld")
        assert leaves_status(found)
        assert not leaves_status(replace(found, status="in_progress"))
        assert not leaves_status(replace(found, status_reason="Personal"))

    def test_that_is_said_stays(self) -> None:
        (found,) = recognise(ProposedReport("Bericht", None, (measure("E-Akte"),)), [self.KNOWN]).measures
        assert (found.status, found.status_because) == ("planned", Message("because"))

    def test_of_a_new_measure_is_planned_again(self) -> None:
        marked = with_status_of(self.KNOWN, self.silent())
        assert with_status_of(None, marked) == self.silent()
        typed = replace(marked, status="cancelled")
        assert with_status_of(None, typed) == typed


def test_what_identifies() -> None:
    assert identifying([("V/1/2018", "basis"), ("V/2/2018", "mention"), (None, "basis")]) == {"V/1/2018"}
