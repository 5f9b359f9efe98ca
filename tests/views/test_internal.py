"""What is not public is seen by those who keep it, everywhere and marked; by nobody else, nowhere."""

from __future__ import annotations

import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms import config

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PERSONAS = ("anonymous", "stranger", "other_editor", "editor", "coordinator", "sysadmin")
KEEPERS = {"editor", "coordinator", "sysadmin"}
TABLE = b"AGS;Anteil\r\n05515000;96,5\r\n"
# a word of each title that is nowhere else
PRIVATE, DRAFT, DELETED, OWN = "Geheimakte", "Entwurfsakte", "Papierkorb", "Eigentabelle"
PUBLIC = "Schaufenster"


@pytest.fixture
def hidden(personas, make_measure, tmp_path, ckan_config, monkeypatch):
    """A public measure, a private, a draft and a deleted one, and a table of one's own kept private."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    make_measure(name="offen", title=PUBLIC)
    make_measure(
        name="geheim", title=PRIVATE, private=True, parent_id="offen", status="paused", status_reason="Umbau"
    )
    make_measure(name="entwurf", title=DRAFT, state="draft")
    make_measure(name="weg", title=DELETED, private=True)
    tk.get_action("package_delete")({"ignore_auth": True, "user": personas["sysadmin"]}, {"id": "weg"})
    context = {"user": personas["editor"]}
    given = {"upload": FileStorage(io.BytesIO(TABLE), "a.csv"), "organisation": "citeq", "title": OWN}
    draft = tk.get_action("digitalms_dataset_draft_create")(dict(context), given)
    tk.get_action("digitalms_dataset_publish")(dict(context), {"id": draft["id"], "as_draft": True})


@pytest.fixture
def seen_by(app, personas):
    """Return what a page shows to each persona."""
    tokens = {p: factories.APIToken(user=name)["token"] for p, name in personas.items() if name}

    def body(address: str, persona: str) -> str:
        headers = {"Authorization": tokens[persona]} if persona in tokens else {}
        answer = app.get(address, headers=headers, follow_redirects=False)
        assert answer.status_code < 500
        return str(answer.body) if answer.status_code == 200 else ""

    return lambda address: {persona: body(address, persona) for persona in PERSONAS}


# each page, and what it shows to those who keep it
PAGES = {
    "/digitalisierung": {PRIVATE, DRAFT},
    "/digitalisierung?q=akte": {PRIVATE, DRAFT},
    "/digitalisierungsmassnahme/geheim": {PRIVATE},
    "/digitalisierungsmassnahme/entwurf": {DRAFT},
    "/digitalisierungsmassnahme/offen": {PRIVATE},
    "/dataset/": {PRIVATE, DRAFT, OWN},
    "/dataset/?q=Umbau": {PRIVATE},
    "/organization/citeq": {PRIVATE, DRAFT, OWN},
    "/digitalisierung/daten/": {OWN},
}


def shown(body: str) -> set[str]:
    """Return which of the hidden things a page shows."""
    return {word for word in (PRIVATE, DRAFT, DELETED, OWN) if word in body}


@pytest.mark.usefixtures("hidden")
def test_pages(seen_by, subtests):
    """Every list and page of those who keep it shows it, with the word; those of others do not."""
    for address, expected in PAGES.items():
        for persona, body in seen_by(address).items():
            with subtests.test(address=address, persona=persona):
                assert shown(body) == (expected if persona in KEEPERS else set())
                assert ("dm-internal" in body) == (persona in KEEPERS)
                assert "intern</span>" in body or persona not in KEEPERS


@pytest.mark.usefixtures("hidden")
def test_figures_are_those_of_everybody(seen_by):
    """What the page adds up is public for everybody; the internal ones are counted apart."""
    bodies = seen_by("/digitalisierung")
    for persona, body in bodies.items():
        assert "Maßnahmen</a></dt><dd>1</dd>" in body
        assert ("2 Ihrer Maßnahmen" in body) == (persona in KEEPERS)
        assert "?status=paused" not in body.partition("dm-filter")[0]


@pytest.mark.usefixtures("hidden")
def test_no_past(seen_by):
    """A page on a day shows what was public then, to those who keep it, too."""
    for name in ("stichtag", "bekannt_am"):
        address = f"/digitalisierung?{name}={config.today()}"
        for body in seen_by(address).values():
            assert PUBLIC in body
            assert shown(body) == set()


@pytest.mark.usefixtures("hidden")
class TestAction:
    def ask(self, user: str, **told: Any) -> dict[str, str | None]:
        answer = tk.get_action("digitalms_measure_list")({"user": user}, told)
        return {one["measure_id"]: one.get("visibility") for one in answer["results"]}

    def test_only_when_asked(self, personas):
        """Without the parameter it is as for everybody."""
        for persona in PERSONAS:
            assert self.ask(personas[persona]) == {"offen": None}

    def test_asked(self, personas):
        """With it those who keep the measures get theirs."""
        kept = {"offen": "public", "geheim": "private", "entwurf": "draft"}
        for persona in PERSONAS:
            expected = kept if persona in KEEPERS else {"offen": "public"}
            assert self.ask(personas[persona], include_internal=True) == expected, persona

    def test_filters(self, personas):
        """A filter is for these, too."""
        assert self.ask(personas["editor"], include_internal=True, status="paused") == {"geheim": "private"}

    def test_what_is_public_stays_so(self, personas):
        """A public measure knows nothing of an internal child."""
        told = {"include_internal": True}
        for user in (personas["editor"], ""):
            found = tk.get_action("digitalms_measure_list")({"user": user}, told)["results"]
            public = next(one for one in found if one["measure_id"] == "offen")
            assert public["children"] == []

    def test_no_past(self, personas):
        """What was internal on a day is nobody's to ask."""
        for name in ("cut_off_date", "known_at"):
            with pytest.raises(tk.ValidationError):
                self.ask(personas["editor"], include_internal=True, **{name: "2019-01-01"})

    def test_search(self, personas):
        """The search gives what `package_show` gives."""
        for persona in PERSONAS:
            context = {"user": personas[persona]}
            asked = {"include_private": True, "fl": "name"}
            found = {one["name"] for one in tk.get_action("package_search")(context, asked)["results"]}
            allowed = set()
            for name in ("offen", "geheim", "entwurf", "eigentabelle"):
                try:
                    tk.check_access("package_show", {"user": personas[persona]}, {"id": name})
                except tk.NotAuthorized:
                    continue
                allowed.add(name)
            assert found == allowed, persona
            assert ("geheim" in found) == (persona in KEEPERS)


@pytest.mark.usefixtures("hidden")
def test_tables_and_feeds(app, personas):
    """Nothing of it is published."""
    tk.get_action("digitalms_table_publish")({"user": personas["sysadmin"]}, {})
    for address in ("/digitalisierung/daten/measures.csv", "/digitalisierung/daten/steps.json"):
        body = app.get(address).body
        assert "offen" in body
        assert shown(body) == set()
        assert "geheim" not in body
    for address in ("/feeds/dataset.atom", "/feeds/organization/citeq.atom"):
        assert shown(app.get(address).body) == set()
    listed = json.loads(app.get("/api/action/package_list").body)["result"]
    assert "offen" in listed
    assert not {"geheim", "entwurf"} & set(listed)
