"""A catalogue with some history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from import_files import GOAL, INDICATOR, LISTS, MILESTONE, STEP, patch
from stored_state import STATE


@pytest.fixture
def history(personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
    """The office's measure with two Stands, another one, and one of another office."""
    STATE.once("history", lambda: _history(make_measure))


def _history(make_measure: Callable[..., Any]) -> None:
    make_measure(
        **LISTS,
        statement="=Anfang; mit „Zitat“",
        progress_percent="12.5",
        steps=[{"id": STEP, "state": "pending", "text": "Rechte"}, {"state": "done", "text": "'=Rollen"}],
        milestones=[{"id": MILESTONE, "title": "Start", "latest": "2019-06-30", "date_text": "Mitte 2019"}],
        goals=[{"id": GOAL, "year": "2019", "text": "Fünf Ämter", "state": "open"}],
        indicators=[{"id": INDICATOR, "title": "Plätze", "value": "640.25", "day": "2019-03-01"}],
    )
    patch(
        "dms",
        as_of="2019-09-01",
        status="in_progress",
        milestones=[
            {"id": MILESTONE, "title": "Start", "latest": "2019-12-31", "reason": "Stelle unbesetzt"}
        ],
        goals=[{"id": GOAL, "year": "2019", "text": "Vier Ämter", "state": "open"}],
        indicators=[{"id": INDICATOR, "title": "Plätze", "value": "700", "day": "2019-08-31"}],
    )
    make_measure(name="wlan", title="WLAN", parent_id="dms", steps=[], position="2", vision_year="2022")
    make_measure(name="fremd", title="Fremd", owner_org="anderes-amt")
