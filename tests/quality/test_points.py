"""The points of datasets: our own reach 395, the owner is told what gives more, readers where it is shown."""

from __future__ import annotations

from contextlib import suppress

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import DatasetQuality
from ckanext.digitalms.publishing import figure_rows
from ckanext.digitalms.quality import rules
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.quality import judged, kept

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

OURS = 395


def headers(user):
    return {"Authorization": factories.APIToken(user=user)["token"]}


def box(app, name, user=None, page="/dataset"):
    answer = app.get(f"{page}/{name}", headers=headers(user) if user else None)
    return BeautifulSoup(answer.body, "html.parser").select_one("section[aria-labelledby=dm-quality]")


def verdicts():
    """What is kept of public datasets, the fewest points first."""
    kept_now = sa.select(model.Package.name, DatasetQuality.__table__).join(
        DatasetQuality, DatasetQuality.package_id == model.Package.id
    )
    found = kept_now.where(kept.PUBLIC).order_by(DatasetQuality.points)
    return [dict(row) for row in model.Session.execute(found).mappings()]


@pytest.mark.usefixtures("published")
class TestOurs:
    def test_points(self):
        """Every open table and measure reaches them in the German feed, and all of them in a European one."""
        assert kept.refresh() > 15
        found = {one["name"]: one for one in verdicts()}
        ours = list(found.values())
        assert "fahrradstaender" in found  # of which nothing was said but its title
        assert {(one["points"], one["unknown"]) for one in ours} == {(OURS, 0)}, [
            (one["name"], one["points"], [code for code, is_met in one["met"].items() if not is_met])
            for one in ours
            if one["points"] != OURS
        ]
        told = call_action("digitalms_quality_show", id="massnahmen")
        assert (told["points"], told["european"], told["most"]) == (OURS, 405, 405)

    def test_size_of_a_history(self, app):
        """What is told of the file is what is sent, also after another Stand."""
        user = factories.Sysadmin()["name"]
        for _ in range(2):
            nodes = call_action("digitalms_dcat_show", id="dms")["results"]
            [file] = [
                one
                for one in nodes
                if one["@id"].endswith("/dms/verlauf.csv")
                and "@type" in one
                and "dcat:Distribution" in one["@type"]
            ]
            sent = app.get("/digitalisierungsmassnahme/dms/verlauf.csv").data
            assert file["dcat:byteSize"][0]["@value"] == str(len(sent))
            call_action(
                "digitalms_statement_create",
                {"user": user},
                id="dms",
                statement="Länger.",
                as_of="2019-04-01",
            )

    def test_again_nothing_is_judged(self):
        """Only what has changed is judged again; the day stays where the verdict does."""
        kept.refresh()
        assert kept.refresh() == 0
        first = model.Session.query(DatasetQuality).first()
        first.judged_on, first.mark = first.judged_on.replace(year=2001), "other"
        day = first.judged_on
        model.repo.commit()
        assert kept.refresh() == 1
        model.Session.expire_all()
        assert model.Session.get(DatasetQuality, first.package_id).judged_on == day

    def test_one_by_one_as_all_at_once(self):
        """A dataset by itself has what it has among all."""
        kept.refresh()
        for one in verdicts()[:3]:
            told = call_action("package_show", id=one["name"])
            model.Session.query(DatasetQuality).filter_by(package_id=one["package_id"]).delete()
            assert kept.of_dataset(told).points == one["points"]


@pytest.fixture
def bare(office):
    """A dataset of which nothing is said."""
    return factories.Dataset(
        name="karg", title="Karg", notes="", owner_org=office["id"], resources=[], license_id=""
    )


class TestAction:
    def test_what_gives_most_first(self, bare):
        found = call_action("digitalms_quality_show", id="karg")
        lacking = [one["most"] for one in found["results"] if one["points"] == 0]
        assert lacking == sorted(lacking, reverse=True)
        assert lacking[0] == 50
        assert [one["points"] for one in found["results"]][: len(lacking)] == [0] * len(lacking)
        assert found["points"] == sum(one["points"] for one in found["results"])
        assert found["rules"] == rules.VERSION
        assert found["band"] == "bad"

    def test_mending(self, bare):
        """Each field brings what was told."""
        before = call_action("digitalms_quality_show", id="karg")["points"]
        call_action("package_patch", id="karg", tags=[{"name": "Rad"}], temporal_start="2020-01-01")
        assert call_action("digitalms_quality_show", id="karg")["points"] == before + 30 + 20

    def test_elsewhere(self, bare):
        """Whether another server answers is not judged, and said."""
        call_action(
            "package_patch", id="karg", resources=[{"url": "https://x.example/a.csv", "format": "CSV"}]
        )
        found = call_action("digitalms_quality_show", id="karg")
        assert found["unknown"] == 80
        assert {one["indicator"] for one in found["results"] if one["points"] is None} == {
            "access_url_answers",
            "download_url_answers",
        }

    def test_broken_rules(self, bare):
        """What breaks a rule of DCAT-AP.de gives no points for keeping them, alone and among all."""
        call_action("package_patch", id="karg", frequency="https://x.example/immer")
        found = call_action("digitalms_quality_show", id="karg")
        assert next(one for one in found["results"] if one["indicator"] == "conform")["points"] == 0
        kept.refresh()
        assert verdicts()[0]["met"]["conform"] is False

    def test_no_dataset(self):
        with pytest.raises(tk.ObjectNotFound):
            call_action("digitalms_quality_show", id="nirgends")

    def test_private_and_gone(self, bare):
        """What is no longer public is in no list, and forgotten by the next run."""
        kept.refresh()
        assert [one["name"] for one in verdicts()] == ["karg"]
        call_action("package_patch", id="karg", private=True)
        assert verdicts() == []
        kept.refresh()
        assert model.Session.query(DatasetQuality).count() == 0

    def test_an_office_that_is_let_in_no_longer(self, personas, make_measure, office, tmp_path):
        """Its measures are in no list and table from then on, and forgotten by the next run."""
        make_measure()
        kept.refresh()
        rows = figure_rows.Quality().write_csv(tmp_path / "let_in.csv")
        assert rows == len(rules.INDICATORS)
        asked = {"id": office["id"], "admitted": False}
        call_action("digitalms_organisation_admit", {"user": personas["coordinator"]}, **asked)
        assert verdicts() == []
        assert figure_rows.Quality().write_csv(tmp_path / "waits.csv") == 0
        assert kept.refresh() == 0
        assert model.Session.query(DatasetQuality).count() == 0

    @pytest.mark.ckan_config("ckanext.digitalms.quality.public", True)
    def test_who_is_told(self, personas, make_measure, office):
        """Everybody where the city shows it; of an office that waits those who keep the measure."""
        make_measure()
        assert self.told(personas) == set(personas)
        admission.refuse(office["id"])
        model.repo.commit()
        assert self.told(personas) == {"editor", "coordinator", "sysadmin"}

    def told(self, personas):
        told = set()
        for persona, name in personas.items():
            with suppress(tk.NotAuthorized):
                call_action("digitalms_quality_show", {"user": name, "ignore_auth": False}, id="dms")
                told.add(persona)
        return told


class TestPage:
    def test_owner(self, app, personas, bare):
        """The office sees points, what gives more and the way to the field; nobody else does."""
        shown = box(app, "karg", personas["editor"])
        assert "von 405 Punkten" in shown.get_text()
        targets = [link["href"] for link in shown.select("li a")]
        assert targets[0] == "/dataset/resources/karg"
        assert "/dataset/edit/karg#field-theme" in targets
        form = BeautifulSoup(
            app.get("/dataset/edit/karg", headers=headers(personas["editor"])).body, "html.parser"
        )
        for target in targets:
            if "#" in target:
                assert form.select_one(f"[id='{target.partition('#')[2]}']"), target
        assert box(app, "karg") is None
        assert box(app, "karg", personas["other_editor"]) is None

    @pytest.mark.ckan_config("ckanext.digitalms.quality.public", True)
    def test_shown_to_all(self, app, personas, bare):
        """Where the city shows it, everybody sees the points, and no work that is not theirs."""
        shown = box(app, "karg")
        assert "von 405 Punkten" in shown.get_text()
        assert shown.select("li") == []
        call_action("package_patch", id="karg", private=True)
        app.get("/dataset/karg", status=404)
        with pytest.raises(tk.NotAuthorized):
            tk.check_access("digitalms_quality_show", {"user": ""}, {"id": "karg"})


class TestMeasure:
    def test_on_its_page(self, app, personas, make_measure, monkeypatch):
        """For whom may change it, and of today; for everybody where the city shows it."""
        make_measure()
        page = "/digitalisierungsmassnahme"
        for reader in ("editor", "coordinator"):
            assert "von 405 Punkten" in box(app, "dms", personas[reader], page).get_text(), reader
        for reader in (None, personas["other_editor"]):
            assert box(app, "dms", reader, page) is None, reader
        assert box(app, "dms?stichtag=2019-03-20", personas["editor"], page) is None
        monkeypatch.setitem(tk.config, "ckanext.digitalms.quality.public", True)
        assert "von 405 Punkten" in box(app, "dms", None, page).get_text()


class TestDesk:
    def lines(self, user):
        desk = call_action("digitalms_desk_show", {"user": user}, group="quality", limit=100)
        return desk["groups"][0]["results"]

    def test_worst_first(self, personas, bare, office):
        """An office sees its own, the coordinators all; what is whole, harvested or private is not there."""
        factories.Dataset(name="besser", owner_org=office["id"], tags=[{"name": "Rad"}])
        factories.Dataset(name="privat", owner_org=office["id"], private=True)
        kept.refresh()
        assert [one["name"] for one in self.lines(personas["editor"])] == ["karg", "besser"]
        assert self.lines(personas["editor"]) == self.lines(personas["coordinator"])
        assert self.lines(personas["other_editor"]) == []
        told = self.lines(personas["editor"])[0]
        assert (told["more"], told["field"]) == (50, "resources")

    @pytest.mark.usefixtures("published")
    def test_ours(self, personas):
        """Open tables that lack nothing of theirs wait for nobody."""
        kept.refresh()
        assert self.lines(personas["coordinator"]) == []

    def test_page(self, app, personas, bare):
        kept.refresh()
        page = app.get("/digitalisierung/schreibtisch/", headers=headers(personas["editor"]))
        links = BeautifulSoup(page.body, "html.parser").select("section[aria-labelledby=dm-quality] a")
        assert {link["href"] for link in links} == {"/dataset/karg", "/dataset/karg#dm-quality"}


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("/digitalisierung/daten/measures.csv", True),
        ("/digitalisierungsmassnahme/dms.json", True),
        ("/dataset/1/resource/2/download/a.csv", True),
        ("/irgendwo", None),
        ("", None),
    ],
)
def test_which_addresses_answer(path, answers):
    site = tk.config["ckan.site_url"]
    assert judged.answers(f"{site}{path}") is answers
    assert judged.answers(f"https://x.example{path}") is None
    assert judged.answers(f"{site}.x.example{path}") is None
