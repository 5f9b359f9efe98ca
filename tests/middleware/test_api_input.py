"""What the API hands to CKAN's own actions."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.mark.parametrize("action", ["package_resource_reorder", "resource_view_reorder"])
@pytest.mark.parametrize("order", [[[]], [{}], [None], [5]])
def test_lists_of_ids_hold_texts(app, action, order):
    """CKAN's action broke off (500)."""
    answer = app.post(f"/api/action/{action}", json={"id": "", "order": order})
    assert answer.status_code == 409
    assert answer.json["error"]["order"] == ["Hier wird eine Liste von Texten erwartet."]
