"""Sign-in as a browser does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

PASSWORD = "nur-im-test-2019"


def token_of(page: Any) -> str:
    """Return the token that a page's form sends."""
    found = re.search(r'name="_csrf_token" (?:value|content)="([^"]+)"', page.body)
    assert found, page.body[:500]
    return found[1]


@pytest.fixture
def csrf_token() -> Callable[[Any], str]:
    """Read the token of a page."""
    return token_of


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """Send the form of the sign-in page: ``sign_in(client, name, **more)``."""

    def send(client: Any, name: str, password: str = PASSWORD, **more: str) -> Any:
        page = client.get("/user/login")
        data = {"login": name, "password": password, "_csrf_token": token_of(page), **more}
        return client.post("/user/login", data=data, follow_redirects=False)

    return send
