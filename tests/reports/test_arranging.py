from __future__ import annotations

from dataclasses import replace

import pytest

from ckanext.digitalms.reports.arranging import ArrangementError, joined, moved, parted
from ckanext.digitalms.reports.importer import read_report
from ckanext.digitalms.reports.matching import Known, recognise
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


class TestStatus:
    """What the report says of a row, or a person has chosen, holds for the rows that it becomes."""

    def report(self, *cells: str) -> ProposedReport:
        rows = (f"Nr{number}\t\t{cell}" for number, cell in enumerate(cells))
        return read_report("\n".join([TEXT.split("Eins")[0].strip(), *rows]).encode(), "b.md")

    def typed(self, report: ProposedReport, place: int, status: str, reason: str) -> ProposedReport:
        rows = list(report.measures)
        rows[place] = replace(rows[place], status=status, status_reason=reason)
        return replace(report, measures=tuple(rows))

    @pytest.mark.parametrize("cells", [("ruht", "Umgesetzt: A."), ("Umgesetzt: A.", "ruht")])
    def test_that_the_report_says_of_either_row(self, cells: tuple[str, str]) -> None:
        (row,) = joined(self.report(*cells), 2).measures
        assert (row.status, row.status_reason) == ("paused", "ruht")
        assert str(row.status_because) == "The report says: “ruht”."

    def test_that_was_chosen_of_either_row(self) -> None:
        for place in (0, 1):
            report = self.typed(self.report("In Arbeit: A.", "Umgesetzt: B."), place, "cancelled", "Geld")
            (row,) = joined(report, 2).measures
            assert (row.status, row.status_reason) == ("cancelled", "Geld")

    def test_of_two_that_of_the_first_row(self) -> None:
        (row,) = joined(self.report("ruht", "Die Maßnahme entfällt."), 2).measures
        assert (row.status, row.status_reason) == ("paused", "ruht")
        assert row.notes.split("\n") == ["Nr1", "Die Maßnahme entfällt."]

    def test_a_reason_goes_with_its_status(self) -> None:
        report = self.typed(self.report("ruht", "In Arbeit: A."), 0, "in_preparation", "")
        (row,) = joined(self.typed(report, 1, "paused", "Geld"), 2).measures
        assert (row.status, row.status_reason) == ("in_preparation", "")
        assert row.notes.split("\n") == ["Nr1", "Geld"]

    def test_that_was_only_proposed_is_proposed_anew(self) -> None:
        (row,) = joined(self.report("In Vorbereitung: A.", "In Arbeit: B."), 2).measures
        assert row.status == "in_progress"

    @pytest.mark.parametrize(("cell", "status"), [("-", "in_progress"), ("Offen: B.", "planned")])
    def test_of_the_catalogue_only_where_no_row_says_anything(self, cell: str, status: str) -> None:
        report = recognise(self.report("-", cell), [Known("nr0", "Nr0", status="in_progress")])
        (row,) = joined(report, 2).measures
        assert (row.known_as, row.status) == ("nr0", status)

    def test_of_both_parts(self) -> None:
        report = self.typed(self.report("<p>In Arbeit: A.</p><p>Offen: B.</p>"), 0, "cancelled", "Geld")
        rows = parted(report, 1, "Neu", {"steps": {1}}).measures
        assert [(row.status, row.status_reason) for row in rows] == [("cancelled", "Geld")] * 2

    def test_of_parts_that_was_only_proposed(self) -> None:
        rows = parted(self.report("<p>In Arbeit: A.</p><p>Offen: B.</p>"), 1, "Neu", {"steps": {1}}).measures
        assert [row.status for row in rows] == ["in_progress", "planned"]


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
