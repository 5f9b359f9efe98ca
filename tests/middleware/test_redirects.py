"""Pages of CKAN that make no sense here lead to ours; links change nothing; what changes is posted."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckanext.harvest.model import HarvestJob

from ckanext.digitalms.middleware.redirects import BLUEPRINTS, REDIRECTS

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

SOURCE = "/digitalisierung/datenqualitaet/quelle/quelle"


@pytest.fixture
def client(app, personas, make_measure):
    """Send requests as somebody to a catalogue with a measure, a dataset, a source and a group."""
    make_measure()
    factories.Dataset(name="hunde", owner_org="citeq")
    factories.Group(name="thema")
    told = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv", "owner_org": "citeq"}
    kind = {"source_type": "digitalms_progress", "frequency": "MANUAL"}
    tk.get_action("harvest_source_create")({"user": personas["sysadmin"]}, {**told, **kind})
    tokens = {p: factories.APIToken(user=name)["token"] for p, name in personas.items() if name}

    def send(method: str, address: str, persona: str = "anonymous", **more: Any) -> Any:
        headers = {"Authorization": tokens[persona]} if persona in tokens else {}
        model.Session.rollback()
        return getattr(app, method)(address, headers=headers, follow_redirects=False, **more)

    return send


def place(answer: Any) -> str:
    """Return where an answer leads to, without the host."""
    assert answer.status_code in {302, 308}, answer.status_code
    return str(answer.headers["Location"]).removeprefix("http://test.ckan.net")


ARGUMENTS = {"id": "quelle", "source": "quelle", "resource_id": "x", "view_id": "x", "filename": "x"}


class TestLeads:
    def test_all_of_them(self, client, app):
        """Each page in the list leads to a page of ours and takes nothing that is posted."""
        rules = list(app.flask_app.url_map.iter_rules())
        for rule in rules:
            if rule.endpoint not in REDIRECTS and rule.endpoint.partition(".")[0] not in BLUEPRINTS:
                continue
            of_measure = rule.endpoint.startswith("digitalisierungsmassnahme")
            told = {**ARGUMENTS, "id": "dms" if of_measure else "quelle"}
            if rule.endpoint.startswith(("group", "organization")):
                told["id"] = "thema" if rule.endpoint.startswith("group") else "citeq"
            address = rule.build({**(rule.defaults or {}), **told}, append_unknown=False)[1]
            led = place(client("get", address, "sysadmin"))
            ours = (SOURCE, "/digitalisierung", "/group/thema", "/organization/citeq")
            assert led == "/" or led.startswith(ours), address
            assert client("post", address, "sysadmin").status_code == 405, address

    def test_a_new_dataset_does_not_go_on_with_a_measure(self, client):
        """CKAN's form would be made of the fields of a measure, which it has no parts for."""
        for name in ("dms", "quelle"):
            told = {"pkg_name": name, "title": "x", "_ckan_phase": "1"}
            assert client("post", "/dataset/new", "sysadmin", data=told).status_code == 405, name
        assert client("post", "/dataset/new", "sysadmin", data={"title": "x"}).status_code != 405

    def test_where_to(self, client):
        """A page leads to what it was asked for, with what was typed."""
        led = {
            "/harvest/": "/digitalisierung/datenqualitaet/",
            "/harvest/quelle": SOURCE,
            "/harvest/quelle/job/abc": SOURCE,
            "/harvest/delete/quelle?clear=True": f"{SOURCE}/loeschen?clear=True",
            "/dataset/edit/dms": "/digitalisierungsmassnahme/edit/dms",
            "/dataset/edit/quelle": "/harvest/edit/quelle",
            "/harvest/edit/quelle": f"{SOURCE}/bearbeiten",
            "/harvest/new": "/digitalisierung/datenqualitaet/quelle-anlegen",
            "/dataset/new?type=digitalisierungsmassnahme": "/digitalisierungsmassnahme/new",
            "/digitalisierungsmassnahme/?q=a": "/digitalisierung?q=a",
            "/digitalisierungsmassnahme/dms/resource/new": "/digitalisierungsmassnahme/dms",
            "/group/bulk_process/thema": "/group/thema",
            "/testing/primer": "/",
        }
        for address, expected in led.items():
            assert place(client("get", address, "sysadmin")) == expected, address

    def test_files_of_a_table(self, client):
        """The files of a table are made by publishing it."""
        model.Package.get("hunde").extras = {"digitalms_table": "measures"}
        model.repo.commit()
        for page in ("/dataset/hunde/resource/new", "/dataset/resources/hunde"):
            assert place(client("get", page, "sysadmin")) == "/dataset/hunde"

    def test_a_table_as_a_whole(self, client):
        """Its office edits and deletes it; the datasets of the open tables are written by publishing."""
        for marker, code in (("digitalms_own_table", 200), ("digitalms_table", 302)):
            model.Package.get("hunde").extras = {marker: "hunde"}
            model.repo.commit()
            for page in ("/dataset/edit/hunde", "/dataset/delete/hunde"):
                assert client("get", page, "editor").status_code == code, (marker, page)

    def test_slashes(self, client):
        """A slash too many or too few at the end leads to the page, in every language."""
        led = {
            "/digitalisierung/": "/digitalisierung",
            "/digitalisierung/daten/neu/": "/digitalisierung/daten/neu",
            "/en/digitalisierung/definitionen/?a=b": "/en/digitalisierung/definitionen?a=b",
            "/dataset/hunde/": "/dataset/hunde",
            "/user/login/": "/user/login",
            "/digitalisierungsmassnahme/dms/": "/digitalisierungsmassnahme/dms",
            "/en/digitalisierung/schreibtisch": "/en/digitalisierung/schreibtisch/",
            "/digitalisierung/daten?stichtag=2026-01-01": "/digitalisierung/daten/?stichtag=2026-01-01",
            "/dataset/a%0Ab/": "/dataset/a%0Ab",
            "/dataset/a%C3%A4%22%3C/": "/dataset/a%C3%A4%22%3C",
        }
        for address, expected in led.items():
            assert place(client("get", address)) == expected, address
        assert client("get", "/gibt/es/nicht/").status_code == 404


class TestKinds:
    def test_the_wrong_kind(self, client):
        """What is of another kind is not there."""
        for address in (
            "/group/delete/citeq",
            "/group/edit/citeq",
            "/organization/delete/thema",
            "/organization/hunde",
            "/harvest/edit/hunde",
            "/user/hunde/api-tokens",
            "/feeds/tag/%22.atom",
            "/feeds/organization/thema.atom",
            "/dataset/a%00b",
        ):
            for method in ("get", "post"):
                code = client(method, address, "sysadmin").status_code
                assert code in {404, 405}, (method, address, code)


class TestSourceWork:
    def test_a_link_does_nothing(self, client):
        """Neither the old addresses nor ours do anything when they are only opened."""
        addresses = ["refresh/quelle", "clear/quelle", "delete/quelle", "delete/hunde", "quelle/job/x/abort"]
        pages = [f"/harvest/{one}" for one in addresses]
        pages += [f"{SOURCE}/{work}" for work in ("ausfuehren", "abbrechen", "leeren", "loeschen")]
        for page in pages:
            client("get", page, "sysadmin")
        model.Session.rollback()
        assert model.Package.get("quelle").state == model.Package.get("hunde").state == "active"
        assert model.Session.query(HarvestJob).count() == 0

    def test_it_asks_first(self, client):
        """The page says what would be done and has a form with a token."""
        page = BeautifulSoup(client("get", f"{SOURCE}/loeschen", "editor").body, "html.parser")
        form = page.find("main").find("form")
        assert (form["method"], form.get("action")) == ("post", None), "it is sent to the page that asks"
        assert form.find("input", {"name": "_csrf_token"})
        assert "Quelle löschen" in page.text

    def test_running_and_ending(self, client):
        """Those who keep the source run it and end the run."""
        assert place(client("post", f"{SOURCE}/ausfuehren", "editor")) == SOURCE
        assert [job.status for job in model.Session.query(HarvestJob)] == ["Running"]
        assert "Lauf beenden" in client("get", SOURCE, "editor").body
        assert place(client("post", f"{SOURCE}/ausfuehren", "editor")) == SOURCE
        assert model.Session.query(HarvestJob).count() == 1
        assert place(client("post", f"{SOURCE}/abbrechen", "coordinator")) == SOURCE
        model.Session.rollback()
        assert [job.status for job in model.Session.query(HarvestJob)] == ["Finished"]

    def test_clearing_and_deleting(self, client):
        """They clear and delete it."""
        client("post", f"{SOURCE}/ausfuehren", "editor")
        assert place(client("post", f"{SOURCE}/leeren", "editor")) == SOURCE
        model.Session.rollback()
        assert model.Session.query(HarvestJob).count() == 0
        client("post", f"{SOURCE}/loeschen", "coordinator")
        model.Session.rollback()
        assert model.Package.get("quelle").state == "deleted"

    def test_nobody_else(self, client):
        """Others do nothing, and nothing is done to what is no source."""
        for work in ("ausfuehren", "abbrechen", "leeren", "loeschen"):
            for persona in ("stranger", "other_editor"):
                assert client("post", f"{SOURCE}/{work}", persona).status_code == 403
            # the browser has a session by now, so the token is asked for before anything else
            assert client("post", f"{SOURCE}/{work}").status_code == 400
            wrong = SOURCE.replace("quelle/quelle", "quelle/hunde")
            assert client("post", f"{wrong}/{work}", "sysadmin").status_code == 404
        model.Session.rollback()
        assert model.Package.get("hunde").state == model.Package.get("quelle").state == "active"


class TestLogout:
    def test_a_link_asks(self, app, personas):
        """Opened by a link it only asks."""
        user = factories.User(name="gast", password="ein langes Wort 42")
        data = {"login": user["name"], "password": "ein langes Wort 42"}
        app.post("/user/login", data=data, follow_redirects=False)
        asked = app.get("/user/_logout", follow_redirects=False)
        assert asked.status_code == 200
        assert 'action="/user/_logout"' in asked.body
        assert app.get("/digitalisierung/schreibtisch/", follow_redirects=False).status_code == 200
