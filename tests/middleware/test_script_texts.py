"""What scripts say in the browser is said in German, whichever script says it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from ckan.lib.i18n import get_locales_from_config

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, Any] = {"_": None, "ngettext": (1, 2)}
SCRIPTS = ("ckan", "ckanext.datastore", "ckanext.datatablesview", "ckanext.textview", "ckanext.harvest")


def texts_of_scripts() -> dict[str, str]:
    """Return every text that a script says, with the script."""
    specs = [importlib.util.find_spec(name) for name in SCRIPTS]
    folders = [Path(spec.origin).parent for spec in specs if spec and spec.origin]
    folders.append(ROOT / "ckanext-digitalms/ckanext/digitalms/assets")
    return {
        message if isinstance(message, str) else message[0]: f"{folder.name}/{name}:{line}"
        for folder in folders
        for name, line, message, _, _ in extract_from_dir(
            folder, [("**/vendor/**", "ignore"), ("**.js", "javascript")], keywords=KEYWORDS
        )
    }


@pytest.mark.usefixtures("with_plugins")
class TestTexts:
    def test_all_are_german(self, app):
        """No text of a script lacks its German words."""
        answer = app.get("/api/i18n/de")
        german, said = answer.json, texts_of_scripts()
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert german["Edit"] == [None, "Bearbeiten"]
        assert len(german["Input is too short, must be at least one character"]) == 3
        assert len(said) > 30
        assert {text: place for text, place in said.items() if text not in german} == {}

    def test_what_has_not_changed_is_not_sent_again(self, app):
        """A page does not load them anew."""
        tag = app.get("/api/i18n/de").headers["ETag"]
        assert app.get("/api/i18n/de", headers={"If-None-Match": tag}).status_code == 304

    def test_other_languages(self, app):
        """Each language that is offered; others are refused as CKAN does."""
        assert {app.get(f"/api/i18n/{language}").status_code for language in get_locales_from_config()} == {
            200
        }
        assert app.get("/api/i18n/en").json == {}
        assert app.get("/api/i18n/gibt-es-nicht").status_code == 400
