"""What a dataset lacks is told in German at the field that mends it; an organisation says it for all."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from ckanext.digitalms.cli import digitalms
from ckanext.digitalms.services.dcat.offices import DEFAULTS

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
NOTHING = {"notes", "tag_string", "theme", "area_code", "temporal_start", "resources"}


@pytest.fixture
def bare(office):
    """A dataset of which nothing is said."""
    return factories.Dataset(name="nichts", title="Nichts", notes="", owner_org=office["id"], resources=[])


def headers(user):
    return {"Authorization": factories.APIToken(user=user)["token"]}


def test_hints(bare):
    """What is missing keeps every rule, and is told by field."""
    found = call_action("digitalms_dcat_check", id=bare["id"])["results"]
    assert {one["field"] for one in found} == NOTHING
    assert {one["severity"] for one in found} == {"Hint"}


def test_whole(office):
    """A dataset with all of it lacks nothing."""
    factories.Dataset(
        name="ganz",
        owner_org=office["id"],
        notes="Alles.",
        license_id="dl-de-by-2.0",
        theme=f"{THEMES}ENVI",
        tags=[{"name": "Grün"}],
        area_code="05515000",
        temporal_start="2020-01-01",
        resources=[{"url": "https://x.example/a.csv", "format": "CSV"}],
    )
    assert call_action("digitalms_dcat_check", id="ganz")["results"] == []


def test_what_breaks_a_rule(bare):
    """A word that no list has comes first, with the field."""
    call_action("package_patch", id=bare["id"], frequency="https://x.example/immer")
    found = call_action("digitalms_dcat_check", id=bare["id"])["results"]
    assert (found[0]["severity"], found[0]["field"]) == ("Violation", "frequency")


def test_on_the_page(app, personas, bare):
    """Its office sees it after saving, each line leads to the field; nobody else does."""
    page = BeautifulSoup(app.get("/dataset/nichts", headers=headers(personas["editor"])).body, "html.parser")
    box = page.select_one("section[aria-labelledby=dm-portals]")
    assert "Wählen Sie ein Thema" in box.get_text()
    targets = {link["href"] for link in box.select("a")}
    assert "/dataset/edit/nichts#field-theme" in targets
    form = BeautifulSoup(
        app.get("/dataset/edit/nichts", headers=headers(personas["editor"])).body, "html.parser"
    )
    for target in targets:
        if "#" in target:
            assert form.select_one(f"[id='{target.partition('#')[2]}']"), target
    assert "dm-portals" not in app.get("/dataset/nichts").body
    assert "dm-portals" not in app.get("/dataset/nichts", headers=headers(personas["other_editor"])).body


def test_of_a_measure(app, personas, make_measure):
    """On its page, too: at a field of its form, or of its organisation where that says it."""
    make_measure(notes="")
    address = "/digitalisierungsmassnahme/dms"

    def box(persona):
        page = BeautifulSoup(app.get(address, headers=headers(personas[persona])).body, "html.parser")
        return page.select_one("section[aria-labelledby=dm-portals]")

    assert [one["href"] for one in box("editor").select("a")] == [
        "/digitalisierungsmassnahme/edit/dms#field-notes"
    ]
    call_action("package_patch", id="dms", notes="Alles digital.")
    assert "Es fehlt nichts" in box("editor").get_text()
    wrong = [{"key": "political_level", "value": "https://x.example/anders"}]
    call_action("organization_patch", id="citeq", extras=wrong)
    (found,) = call_action("digitalms_dcat_check", id="dms")["results"]
    assert (found["severity"], found["field"]) == ("Violation", "organisation.political_level")
    assert [one["href"] for one in box("sysadmin").select("a")] == [
        "/organization/edit/citeq#field-political_level"
    ]
    assert box("editor").select("a") == []
    assert "dm-portals" not in app.get(address).body
    assert box("other_editor") is None


class TestOffice:
    """What an organisation says counts for its datasets that say nothing."""

    def theme(self, app, name="nichts"):
        found = Graph().parse(data=app.get(f"/dataset/{name}.ttl").body, format="turtle")
        return found.value(found.value(None, RDF.type, DCAT.Dataset), DCAT.theme)

    def test_by_the_form(self, app, personas, office, bare):
        """Chosen from lists; other extras of the organisation stay, and the feed says it at once."""
        call_action("organization_patch", id=office["id"], extras=[{"key": "Telefon", "value": "115"}])
        address = f"/organization/edit/{office['name']}"
        chief = headers(personas["sysadmin"])
        form = BeautifulSoup(app.get(address, headers=chief).body, "html.parser")
        sent = {
            one["name"]: one.get("value", "") for one in form.select("#organization-edit-form input[name]")
        }
        sent.pop("_csrf_token", None)
        sent |= {one["name"]: "" for one in form.select("#organization-edit-form select[name]")}
        name = form.select_one("#field-theme")["name"]
        assert f"{THEMES}ENVI" in {one["value"] for one in form.select("#field-theme option")}
        app.post(address, data={**sent, name: f"{THEMES}ENVI", "save": ""}, headers=chief)
        extras = {
            one["key"]: one["value"] for one in call_action("organization_show", id=office["id"])["extras"]
        }
        assert extras["theme"] == f"{THEMES}ENVI"
        assert extras["Telefon"] == "115"
        assert self.theme(app) == URIRef(f"{THEMES}ENVI")
        assert f"{THEMES}ENVI" in app.get("/catalog.ttl").body
        shown = BeautifulSoup(app.get(address, headers=chief).body, "html.parser")
        assert shown.select_one("#field-theme option[selected]")["value"] == f"{THEMES}ENVI"

    def test_the_same_fields(self):
        """The schema marks what is read of organisations."""
        fields = tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]
        marked = {one["field_name"] for one in fields if one.get("said_by_organisations")}
        assert marked == set(DEFAULTS)

    def test_a_dataset_says_otherwise(self, app, office, bare):
        """Its own word comes first."""
        call_action(
            "organization_patch", id=office["id"], extras=[{"key": "theme", "value": f"{THEMES}ENVI"}]
        )
        call_action("package_patch", id="nichts", theme=f"{THEMES}GOVE")
        assert self.theme(app) == URIRef(f"{THEMES}GOVE")

    def test_nonsense(self, app, office, bare):
        """What is no address is not told, and no feed breaks."""
        call_action("organization_patch", id=office["id"], extras=[{"key": "theme", "value": "<x> . \n"}])
        assert self.theme(app) is None
        Graph().parse(data=app.get("/catalog.ttl").body, format="turtle")


class TestFields:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("political_level", "https://x.example/anderes"),
            ("availability", "https://x.example/anderes"),
            ("theme", "Umwelt"),
            ("theme", [f"{THEMES}ENVI", {"x": 1}]),
            ("hvd_category", "[kaputt"),
            ("model_dataset", "baumkataster"),
        ],
    )
    def test_what_is_no_word_of_the_list(self, bare, field, value):
        """Is refused at its field."""
        with pytest.raises(tk.ValidationError) as refused:
            call_action("package_patch", id=bare["id"], **{field: value})
        assert field in refused.value.error_dict

    def test_several_topics(self, app, personas, bare):
        """Ticked in the form; what another portal said besides stays."""
        foreign = "http://eurovoc.europa.eu/100156"
        call_action("package_patch", id=bare["id"], theme=f'["{THEMES}ENVI", "{foreign}"]')
        user = headers(personas["editor"])
        form = BeautifulSoup(app.get("/dataset/edit/nichts", headers=user).body, "html.parser")
        ticked = [
            one["value"] for one in form.select("input[name=theme][checked], input[name=theme][type=hidden]")
        ]
        assert ticked == [f"{THEMES}ENVI", foreign]
        sent = {"title": "Nichts", "name": "nichts", "owner_org": bare["owner_org"], "save": ""}
        app.post("/dataset/edit/nichts", data={**sent, "theme": [*ticked, f"{THEMES}GOVE"]}, headers=user)
        assert call_action("package_show", id="nichts")["theme"] == [*ticked, f"{THEMES}GOVE"]
        app.post("/dataset/edit/nichts", data=sent, headers=user)
        assert "theme" not in call_action("package_show", id="nichts")

    def test_a_high_value_dataset(self, app, bare):
        """Names category and regulation, the files the regulation."""
        category = "http://data.europa.eu/bna/c_ac64a52d"
        files = [{"url": "https://x.example/a.csv", "format": "CSV"}]
        call_action("package_patch", id=bare["id"], hvd_category=category, resources=files)
        found = Graph().parse(data=app.get("/dataset/nichts.ttl").body, format="turtle")
        one = found.value(None, RDF.type, DCAT.Dataset)
        law = URIRef("http://data.europa.eu/r5r/applicableLegislation")
        assert found.value(one, URIRef("http://data.europa.eu/r5r/hvdCategory")) == URIRef(category)
        for node in (one, *found.objects(one, DCAT.distribution)):
            assert str(found.value(node, law)) == "http://data.europa.eu/eli/reg_impl/2023/138/oj"

    def test_a_model_dataset(self, app, bare):
        """Is a reference."""
        address = "https://musterdatenkatalog.de/def/musterdatensatz/umwelt/baumkataster"
        call_action("package_patch", id=bare["id"], model_dataset=address)
        found = Graph().parse(data=app.get("/dataset/nichts.ttl").body, format="turtle")
        assert found.value(found.value(None, RDF.type, DCAT.Dataset), DCTERMS.references) == URIRef(address)


class TestCommand:
    def test_all_is_well(self, cli, bare, make_measure):
        """Both profiles, with our own rules."""
        make_measure()
        done = cli.invoke(digitalms, ["dcat", "check"])
        assert done.exit_code == 0, done.output
        assert done.output.splitlines() == ["own: 2 datasets, 0 results", "delivered: 2 datasets, 0 results"]

    def test_something_is_wrong(self, cli, bare):
        """Names dataset, property and value, and ends with 1."""
        call_action("package_patch", id=bare["id"], frequency="https://x.example/immer")
        done = cli.invoke(digitalms, ["dcat", "check", "--profile", "own"])
        assert done.exit_code == 1
        assert f"{bare['id']}: dct:accrualPeriodicity https://x.example/immer" in done.output

    def test_no_shapes(self, cli, bare, tmp_path):
        """A folder without any is told as such."""
        done = cli.invoke(digitalms, ["dcat", "check", "--shapes", str(tmp_path)])
        assert done.exit_code == 1
        assert "no file with shapes" in done.output
