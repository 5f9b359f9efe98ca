"""Lateness on any day."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.measures.delay import MilestoneState, delay_on, milestone_state, next_milestone
from ckanext.digitalms.measures.record import Measure, Milestone

pytestmark = pytest.mark.pure

LATEST = date(2019, 12, 31)


def measure(status="in_progress", *milestones):
    return Measure("m", "M", status=status, milestones=milestones or (Milestone(latest=LATEST),))


class TestDelay:
    def test_from_the_day_after(self):
        """The latest day itself is still in time."""
        assert not delay_on(measure(), LATEST).is_delayed
        assert delay_on(measure(), date(2020, 1, 1)).days == 1

    @pytest.mark.parametrize("status", ["done", "paused", "cancelled"])
    def test_not_judged(self, status):
        """Done, paused and cancelled measures are never delayed."""
        assert not delay_on(measure(status), date(2030, 1, 1)).is_delayed

    @pytest.mark.parametrize("status", ["proposed", "planned", "in_preparation", "in_progress"])
    def test_judged(self, status):
        """All others are."""
        assert delay_on(measure(status), date(2030, 1, 1)).is_delayed

    def test_met_on_counts_from_its_day(self):
        """Before a milestone was met late, the measure was delayed; after, it is not."""
        late = Milestone(latest=LATEST, met_on=date(2020, 2, 1))
        assert delay_on(measure("in_progress", late), date(2020, 1, 15)).is_delayed
        assert not delay_on(measure("in_progress", late), date(2020, 2, 1)).is_delayed
        assert milestone_state(late, date(2020, 2, 1)) is MilestoneState.MET_LATE

    def test_no_day_is_never_late(self):
        """A milestone without a latest day cannot be late."""
        assert not delay_on(measure("in_progress", Milestone(title="x")), date(2030, 1, 1)).is_delayed


class TestNext:
    def test_the_earliest_unmet(self):
        """The unmet one with the earliest latest day comes next; one without a day comes last."""
        first, second = Milestone(latest=date(2020, 1, 1)), Milestone(latest=date(2019, 6, 1))
        met, open_end = Milestone(latest=date(2019, 1, 1), met_on=date(2019, 1, 1)), Milestone(title="x")
        assert (
            next_milestone(measure("in_progress", open_end, first, met, second), date(2019, 3, 1)) is second
        )
        assert next_milestone(measure("in_progress", met), date(2019, 3, 1)) is None
