"""What pages say in their heads: to search engines in the words of schema.org, and which address counts."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stored_state import STATE

from ckanext.digitalms.dcat import schema_org
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.services.dcat import heads, pieces

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "entries")

SITE = "http://test.ckan.net"
HOSTILE = 'Bäume </script><script>alert(1)</script> <!-- "\\ & \u2028 ]]>'


@pytest.fixture
def entries(make_measure, office):
    """A measure below another, a dataset with a hostile title, and what strangers do not see."""

    def make():
        make_measure(name="netz", title="Netz")
        make_measure(parent_id="netz", notes="Ein **Satz** mit [Verweis](https://x.example).")
        make_measure(name="intern", title="Intern", private=True)
        factories.Dataset(
            name="baeume",
            title=HOSTILE,
            notes="# Bäume\n\nAlle **Bäume** der Stadt.",
            owner_org=office["id"],
            license_id="dl-de-by-2.0",
            tags=[{"name": "Grün"}],
            temporal_start="2019-01-01",
            area_code="05515000",
            resources=[
                {"url": "https://x.example/b.csv", "format": "CSV", "mimetype": "text/csv", "size": 7}
            ],
        )
        factories.Dataset(name="geheim", title="Geheim", private=True, owner_org=office["id"])

    STATE.once("heads of pages", make)


def head(app, address, **options):
    return BeautifulSoup(app.get(address, **options).body, "html.parser").head


def things(found):
    """The things of a page by their kind; its data is one element that is read as JSON."""
    elements = found.select('script[type="application/ld+json"]')
    assert len(elements) <= 1
    told = json.loads(elements[0].string)["@graph"] if elements else []
    return {one["@type"]: one for one in told}


def canonical(found):
    return found.select_one('link[rel="canonical"]')["href"]


class TestDataset:
    def test_what_is_said(self, app):
        """What the feed says, in the words of schema.org."""
        told = things(head(app, "/dataset/baeume"))["Dataset"]
        dataset = call_action("package_show", id="baeume")
        assert told["@id"] == f"{SITE}/dataset/{dataset['id']}"
        assert told["url"] == f"{SITE}/dataset/baeume"
        assert told["name"] == HOSTILE
        assert told["description"].startswith("Bäume\nAlle Bäume der Stadt")
        assert len(told["description"]) >= 50
        assert told["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
        assert told["temporalCoverage"] == "2019-01-01/.."
        assert told["spatialCoverage"]["identifier"] == ["05515000"]
        assert told["keywords"] == ["Grün"]
        assert told["publisher"]["name"] == "citeq"
        (file,) = told["distribution"]
        assert (file["contentUrl"], file["encodingFormat"], file["contentSize"]) == (
            "https://x.example/b.csv",
            "text/csv",
            "7 B",
        )

    def test_a_hostile_title(self, app):
        """Ends no element of the page, and begins none."""
        body = app.get("/dataset/baeume").body
        data = body.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        assert json.loads(data)["@graph"][0]["name"] == HOSTILE
        assert not set(data) & {"<", ">", "&", "\u2028"}
        assert "<script>alert" not in body

    def test_where_it_stands(self, app):
        """The way to it, in the language of the page."""
        for path, word in (("", "Datensätze"), ("/en", "Datasets")):
            steps = things(head(app, f"{path}/dataset/baeume"))["BreadcrumbList"]["itemListElement"]
            assert [one["position"] for one in steps] == [1, 2, 3]
            assert steps[1]["name"] == word
            assert steps[1]["item"] == f"{SITE}{path}/dataset/"
            assert steps[2]["item"] == f"{SITE}{path}/dataset/baeume"

    def test_a_measure(self, app):
        """Is a dataset, below the measure that it is a part of."""
        found = things(head(app, "/digitalisierungsmassnahme/dms"))
        assert found["Dataset"]["@id"] == f"{SITE}/digitalisierungsmassnahme/dms"
        assert len(found["Dataset"]["distribution"]) == 3
        names = [one["name"] for one in found["BreadcrumbList"]["itemListElement"]]
        assert names[1:] == ["Maßnahmen", "Netz", "Dokumentenmanagement (DMS)"]

    def test_the_same_facts(self, demo):
        """A page reads a measure from the database; it says what the feed says, but for sizes of files."""
        for name in ("dms", "breitband", "serviceportal"):
            told = call_action("package_show", id=name)
            assert heads.of_measure(name).facts == pieces.facts_of(told, has_sizes=False)

    def test_a_table(self, app):
        """The page of a table says what its dataset says."""
        releases.publish()
        found = head(app, "/digitalisierung/daten/measures/")
        told = things(found)["Dataset"]
        assert f"{SITE}/digitalisierung/daten/measures.csv" in {
            one["contentUrl"] for one in told["distribution"]
        }
        assert all(len(one["sha256"]) == 64 for one in told["distribution"] if "sha256" in one)
        assert canonical(found) == f"{SITE}/digitalisierung/daten/measures/"
        stem = f"{SITE}/dataset/{call_action('package_show', id=told['identifier'])['name']}"
        assert found.select_one('link[type="text/turtle"]')["href"] == f"{stem}.ttl"

    @pytest.mark.parametrize(
        "address", ["/dataset/geheim", "/digitalisierungsmassnahme/intern", "/dataset/gibt-es-nicht"]
    )
    def test_what_is_not_public(self, app, address):
        """Says nothing of itself, not even to who may see it."""
        chief = {"Authorization": factories.SysadminWithToken()["token"]}
        for options in ({"status": None}, {"status": None, "headers": chief}):
            found = head(app, address, **options)
            assert things(found) == {}
            assert found.select('link[rel="canonical"], meta[name="description"]') == []

    def test_made_private(self, app):
        """A page that was kept says nothing of it any more, at once."""
        address = "/digitalisierungsmassnahme/dms"
        assert things(head(app, address))["Dataset"]
        call_action("package_patch", id="dms", notes="Anders.")
        assert things(head(app, address))["Dataset"]["description"].startswith("Anders.")
        call_action("package_patch", id="dms", private=True)
        assert things(head(app, address, status=404)) == {}


class TestPages:
    def test_the_catalogue(self, app):
        """Start, overview, tables and list of datasets say which catalogue they are of."""
        for address in ("/", "/digitalisierung", "/digitalisierung/daten/", "/dataset/"):
            assert things(head(app, address))["DataCatalog"]["@id"] == f"{SITE}/", address
        search = things(head(app, "/"))["WebSite"]["potentialAction"]["target"]["urlTemplate"]
        assert search == f"{SITE}/digitalisierung/suche/?q={{search_term_string}}"

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("/digitalisierung?status=running&stichtag=2019-03-14", "/digitalisierung"),
            ("/digitalisierungsmassnahme/dms?stichtag=2019-03-14", "/digitalisierungsmassnahme/dms"),
            ("/dataset/?q=baum&organization=citeq&page=2", "/dataset/"),
            ("/dataset/?page=2", "/dataset/?page=2"),
            ("/digitalisierung/suche/?q=netz", "/digitalisierung/suche/"),
            ("/en/dataset/baeume", "/en/dataset/baeume"),
            ("/de/dataset/baeume", "/dataset/baeume"),
            ("/", "/"),
        ],
    )
    def test_the_address_that_counts(self, app, address, told):
        """Without day and filters, in the page's language; it is there and names itself."""
        found = head(app, address)
        assert canonical(found) == f"{SITE}{told}"
        assert app.get(told, follow_redirects=False).status_code == 200
        assert canonical(head(app, told)) == f"{SITE}{told}"

    def test_by_id(self, app):
        """A dataset has one address, by whichever name it was asked for."""
        one = call_action("package_show", id="baeume")["id"]
        assert canonical(head(app, f"/dataset/{one}")) == f"{SITE}/dataset/baeume"

    @pytest.mark.parametrize("address", ["/dataset/baeume", "/digitalisierung", "/digitalisierung/kontakt"])
    def test_languages(self, app, address):
        """Each page names the others, and itself; each is there and names the same."""
        wanted = {"de": f"{SITE}{address}", "en": f"{SITE}/en{address}", "x-default": f"{SITE}{address}"}
        for page in (address, f"/en{address}"):
            found = head(app, page)
            assert {one["hreflang"]: one["href"] for one in found.select("link[hreflang]")} == wanted

    def test_descriptions(self, app):
        """Plain text, in the language of the page where it is ours."""
        found = head(app, "/digitalisierungsmassnahme/dms").select_one('meta[name="description"]')
        assert found["content"].startswith("Ein Satz mit Verweis.")
        english = head(app, "/en/digitalisierung").select_one('meta[name="description"]')["content"]
        german = head(app, "/digitalisierung").select_one('meta[name="description"]')
        assert english.startswith("Here stands")
        assert german["content"] != english

    @pytest.mark.parametrize(
        "address", ["/digitalisierungsmassnahme/dms?stichtag=2019-03-14", "/user/login", "/gibt-es-nicht"]
    )
    def test_what_no_search_engine_shows(self, app, address):
        """A past day, forms and errors have no data for them."""
        assert things(head(app, address, status=None)) == {}


def test_any_text():
    """What is written is read back, and no sign of HTML is in it."""
    told = [{"name": HOSTILE, "more": "<!-- <script> \u2029"}]
    text = schema_org.written(told)
    assert json.loads(text)["@graph"] == told
    assert not set(text) & set("<>&\u2028\u2029")
