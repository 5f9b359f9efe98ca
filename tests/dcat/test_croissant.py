"""Datasets with a table as Croissant: read, checked and loaded by the official library."""

from __future__ import annotations

import csv
import hashlib
import json

import mlcroissant
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stored_state import STATE

from ckanext.digitalms.dcat import croissant
from ckanext.digitalms.dcat.facts import Agent, Contact, Dataset, License
from ckanext.digitalms.publishing import releases

SITE = "http://test.ckan.net"
TABLE = "Standort;Anzahl;Anteil;offen;Tag\nNord;3;45,5;ja;31.12.2019\nSüd;5;;nein;01.01.2020\n"


def published(make_measure, office):
    def make():
        make_measure()
        releases.publish()
        user = factories.Sysadmin()["name"]
        draft = call_action(
            "digitalms_dataset_draft_create",
            {"user": user},
            content=TABLE,
            filename="staender.csv",
            title="Fahrradständer </script>",
            organisation="citeq",
        )
        call_action("digitalms_dataset_publish", {"user": user}, id=draft["id"])
        factories.Dataset(name="ohne-tabelle", owner_org=office["id"])

    STATE.once("datasets as Croissant", make)


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestPublished:
    @pytest.fixture(autouse=True)
    def there(self, make_measure, office):
        published(make_measure, office)

    @pytest.fixture
    def documents(self, app):
        """Of every dataset with a table."""
        found = call_action("package_search", rows=100, fq="dataset_type:dataset")["results"]
        names = [one["name"] for one in found if one.get("digitalms_table") or one.get("digitalms_own_table")]
        assert len(names) > 5
        return {name: app.get(f"/dataset/{name}.croissant.json").json for name in names}

    def test_all_are_valid(self, documents):
        """The library finds nothing to complain of, not even what could be better."""
        for name, document in documents.items():
            issues = mlcroissant.Dataset(jsonld=document).metadata.ctx.issues
            assert (issues.errors, issues.warnings) == (set(), set()), name

    def test_it_is_loaded(self, app, documents, tmp_path):
        """Its columns are those of the file, whose checksum is true, at an address that stays."""
        document = next(one for one in documents.values() if one["name"].startswith("Fahrradständer"))
        files = {one["@id"]: one for one in document["distribution"]}
        (records,) = document["recordSet"]
        told = files[f"{records['@id']}.csv"]
        body = app.get(told["contentUrl"].removeprefix(SITE)).data
        assert hashlib.sha256(body).hexdigest() == told["sha256"]
        assert told["contentSize"] == f"{len(body)} B"
        path = tmp_path / "table.csv"
        path.write_bytes(body)
        dataset = mlcroissant.Dataset(jsonld=document, mapping={told["@id"]: path})
        loaded = list(dataset.records(record_set=records["@id"]))
        header = next(csv.reader(body.decode().splitlines()))
        assert [name.rpartition("/")[2] for name in loaded[0]] == header
        assert [one[f"{records['@id']}/standort"] for one in loaded] == [b"Nord", "Süd".encode()]
        assert [one[f"{records['@id']}/anzahl"] for one in loaded] == [3, 5]

    def test_it_is_named(self, app, documents):
        """By the page of the dataset, in its head and its headers; by no page of anything else."""
        name = next(iter(documents))
        page = app.get(f"/dataset/{name}")
        assert f'href="{SITE}/dataset/{name}.croissant.json"' in page.body
        assert any("croissant.json" in one for one in page.headers.getlist("Link"))
        other = app.get("/dataset/ohne-tabelle")
        assert "croissant" not in other.body
        assert not any("croissant" in one for one in other.headers.getlist("Link"))
        answer = app.get(f"/dataset/{name}.croissant.json")
        again = app.get(f"/dataset/{name}.croissant.json", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize("name", ["ohne-tabelle", "gibt-es-nicht", "dms"])
    def test_what_has_none(self, app, name):
        """Is not there."""
        assert app.get(f"/dataset/{name}.croissant.json", status=404).status_code == 404

    def test_what_is_private(self, app, documents):
        """Is not there either, whoever asks."""
        name = next(iter(documents))
        call_action("package_patch", id=name, private=True)
        chief = {"Authorization": factories.SysadminWithToken()["token"]}
        assert app.get(f"/dataset/{name}.croissant.json", headers=chief, status=404).status_code == 404


def test_any_words():
    """Titles with signs of anything and a table without a key are valid, too."""
    hostile = '</script> "\\ <b> & @id: {} \u2028 🏛️'
    told = Dataset(
        iri=f"{SITE}/dataset/1",
        page=f"{SITE}/dataset/x",
        identifier="1",
        title=hostile,
        description=hostile,
        publisher=Agent(f"{SITE}/o", hostile),
        contact=Contact("x"),
        license=License("http://dcat-ap.de/def/licenses/other-closed", hostile, hostile),
    )
    schema = {"fields": [{"name": "a", "type": "list", "title": hostile, "description": ""}]}
    file = croissant.File("x.csv", f"{SITE}/x.csv", "text/csv", 3, "0" * 64)
    more = {"version": "2026.1129.10", "issued": "2026-11-29", "license_page": ""}
    document = croissant.document(told, **more, table="x", schema=schema, files=[file])
    read = json.loads(json.dumps(document))
    issues = mlcroissant.Dataset(jsonld=read).metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert read["name"] == hostile
