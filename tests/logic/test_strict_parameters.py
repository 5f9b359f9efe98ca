"""What an action does not know it refuses, by name; nothing is ever said by mistake."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from ckanext.digitalms.logic import action, schema
from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

OURS = sorted(name for name in action.__all__ if name.startswith("digitalms_"))
# what CKAN's own machinery names in data
ODD = ("cut_of_date", "__extras", "__junk", "__before", "save")


def refused(name: str, user: str, **data: Any) -> dict[str, Any]:
    """Return what an action says of what it is given."""
    with pytest.raises(tk.ValidationError) as told:
        tk.get_action(name)({"user": user}, data)
    return dict(told.value.error_dict)


def test_every_action_refuses_what_it_does_not_know(personas, make_measure):
    """The sentence names the parameter and all that there are, which the description of the API has, too."""
    make_measure()
    assert sorted(schema.SCHEMAS) == OURS
    for name in OURS:
        for odd in ODD:
            error = refused(name, personas["sysadmin"], id="dms", **{odd: {"id": ["x"]}})
            known = ", ".join(sorted(schema.SCHEMAS[name]()))
            assert (known or "takes none") in error[odd][0], (name, odd, error)


def test_a_word_too_much_makes_no_stand(personas, make_measure):
    """A misspelt parameter, and a statement that says nothing, leave the measure as it is."""
    dataset = make_measure()
    before = StatementRow.newest_of([dataset["id"]])[dataset["id"]].statement_id
    rows = [{"state": "done", "text": "fertig", "progress": "40"}]
    assert (
        "progress_percent"
        in refused("digitalms_statement_create", "chef", id="dms", progress=40)["progress"][0]
    )
    assert (
        "state"
        in refused("digitalms_statement_create", "chef", id="dms", steps=rows)["steps"][0]["progress"][0]
    )
    for nothing in (
        {},
        {"statement": " \n"},
        {"as_of": "2026-11-01"},
        {"statement": "", "status": "", "source": ""},
    ):
        error = refused("digitalms_statement_create", "chef", id="dms", **nothing)
        assert "statement" in error, nothing
    assert StatementRow.newest_of([dataset["id"]])[dataset["id"]].statement_id == before
    told = tk.get_action("digitalms_statement_create")(
        {"user": "chef"}, {"id": "dms", "progress_percent": ""}
    )
    assert told["change"] in {"new_stand", "correction", "unchanged"}


def test_what_stands_in_two_places(app, make_measure):
    """CKAN reads past the body, or past the address: both are said, not one of them taken."""
    make_measure()
    path = "/api/action/digitalms_measure_list?limit=1"
    answer = app.post(path, json={"cut_off_date": "2019-03-14"})
    assert answer.status_code == 409
    assert "Inhalt" in answer.json["error"]["limit"][0]
    assert app.post(path).json["result"]["count"] == 1
