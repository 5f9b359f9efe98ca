"""What history tells of milestones, the bars of plan and actual, and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.measures import milestone_calendar, milestone_plot
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.milestone_facts import facts
from ckanext.digitalms.measures.milestone_plot import MOST_PERIODS, Period, periods

pytestmark = pytest.mark.pure


def said(number: int, as_of: str, latest: str, measure: str = "dms", **more: Any) -> Statement:
    row = {"id": "m1", "title": "Start", "latest": latest, **more}
    content = {"measure_id": measure, "title": "DMS", "milestones": [row]}
    moment = datetime(2020, 1, number, 12, 0, tzinfo=UTC)
    return Statement(number, "p", measure, date.fromisoformat(as_of), moment, "statement", "public", content)


class TestFacts:
    def test_what_was_promised_and_how_often_it_changed(self):
        found = facts(
            [
                said(1, "2019-03-14", "2019-06-30"),
                said(2, "2019-03-14", "2019-07-31"),  # a correction of the same Stand is no shift
                said(3, "2019-09-01", "2019-12-31"),
                said(4, "2019-10-01", "2019-12-31"),  # nothing new of it
                said(5, "2019-12-01", "2019-12-31", met_on="2019-11-30"),
            ]
        )["dms", "m1"]
        assert (found.first_latest, found.first_as_of) == (date(2019, 7, 31), date(2019, 3, 14))
        assert (found.moved, found.sequence) == (1, 2)
        assert found.changed_at.day == 5

    def test_of_several_measures(self):
        found = facts([said(1, "2019-03-14", "2019-06-30"), said(2, "2019-03-14", "2020-06-30", "portal")])
        assert found["portal", "m1"].first_latest == date(2020, 6, 30)
        assert found["dms", "m1"].sequence == 0

    def test_of_none(self):
        assert facts([]) == {}


def row(latest: str | None, met_on: str | None = None) -> dict[str, Any]:
    return {"latest": latest, "met_on": met_on}


class TestPeriods:
    def test_months(self):
        found = periods([row("2019-03-31", "2019-05-02"), row("2019-03-01"), row(None)])
        assert found == [
            Period(date(2019, 3, 1), 1, 2, 0),
            Period(date(2019, 4, 1), 1, 0, 0),
            Period(date(2019, 5, 1), 1, 0, 1),
        ]

    def test_longer_times_where_there_are_many(self):
        assert {one.months for one in periods([row("2019-01-01"), row("2023-12-31")])} == {3}
        assert {one.months for one in periods([row("2000-01-01"), row("2019-12-31")])} == {12}

    @given(st.lists(st.tuples(st.none() | st.dates(), st.none() | st.dates()), max_size=20))
    def test_all_are_counted_once(self, days):
        rows = [row(*[day.isoformat() if day else None for day in pair]) for pair in days]
        found = periods(rows)
        meant = [day for pair in days for day in pair if day and 1900 <= day.year <= 2199]
        assert sum(one.planned + one.met for one in found) == len(meant)
        assert len(found) <= MOST_PERIODS + 1
        if found:
            drawn = milestone_plot.svg(found, "<Titel>", "Text", ("a", "b"), lambda one: str(one.first))
            assert "<Titel>" not in drawn


ENTRY = {
    "measure_id": "dms",
    "measure_title": "DMS; mit, Zeichen",
    "milestone_id": "m1",
    "title": "Start\nmit Zeile",
    "date_text": "im Sommer",
    "due": "2019-08-31",
    "sequence": 3,
    "changed_at": "2020-01-05T12:00:00+00:00",
    "url": "https://example.org/dms",
    "organisation_title": "citeq",
}


class TestCalendar:
    def test_read_back(self):
        """The entry has an id and a number that stay; a milestone without a day has none."""
        rows = [ENTRY, {**ENTRY, "milestone_id": "m2", "due": None}]
        told = (rows, "example.org", "Meilensteine", lambda _: "Zustand: offen")
        written = milestone_calendar.calendar(*told)
        assert written == milestone_calendar.calendar(*told)
        (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
        assert event["UID"] == "milestone-dms-m1@example.org"
        assert event["SEQUENCE"] == 3
        assert event.decoded("DTSTART") == date(2019, 8, 31)
        assert event.decoded("DTEND") == date(2019, 9, 1)
        assert event.decoded("LAST-MODIFIED") == datetime(2020, 1, 5, 12, tzinfo=UTC)
        assert event["SUMMARY"] == "DMS; mit, Zeichen: Start\nmit Zeile"
        assert event["DESCRIPTION"] == "Zustand: offen"
        assert max(map(len, written.split(b"\r\n"))) <= 75
