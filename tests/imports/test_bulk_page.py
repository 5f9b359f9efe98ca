"""Status and dates of several measures at once, with one undo."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from import_files import measure
from werkzeug.datastructures import MultiDict

from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "history")

START = "/digitalisierung/mehrere-aendern/"


@pytest.fixture
def send(app: Any) -> Any:
    def send_as(user: str, method: str, address: str = START, **told: Any) -> Any:
        headers = {"Authorization": factories.APIToken(user=user)["token"]}
        answer = getattr(app, method)(address, headers=headers, **told)
        model.Session.rollback()
        return answer

    return send_as


def soup_of(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def offered(answer: Any) -> set[str]:
    return {str(box["value"]) for box in soup_of(answer).select("input[name=measure]")}


def chosen(*keys: str, **told: str) -> MultiDict[str, str]:
    return MultiDict([*(("measure", key) for key in keys), *told.items()])


def press(send: Any, user: str, answer: Any, place: str) -> Any:
    form = soup_of(answer).select_one(f"form[action$={place}]")
    assert form is not None, place
    return send(user, "post", str(form["action"]))


class TestBulk:
    def test_two_measures_and_one_undo(self, send: Any) -> None:
        """Status, reason and next update of both, as one change that is put back at once."""
        told = {"status": "paused", "status_reason": "Haushaltssperre", "update_due": "2020-03-01"}
        page = send("editor", "post", data=chosen("dms", "wlan", **told, stand="new", as_of="2020-01-02"))
        before = [measure(key) for key in ("dms", "wlan")]
        page = press(send, "editor", page, "uebernehmen")
        for key in ("dms", "wlan"):
            now = measure(key)
            assert {name: now[name] for name in told} == told
            assert now["as_of"] == "2020-01-02"
        press(send, "editor", page, "zuruecknehmen")
        assert [measure(key) for key in ("dms", "wlan")] == before

    def test_a_rule_that_one_breaks_keeps_all(self, send: Any) -> None:
        page = send("editor", "post", data=chosen("dms", "wlan", status="paused", stand="correction"))
        assert "status_reason" in [code.get_text() for code in soup_of(page).select("td code")]
        assert soup_of(page).select("form[action$=uebernehmen]") == []

    def test_what_is_missing_is_said_and_the_choice_is_kept(self, send: Any) -> None:
        page = send("editor", "post", data=chosen("dms"))
        assert len(soup_of(page).select(".alert li")) == 1
        assert soup_of(page).select_one("input[value=dms][checked]") is not None
        assert len(soup_of(send("editor", "post", data={})).select(".alert li")) == 2
        page = send("editor", "post", data=chosen("dms", status="planned", as_of="gestern"))
        assert soup_of(page).select_one("#dm-as_of-error") is not None

    def test_filters_of_the_overview(self, send: Any) -> None:
        page = send("coordinator", "get", f"{START}?q=WLAN&alle=1")
        assert offered(page) == {"wlan"}
        assert len(soup_of(page).select("input[name=measure][checked]")) == 1
        assert offered(send("coordinator", "get", f"{START}?status=egal")) == {"dms", "wlan", "fremd"}
        link = soup_of(send("coordinator", "get", "/digitalisierung?q=WLAN")).select_one(
            "a[href*=mehrere-aendern]"
        )
        assert link is not None
        assert "q=WLAN" in str(link["href"])


class TestWho:
    def test_only_measures_that_one_keeps(self, send: Any) -> None:
        assert offered(send("editor", "get")) == {"dms", "wlan"}
        assert offered(send("andere", "get")) == {"fremd"}
        page = send("andere", "post", data=chosen("dms", status="planned"))
        assert "„dms“ gehört nicht" in soup_of(page).get_text()
        assert measure("dms")["status"] == "in_progress"

    def test_nobody_else(self, app: Any, send: Any) -> None:
        assert app.get(START, follow_redirects=False).status_code == 302
        send("fremde", "get", status=403)
        assert "mehrere-aendern" not in app.get("/digitalisierung").body


def status(name: str) -> str:
    shown = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": name})
    return str(shown["status"])


class TestInternal:
    def test_private_measures_are_changed_by_those_who_keep_them(self, send: Any, make_measure: Any) -> None:
        """Offered and marked to the office and the coordinator, changed and put back, and never public."""
        make_measure(name="geheim", title="Geheim", private=True, status="in_progress")
        make_measure(name="entwurf", title="Entwurf", private=True, state="draft")
        assert offered(send("andere", "get")) == {"fremd"}
        for user in ("editor", "coordinator"):
            page = send(user, "get")
            assert "geheim" in offered(page)
            assert "entwurf" not in offered(page)
            label = soup_of(page).select_one("label[for=dm-m-geheim]")
            assert label is not None
            assert label.select_one(".dm-internal") is not None
        told = {"status": "paused", "status_reason": "Haushaltssperre", "stand": "new", "as_of": "2020-01-02"}
        page = send("coordinator", "post", data=chosen("geheim", "dms", **told))
        page = press(send, "coordinator", page, "uebernehmen")
        package = model.Package.get("geheim")
        assert package.private
        assert [status("geheim"), measure("dms")["status"]] == ["paused", "paused"]
        assert {row.visibility for row in StatementRow.of_package(package.id)} == {"internal"}
        press(send, "coordinator", page, "zuruecknehmen")
        assert status("geheim") == "in_progress"
        assert {row.visibility for row in StatementRow.of_package(package.id)} == {"internal"}
        page = send("andere", "post", data=chosen("geheim", status="planned"))
        assert status("geheim") == "in_progress"
