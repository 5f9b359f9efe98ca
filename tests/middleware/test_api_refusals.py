"""What the API says to who may not is one language, and says when a token is none."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

INVALID = "Der API-Token dieser Anfrage ist nicht gültig"


def said(app: Any, action: str, token: str | None = None, **told: Any) -> str:
    """Ask as somebody; return the sentence of the refusal."""
    client = app.test_client(use_cookies=False)
    headers = {"Authorization": token} if token is not None else {}
    answer = client.post(f"/api/action/{action}", json=told, headers=headers)
    assert answer.status_code == 403
    assert answer.json["error"]["__type"] == "Authorization Error"
    return str(answer.json["error"]["message"])


def test_no_english_before_the_reason(app, personas):
    """CKAN's own words are not there, and what it says in English only is ours."""
    assert said(app, "user_list") == "Konten sehen nur die, die Mitglieder eines Amts verwalten."
    assert (
        said(app, "package_create", name="x")
        == "Das geht nur mit einem Konto: Senden Sie einen API-Token mit."
    )
    stranger = factories.APIToken(user=personas["stranger"])["token"]
    assert "Access" not in said(app, "organization_create", stranger, name="x")


def test_a_token_that_is_none(app, personas):
    """Made up, cut, signed by nobody or by another key, or revoked: it is a stranger's, and that is said."""
    real = factories.APIToken(user=personas["editor"])["token"]
    head, body, signature = real.split(".")
    # heads that name the algorithms none and HS512
    for_nobody = f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}."
    longer = f"eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.{body}.{signature}"
    for token in ("abc", f"{head}.{body}.{signature[:-2]}", f"{head}.{body}.", for_nobody, longer):
        assert said(app, "user_show", token, id="editor").startswith(INVALID), token
        public = app.test_client(use_cookies=False).get(
            "/api/action/status_show", headers={"Authorization": token}
        )
        assert public.status_code == 200
    assert INVALID not in said(
        app, "user_show", factories.APIToken(user=personas["stranger"])["token"], id="editor"
    )
