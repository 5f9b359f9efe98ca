"""What many changes come to, in one sentence."""

from __future__ import annotations

import pytest
from two_days import FIRST, LAST

from ckanext.digitalms.comparison.summary import between, since_last_report, summary

pytestmark = pytest.mark.pure


def _steps(state, count):
    return [{"id": f"s{place}", "state": state, "text": f"Schritt {place}"} for place in range(count)]


def _milestones(*days):
    return [{"id": f"m{place}", "title": f"M{place}", "latest": day} for place, day in enumerate(days)]


class TestSummary:
    def test_as_the_report_says_it(self, compared, german):
        """Three steps, and a date that moved for a reason."""
        late = {"id": "m", "title": "Portal online", "latest": "2020-06-30"}
        found = compared(
            {"steps": _steps("pending", 3), "milestones": [late]},
            {
                "steps": _steps("done", 3),
                "milestones": [{**late, "latest": "2020-09-30", "reason": "weil die Stelle unbesetzt war."}],
            },
        )
        assert german(since_last_report(found)) == (
            "Seit dem letzten Bericht: 3 Schritte umgesetzt, ein Termin um 92 Tage verschoben, "
            "weil die Stelle unbesetzt war."
        )

    def test_one_of_each(self, compared, german):
        """One thing is told as one."""
        found = compared(
            {"steps": _steps("pending", 1), "milestones": _milestones("2020-06-30"), "title": "Alt"},
            {"steps": _steps("done", 1), "milestones": _milestones("2020-06-29"), "title": "Neu"},
        )
        assert german(summary(found)) == (
            "ein Schritt umgesetzt, ein Text geändert, ein Termin um einen Tag vorgezogen"
        )

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (("2020-07-01", "2020-07-01"), "2 Termine um je einen Tag verschoben"),
            (("2020-07-10", "2020-07-10"), "2 Termine um je 10 Tage verschoben"),
            (("2020-07-01", "2020-07-10"), "2 Termine um 1 bis 10 Tage verschoben"),
            (
                ("2020-06-20", "2020-07-10"),
                "ein Termin um 10 Tage vorgezogen, ein Termin um 10 Tage verschoben",
            ),
        ],
    )
    def test_several_dates(self, compared, german, days, words):
        """Dates that moved are told with how far."""
        found = compared(
            {"milestones": _milestones("2020-06-30", "2020-06-30")}, {"milestones": _milestones(*days)}
        )
        assert german(summary(found)) == words

    def test_a_goal_counts_once(self, compared, german):
        """Another year and another text of one goal are one goal that changed."""
        goal = {"id": "g", "year": 2019, "text": "17 Portale"}
        found = compared({"goals": [goal]}, {"goals": [{**goal, "year": 2020, "text": "20 Portale"}]})
        assert german(summary(found)) == "ein Ziel geändert"

    def test_nothing(self, compared, german):
        """Nothing is said as such."""
        assert summary([]) is None
        assert german(since_last_report([])) == "Seit dem letzten Bericht hat sich nichts geändert."
        told = "Vom 14.03.2019 bis zum 14.03.2020 hat sich nichts geändert."
        assert german(between(FIRST, LAST, compared({}, {}))) == told
