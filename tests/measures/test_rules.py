"""Rules of the whole record, each with its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ckanext.digitalms.measures.record import CouncilReferenceRow, Measure, Milestone, Obstacle, Step
from ckanext.digitalms.measures.rules import problems

pytestmark = pytest.mark.pure

TODAY = date(2020, 1, 1)
DAY = date(2019, 3, 14)


def paths(parent_of=None, **values):
    measure = Measure("dms", "DMS", **{"as_of": DAY, "status": "in_progress", **values})
    return [p.path for p in problems(measure, TODAY, parent_of or {"dms": None})]


class TestDone:
    def test_done_is_100(self):
        """Done with 100 percent and done steps is fine."""
        assert paths(status="done", progress_percent=Decimal(100), steps=(Step("1", "done", "x"),)) == []

    @pytest.mark.parametrize("progress", [None, Decimal(99), Decimal(0)])
    def test_done_with_less(self, progress):
        """Done with less than 100, or with nothing, is a problem of the progress."""
        assert paths(status="done", progress_percent=progress) == [("progress_percent",)]

    def test_100_but_not_done(self):
        """100 percent without done is a problem of the status."""
        assert paths(progress_percent=Decimal(100)) == [("status",)]

    @pytest.mark.parametrize("state", ["pending", "in_progress", "in_preparation"])
    def test_done_with_an_open_step(self, state):
        """The step that is open is named by its row."""
        steps = (Step("1", "done", "x"), Step("2", state, "y"))
        assert paths(status="done", progress_percent=Decimal(100), steps=steps) == [("steps", 1, "state")]


class TestDays:
    def test_earliest_after_latest(self):
        """The second row's latest day is at fault."""
        milestones = (Milestone(latest=DAY), Milestone(earliest=date(2019, 5, 1), latest=date(2019, 4, 1)))
        assert paths(milestones=milestones) == [("milestones", 1, "latest")]

    def test_met_after_the_stand(self):
        """A milestone cannot be met after the Stand."""
        assert paths(milestones=(Milestone(met_on=date(2019, 3, 15)),)) == [("milestones", 0, "met_on")]
        assert paths(milestones=(Milestone(met_on=DAY),)) == []

    def test_a_stand_in_the_future(self):
        """The Stand is today at most."""
        assert paths(as_of=date(2020, 1, 2)) == [("as_of",)]
        assert paths(as_of=TODAY) == []

    def test_a_decision_after_the_stand(self):
        """A decision cannot lie after the Stand."""
        rows = (CouncilReferenceRow(decided_on=date(2019, 3, 15)),)
        assert paths(council_references=rows) == [("council_references", 0, "decided_on")]

    def test_an_obstacle_ends_before_it_begins(self):
        """The end of an obstacle is at fault."""
        assert paths(obstacles=(Obstacle(since=DAY, until=date(2019, 1, 1)),)) == [("obstacles", 0, "until")]


class TestParents:
    def test_itself(self):
        """No measure is its own parent."""
        assert paths(parent_id="dms") == [("parent_id",)]

    def test_a_cycle(self):
        """No measure lies below itself."""
        assert paths({"dms": None, "a": "b", "b": "dms"}, parent_id="a") == [("parent_id",)]

    def test_unknown(self):
        """An unknown parent is refused."""
        assert paths(parent_id="nirgends") == [("parent_id",)]

    def test_known(self):
        """A known parent is fine."""
        assert paths({"dms": None, "a": None}, parent_id="a") == []


class TestReasons:
    @pytest.mark.parametrize("status", ["paused", "cancelled"])
    def test_a_reason_is_needed(self, status):
        """Paused and cancelled say why."""
        assert paths(status=status) == [("status_reason",)]
        assert paths(status=status, status_reason="Haushalt") == []
