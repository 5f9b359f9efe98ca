"""Nobody makes a sysadmin but a sysadmin, by whichever way an account can be written."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("user_patch", {"id": "editor", "sysadmin": True}),
    ("user_update", {"id": "editor", "email": "e@example.org", "sysadmin": True}),
    ("user_patch", {"id": "fremde", "sysadmin": True}),
    (
        "user_create",
        {"name": "neue", "email": "n@example.org", "password": "x7-Kaltes-Wasser", "sysadmin": True},
    ),
    ("user_invite", {"email": "n@example.org", "group_id": "citeq", "role": "admin", "sysadmin": True}),
]
FORMS = [
    ("/user/sysadmin", {"username": "editor", "status": "1"}),
    ("/user/sysadmin", {"username": "fremde", "status": "1"}),
    ("/user/edit/editor", {"name": "editor", "email": "e@example.org", "sysadmin": "True"}),
    ("/user/register", {"name": "neue", "email": "n@example.org", "sysadmin": "True"}),
]


def sysadmins() -> set[str]:
    model.Session.rollback()
    return {user.name for user in model.Session.query(model.User).filter_by(sysadmin=True)}


def test_nobody_makes_a_sysadmin(app, personas, subtests):
    before = sysadmins()
    assert "chef" in before
    for persona in ("editor", "coordinator"):
        headers = {"Authorization": factories.APIToken(user=personas[persona])["token"]}
        for action, told in ACTIONS:
            with subtests.test(action, persona=persona, told=told):
                app.post(f"/api/action/{action}", json=told, headers=headers)
                assert sysadmins() == before
        for address, form in FORMS:
            with subtests.test(address, persona=persona, form=form):
                app.post(address, data=form, headers=headers, follow_redirects=False)
                assert sysadmins() == before


def test_a_sysadmin_does(app, personas):
    """Else the test above would see nothing."""
    headers = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    told = {"id": "editor", "sysadmin": True}
    assert app.post("/api/action/user_patch", json=told, headers=headers).status_code == 200
    assert "editor" in sysadmins()
