"""The public form of a measure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import is_update_overdue, public_measures
from ckanext.digitalms.measures.record import Measure, Milestone, Step

pytestmark = pytest.mark.pure

DAY = date(2019, 3, 14)


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
        shown = public_measures([statement(measure)], DAY, 90)[0]
        assert shown["step_counts"] == {"done": 1, "in_progress": 0, "in_preparation": 0, "pending": 1}
        assert (shown["is_delayed"], shown["delay_days"]) == (True, 72)
        assert shown["next_milestone"]["state"] == "overdue"
        assert shown["judged_on"] == "2019-03-14"

    def test_a_parent_that_is_not_shown_is_none(self):
        """A key that is not public is in no answer."""
        shown = public_measures([statement(Measure("dms", "DMS", parent_id="geheim"))], DAY, 90)
        assert "geheim" not in str(shown)


class TestUpdates:
    @pytest.mark.parametrize(
        ("values", "overdue"),
        [
            ({"update_due": date(2019, 3, 13)}, True),
            ({"update_due": DAY}, False),
            ({"update_due": date(2019, 3, 13), "status": "done"}, False),
            ({"as_of": date(2018, 12, 13)}, True),
            ({"as_of": date(2018, 12, 14)}, False),
            ({}, False),
        ],
    )
    def test_due(self, values, overdue):
        """The typed day counts, else the days after the Stand; what is over is never due."""
        assert is_update_overdue(Measure("dms", "DMS", **values), DAY, 90) is overdue
