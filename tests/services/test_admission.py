"""Whose measures are official: those of organisations that a coordinator has let in."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import Admission
from ckanext.digitalms.model.public import IS_PUBLIC, PUBLIC
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.search import index
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.access.permission_labels import is_public

OWN = {"ckan.auth.user_create_organizations": True, "ckan.auth.user_create_groups": True}

MEASURES = "/digitalisierung/daten/measures.csv"


def call(action: str, user: str, **data: object) -> dict[str, object]:
    return tk.get_action(action)({"user": user}, data)


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestAdmission:
    def test_an_account_cannot_make_organisations(self, personas):
        """CKAN would let every account make them, and so become an editor."""
        for persona in ("stranger", "editor"):
            for action in ("organization_create", "group_create"):
                with pytest.raises(tk.NotAuthorized):
                    call(action, personas[persona], name="mein-verein")
        made = call("organization_create", personas["coordinator"], name="neues-amt")
        assert model.Session.get(Admission, made["id"]) is not None

    @pytest.mark.parametrize("action", ["organization_create", "group_create"])
    def test_the_coordinators_organisation_is_made_by_sysadmins(self, catalogue, monkeypatch, action):
        """Even where everybody may make organisations, nobody becomes a coordinator by that."""
        for name, value in OWN.items():
            monkeypatch.setitem(tk.config, name, value)
        user = factories.User()["name"]
        with pytest.raises(tk.NotAuthorized, match="opendata"):
            call(action, user, name="opendata")
        mine = call(action, user, name="mein-verein")
        rename = action.replace("create", "patch")
        with pytest.raises(tk.NotAuthorized, match="opendata"):
            call(rename, user, id=mine["id"], name="opendata")
        assert call(rename, user, id=mine["id"], title="Verein")["title"] == "Verein"
        assert (
            call("organization_create", factories.Sysadmin()["name"], name="opendata")["name"] == "opendata"
        )

    def test_a_measure_of_an_organisation_of_ones_own(self, personas, make_measure, app, monkeypatch):
        """It is in no table, list, overview and search until a coordinator lets the organisation in."""
        monkeypatch.setitem(tk.config, "ckan.auth.user_create_organizations", True)
        user = personas["stranger"]
        mine = call("organization_create", user, name="mein-verein", title="Mein Verein")
        make_measure()
        make_measure(user=user, name="unfug", title="Lauter Unfug", owner_org=mine["id"])
        releases.publish_all()
        keys = {"Authorization": factories.APIToken(user=user)["token"]}
        lists = (
            "/digitalisierung",
            "/digitalisierung/ratsbezug/V/0954/2018",
            "/digitalisierung/daten/measures.csv",
        )
        found = {path: app.get(path).body for path in (*lists, "/dataset/")}
        assert "Dokumentenmanagement" in found[MEASURES]
        assert not [path for path, body in found.items() if "Unfug" in body]
        assert app.get("/digitalisierungsmassnahme/unfug", follow_redirects=False).status_code in {
            302,
            403,
            404,
        }
        for action in ("digitalms_measure_show", "digitalms_measure_history"):
            with pytest.raises(tk.ObjectNotFound):
                call(action, "", id="unfug")
        assert "Koordination" in app.get("/digitalisierungsmassnahme/unfug", headers=keys).body
        with pytest.raises(tk.NotAuthorized):
            call("digitalms_organisation_admit", user, id="mein-verein", admitted=True)

        call("digitalms_organisation_admit", personas["coordinator"], id="mein-verein", admitted=True)
        releases.publish_all()
        shown = {path: "Unfug" in app.get(path).body for path in ("/digitalisierung", MEASURES, "/dataset/")}
        assert shown == dict.fromkeys(shown, True)
        assert call("digitalms_measure_history", "", id="unfug")["count"] == 1
        call("digitalms_organisation_admit", personas["coordinator"], id="mein-verein", admitted=False)
        assert "Unfug" not in app.get("/digitalisierung").body
        assert index.compare().count == 0

    def test_an_index_that_was_left_behind(self, make_measure, office, personas):
        """What was let in or not, and not written to the index, is found by the hourly comparison."""
        key = make_measure()["id"]
        make_measure(name="anderswo", owner_org=factories.Organization()["id"])
        for change, found in ((admission.refuse, []), (lambda one: admission.admit(one, None), ["dms"])):
            change(office["id"])
            model.repo.commit()
            assert index.compare().stale == [key]
            index.repair()
            assert index.compare().count == 0
            for persona in ("anonymous", "stranger", "other_editor"):
                searched = call("package_search", personas[persona], q="name:dms")["results"]
                assert [one["name"] for one in searched] == found, persona
            for persona in ("editor", "coordinator"):
                assert call("package_search", personas[persona], q="name:dms")["count"] == 1, persona
            asked = call("digitalms_search", "", q="Dokumentenmanagement", kind=["measure"])["results"]
            assert [one["name"] for one in asked if one["name"] == "dms"] == found

    def test_the_condition_says_what_the_labels_say(self, personas, make_measure, office):
        """Which datasets everybody sees is the same asked of all at once and of each."""
        waiting = factories.Organization(name="wartendes-amt")
        admission.refuse(waiting["id"])
        model.repo.commit()
        for owner, place in ((office["id"], "citeq"), (waiting["id"], "wartet")):
            for told in ({}, {"private": True}, {"state": "draft"}):
                ending = "-".join([place, *told])
                make_measure(name=f"massnahme-{ending}", owner_org=owner, **told)
                factories.Dataset(name=f"satz-{ending}", owner_org=owner, **told)
            gone = factories.Dataset(name=f"weg-{place}", owner_org=owner)
            call("package_delete", personas["sysadmin"], id=gone["id"])
        source = {"name": "quelle", "title": "Quelle", "url": "https://x.example/a.csv", "owner_org": "citeq"}
        kind = {"source_type": "digitalms_progress", "frequency": "MANUAL"}
        call("harvest_source_create", personas["coordinator"], **source, **kind)
        each = {one.name for one in model.Session.query(model.Package) if is_public(one)}
        assert each == {"massnahme-citeq", "satz-citeq", "satz-wartet"}
        assert set(model.Session.scalars(sa.select(model.Package.name).where(IS_PUBLIC))) == each
        written = sa.text(f"SELECT p.name FROM package p WHERE {PUBLIC.format(package='p')}")
        assert set(model.Session.scalars(written)) == each

    def test_the_coordinators_page(self, personas, app, office):
        """It lists the organisations, lets in and takes back; nobody else gets it."""
        coordinator = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        editor = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
        assert app.get("/digitalisierung/organisationen/", headers=editor).status_code == 403
        assert "citeq" in app.get("/digitalisierung/organisationen/", headers=coordinator).body
        for wanted in (False, True):
            app.post(
                f"/digitalisierung/organisationen/{office['id']}",
                data={"zulassen": "ja" if wanted else ""},
                headers=coordinator,
            )
            assert (model.Session.get(Admission, office["id"]) is not None) is wanted
