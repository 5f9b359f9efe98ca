"""What the API hands to CKAN's own actions."""

from __future__ import annotations

import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.mark.parametrize("action", ["package_resource_reorder", "resource_view_reorder"])
@pytest.mark.parametrize("order", [[[]], [{}], [None], [5]])
def test_lists_of_ids_hold_texts(app, action, order):
    """CKAN's action broke off (500)."""
    answer = app.post(f"/api/action/{action}", json={"id": "", "order": order})
    assert answer.status_code == 409
    assert answer.json["error"]["order"] == ["Hier wird eine Liste von Texten erwartet."]


@pytest.mark.parametrize("told", ["hunde", "[]", {"a": 1}, 5, None])
def test_a_list_of_names_is_a_list(app, personas, told):
    """A single text was taken letter by letter (500)."""
    key = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    asked = {"datasets": told, "org_id": "citeq"}
    answer = app.post("/api/action/bulk_update_private", json=asked, headers=key)
    assert answer.status_code == 409
    assert answer.json["error"]["datasets"] == ["Hier wird eine Liste erwartet."]
