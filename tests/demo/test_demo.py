"""The demo: seven measures, eleven references, what the report says of 2018."""

from __future__ import annotations

import contextlib

import pytest
from ckan.tests.helpers import call_action

from ckanext.digitalms.demo import fill

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


class TestDemo:
    def test_seven_measures_in_the_order_of_the_report(self):
        """The overview's rows are the report's rows, with the strategy above the six others."""
        fill.organisations(None, None)
        assert fill.measures(fictional=False) == 7
        listed = call_action("digitalms_measure_list")
        assert [m["measure_id"] for m in listed["results"]] == [
            "strategie",
            "serviceportal",
            "dms",
            "open-data",
            "breitband",
            "wlan",
            "mobilfunk",
        ]
        assert [m["depth"] for m in listed["results"]] == [0, 1, 1, 1, 1, 1, 1]

    def test_eleven_references(self, report):
        """All eleven numbers of the report are cited."""
        listed = call_action("digitalms_measure_list")["results"]
        assert len({row["reference"] for m in listed for row in m["council_references"]}) == 11

    def test_what_the_report_says_of_2018(self, report):
        """On the day of the council's decision the strategy was planned, and nothing else was there."""
        then = call_action("digitalms_measure_list", cut_off_date="2018-03-14")["results"]
        assert [(m["measure_id"], m["status"]) for m in then] == [("strategie", "planned")]

    def test_twice_changes_nothing(self, report):
        """A filled catalogue stays as it is."""
        assert fill.measures(fictional=True) == 0

    def test_what_was_interrupted_is_finished(self, monkeypatch):
        """However far a demo came, the next call brings it to the same end; what was said since stays."""
        fill.organisations(None, None)
        calls = []

        def save(action, record):
            calls.append(action)
            if len(calls) in {2, 6, 12}:
                raise KeyboardInterrupt
            saved(action, record)

        saved = fill._save
        monkeypatch.setattr(fill, "_save", save)
        for _ in range(3):
            with contextlib.suppress(KeyboardInterrupt):
                fill.measures(fictional=True)
        fill.measures(fictional=True)
        history = call_action("digitalms_measure_history", id="strategie")["results"]
        assert sorted(e["as_of"] for e in history) == ["2018-03-14", "2019-03-14", "2019-09-30"]
        call_action("package_patch", id="wlan", as_of="2020-08-01", statement="Von der Stadt")
        count = len(calls)
        assert fill.measures(fictional=True) == 0
        assert len(calls) == count
        assert len(call_action("digitalms_measure_list")["results"]) == 7

    def test_the_fictional_continuation_is_marked(self, demo):
        """Every made-up statement says so."""
        entries = call_action("digitalms_measure_history", id="dms")["results"]
        made_up = [e for e in entries if e["as_of"] > "2019-03-14"]
        assert made_up
        assert all(e["statement"].startswith("[Fiktives Beispiel]") for e in made_up)

    def test_coverage_of_the_muensterland(self, report):
        """67 municipalities with their source; twice changes nothing; the measure is linked to Münster."""
        assert fill.coverage() == "accepted"
        assert fill.coverage() == "unchanged"
        found = call_action("digitalms_coverage_show", technology="all", speed_mbit_s=30, limit=100)
        assert found["count"] == 67
        shares = {row["area_name"]: row["share_percent"] for row in found["results"]}
        assert shares["Münster"] == 96.51
        assert {row["source"] for row in found["results"]} == {"© Bundesnetzagentur / Breitbandatlas"}
        linked = call_action("digitalms_measure_show", id="breitband")["coverage_links"]
        assert [(row["area_code"], row["speed_mbit_s"]) for row in linked] == [
            ("05515000", 30),
            ("05515000", 1000),
        ]
