"""What a report leaves as it is of measures that the catalogue has already."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from werkzeug.datastructures import FileStorage

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

REPORT = """Stand: 14.03.2019

Maßnahme\tRatsvorlagen: Ziele\tPlan / Ist
Dokumentenmanagement\tV/0954/2018\t"""


def call(action: str, **data: Any) -> Any:
    return tk.get_action(action)({"user": "coordinator", "ignore_auth": False}, data)


def draft_of(cell: str) -> Any:
    upload = FileStorage(BytesIO(f"{REPORT}{cell}\n".encode()), filename="bericht.md")
    return call("digitalms_report_import_create", upload=upload)


@pytest.mark.parametrize("as_of", ["2018-01-01", "2019-06-01"])
@pytest.mark.parametrize(("cell", "status"), [("", "done"), ("ruht", "paused")])
def test_what_a_report_does_not_speak_of_stays(
    make_measure: Callable[..., Any], as_of: str, cell: str, status: str
) -> None:
    known: dict[str, Any] = {"status": "in_progress", "progress_percent": 40}
    if status == "done":
        known = {"status": "done", "progress_percent": 100}
    steps = [{"state": "done", "text": "Alter Schritt"}]
    make_measure(title="Dokumentenmanagement", as_of="2018-01-01", steps=steps, **known)
    if as_of != "2018-01-01":
        call("package_patch", id="dms", as_of=as_of, statement="Neu")
    draft = draft_of(cell)
    assert draft["measures"][0]["status"] == status
    call("digitalms_report_import_apply", id=draft["id"])
    then = tk.get_action("digitalms_measure_show")({}, {"id": "dms", "cut_off_date": "2019-03-14"})
    assert (then["as_of"], then["status"]) == ("2019-03-14", status)
    assert [step["text"] for step in then["steps"]] == ["Alter Schritt"]
    assert then["progress_percent"] == known["progress_percent"]


def test_a_row_given_to_a_known_measure_keeps_its_status(make_measure: Callable[..., Any]) -> None:
    known = {"status": "paused", "status_reason": "Geld", "council_references": []}
    make_measure(title="E-Akte", as_of="2018-01-01", **known)
    draft = draft_of("")
    assert draft["measures"][0]["status"] == "planned"
    for known_as, expected in (("dms", ("paused", "Geld")), ("", ("planned", ""))):
        row = {"position": 1, "known_as": known_as}
        call("digitalms_report_import_update", id=draft["id"], measures=[row])
        told = call("digitalms_report_import_show", id=draft["id"])["measures"][0]
        assert (told["status"], told["status_reason"]) == expected
