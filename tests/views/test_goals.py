"""Goals over the years: what reviews made of them, also of those that went, as table and plot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action

PAGE = "/digitalisierungsmassnahme/dms"

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture(autouse=True)
def measure(personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
    """Two goals: the first was replaced by a third for a reason, the second went without a word."""
    first = [{"year": "2019", "text": "Pilot <b>"}, {"year": "2020", "text": "Schulung"}]
    goals = make_measure(goals=first)["goals"]
    context = {"user": personas["sysadmin"]}
    told = {"id": "dms", "as_of": "2019-12-01", "goals": [goals[0], {"year": "2021", "text": "Rollout"}]}
    goals = tk.get_action("package_patch")(context, told)["goals"]
    review = {
        "goal_id": goals[0]["id"],
        "review_date": "2020-01-10",
        "outcome": "replaced",
        "successor_ids": goals[1]["id"],
        "reason": "Stelle nicht besetzt",
    }
    goals[0]["state"] = "dropped"
    told = {"id": "dms", "as_of": "2020-01-15", "goals": goals, "goal_reviews": [review]}
    tk.get_action("package_patch")(context, told)


def test_the_history_has_every_goal_with_its_reviews() -> None:
    goals = call_action("digitalms_measure_history", id="dms")["goals"]
    assert [(one["year"], one["state"], one["removed_on"]) for one in goals] == [
        (2019, "dropped", None),
        (2020, "dropped", "2019-12-01"),
        (2021, "open", None),
    ]
    said = {one["review_date"]: one for one in goals[0]["reviews"]}["2020-01-10"]
    assert (said["outcome"], said["successors"], said["reason"]) == (
        "replaced",
        ["Rollout"],
        "Stelle nicht besetzt",
    )
    assert [one["outcome"] for one in goals[1]["reviews"]] == ["dropped"]


def test_a_day_before(app: Any) -> None:
    """Nothing is known then of what became of them."""
    goals = call_action("digitalms_measure_history", id="dms", cut_off_date="2019-06-01")["goals"]
    assert [(one["state"], one["reviews"]) for one in goals] == [("open", []), ("open", [])]
    assert "entfallen seit" not in app.get(f"{PAGE}?stichtag=2019-06-01").body


def test_the_page(app: Any) -> None:
    """Table and columns by year; texts are escaped."""
    body = app.get(PAGE).body
    assert "Pilot &lt;b&gt;" in body
    assert "entfallen seit 01.12.2019" in body
    assert "Stelle nicht besetzt" in body
    assert "ersetzt, jetzt <span" in body
    assert 'id="dm-goals-title"' in body
    assert "2021: 1 offen" in body


def test_the_table_has_the_reason() -> None:
    """As it is published."""
    from ckanext.digitalms.publishing import snapshot
    from ckanext.digitalms.tables.open_tables import TABLES

    rows = list(TABLES["goal_reviews"].rows(snapshot.source()))
    assert "Stelle nicht besetzt" in [row["reason"] for row in rows]
