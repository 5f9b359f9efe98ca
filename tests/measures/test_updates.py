"""When a measure is to be updated again."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.measures.record import Measure
from ckanext.digitalms.measures.updates import Rhythm, update_on

pytestmark = pytest.mark.pure

RHYTHM = Rhythm(3, 6)
STAND = date(2019, 3, 14)


def update(day, **values):
    found = update_on(Measure("dms", "DMS", **{"as_of": STAND, **values}), day, RHYTHM)
    return found.due, found.days_overdue, found.is_in_rhythm


class TestUpdateOn:
    def test_by_the_catalogue(self):
        """Due after the wanted interval; in its rhythm until the tolerated one."""
        due = date(2019, 6, 14)
        assert update(date(2019, 6, 14)) == (due, 0, True)
        assert update(date(2019, 6, 15)) == (due, 1, True)
        assert update(date(2019, 9, 14)) == (due, 92, True)
        assert update(date(2019, 9, 15)) == (due, 93, False)

    def test_by_its_own_rhythm(self):
        """A measure may be slower than the catalogue, whose tolerance is then not less than its wish."""
        assert update(date(2020, 3, 15), update_interval=12) == (date(2020, 3, 14), 1, False)
        told = {"update_interval": 12, "update_interval_max": 18}
        assert update(date(2020, 9, 14), **told) == (date(2020, 3, 14), 184, True)

    def test_the_end_of_a_short_month(self):
        """Three months after the last of November is the last of February."""
        assert update(date(2020, 1, 1), as_of=date(2019, 11, 30))[0] == date(2020, 2, 29)

    @pytest.mark.parametrize(
        ("typed", "due"),
        [
            (date(2019, 12, 24), date(2019, 12, 24)),
            (date(2019, 3, 15), date(2019, 3, 15)),
            (STAND, date(2019, 6, 14)),
            (date(2018, 1, 1), date(2019, 6, 14)),
        ],
    )
    def test_a_typed_day_counts_after_the_stand(self, typed, due):
        """A day that the Stand has reached has lapsed."""
        assert update(date(2019, 4, 1), update_due=typed)[0] == due

    def test_a_late_typed_day_is_within_the_rhythm(self):
        """Whoever set a later day meant it."""
        assert update(date(2020, 1, 1), update_due=date(2020, 2, 1)) == (date(2020, 2, 1), 0, True)

    @pytest.mark.parametrize("status", ["done", "cancelled"])
    def test_what_is_over_has_none(self, status):
        """Nobody waits for an update."""
        assert update(date(2030, 1, 1), status=status, update_due=date(2020, 1, 1)) == (None, 0, None)
