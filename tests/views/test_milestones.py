"""All milestones by month, plan against actual: the action, the page, the table and the calendar."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import icalendar
import pytest
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGE = "/digitalisierung/meilensteine"


@pytest.fixture(autouse=True)
def measures(personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
    """Two measures: one milestone was moved and met late, one is overdue, one has no day."""
    rows = [
        {"title": "Pilot", "date_text": "bis Ende Juni 2019", "latest": "2019-06-30"},
        {"title": "Rollout", "latest": "2019-12-31"},
        {"title": "Ausblick"},
    ]
    rows = make_measure(milestones=rows, status="in_progress")["milestones"]
    rows[0] |= {"latest": "2019-09-30", "met_on": "2019-10-15", "reason": "Personal"}
    context = {"user": personas["sysadmin"]}
    tk.get_action("package_patch")(context, {"id": "dms", "as_of": "2019-11-01", "milestones": rows})
    make_measure(name="geheim", title="Geheim", private=True, milestones=[{"title": "Verborgen"}])


def titles(**asked: Any) -> list[str]:
    found = tk.get_action("digitalms_milestone_list")({"user": ""}, asked)
    return [one["title"] for one in found["results"]]


class TestList:
    def test_anonymous(self) -> None:
        """In the order of their days, with what was promised first; nothing that is not public."""
        found = call_action("digitalms_milestone_list")
        assert [one["title"] for one in found["results"]] == ["Pilot", "Rollout", "Ausblick"]
        pilot, rollout, outlook = found["results"]
        assert (pilot["state"], pilot["days_late"], pilot["first_latest"]) == ("met_late", 15, "2019-06-30")
        assert (pilot["days_moved"], pilot["moved"], pilot["sequence"]) == (92, 1, 1)
        assert (rollout["state"], rollout["days_late"] > 0) == ("overdue", True)
        assert (outlook["due"], outlook["days_late"]) == (None, None)

    def test_filters(self) -> None:
        assert titles(state="overdue") == ["Rollout"]
        assert titles(state=["overdue", "met_late"]) == ["Pilot", "Rollout"]
        assert titles(until="2019-10-01") == ["Pilot"]
        assert titles(since="01.10.2019") == ["Rollout"]
        assert titles(organisation="citeq", limit=1, offset=1) == ["Rollout"]
        assert titles(measure="portal") == titles(organisation="anderes-amt") == []

    def test_a_day_before(self) -> None:
        """As it stood then: planned for June."""
        found = call_action("digitalms_milestone_list", cut_off_date="2019-04-01")
        assert [(one["latest"], one["state"]) for one in found["results"]][:2] == [
            ("2019-06-30", "open"),
            ("2019-12-31", "open"),
        ]
        assert found["cut_off_date"] == "2019-04-01"

    @pytest.mark.parametrize("asked", [{"state": "removed"}, {"since": "x"}, {"limit": -1}, {"jahr": 2019}])
    def test_bad_input(self, asked: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            titles(**asked)


class TestPage:
    def test_by_month(self, app: Any) -> None:
        body = app.get(PAGE).body
        assert body.index("September 2019") < body.index("Dezember 2019") < body.index("ohne Tag")
        assert "erreicht am 15.10.2019" in body
        assert "zuerst zugesagt: 30.06.2019" in body
        assert "92 Tage später" in body
        assert "Verborgen" not in body
        assert 'id="dm-milestones-title"' in body
        assert "nach Plan fällig" in body
        assert 'aria-current="page">Maßnahmen' in body

    def test_filters_stay_in_the_links(self, app: Any) -> None:
        body = app.get(f"{PAGE}?state=overdue&since=2019-10-01").body
        assert "Pilot" not in body
        assert "Ein Meilenstein gefunden" in body
        assert "/digitalisierung/meilensteine.ics?state=overdue&amp;since=2019-10-01" in body
        assert "Zu diesen Filtern passt kein Meilenstein." in app.get(f"{PAGE}?state=met").body

    def test_what_cannot_be_read_is_told(self, app: Any) -> None:
        """The page still shows, with what was typed."""
        body = app.get(f"{PAGE}?state=bald&since=31.02.2019").body
        assert "„bald“ ist kein Zustand" in body
        assert 'value="31.02.2019"' in body
        assert "Pilot" in body

    def test_on_a_day(self, app: Any) -> None:
        body = app.get(f"{PAGE}?stichtag=2019-04-01").body
        assert "Juni 2019" in body
        assert "erreicht am" not in body
        assert "Sie sehen den Stand vom 1. April 2019" in body
        assert "meilensteine.csv?stichtag=2019-04-01" in body

    def test_linked_from_the_overview(self, app: Any) -> None:
        assert f'href="{PAGE}"' in app.get("/digitalisierung").body


class TestFiles:
    def test_csv(self, app: Any) -> None:
        answer = app.get(f"{PAGE}.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(answer.body.splitlines()))
        assert (rows[0]["title"], rows[0]["latest"], rows[0]["days_late"]) == ("Pilot", "2019-09-30", "15")
        assert len(rows) == 3

    def test_calendar(self, app: Any) -> None:
        answer = app.get(f"{PAGE}.ics?organisation=citeq")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        events = icalendar.Calendar.from_ical(answer.body).walk("VEVENT")
        assert [str(one["SUMMARY"]) for one in events] == [
            "Dokumentenmanagement (DMS): Pilot",
            "Dokumentenmanagement (DMS): Rollout",
        ]
        assert int(events[0]["SEQUENCE"]) == 1
        assert str(events[0]["UID"]).startswith("milestone-dms-")
        assert "Wortlaut: „bis Ende Juni 2019“" in events[0]["DESCRIPTION"]
        tag = answer.headers["ETag"]
        assert app.get(f"{PAGE}.ics?organisation=citeq", headers={"If-None-Match": tag}, status=304)

    def test_what_cannot_be_read_is_refused(self, app: Any) -> None:
        for path in (f"{PAGE}.csv?state=x", f"{PAGE}.ics?stichtag=x", f"{PAGE}.ics?since=x"):
            app.get(path, status=400)
