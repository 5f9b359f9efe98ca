"""Below the data a program is told in JSON what is wrong, a person on a page."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

BASE = "/digitalisierung/daten"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}


def test_files_that_are_not_there(app):
    """Curl and fetch take everything: what ends like a file is answered as one."""
    files = (
        "gibt-es-nicht.csv",
        "measures.csv",
        "measures/x/measures.csv",
        "a/b/c/d.json",
        "datensatz/x.csv",
    )
    for path in files:
        answer = app.get(f"{BASE}/{path}", headers={"Accept": "*/*"}, status=404)
        assert answer.headers["Content-Type"].startswith("application/json"), path
        told = json.loads(answer.body)
        assert told["success"] is False
        assert told["error"]["message"], path
        page = app.get(f"{BASE}/{path}", headers=BROWSER, status=404)
        assert page.headers["Content-Type"].startswith("text/html"), path


def test_pages_for_who_asks_for_json(app):
    """A page is told in JSON only where that is asked for."""
    for path in ("gibt/es/nicht", "nirgends/"):
        assert "json" not in app.get(f"{BASE}/{path}", status=404).headers["Content-Type"]
        answer = app.get(f"{BASE}/{path}", headers=PROGRAM, status=404)
        assert answer.json["error"]["message"], path
    assert "json" not in app.get("/digitalisierung/x/y", headers=PROGRAM, status=404).headers["Content-Type"]


def test_methods_and_the_api(app):
    """What the router refuses has a sentence, too, and says what is allowed."""
    answer = app.test_client().delete(f"{BASE}/measures.csv")
    assert answer.status_code == 405
    assert "GET" in answer.json["error"]["message"]
    assert "GET" in answer.headers["Allow"]
    assert app.get("/api/3/nirgends/x", status=404).json["error"]["message"]
