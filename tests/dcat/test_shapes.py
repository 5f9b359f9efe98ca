"""Everything that the demo and tests make keeps the rules of DCAT-AP.de 3.0: no result of any severity."""

from __future__ import annotations

import pyshacl
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from rdflib import Graph, URIRef
from stored_state import STATE

from ckanext.digitalms.dcat import checking, writing
from ckanext.digitalms.dcat.describing import links, words
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.services.sources.datasets import harvested_dataset_write

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

CONTRIBUTOR = "http://dcat-ap.de/def/contributors/openNRW"


@pytest.fixture
def published(demo, own_and_harvested):
    """The demo with its open tables, a table of an office, a draft, and a harvested dataset."""


@pytest.fixture
def own_and_harvested(demo):
    def make():
        user = factories.Sysadmin()["name"]
        releases.publish()
        text = "Standort;Anzahl\nNord;3\nSüd;5\n".encode()
        for title, as_draft in (("Fahrradständer", False), ("Entwurf", True)):
            draft = call_action(
                "digitalms_dataset_draft_create",
                {"user": user},
                content=text.decode(),
                filename="staender.csv",
                title=title,
                organisation="opendata",
            )
            call_action("digitalms_dataset_publish", {"user": user}, id=draft["id"], as_draft=as_draft)
        source = factories.Dataset(
            type="harvest",
            source_type="digitalms_progress",
            url="https://x.example/q",
            owner_org=call_action("organization_show", id="opendata")["id"],
        )
        harvested_dataset_write(
            {"ignore_auth": True, "user": user},
            source["id"],
            "urn:quelle:7",
            "0",
            {"title": "Von anderswo", "resources": [{"url": "https://x.example/7.csv", "format": "CSV"}]},
        )

    STATE.once("demo with own and harvested", make)


@pytest.mark.usefixtures("published")
class TestEverything:
    @pytest.mark.parametrize("profile", ["own", "delivered"])
    @pytest.mark.ckan_config("ckanext.digitalms.dcat.contributor_id", CONTRIBUTOR)
    def test_no_result(self, shapes, profile):
        """With the official shapes, in both profiles."""
        found = call_action("digitalms_dcat_list", profile=profile)
        assert found["count"] > 15
        subjects = [one for one in found["results"] if "dcat:Dataset" in one["@type"]]
        assert len(subjects) == found["count"]
        assert [one for one in subjects if "dcatde:contributorID" in one] == (
            subjects if profile == "delivered" else []
        )
        assert checking.check(found["results"], shapes) == []
        assert as_others_check(found["results"], shapes) == []

    def test_by_our_own_rules(self):
        """Without the official shapes, too; and each dataset by itself."""
        assert checking.check(call_action("digitalms_dcat_list")["results"]) == []
        for name in ("massnahmen", "fahrradstaender", "von-anderswo"):
            told = call_action("digitalms_dcat_show", id=name)["results"]
            assert checking.check(told) == []

    def test_the_identifier_of_its_source(self):
        """Is passed on as it came."""
        told = call_action("digitalms_dcat_show", id="von-anderswo")["results"]
        assert told[0]["dct:identifier"] == [{"@value": "urn:quelle:7"}]


def as_others_check(nodes, folder):
    """What the shapes say with the lists that stand beside them and nothing that we know."""
    data = Graph().parse(data=writing.turtle(nodes), format="turtle")
    data.parse(folder / "offline-vocab.ttl")
    for file in (folder / "vocab").glob("*.rdf"):
        data.parse(file, format="xml")
    shapes = Graph()
    for file in (folder / "v3.0").glob("*.ttl"):
        shapes.parse(file)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=True)
    message = URIRef("http://www.w3.org/ns/shacl#resultMessage")
    return [str(text) for text in report.objects(None, message)]


class TestOneDataset:
    @pytest.fixture
    def told(self, make_measure):
        make_measure()
        return call_action("digitalms_dcat_show", id="dms")["results"]

    @pytest.mark.parametrize("official", [True, False])
    @pytest.mark.parametrize(
        ("place", "path", "wrong"),
        [
            (0, "dct:publisher", []),
            (0, "dct:title", []),
            (0, "dcat:theme", links("http://publications.europa.eu/resource/authority/data-theme/XXXX")),
            (0, "dct:accrualPeriodicity", words("monatlich")),
            ("dcat:Distribution", "dct:license", []),
            ("dcat:Distribution", "dcat:accessURL", []),
            ("dcat:Distribution", "dct:format", words("CSV")),
            ("foaf:Agent", "foaf:name", []),
        ],
    )
    def test_what_is_wrong(self, request, told, official, place, path, wrong):
        """Is found by the official shapes and by our own rules alike."""
        folder = request.getfixturevalue("shapes") if official else None
        at = next(i for i, one in enumerate(told) if i == place or place in one["@type"])
        told[at] = {name: value for name, value in {**told[at], path: wrong}.items() if value}
        found = checking.check(told, folder)
        assert path in {one.path for one in found if one.focus == told[at]["@id"]}

    def test_read_once(self, told, shapes):
        """The shapes are read once for all datasets."""
        assert checking.check(told, shapes) == []
        read = checking._shapes.cache_info().misses
        assert checking.check(told, shapes) == []
        assert checking._shapes.cache_info().misses == read

    def test_no_shapes(self, tmp_path, told):
        """A folder without shapes, or with something else, is told as such."""
        with pytest.raises(checking.ShapesError):
            checking.check(told, tmp_path)
        (tmp_path / "x.ttl").write_text("kein Turtle")
        with pytest.raises(checking.ShapesError, match=r"x\.ttl"):
            checking.check(told, tmp_path)
