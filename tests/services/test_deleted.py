"""Datasets, tables of one's own and sources that were deleted come back under their addresses."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckanext.harvest.model import HarvestSource

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

CONTENT = "AGS;Anteil\n05515000;96,51\n05558012;88,4\n"
PAGE = "/digitalisierung/zuletzt-geaendert/"
OWN = "/digitalisierung/daten/datensatz"


def call(action: str, user: str, **data: Any) -> Any:
    model.Session.rollback()
    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


def listed(user: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["id"]) for one in call("digitalms_change_list", user)["results"]]


@pytest.fixture(autouse=True)
def releases_at(tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))


@pytest.fixture
def table(personas: dict[str, str]) -> str:
    """A published table of an office."""
    told = {"content": CONTENT, "filename": "Anteile.csv", "organisation": "citeq"}
    draft = call("digitalms_dataset_draft_create", "editor", **told)
    done = call("digitalms_dataset_publish", "editor", id=draft["id"])
    return str(done["name"])


@pytest.fixture
def source(personas: dict[str, str]) -> str:
    """A source of an office."""
    told = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv", "owner_org": "citeq"}
    kind = {"source_type": "digitalms_progress", "frequency": "MANUAL"}
    return str(call("harvest_source_create", "chef", **told, **kind)["name"])


def read(app: Any, address: str) -> str:
    """What is at an address, but for what the head tells of the day of the last change."""
    return re.sub(r'"(datePublished|dateModified)":"[^"]*"', "", app.get(address).body)


class TestTable:
    def test_it_comes_back_with_its_files(self, app: Any, table: str) -> None:
        """Under the same addresses, in the search and in the DataStore, with its organisation."""
        addresses = [f"{OWN}/{table}{ending}" for ending in (".csv", ".json", ".schema.json", "/")]
        before = {address: read(app, address) for address in addresses}
        shown = call("package_show", "editor", id=table)
        csv = next(one["id"] for one in shown["resources"] if one["format"] == "CSV")
        rows = call("datastore_search", "", resource_id=csv)["records"]
        call("package_delete", "editor", id=shown["id"])
        assert app.get(addresses[0]).status_code == 404
        assert listed("editor") == listed("coordinator") == [("deleted_table", table)]
        assert call("digitalms_dataset_restore", "editor", id=table)["kind"] == "deleted_table"
        assert {address: read(app, address) for address in addresses} == before
        assert call("datastore_search", "", resource_id=csv)["records"] == rows
        assert call("package_search", "", fq=f"name:{table}")["count"] == 1
        assert call("package_show", "", id=table)["organization"]["name"] == "citeq"
        assert call("member_list", "chef", id="citeq", object_type="package")
        assert listed("editor") == []

    def test_its_name_stays_taken(self, table: str) -> None:
        """A deleted table keeps its name; the next one of this name gets a number."""
        call("package_delete", "editor", id=table)
        told = {"content": CONTENT, "filename": "Anteile.csv", "organisation": "citeq"}
        draft = call("digitalms_dataset_draft_create", "editor", **told)
        assert call("digitalms_dataset_publish", "editor", id=draft["id"])["name"] == f"{table}-2"
        call("digitalms_dataset_restore", "editor", id=table)
        assert call("package_show", "", id=table)["digitalms_own_table"] == table

    def test_its_name_stays_taken_for_good(self, table: str) -> None:
        """Also when it is purged: what was cited never gives another table."""
        call("package_delete", "editor", id=table)
        call("dataset_purge", "chef", id=table)
        told = {"content": CONTENT, "filename": "Anteile.csv", "organisation": "citeq"}
        draft = call("digitalms_dataset_draft_create", "editor", **told)
        assert call("digitalms_dataset_publish", "editor", id=draft["id"])["name"] == f"{table}-2"

    def test_not_for_others(self, table: str) -> None:
        """Another office neither sees nor restores it."""
        call("package_delete", "editor", id=table)
        assert listed("andere") == listed("fremde") == []
        for user in ("andere", "fremde", ""):
            with pytest.raises(tk.NotAuthorized):
                call("digitalms_dataset_restore", user, id=table)

    def test_not_without_its_organisation(self, table: str) -> None:
        """Which is said; nothing comes back half."""
        call("package_delete", "editor", id=table)
        call("organization_delete", "chef", id="citeq")
        with pytest.raises(tk.ValidationError):
            call("digitalms_dataset_restore", "coordinator", id=table)
        model.Session.rollback()
        assert model.Package.get(table).state == "deleted"


class TestSource:
    def test_it_is_fetched_again(self, source: str) -> None:
        """Its object of ckanext-harvest is active again, too."""
        package_id = model.Package.get(source).id
        call("package_delete", "coordinator", id=source)
        assert listed("editor") == [("deleted_source", source)]
        call("digitalms_dataset_restore", "coordinator", id=source)
        model.Session.rollback()
        assert model.Session.get(HarvestSource, package_id).active
        assert source in {one["name"] for one in call("digitalms_source_list", "")["results"]}


class TestDataset:
    def test_coordinators_leave_it_to_its_organisation(self, personas: dict[str, str]) -> None:
        """They do not edit it either."""
        factories.Dataset(name="hunde", owner_org="citeq")
        call("package_delete", "editor", id="hunde")
        assert listed("editor") == listed("chef") == [("deleted_dataset", "hunde")]
        assert listed("coordinator") == []
        with pytest.raises(tk.NotAuthorized):
            call("digitalms_dataset_restore", "coordinator", id="hunde")
        call("digitalms_dataset_restore", "editor", id="hunde")
        assert call("package_show", "", id="hunde")["state"] == "active"

    def test_what_is_not_deleted(self, personas: dict[str, str], make_measure: Any) -> None:
        """Neither what is there, nor measures, which have their own way back, nor what never was."""
        factories.Dataset(name="hunde", owner_org="citeq")
        make_measure()
        call("package_delete", "editor", id="dms")
        for name in ("hunde", "dms"):
            with pytest.raises(tk.ObjectNotFound):
                call("digitalms_dataset_restore", "editor", id=name)
        with pytest.raises(tk.ObjectNotFound):
            call("digitalms_dataset_restore", "chef", id="nie")


class TestPage:
    def test_a_click_restores(self, app: Any, table: str) -> None:
        """The list says what will happen; the button does it."""
        headers = {"Authorization": factories.APIToken(user="editor")["token"]}
        call("package_delete", "editor", id=table)
        assert "mit allen ihren Fassungen" in app.get(PAGE, headers=headers).body
        address = f"{PAGE}deleted_table/{table}/zuruecknehmen"
        assert "wieder unter ihren Adressen" in app.post(address, headers=headers).body
        assert app.get(f"/dataset/{table}").status_code == 200
