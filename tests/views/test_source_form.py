"""The form of a source: fields instead of JSON, known sources, a trial before it is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from pytest_httpserver import HTTPServer

from ckanext.digitalms.model import AreaList, CoverageEdition, Delivery

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]

BASE = "/digitalisierung/datenqualitaet"
NEW = f"{BASE}/quelle-anlegen"
FEED = "measure_id;as_of;status;progress_percent;statement;source\ndms;31.12.2019;in_progress;45,5;Läuft;B\n"
COUNTRY = "staat;verf_100_16;verf_umts_1\nDeutschland;89.1;1\n"
Client = Callable[..., Any]


@pytest.fixture
def client(app: Any, personas: dict[str, str], office: dict[str, Any], open_data: dict[str, Any]) -> Client:
    """Ask as a persona; data are sent as a form."""
    del office, open_data
    tokens = {name: factories.APIToken(user=user)["token"] for name, user in personas.items() if user}

    def ask(method: str, page: str, persona: str = "coordinator", **data: str) -> Any:
        headers = {"Authorization": tokens[persona]} if persona != "anonymous" else {}
        sent = {"data": data} if method == "post" else {}
        return getattr(app, method)(page, headers=headers, follow_redirects=False, **sent)

    return ask


@pytest.fixture
def served(httpserver: HTTPServer) -> Callable[[str], str]:
    def serve(text: str) -> str:
        httpserver.clear()
        httpserver.expect_request("/t.csv").respond_with_data(text.encode(), content_type="text/csv")
        return httpserver.url_for("/t.csv")

    return serve


def progress(url: str, office: str, **more: str) -> dict[str, str]:
    told = {"title": "Stand der citeq", "url": url, "source_type": "digitalms_progress"}
    return {**told, "owner_org": office, "frequency": "WEEKLY", "do": "save", **more}


def coverage(url: str, owner: str, **more: str) -> dict[str, str]:
    told = {"title": "Atlas", "url": url, "source_type": "digitalms_coverage", "owner_org": owner}
    told |= {"edition": "2018-12", "customer": "private", "base": "households", "source": "© BNetzA"}
    return {**told, "frequency": "MANUAL", "do": "save", **more}


def rows() -> list[int]:
    model.Session.rollback()
    return [model.Session.query(table).count() for table in (Delivery, CoverageEdition, AreaList)]


class TestPresets:
    def test_known_sources_come_first_and_fill_the_form(self, client):
        page = client("get", NEW, "editor")
        assert "Fortschritt eines Amts" in page.body
        filled = BeautifulSoup(client("get", f"{NEW}?vorlage=breitbandatlas").body, "html.parser")
        assert filled.find("input", {"name": "url"})["value"].endswith(".xlsx")
        assert filled.find("input", {"name": "edition"})["value"][4:] in {"-06", "-12"}
        assert filled.find("textarea", {"name": "config"}) is None
        assert "Jetzt prüfen" in filled.text

    def test_the_old_addresses_lead_here(self, client):
        assert client("get", "/harvest/new").headers["location"].endswith(NEW)
        assert client("post", "/harvest/new", title="x").status_code == 405

    @pytest.mark.parametrize(("persona", "code"), [("stranger", 403), ("editor", 200), ("coordinator", 200)])
    def test_who_may(self, client, persona, code):
        assert client("get", NEW, persona).status_code == code
        assert client("post", NEW, persona, title="").status_code == code


class TestSave:
    def test_fields_become_the_settings(self, client, office, served):
        told = progress(
            served(FEED), office["id"], delimiter=";", missing="k. A.", complete="true", contact="a@b.de"
        )
        done = client("post", NEW, "editor", **told)
        name = done.headers["location"].rpartition("/")[2]
        stored = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": name})
        assert json.loads(stored["config"]) == {
            "contact": "a@b.de", "complete": True, "delimiter": ";", "missing": "k. A."
        }  # fmt: skip
        page = BeautifulSoup(client("get", f"{BASE}/quelle/{name}/bearbeiten", "editor").body, "html.parser")
        assert page.find("input", {"name": "complete"}).has_attr("checked")
        assert page.find("input", {"name": "missing"})["value"] == "k. A."

    def test_nothing_typed_is_lost_and_each_error_is_at_its_field(self, client):
        for url, field in (("kein Ort", "dm-url-error"), ("https://example.org/a.csv", "dm-config-error")):
            page = client("post", NEW, **coverage(url, "", source="© Wir <b>", edition="Mitte"))
            told = BeautifulSoup(page.body, "html.parser")
            assert told.find("input", {"name": "source"})["value"] == "© Wir <b>"
            assert told.find("input", {"name": "edition"})["value"] == "Mitte"
            assert told.find(id=field), page.body
            assert "Error parsing" not in page.body

    def test_more_settings_that_are_no_json(self, client, office):
        page = client("post", NEW, **progress("https://example.org/a.csv", office["id"], more="[1"))
        assert 'id="dm-more-error"' in page.body

    def test_settings_without_a_field_stay(self, client, office):
        client("post", NEW, **progress("https://example.org/a.csv", office["id"], name="quelle"))
        stored = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": "quelle"})
        again = {**progress(stored["url"], office["id"], name="quelle"), "title": "Anders", "language": "en"}
        done = client("post", f"{BASE}/quelle/quelle/bearbeiten", "editor", **again)
        assert done.status_code == 302, done.body
        stored = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": "quelle"})
        assert (stored["title"], json.loads(stored["config"])) == ("Anders", {"language": "en"})

    @pytest.mark.parametrize("persona", ["stranger", "other_editor", "anonymous"])
    def test_others_change_nothing(self, client, office, persona):
        client("post", NEW, **progress("https://example.org/a.csv", office["id"], name="quelle"))
        assert client("get", f"{BASE}/quelle/quelle/bearbeiten", persona).status_code in {302, 401, 403}


class TestTrial:
    def test_it_says_what_would_come_in_and_keeps_nothing(self, client, office, served, make_measure):
        make_measure()
        before = rows()
        page = client("post", NEW, "editor", **progress(served(FEED), office["id"], do="check"))
        assert "Es würde übernommen" in page.body
        assert "dms" in page.body
        assert rows() == before
        assert model.Package.get("stand-der-citeq") is None

    def test_it_says_what_is_wrong(self, client, office, served, make_measure):
        make_measure()
        feed = FEED.replace("dms", "dmx")
        page = client("post", NEW, "editor", **progress(served(feed), office["id"], do="check"))
        assert "Es würde abgelehnt" in page.body
        assert "dmx" in page.body

    def test_coverage(self, client, open_data, served):
        before = rows()
        page = client("post", NEW, **coverage(served(COUNTRY), open_data["id"], do="check"))
        assert "1 Gebiete, 1 Zahlen" in page.body
        assert "UMTS" in page.body
        assert rows() == before

    def test_an_address_that_gives_nothing_is_told_at_its_field(self, client, office, httpserver: HTTPServer):
        told = progress(httpserver.url_for("/weg.csv"), office["id"], do="check")
        page = client("post", NEW, "editor", **told)
        assert 'id="dm-url-error"' in page.body

    def test_an_editor_tries_no_other_office(self, client, open_data, served):
        told = progress(served(FEED), open_data["id"], do="check")
        assert client("post", NEW, "editor", **told).status_code == 403

    def test_coverage_belongs_to_the_coordinators(self, client, office, served):
        page = client("post", NEW, **coverage(served(COUNTRY), office["id"], do="check"))
        assert "Organisation der Koordination" in page.body
