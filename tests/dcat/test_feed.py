"""The feed: its pages, forms and filters, what is in it and what never is."""

from __future__ import annotations

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from stored_state import STATE

from ckanext.digitalms.dcat import catalogue
from ckanext.digitalms.services.access import admission

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

SITE = "http://test.ckan.net"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
FORMS = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld"}


@pytest.fixture
def entries(make_measure, office):
    """A measure, a dataset with much, one with nothing, and what is private, deleted or a draft."""

    def make():
        make_measure(notes="Ein **Satz**.")
        factories.Dataset(
            name="baeume",
            title='Bäume "\\ <b> & @prefix x: <y> .',
            notes="# Bäume\n\n[alle](https://x.example)",
            owner_org=office["id"],
            license_id="gibt-es-nicht",
            contact_email="gruen@example.org",
            theme="http://publications.europa.eu/resource/authority/data-theme/ENVI",
            tags=[{"name": "Grün"}],
            temporal_start="2019-01-01",
            resources=[
                {"url": "https://x.example/b äume.csv", "name": "Liste", "format": "CSV", "size": 12},
                {"url": "https://x.example/karte", "name": "Karte", "format": "Sonderformat"},
                {"url": "nicht erreichbar", "name": "Akte"},
            ],
        )
        factories.Dataset(name="nichts", title="Nichts", notes="", owner_org=office["id"], resources=[])
        factories.Dataset(name="geheim", title="Geheim", private=True, owner_org=office["id"])
        factories.Dataset(name="entwurf", title="Entwurf", state="draft", owner_org=office["id"])
        factories.Dataset(name="weg", title="Weg", owner_org=office["id"])
        make_measure(name="intern", title="Intern", private=True)

    STATE.once("entries of the feed", make)
    call_action("package_delete", id="weg")


def graph(app, address, form="turtle", **asked):
    answer = app.get(address, query_string=asked) if asked else app.get(address)
    assert answer.status_code == 200, answer.body
    return Graph().parse(data=answer.body, format=form)


def titles(found):
    return {str(found.value(one, DCTERMS.title)) for one in found.subjects(RDF.type, DCAT.Dataset)}


@pytest.mark.usefixtures("entries")
class TestCatalogue:
    def test_what_is_public(self, app):
        """Measures and datasets; nothing private, deleted or begun, whoever asks."""
        expected = {"Dokumentenmanagement (DMS)", 'Bäume "\\ <b> & @prefix x: <y> .', "Nichts"}
        assert titles(graph(app, "/catalog.ttl")) == expected
        headers = {"Authorization": factories.SysadminWithToken()["token"]}
        body = app.get("/catalog.ttl", headers=headers).body
        assert titles(Graph().parse(data=body, format="turtle")) == expected
        assert "Geheim" not in body
        assert "Intern" not in body

    def test_every_form_says_the_same(self, app):
        """All four endings are the same graph, but for the addresses of their pages."""
        found = {}
        for ending, form in FORMS.items():
            found[ending] = graph(app, f"/catalog.{ending}", form)
            view = found[ending].value(None, RDF.type, HYDRA.PartialCollectionView)
            found[ending].remove((view, None, None))
        assert all(isomorphic(found["ttl"], one) for one in found.values())

    def test_subjects_are_addresses(self, app):
        """A measure is its page; a dataset has an address that outlives a new name."""
        found = graph(app, "/catalog.ttl")
        assert (URIRef(f"{SITE}/digitalisierungsmassnahme/dms"), RDF.type, DCAT.Dataset) in found
        baeume = call_action("package_show", id="baeume")
        assert (URIRef(f"{SITE}/dataset/{baeume['id']}"), RDF.type, DCAT.Dataset) in found
        called = set(found.objects(URIRef(f"{SITE}/"), DCAT.dataset))
        assert called == set(found.subjects(RDF.type, DCAT.Dataset))

    def test_filters(self, app):
        """As CKAN's search has them."""
        assert titles(graph(app, "/catalog.ttl", q="Nichts")) == {"Nichts"}
        asked = {"fq": "dataset_type:digitalisierungsmassnahme"}
        assert titles(graph(app, "/catalog.ttl", **asked)) == {"Dokumentenmanagement (DMS)"}
        assert len(titles(graph(app, "/catalog.ttl", modified_since="2019-01-01"))) == 3
        assert titles(graph(app, "/catalog.ttl", fq="+capacity:private")) == set()

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"page": "0"}, 400),
            ({"page": "zwei"}, 400),
            ({"page": "-1"}, 400),
            ({"page": "1e9"}, 400),
            ({"page": "2"}, 404),
            ({"page": "1000000000"}, 404),
            ({"page": "9" * 400}, 400),
            ({"page": "9" * 5000}, 400),
            ({"profile": "alles"}, 400),
            ({"licenses": "us"}, 400),
            ({"modified_since": "gestern"}, 400),
            ({"fq": "((("}, 400),
            ({"fq": "{!lucene}x"}, 400),
            ({"q": "x" * 5000}, 400),
        ],
    )
    def test_nonsense(self, app, asked, code):
        """Is told what it is, and never a fault of ours."""
        assert app.get("/catalog.ttl", query_string=asked, status=code).status_code == code

    def test_unchanged(self, app):
        """Who has it already is told so in a word."""
        first = app.get("/catalog.rdf")
        again = app.get("/catalog.rdf", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.body) == (304, "")
        call_action("package_patch", id="nichts", title="Etwas")
        assert app.get("/catalog.rdf", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_pages(self, app, monkeypatch):
        """Hydra leads through all of them, and each dataset is on one."""
        monkeypatch.setattr(catalogue, "PAGE", 1)
        address, seen = f"{SITE}/catalog.ttl?profile=delivered&page=1", []
        while address:
            found = graph(app, address.removeprefix(SITE))
            seen += titles(found)
            view = found.value(None, RDF.type, HYDRA.PartialCollectionView)
            assert str(view) == address
            assert found.value(view, HYDRA.totalItems).toPython() == 3
            following = found.value(view, HYDRA.next)
            address = str(following) if following else ""
        assert len(seen) == len(set(seen)) == 3

    def test_what_the_index_keeps(self, app, monkeypatch):
        """The piece of the index is taken as long as organisation and configuration are the same."""
        before = app.get("/catalog.ttl").body
        from ckanext.digitalms.services.dcat import pieces

        with monkeypatch.context() as patched:
            patched.setattr(pieces, "made", lambda told: pytest.fail(f"{told['name']} is made again"))
            assert app.get("/catalog.ttl").body == before
        call_action("organization_patch", id="citeq", title="Amt für Neues")
        assert "Amt für Neues" in app.get("/catalog.ttl").body


@pytest.mark.usefixtures("entries")
class TestDataset:
    def test_what_is_said(self, app):
        """Texts without Markdown, addresses as IRIs, terms that no list knows in words."""
        found = graph(app, "/dataset/baeume.ttl")
        (one,) = found.subjects(RDF.type, DCAT.Dataset)
        assert str(found.value(one, DCTERMS.description)) == "Bäume\nalle"
        places = {str(found.value(d, DCAT.accessURL)) for d in found.objects(one, DCAT.distribution)}
        assert "https://x.example/b%20%C3%A4ume.csv" in places
        licenses = {str(found.value(d, DCTERMS.license)) for d in found.objects(one, DCAT.distribution)}
        assert licenses == {"http://dcat-ap.de/def/licenses/other-closed"}
        assert Literal("gibt-es-nicht", "de") in set(found.objects())
        kinds = [str(kind) for kind in found.objects(None, DCTERMS["format"])]
        assert kinds == ["http://publications.europa.eu/resource/authority/file-type/CSV"]

    def test_a_measure(self, app):
        """Its record as JSON and CSV and its history as CSV are its distributions, and are there."""
        found = graph(app, "/digitalisierungsmassnahme/dms.ttl")
        one = URIRef(f"{SITE}/digitalisierungsmassnahme/dms")
        files = {str(found.value(d, DCAT.downloadURL)) for d in found.objects(one, DCAT.distribution)}
        assert files == {f"{one}.json", f"{one}.csv", f"{one}/verlauf.csv"}
        for file in files:
            assert app.get(file.removeprefix(SITE)).status_code == 200

    @pytest.mark.parametrize("name", ["geheim", "entwurf", "weg", "intern", "gibt-es-nicht", "x y"])
    def test_what_is_not_public(self, app, name):
        """Is not there, whoever asks and wherever."""
        headers = {"Authorization": factories.SysadminWithToken()["token"]}
        for address in (f"/dataset/{name}.ttl", f"/digitalisierungsmassnahme/{name}.jsonld"):
            assert app.get(address, headers=headers, status=404).status_code == 404

    def test_of_another_kind(self, app):
        """Leads to where it is."""
        answer = app.get("/dataset/dms.ttl", follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/digitalisierungsmassnahme/dms.ttl")


@pytest.mark.usefixtures("entries")
class TestNegotiation:
    """The address of a page is the name of what it is of."""

    @pytest.mark.parametrize(
        ("accept", "ending"),
        [
            ("text/turtle", "ttl"),
            ("application/rdf+xml", "rdf"),
            ("application/ld+json, text/html;q=0.5", "jsonld"),
        ],
    )
    @pytest.mark.parametrize(
        ("page", "stem"),
        [
            ("/dataset/baeume", "/dataset/baeume"),
            ("/en/dataset/baeume", "/dataset/baeume"),
            ("/digitalisierungsmassnahme/dms", "/digitalisierungsmassnahme/dms"),
            ("/dataset/", "/catalog"),
            ("/", "/catalog"),
        ],
    )
    def test_a_program(self, app, page, stem, accept, ending):
        """Is led to the form that it wants."""
        answer = app.get(page, headers={"Accept": accept}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{SITE}{stem}.{ending}"
        assert "Accept" in answer.headers["Vary"]

    @pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
    def test_a_browser(self, app, accept):
        """Gets the page, which says where the same stands for programs."""
        for page in ("/dataset/baeume", "/digitalisierungsmassnahme/dms"):
            for _ in range(2):  # a page that is kept says it, too
                answer = app.get(page, headers={"Accept": accept})
                assert answer.status_code == 200
                told = answer.headers.getlist("Link")
                assert f'<{SITE}{page}.ttl>; rel="alternate"; type="text/turtle"' in told
                assert "Accept" in answer.headers["Vary"]

    def test_what_is_private(self, app):
        """Has no other form, so none is told."""
        headers = {"Authorization": factories.SysadminWithToken()["token"]}
        answer = app.get("/dataset/geheim", headers=headers)
        assert not [one for one in answer.headers.getlist("Link") if "alternate" in one]

    def test_what_waits(self, app, office):
        """A measure of an office that is not let in has none either, for its keepers, who see its page."""
        admission.refuse(office["id"])
        model.repo.commit()
        headers = {"Authorization": factories.SysadminWithToken()["token"]}
        answer = app.get("/digitalisierungsmassnahme/dms", headers=headers)
        assert answer.status_code == 200
        assert not [one for one in answer.headers.getlist("Link") if "alternate" in one]
