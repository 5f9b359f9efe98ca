"""A version of a table of one's own gives way to an earlier one; every address says what it said."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.custom_tables.draft import DRAFTED
from ckanext.digitalms.publishing import custom_tables, releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at", "personas")

FIRST, SECOND = "Ort;Anzahl\nMünster;3\n", "Ort;Anzahl;Art\nMünster;3000;x\n"
FILE = "/digitalisierung/daten/datensatz/orte"
CHANGES = "/digitalisierung/zuletzt-geaendert"


def act(name: str, user: str = "editor", **told: Any) -> Any:
    return tk.get_action(f"digitalms_{name}")({"user": user, "ignore_auth": False}, told)


def publish(content: str, **told: Any) -> str:
    asked = {"content": content, "filename": "orte.csv", "organisation": "citeq", "schema_of": DRAFTED}
    draft = act("dataset_draft_create", **{**asked, **told})
    return str(act("dataset_publish", id=draft["id"])["release_id"])


@pytest.fixture
def versions() -> tuple[str, str]:
    """The ids of two versions, the second of which was a mistake."""
    return publish(FIRST), publish(SECOND, dataset="orte")


def header(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]}


def test_the_version_before_is_published_again(app: Any, versions: tuple[str, str]) -> None:
    """Cells and columns are its own, what the dataset was called since stays, and so do all addresses."""
    call_action("package_patch", id="orte", title="Orte, wie sie heißen", notes="Neu beschrieben")
    before = app.get(f"{FILE}/{versions[0]}/orte.csv").data
    assert app.get(f"{FILE}.csv").data != before
    done = act("dataset_version_restore", id="orte")
    assert (done["change"], done["name"]) == ("published", "orte")
    assert app.get(f"{FILE}.csv").data == before
    assert app.get(f"{FILE}/{done['release_id']}/orte.csv").data == before
    assert "x" in app.get(f"{FILE}/{versions[1]}/orte.csv").body
    shown = call_action("package_show", id="orte")
    assert (shown["title"], shown["notes"]) == ("Orte, wie sie heißen", "Neu beschrieben")
    table = next(one["id"] for one in shown["resources"] if one["datastore_active"])
    assert call_action("datastore_search", resource_id=table)["records"][0]["anzahl"] == 3
    described = app.get(f"{FILE}.datapackage.json").json
    assert described["title"] == "Orte, wie sie heißen"
    assert [field["name"] for field in described["resources"][0]["schema"]["fields"]] == ["ort", "anzahl"]
    assert releases.problems() == []
    again = publish(FIRST, dataset="orte", schema_of="orte")
    assert again == done["release_id"], "the same file is read by the columns of the version"


def test_by_its_pages(app: Any, versions: tuple[str, str]) -> None:
    """Any earlier one by the list of versions, the one before by what was changed lately."""
    page = app.get(f"{FILE}/", headers=header("editor")).body
    assert page.count("wieder-einsetzen") == 1
    assert "wieder-einsetzen" not in app.get(f"{FILE}/").body
    app.post(f"{FILE}/{versions[0]}/wieder-einsetzen", headers=header("editor"))
    assert "x" not in app.get(f"{FILE}.csv").body
    recent = app.get(f"{CHANGES}/", headers=header("editor")).body
    assert "Fassung einer eigenen Tabelle" in recent
    assert "Fassung einer eigenen Tabelle" not in app.get(f"{CHANGES}/", headers=header("andere")).body
    answer = app.post(f"{CHANGES}/version/orte/zuruecknehmen", headers=header("editor"))
    assert "Die Fassung davor ist wieder die jetzige" in answer.body
    assert "x" in app.get(f"{FILE}.csv").body


class TestRefused:
    def test_it_is_the_present_one(self, versions: tuple[str, str]) -> None:
        with pytest.raises(tk.ValidationError, match="present one"):
            act("dataset_version_restore", id="orte", release_id=versions[1])

    def test_there_is_none(self, versions: tuple[str, str]) -> None:
        with pytest.raises(tk.ObjectNotFound):
            act("dataset_version_restore", id="orte", release_id="2019-01-01T000000-00000000")

    def test_another_version_is_the_present_one(self, app: Any, versions: tuple[str, str]) -> None:
        """Pressed twice, or on a page of before, the undo is not undone."""
        recent = app.get(f"{CHANGES}/", headers=header("editor")).body
        [seen] = re.findall(r'name="seen" value="([^"]*)"', recent)
        assert seen == versions[1]
        told = {"data": {"seen": seen}, "headers": header("editor")}
        app.post(f"{CHANGES}/version/orte/zuruecknehmen", **told)
        before = app.get(f"{FILE}.csv").data
        answer = app.post(f"{CHANGES}/version/orte/zuruecknehmen", **told)
        assert "Die Fassung davor ist wieder die jetzige" not in answer.body
        assert app.get(f"{FILE}.csv").data == before
        assert "x" not in before.decode()
        with pytest.raises(tk.ValidationError) as refused:
            act("dataset_version_restore", id="orte", seen=seen)
        assert list(refused.value.error_dict) == ["seen"]

    def test_the_dataset_is_internal(self, versions: tuple[str, str]) -> None:
        """What was made internal does not become public by it."""
        call_action("package_patch", id="orte", private=True)
        with pytest.raises(tk.ValidationError, match="internal"):
            act("dataset_version_restore", id="orte")
        assert call_action("package_show", id="orte")["private"]

    def test_its_files_are_damaged(self, versions: tuple[str, str]) -> None:
        """The present version stays."""
        release = releases.get(versions[0])
        assert release is not None
        (releases.all_folders().path(release.manifest) / "orte.csv").write_text("ort,anzahl\nMünster,4\n")
        with pytest.raises(tk.ValidationError, match="damaged"):
            act("dataset_version_restore", id="orte")
        now = releases.current(custom_tables.group_of(call_action("package_show", id="orte")["id"]))
        assert now is not None
        assert now.release_id == versions[1]

    def test_by_others(self, versions: tuple[str, str]) -> None:
        for user in ("andere", "fremde", ""):
            with pytest.raises(tk.NotAuthorized):
                act("dataset_version_restore", user, id="orte")
