"""Internal notes say who wrote them and when; they are changed and removed by those who keep the measure."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

MEASURE = "/digitalisierungsmassnahme/dms"


def call(action: str, user: str, **data: Any) -> Any:
    model.Session.rollback()
    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


@pytest.fixture
def note(personas: dict[str, str], make_measure: Any) -> dict[str, Any]:
    make_measure()
    return call("digitalms_internal_note_create", "editor", id="dms", text="Frau Müller fragen")


@pytest.fixture
def browser(app: Any, personas: dict[str, str]) -> Any:
    """Send requests as somebody."""

    def send(method: str, path: str, user: str = "editor", **data: Any) -> Any:
        headers = {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
        return getattr(app, method)(f"{MEASURE}{path}", headers=headers, **({"data": data} if data else {}))

    return send


def shown(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.body, "html.parser").find(id="notizen").get_text().split())


def removal(answer: Any) -> dict[str, str]:
    """Return what the button that removes a note sends."""
    form = BeautifulSoup(answer.body, "html.parser").select_one("form[action$=entfernen]")
    return {field["name"]: field["value"] for field in form.select("input[name]")}


class TestUpdate:
    def test_who_wrote_and_who_changed(self, note: dict[str, Any]) -> None:
        """Both have names, and the first author stays."""
        told = call(
            "digitalms_internal_note_update", "coordinator", id="dms", note_id=note["id"], text="Erledigt"
        )
        assert (told["text"], told["author"]) == ("Erledigt", model.User.get("editor").fullname)
        assert told["changed_by"] == model.User.get("coordinator").fullname
        assert told["changed_at"] > told["created_at"] == note["created_at"]

    def test_not_over_what_somebody_else_wrote(self, note: dict[str, Any]) -> None:
        """Of two tabs the second is told; what the first wrote stays."""
        asked = {"id": "dms", "note_id": note["id"], "seen": note["created_at"]}
        call("digitalms_internal_note_update", "editor", **asked, text="Erste")
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_internal_note_update", "editor", **asked, text="Zweite")
        assert list(refused.value.error_dict) == ["seen"]
        assert call("digitalms_internal_note_list", "editor", id="dms")["results"][0]["text"] == "Erste"

    def test_the_same_text_is_no_change(self, note: dict[str, Any]) -> None:
        """Nobody changed it then."""
        told = call(
            "digitalms_internal_note_update", "coordinator", id="dms", note_id=note["id"], text=note["text"]
        )
        assert told["changed_at"] is None

    def test_not_by_others(self, note: dict[str, Any]) -> None:
        """Nor of another measure, nor one that is none."""
        asked = {"id": "dms", "note_id": note["id"], "text": "x"}
        for user in ("", "fremde", "andere"):
            with pytest.raises(tk.NotAuthorized):
                call("digitalms_internal_note_update", user, **asked)
        for wrong in ("nie", "a\0b"):
            with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
                call("digitalms_internal_note_update", "editor", **{**asked, "note_id": wrong})
        with pytest.raises(tk.ValidationError):
            call("digitalms_internal_note_update", "editor", **{**asked, "text": " "})


class TestPages:
    def test_the_measure_says_who_and_when(self, note: dict[str, Any], browser: Any) -> None:
        """And who changed it; strangers see none of it."""
        author = model.User.get("editor").fullname
        assert author in shown(browser("get", ""))
        assert "geändert von" not in shown(browser("get", ""))
        page = browser("post", f"/notiz/{note['id']}", "coordinator", text="Erledigt")
        assert f"geändert von {model.User.get('coordinator').fullname}" in shown(page)
        assert author not in browser("get", "", "").body

    def test_what_was_typed_stays(self, note: dict[str, Any], browser: Any) -> None:
        """An empty note, and one that somebody else changed meanwhile, come back with a sentence."""
        path = f"/notiz/{note['id']}"
        assert "Frau Müller fragen" in browser("get", path).body
        call("digitalms_internal_note_update", "coordinator", id="dms", note_id=note["id"], text="Anders")
        page = browser("post", path, text="Mein Text", seen=note["created_at"]).body
        assert "Mein Text" in page
        assert "Anders" in page
        assert "field-text" in browser("post", "/notiz", text=" ").body

    def test_not_removing_what_somebody_wrote_meanwhile(self, note: dict[str, Any], browser: Any) -> None:
        """It is shown with the form, which then removes it."""
        path = f"/notiz/{note['id']}"
        form = removal(browser("get", path))
        call("digitalms_internal_note_update", "coordinator", id="dms", note_id=note["id"], text="Anders")
        page = browser("post", f"{path}/entfernen", **form)
        assert "Anders" in BeautifulSoup(page.body, "html.parser").select_one("[role=alert]").get_text()
        assert call("digitalms_internal_note_list", "editor", id="dms")["results"][0]["text"] == "Anders"
        browser("post", f"{path}/entfernen", **removal(page))
        assert call("digitalms_internal_note_list", "editor", id="dms")["count"] == 0

    def test_removing(self, note: dict[str, Any], browser: Any) -> None:
        """It is gone."""
        browser("post", f"/notiz/{note['id']}/entfernen", x="")
        assert call("digitalms_internal_note_list", "editor", id="dms")["count"] == 0
        assert browser("get", f"/notiz/{note['id']}").status_code == 404
