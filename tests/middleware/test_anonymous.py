"""Rights that CKAN asks of those who are signed in alone."""

from __future__ import annotations

import pytest


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_strangers_are_refused_before_rights_are_asked(app, make_measure):
    """CKAN's own right takes for granted that there is an account, and broke off (500)."""
    answer = app.post("/api/action/package_collaborator_list", json={"id": make_measure()["name"]})
    assert answer.status_code == 403
    assert answer.json["error"]["__type"] == "Authorization Error"
