"""The public form of a measure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.measures.record import Measure, Milestone, Step
from ckanext.digitalms.measures.updates import Rhythm

pytestmark = pytest.mark.pure

DAY = date(2019, 3, 14)
RHYTHM = Rhythm(3, 6)


def statement(measure, number=1):
    now = datetime(2019, 3, 14, tzinfo=UTC)
    return Statement(number, f"p{number}", measure.measure_id, DAY, now, "stand", "public", measure.content())


class TestPublicMeasures:
    def test_what_is_computed(self):
        """Counts, lateness and the next milestone are there and judged on the day."""
        measure = Measure(
            "dms",
            "DMS",
            status="in_progress",
            as_of=DAY,
            steps=(Step("1", "done", "a"), Step("2", "pending", "b")),
            milestones=(Milestone("3", "Beginn", latest=date(2019, 1, 1)),),
        )
        shown = public_measures([statement(measure)], DAY, RHYTHM)[0]
        assert shown["step_counts"] == {"done": 1, "in_progress": 0, "in_preparation": 0, "pending": 1}
        assert (shown["is_delayed"], shown["delay_days"]) == (True, 72)
        assert shown["next_milestone"]["state"] == "overdue"
        assert shown["judged_on"] == "2019-03-14"

    def test_a_parent_that_is_not_shown_is_none(self):
        """A key that is not public is in no answer."""
        shown = public_measures([statement(Measure("dms", "DMS", parent_id="geheim"))], DAY, RHYTHM)
        assert "geheim" not in str(shown)


class TestProgress:
    def test_of_a_parent_as_the_tables_tell_it(self):
        """One figure for pages, API and tables; without all parts there is none, and how many are known."""
        parts = [
            Measure("b", "B", parent_id="a", progress_percent=Decimal(20)),
            Measure("c", "C", parent_id="a"),
        ]
        told = [statement(Measure("a", "A", progress_percent=Decimal(70))), *map(statement, parts, (2, 3))]
        shown = public_measures(told, DAY, RHYTHM)[0]
        names = ("progress_percent", "progress_computed", "progress_parts", "progress_parts_known")
        assert [shown[name] for name in names] == [None, None, 2, 1]


class TestMilestones:
    @pytest.mark.parametrize("status", ["done", "cancelled"])
    def test_what_is_over_waits_for_none(self, status):
        """Neither overdue nor next."""
        measure = Measure(
            "dms", "DMS", status=status, milestones=(Milestone("3", "B", latest=date(2019, 1, 1)),)
        )
        shown = public_measures([statement(measure)], DAY, RHYTHM)[0]
        assert [m["state"] for m in shown["milestones"]] == ["not_judged"]
        assert (shown["next_milestone"], shown["is_on_schedule"]) == (None, None)

    def test_schedule_is_told_beside_progress(self):
        """Yes until a latest day has passed unmet; nothing where no day tells."""
        late, begun = (
            Milestone("3", "B", latest=date(2019, 3, 13)),
            Milestone("4", "C", earliest=date(2018, 1, 1)),
        )
        for milestones, expected in (((late,), False), ((begun,), None), ((), None)):
            measure = Measure("dms", "DMS", status="in_progress", milestones=milestones)
            assert public_measures([statement(measure)], DAY, RHYTHM)[0]["is_on_schedule"] is expected
