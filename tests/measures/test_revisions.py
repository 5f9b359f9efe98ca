"""Shifts, reviews and figures, as the history tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures import revisions
from ckanext.digitalms.measures.history import Statement, changes, same_content
from ckanext.digitalms.measures.record import Goal, GoalReview, Indicator, Measure, Milestone, Step

pytestmark = pytest.mark.pure

days = st.dates(date(2019, 1, 1), date(2019, 12, 31))


def said(number, as_of, **values):
    content = Measure(measure_id="dms", title="DMS", as_of=as_of, **values).content()
    recorded = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Statement(number, "p", "dms", as_of, recorded, "stand", "public", content)


def planned(number, as_of, latest, reason=None):
    return said(number, as_of, milestones=(Milestone("m", "Start", latest=latest, reason=reason),))


def shifts(*told):
    return list(revisions.shifts(revisions.stands(told)))


class TestShifts:
    def test_a_later_stand_shifts(self):
        """Days are counted from the former latest day, with the typed reason."""
        (shift,) = shifts(
            planned(1, date(2019, 3, 1), date(2019, 6, 30)),
            planned(2, date(2019, 4, 1), date(2019, 7, 10), "Ausschreibung"),
        )
        assert (shift.statement_id, shift.days, shift.reason) == (2, 10, "Ausschreibung")

    def test_a_correction_is_no_shift(self):
        """What was wrong on the same day was never true."""
        day = date(2019, 3, 1)
        assert shifts(planned(1, day, date(2019, 6, 30)), planned(2, day, date(2019, 7, 10))) == []

    def test_a_first_day_is_no_shift_and_a_removed_one_has_no_days(self):
        """A day that is given, then taken away."""
        (shift,) = shifts(
            planned(1, date(2019, 3, 1), None),
            planned(2, date(2019, 4, 1), date(2019, 7, 10)),
            planned(3, date(2019, 5, 1), None),
        )
        assert (shift.old_latest, shift.new_latest, shift.days) == (date(2019, 7, 10), None, None)

    @given(st.lists(st.tuples(days, days), max_size=12))
    def test_shifts_add_up(self, told):
        """The days of all shifts lead from the first latest day to the last."""
        history = revisions.stands([planned(n, *each) for n, each in enumerate(told, 1)])
        latest = [stand.measure.milestones[0].latest for stand in history]
        total = sum(shift.days or 0 for shift in revisions.shifts(history))
        assert total == ((latest[-1] - latest[0]).days if latest else 0)


class TestReviews:
    def test_a_typed_review_counts(self):
        """It replaces what the history shows of the same goal and day."""
        day = date(2019, 4, 1)
        told = [
            said(1, date(2019, 3, 1), goals=(Goal("g", 2019, "Ziel"),)),
            said(
                2,
                day,
                goals=(Goal("h", 2020, "Neu"),),
                goal_reviews=(GoalReview("r", "g", day, "replaced", "h", "V/0001/2019"),),
            ),
        ]
        (review,) = revisions.reviews(revisions.stands(told))
        assert (review.outcome, review.successor_ids, review.reference) == ("replaced", "h", "V/0001/2019")

    def test_an_actual_value_is_no_change(self):
        """What was reached does not change what was aimed at."""
        told = [
            said(1, date(2019, 3, 1), goals=(Goal("g", 2019, "Ziel"),)),
            said(2, date(2019, 4, 1), goals=(Goal("g", 2019, "Ziel", actual="5", state="reached"),)),
        ]
        assert revisions.reviews(revisions.stands(told)) == []


class TestFigures:
    def test_a_value_stands_once(self):
        """Stands that repeat a figure add nothing; a correction adds its own moment."""
        figure = Indicator("k", "Akten", Decimal(5), day=date(2019, 3, 1))
        told = [
            said(1, date(2019, 3, 1), indicators=(figure,)),
            said(2, date(2019, 4, 1), indicators=(figure,)),
            said(3, date(2019, 4, 1), indicators=(replace(figure, value=Decimal(6)),)),
        ]
        assert [(f.indicator.value, f.statement_id) for f in revisions.figures(told)] == [(5, 1), (6, 3)]


class TestFormerContent:
    def test_a_content_without_newer_fields_says_the_same(self):
        """A field that was not known yet is neither a change nor another content."""
        now = Measure(measure_id="dms", title="DMS", goals=(Goal("g", 2019, "Ziel"),)).content()
        before = {key: value for key, value in now.items() if key not in {"indicators", "goal_reviews"}}
        before["goals"] = [{k: v for k, v in row.items() if k != "indicator_id"} for row in now["goals"]]
        assert same_content(before, now)
        assert changes(before, now) == []
        assert not same_content(before, {**now, "title": "Anders"})


class TestRemoved:
    def test_a_row_keeps_its_last_words(self):
        """With the Stand on which it went; what came back is there."""
        first, second = Step("1", "pending", "Alt"), Step("1", "done", "Neu")
        kept, back = Step("2", "pending", "Bleibt"), Step("3", "pending", "Kommt wieder")
        told = [
            said(1, date(2019, 1, 1), steps=(first, kept, back)),
            said(2, date(2019, 2, 1), steps=(second, kept)),
            said(3, date(2019, 3, 1), steps=(kept, back)),
        ]
        assert revisions.removed(revisions.stands(told), "steps") == [
            revisions.Removed(second, date(2019, 3, 1))
        ]
        assert revisions.removed([], "steps") == []

    def test_goals_are_known_for_good(self):
        """A review of a goal that is gone still has its words."""
        told = [said(1, date(2019, 1, 1), goals=(Goal("g", 2019, "Mehr"),)), said(2, date(2019, 2, 1))]
        assert revisions.last_goals(revisions.stands(told))["g"].text == "Mehr"
