from __future__ import annotations

import pytest

from ckanext.digitalms.reports.arranging import ArrangementError, joined, moved, parted
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.proposal import ProposedReport

pytestmark = pytest.mark.pure

TEXT = """Bericht 20.11.2026

Maßnahme\tRatsvorlagen: Ziele\tPlan / Ist
Eins\tV/0001/2020: Ziel ist A\t<p>Umgesetzt: A.</p><p>In Arbeit: B.</p>
Zwei\tV/0002/2020: Ziel ist B\tIn Vorbereitung: C.
Drei\t\tAusstehend: D.
"""


@pytest.fixture
def report() -> ProposedReport:
    return read_report(TEXT.encode(), "b.md")


def titles(report: ProposedReport) -> list[tuple[int, str]]:
    return [(measure.position, measure.title) for measure in report.measures]


def test_a_row_is_added_to_the_one_before(report: ProposedReport) -> None:
    both = joined(report, 2)
    assert titles(both) == [(1, "Eins"), (2, "Drei")]
    one = both.measures[0]
    assert [step.text for step in one.steps] == ["A.", "B.", "C."]
    assert [row.reference for row in one.council_references] == ["V/0001/2020", "V/0002/2020"]
    assert one.notes == "Zwei"
    assert len(one.source) == 6
    whole = [*report.measures[0].fragments, *report.measures[1].fragments]
    assert list(one.fragments) == whole


def test_a_row_is_parted_in_two(report: ProposedReport) -> None:
    made = parted(report, 1, "Neu", {"steps": {0}, "council_references": {0}})
    assert titles(made) == [(1, "Eins"), (2, "Neu"), (3, "Zwei"), (4, "Drei")]
    one, new = made.measures[:2]
    assert ([s.text for s in one.steps], [s.text for s in new.steps]) == (["B."], ["A."])
    assert (one.status, new.status) == ("in_progress", "in_progress")
    assert new.key not in {measure.key for measure in report.measures}
    assert new.source == one.source


def test_a_row_is_moved_and_stays_at_the_ends(report: ProposedReport) -> None:
    assert titles(moved(report, 3, -1)) == [(1, "Eins"), (2, "Drei"), (3, "Zwei")]
    assert titles(moved(report, 1, -1)) == titles(report)
    assert titles(moved(report, 3, 1)) == titles(report)


@pytest.mark.parametrize(
    "ask",
    [
        lambda report: joined(report, 1),
        lambda report: joined(report, 9),
        lambda report: parted(report, 1, "", {"steps": {0}}),
        lambda report: parted(report, 1, "Neu", {}), lambda report: parted(report, 1, "Neu", {"steps": {99}}),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(report: ProposedReport, ask: object) -> None:
    with pytest.raises(ArrangementError) as refused:
        ask(report)  # type: ignore[operator]
    assert len(str(refused.value)) > 10
