"""Wordings of dates in the table of milestones are read as in the form, and the preview says so."""

from __future__ import annotations

from typing import Any

import pytest
from import_files import MILESTONE, imported, measure

pytestmark = pytest.mark.usefixtures("with_plugins", "history")

USER = "coordinator"


def preview(*rows: dict[str, Any]) -> dict[str, Any]:
    return imported(USER, [{"measure_id": "dms", **row} for row in rows], table="milestones", dry_run=True)


def new_days(answer: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {each["field"]: each["new"] for each in change["fields"] if each["field"] in {"earliest", "latest"}}
        for change in answer["changes"]
    ]


def causes(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(found["row"], found["cause"]) for found in answer["findings"]]


class TestNewRows:
    def test_what_was_understood(self) -> None:
        """Each row has the days of its wording, and the preview says which and by what rule."""
        answer = preview(
            {"title": "A", "date_text": "drittes Quartal 2019"},
            {"title": "B", "date_text": "bis Ende Juni 2026"},
            {"title": "C", "date_text": "ab dem dritten Quartal 2019"},
        )
        assert answer["state"] == "received"
        assert new_days(answer) == [
            {"earliest": "2019-07-01", "latest": "2019-09-30"},
            {"latest": "2026-06-30"},
            {"earliest": "2019-07-01"},
        ]
        assert causes(answer) == [(1, "date-read"), (2, "date-read"), (3, "date-read")]
        assert (
            "01.07.2019" in answer["findings"][0]["message"]
            or "2019-07-01" in answer["findings"][0]["message"]
        )

    def test_taken_over_as_previewed(self) -> None:
        answer = preview({"title": "A", "date_text": "III/2019"})
        imported_now = imported(USER, b"", import_id=answer["id"])
        assert imported_now["state"] == "accepted"
        added = measure("dms")["milestones"][-1]
        told = (added["date_text"], added["earliest"], added["latest"])
        assert told == ("III/2019", "2019-07-01", "2019-09-30")

    def test_days_of_the_table_win(self) -> None:
        """Where both are said the days count, and it is told that the wording means others."""
        answer = preview(
            {
                "title": "A",
                "date_text": "drittes Quartal 2019",
                "earliest": "2019-07-01",
                "latest": "2019-09-30",
            },
            {"title": "B", "date_text": "drittes Quartal 2019", "latest": "2019-12-31"},
        )
        assert new_days(answer)[1] == {"latest": "2019-12-31"}
        assert causes(answer) == [(2, "date-differs")]

    @pytest.mark.parametrize("wording", ["wenn alles fertig ist", "Januar 2019, Mai 2020 oder Juni 2021"])
    def test_what_is_not_understood_is_asked(self, wording: str) -> None:
        """Nothing is guessed; it can be taken over as it is."""
        answer = preview({"title": "A", "date_text": wording})
        assert (answer["state"], new_days(answer)) == ("received", [{}])
        assert causes(answer) == [(1, "date-unclear")]
        assert "latest" in answer["findings"][0]["remedy"]

    def test_what_is_met_needs_no_days(self) -> None:
        answer = preview({"title": "A", "date_text": "irgendwann", "met_on": "2019-05-01"})
        assert causes(answer) == []


class TestKnownRows:
    def test_a_new_wording_moves_the_days(self) -> None:
        """In a table without columns of days; a shift as if the day had been typed."""
        answer = preview({"milestone_id": MILESTONE, "date_text": "Ende März 2020"})
        (change,) = answer["changes"]
        told = {each["field"]: (each["old"], each["new"]) for each in change["fields"]}
        assert told["latest"] == ("2019-12-31", "2020-03-31")
        assert causes(answer) == [(1, "date-read")]

    def test_days_that_stand_there_win(self) -> None:
        row = {
            "milestone_id": MILESTONE,
            "date_text": "Ende März 2020",
            "earliest": None,
            "latest": "2019-12-31",
        }
        answer = preview(row)
        assert new_days(answer) == [{}]
        assert causes(answer) == [(1, "date-differs")]

    def test_emptied_days_are_read(self) -> None:
        row = {"milestone_id": MILESTONE, "date_text": "Ende März 2020", "earliest": None, "latest": None}
        assert new_days(preview(row))[0]["latest"] == "2020-03-31"

    def test_an_old_wording_is_not_read_again(self) -> None:
        """Who moves only the day, or the title, is asked nothing."""
        answer = preview({"milestone_id": MILESTONE, "title": "Beginn"})
        assert causes(answer) == []
        assert [each["field"] for each in answer["changes"][0]["fields"]] == ["title"]
