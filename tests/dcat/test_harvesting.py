"""Another CKAN reads our feed with ckanext-dcat as it is: its harvester, its parser, its European profile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.dcat.harvesters.rdf import DCATRDFHarvester
from ckanext.dcat.processors import RDFParser, RDFSerializer
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestSource
from rdflib import DCAT, RDF, Graph
from rdflib.compare import isomorphic
from stored_state import STATE
from werkzeug import Response

from ckanext.digitalms.dcat import catalogue

SECOND = """
[app:main]
use = egg:ckan
SECRET_KEY = only-for-tests
ckan.site_id = second.catalogue
ckan.site_url = http://second.example
ckan.plugins = harvest dcat dcat_rdf_harvester
ckan.auth.create_unowned_dataset = true
ckan.webassets.path = {files}
"""

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "entries")


@pytest.fixture
def entries(make_measure, office):
    """Measures and datasets, more than one page of them."""

    def make():
        factories.Sysadmin(name="harvest")
        for number in range(3):
            make_measure(name=f"massnahme-{number}", title=f"Maßnahme {number}", notes="Ein **Satz**.")
        for number in range(2):
            resources = [
                {"url": f"https://x.example/{number}.csv", "name": "Liste", "format": "CSV", "size": 7},
                {"url": f"https://x.example/{number}.json", "name": "Liste", "format": "JSON"},
            ]
            factories.Dataset(
                name=f"baeume-{number}",
                title=f"Bäume {number}",
                notes="Alle Bäume.",
                owner_org=office["id"],
                license_id="dl-de-by-2.0",
                tags=[{"name": "Grün"}],
                temporal_start="2019-01-01",
                area_code="05515000",
                resources=resources,
            )

    STATE.once("entries to be harvested", make)


@pytest.fixture
def source(app, httpserver, office, monkeypatch):
    """A job of a source whose address serves our feed, by pages of two."""
    monkeypatch.setattr(catalogue, "PAGE", 2)
    package = factories.Dataset(
        type="harvest", source_type="digitalms_progress", url="https://x.example/", owner_org=office["id"]
    )
    monkeypatch.setitem(tk.config, "ckan.site_url", httpserver.url_for("").rstrip("/"))

    def serve(request):
        answer = app.get(request.full_path)
        return Response(answer.data, answer.status_code, content_type=answer.headers["Content-Type"])

    httpserver.expect_request("/catalog.ttl").respond_with_handler(serve)
    httpserver.expect_request("/catalog.rdf").respond_with_handler(serve)
    return model.Session.get(HarvestSource, package["id"])


@pytest.mark.parametrize(("ending", "form"), [("ttl", "text/turtle"), ("rdf", "")])
def test_the_harvester_as_it_is(source, httpserver, ending, form):
    """It goes through all pages and finds each dataset with its files, keywords and texts."""
    source.url = httpserver.url_for(f"/catalog.{ending}")
    source.config = json.dumps({"rdf_format": form}) if form else ""
    job = HarvestJob(source=source)
    job.save()
    harvester = DCATRDFHarvester()
    found = harvester.gather_stage(job)
    assert model.Session.query(HarvestGatherError).all() == []
    told = {}
    for object_id in found:
        one = model.Session.get(HarvestObject, object_id)
        told[one.guid] = json.loads(one.content)
    ours = call_action("package_search", rows=100)["results"]
    ours = [one for one in ours if one["type"] != "harvest"]
    assert len(told) == len(ours) == 5
    site = httpserver.url_for("").rstrip("/")
    for one in ours:
        is_measure = one["type"] != "dataset"
        guid = f"{site}/{one['type']}/{one['name'] if is_measure else one['id']}"
        theirs = told[guid]
        extras = {extra["key"]: extra["value"] for extra in theirs["extras"]}
        assert theirs["title"] == one["title"]
        assert theirs["notes"] == ("Ein Satz." if is_measure else one["notes"])
        assert extras["identifier"] == one["id"]
        assert theirs["publisher"][0]["name"] == "citeq"
        assert "spatial_bbox" in extras
        if not is_measure:
            assert {tag["name"] for tag in theirs["tags"]} == {"Grün"}
            assert [r["url"] for r in theirs["resources"]] == [r["url"] for r in one["resources"]]
            assert {r["format"].rpartition("/")[2] for r in theirs["resources"]} == {"CSV", "JSON"}
        else:
            assert len(theirs["resources"]) == 3


@pytest.fixture
def second(tmp_path):
    """An installation of CKAN with the harvester of ckanext-dcat and nothing of ours; its tables go again."""
    ini = tmp_path / "second.ini"
    ini.write_text(SECOND.format(files=tmp_path))
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA second"))

    def harvested(feed, config):
        script = Path(__file__).parents[1] / "data" / "second_catalogue.py"
        command = [sys.executable, "-P", str(script), str(ini), feed, json.dumps(config)]
        environment = {**os.environ, "PGOPTIONS": "-c search_path=second"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    yield harvested
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA second CASCADE"))


@pytest.mark.long
def test_a_second_catalogue(app, source, httpserver, second):
    """A CKAN of its own harvests all pages twice and has each dataset once, with all that the feed says."""
    told = second(httpserver.url_for("/catalog.ttl"), {"rdf_format": "text/turtle"})
    assert told["errors"] == []
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    for page in (1, 2, 3):
        parser.parse(app.get(f"/catalog.ttl?page={page}").body, _format="ttl")
    feed = {_extras(one)["uri"]: one for one in parser.datasets()}
    theirs = {_extras(one)["uri"]: one for one in told["datasets"]}
    assert len(told["datasets"]) == len(theirs) == 5
    assert theirs.keys() == feed.keys()
    for uri, said in feed.items():
        read = theirs[uri]
        assert {"notes", "title"} <= said.keys()
        for name in ("title", "notes", "license_id", "version"):
            assert read.get(name) == said.get(name), (uri, name)
        assert {one["name"] for one in read["tags"]} == {one["name"] for one in said["tags"]}
        lost = {key: one for key, one in _extras(said).items() if _extras(read).get(key) != one}
        # the parser writes the address of who reads where a dataset has no homepage
        assert set(lost) == {"homepage"}, (uri, lost)
        assert len(read["resources"]) == len(said["resources"]) > 0
        for ours, file in zip(said["resources"], read["resources"], strict=True):
            assert {k: v for k, v in ours.items() if v} == {k: file.get(k) for k, v in ours.items() if v}


def _extras(dataset):
    return {one["key"]: one["value"] for one in dataset["extras"]}


def test_taken_into_a_catalogue(source, httpserver):
    """What it found becomes datasets, and a second harvest changes none of their number."""
    source.url = httpserver.url_for("/catalog.ttl?fq=dataset_type:digitalisierungsmassnahme")
    source.config = json.dumps({"rdf_format": "text/turtle"})
    harvester = DCATRDFHarvester()
    for _ in range(2):
        job = HarvestJob(source=source)
        job.save()
        for object_id in harvester.gather_stage(job):
            one = model.Session.get(HarvestObject, object_id)
            assert harvester.import_stage(one), [error.message for error in one.errors]
        model.repo.commit()
    asked = {"fq": "dataset_type:dataset title:Maßnahme", "rows": 10}
    assert call_action("package_search", **asked)["count"] == 3


def test_our_profile(app, monkeypatch):
    """The serialiser of ckanext-dcat says with our profile what our feed says."""
    datasets = call_action("package_search", rows=100, sort="metadata_created asc")["results"]
    text = RDFSerializer(profiles=["dcat_ap_de_3"]).serialize_catalog(dataset_dicts=datasets, _format="ttl")
    theirs, ours = Graph().parse(data=text), Graph().parse(data=app.get("/catalog.ttl").body, format="turtle")
    view = ours.value(None, RDF.type, DCAT.Catalog)
    assert view
    for node in set(ours.subjects()) - set(theirs.subjects()):
        assert "catalog.ttl" in str(node)
        ours.remove((node, None, None))
    assert isomorphic(theirs, ours)


def test_every_dataset_is_parsed(app):
    """Its parser with the European profile finds as many datasets as there are."""
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(app.get("/catalog.ttl").body, _format="ttl")
    assert sorted(one["title"] for one in parser.datasets()) == [
        *("Bäume 0", "Bäume 1", "Maßnahme 0", "Maßnahme 1", "Maßnahme 2"),
    ]
