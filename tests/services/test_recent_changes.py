"""Every change has its way back: what it was is there again, for each view, and nobody else gets at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from at_once import at_once, kinds_of
from ckan import model
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.publishing import snapshot
from ckanext.digitalms.tables.open_tables import TABLES

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

REPORT = """Stand: 01.09.2019

Betrifft: Bericht

Maßnahme und Vision 2022\tRatsvorlagen: Ziele\tPlan / Ist
Bürgerkonto\tV/0012/2018\tUmgesetzt: Elf Dienste
Dokumentenmanagement (DMS)\tV/0954/2018\tIn Arbeit: Aktenplan
"""
PROGRESS = (
    "measure_id,as_of,status,progress_percent,statement,source\ndms,2019-10-31,in_progress,40,Neu,Mail\n"
)
PAGE = "/digitalisierung/zuletzt-geaendert/"


def call(action: str, user: str, **data: Any) -> Any:
    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


def everything() -> dict[str, Any]:
    """Return what the public reads of the measures."""
    model.Session.rollback()
    shown = tk.get_action("digitalms_measure_list")({}, {})["results"]
    history = tk.get_action("digitalms_measure_history")
    return {
        **{name: table.rows(snapshot.source()) for name, table in TABLES.items()},
        "today": shown,
        "then": tk.get_action("digitalms_measure_list")({}, {"cut_off_date": "2019-09-15"})["results"],
        "history": [history({}, {"id": one["measure_id"]}) for one in shown],
    }


def listed(user: str) -> list[tuple[str, str, str]]:
    found = call("digitalms_change_list", user)["results"]
    return [(one["kind"], one["name"], one["state"]) for one in found]


@pytest.fixture
def dms(personas: dict[str, str], make_measure: Callable[..., Any]) -> dict[str, Any]:
    return make_measure(statement="Alt", statement_source="Bericht")


class TestReport:
    def test_it_is_taken_back(self, dms: dict[str, Any]) -> None:
        """Stated measures are as before, created ones are gone, and their keys are free again."""
        before = everything()
        upload = FileStorage(BytesIO(REPORT.encode()), filename="bericht.md")
        draft = call("digitalms_report_import_create", "coordinator", upload=upload)
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        done = call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert {one["change"] for one in done["outcomes"]} == {"created", "new_stand"}
        assert listed("coordinator") == [("report", "bericht.md", "accepted")]
        undone = call("digitalms_report_import_undo", "coordinator", id=draft["id"])
        assert (undone["state"], everything()) == ("undone", before)
        with pytest.raises(tk.ValidationError):
            call("digitalms_report_import_undo", "coordinator", id=draft["id"])
        again = call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert {one["change"] for one in again["outcomes"]} == {"unchanged"}
        assert listed("coordinator") == [("report", "bericht.md", "undone")]
        draft = call(
            "digitalms_report_import_create",
            "coordinator",
            upload=FileStorage(BytesIO(REPORT.encode()), filename="noch einmal.md"),
        )
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert tk.get_action("package_show")({}, {"id": "buergerkonto"})["state"] == "active"

    def test_for_days_of_the_past(self, dms: dict[str, Any]) -> None:
        """What only entered the history is taken back as well."""
        call("digitalms_statement_create", "editor", id="dms", as_of="2020-01-01", statement="Später")
        before = everything()
        upload = FileStorage(BytesIO(REPORT.encode()), filename="bericht.md")
        draft = call("digitalms_report_import_create", "coordinator", upload=upload)
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        done = call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert {one["change"] for one in done["outcomes"]} == {"created", "backdated"}
        call("digitalms_report_import_undo", "coordinator", id=draft["id"])
        assert everything() == before


class TestStatement:
    def test_what_was_said_last_is_taken_back(self, dms: dict[str, Any]) -> None:
        """One after the other, each with all that the public reads; what was known in between stays."""
        undo = partial(call, "digitalms_statement_undo", "editor", id="dms")
        states = [everything()]
        for told in (
            {"as_of": "2020-01-01", "statement": "Neu", "progress_percent": 40},
            {"as_of": "2020-01-01", "statement": "Berichtigt"},
            {"as_of": "2019-08-01", "statement": "Nachgetragen"},
        ):
            call("digitalms_statement_create", "editor", id="dms", **told)
            states.append(everything())
        call("digitalms_statement_create", "editor", id="dms", update_due="2030-01-01")
        assert listed("editor") == [("statement", dms["title"], "accepted")]
        for kind, before in zip(
            ("upkeep", "backdated", "correction", "stand"), [states[3], *states[2::-1]], strict=True
        ):
            last = undo(dry_run=True)
            assert (last["change"], last["dry_run"], last["came_with"]) == (kind, True, None)
            undone = undo(statement_id=last["statement_id"])
            assert undone == {**last, "dry_run": False}
            assert everything() == before
        assert "Nachgetragen" not in str(everything())
        assert listed("editor") == []
        with pytest.raises(tk.ValidationError, match="all that was ever said"):
            undo(dry_run=True)

    def test_not_what_was_not_looked_at(self, dms: dict[str, Any]) -> None:
        """Somebody said something since; or no change is named."""
        undo = partial(call, "digitalms_statement_undo", "editor", id="dms")
        call("digitalms_statement_create", "editor", id="dms", as_of="2020-01-01", statement="Neu")
        seen = undo(dry_run=True)["statement_id"]
        call("digitalms_statement_create", "editor", id="dms", as_of="2020-02-01", statement="Neuer")
        before = everything()
        for told in ({"statement_id": seen}, {}, {"statement_id": "99999999999"}):
            with pytest.raises(tk.ValidationError, match="changed since"):
                undo(**told)
        assert everything() == before

    def test_who_may_see_it_is_not_taken_back(self, dms: dict[str, Any]) -> None:
        """That has its own buttons."""
        call("digitalms_statement_create", "editor", id="dms", as_of="2020-01-01", statement="Neu")
        for private in (True, False):
            call("package_patch", "editor", id="dms", private=private)
            with pytest.raises(tk.ValidationError, match="who may see"):
                call("digitalms_statement_undo", "editor", id="dms", dry_run=True)

    def test_one_of_many(self, dms: dict[str, Any]) -> None:
        """What came with a file can be taken back alone, and the file says no longer all of it."""
        delivered = TestDelivery().deliver()
        assert "statement" not in {kind for kind, *_ in listed("editor")}
        last = call("digitalms_statement_undo", "editor", id="dms", dry_run=True)
        assert last["came_with"] == "f.csv"
        call("digitalms_statement_undo", "editor", id="dms", statement_id=last["statement_id"])
        with pytest.raises(tk.ValidationError, match="Changed again"):
            call("digitalms_delivery_undo", "editor", id=delivered)

    def test_by_page(self, dms: dict[str, Any], app: Any, personas: dict[str, str]) -> None:
        """The page says what it is and what counts then."""
        call("digitalms_statement_create", "editor", id="dms", as_of="2020-01-01", statement="Neu <b>")
        headers = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
        page = "/digitalisierungsmassnahme/dms/zuruecknehmen"
        assert page in app.get("/digitalisierungsmassnahme/dms", headers=headers).body
        assert page not in app.get("/digitalisierungsmassnahme/dms").body
        body = app.get(page, headers=headers).body
        assert "Neuer Stand vom 1. Januar 2020" in body
        assert "„Neu &lt;b&gt;“" in body
        (told,) = re.findall(r'name="statement_id" value="(\d+)"', body)
        assert "seither geändert" in app.post(page, data={"statement_id": "1"}, headers=headers).body
        answer = app.post(page, data={"statement_id": told}, headers=headers)
        assert "sagt wieder, was vorher galt" in answer.body
        assert "Mehr wurde über die Maßnahme nie gesagt" in app.get(page, headers=headers).body


class TestDelivery:
    def deliver(self) -> str:
        told = {"content": PROGRESS, "filename": "f.csv", "kind": "progress", "organisation": "citeq"}
        done = call("digitalms_delivery_create", "editor", **told)
        assert done["state"] == "accepted"
        return str(done["id"])

    def test_it_is_taken_back(self, dms: dict[str, Any]) -> None:
        """By its office; once."""
        before = everything()
        delivery_id = self.deliver()
        assert listed("editor") == [("delivery", "f.csv", "accepted")]
        assert call("digitalms_delivery_undo", "editor", id=delivery_id)["state"] == "undone"
        assert everything() == before
        with pytest.raises(tk.ValidationError):
            call("digitalms_delivery_undo", "editor", id=delivery_id)

    def test_not_after_a_later_change(self, dms: dict[str, Any]) -> None:
        """Who changed it since is named; nothing is taken back."""
        delivery_id = self.deliver()
        call("digitalms_statement_create", "editor", id="dms", as_of="2019-11-01", statement="Später")
        before = everything()
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_delivery_undo", "editor", id=delivery_id)
        assert "dms" in str(refused.value.error_dict)
        assert everything() == before

    def test_two_at_once(self, app: Any, dms: dict[str, Any]) -> None:
        """One of them takes it back, the other is told; nothing is taken back twice."""
        before = everything()
        delivery_id = self.deliver()
        undo = partial(call, "digitalms_delivery_undo", "editor", id=delivery_id)
        assert sorted(kinds_of(at_once(app, undo, undo))) == ["ValidationError", "done"]
        assert everything() == before

    def test_not_for_others(self, dms: dict[str, Any]) -> None:
        """Another office neither sees nor undoes it."""
        delivery_id = self.deliver()
        assert listed("andere") == []
        with pytest.raises(tk.NotAuthorized):
            call("digitalms_delivery_undo", "andere", id=delivery_id)


class TestDeletedMeasure:
    def test_it_comes_back_as_it_was(self, dms: dict[str, Any]) -> None:
        """Public again, with its history and nothing besides."""
        before = everything()
        call("package_delete", "editor", id=dms["id"])
        assert everything()["today"] == []
        assert listed("editor") == [("deleted_measure", "Dokumentenmanagement (DMS)", "deleted")]
        assert call("digitalms_measure_restore", "editor", id="dms") == {"measure_id": "dms"}
        assert everything() == before
        members = model.Session.query(model.Member).filter_by(table_id=dms["id"], group_id=dms["owner_org"])
        assert {member.state for member in members} == {"active"}
        with pytest.raises(tk.ObjectNotFound):
            call("digitalms_measure_restore", "editor", id="dms")

    def test_what_was_internal_stays_internal(self, dms: dict[str, Any]) -> None:
        """A measure that was made private before comes back private."""
        tk.get_action("package_patch")({"user": "editor"}, {"id": "dms", "private": True})
        call("package_delete", "editor", id="dms")
        call("digitalms_measure_restore", "editor", id="dms")
        assert everything()["today"] == []
        assert tk.get_action("package_show")({"user": "editor"}, {"id": "dms"})["private"]

    def test_a_key_is_never_taken_twice(self, dms: dict[str, Any], make_measure: Callable[..., Any]) -> None:
        """Neither of a deleted measure nor of one that was purged."""
        call("package_delete", "editor", id="dms")
        for end in (
            lambda: None,
            lambda: tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": "dms"}),
        ):
            end()
            with pytest.raises(tk.ValidationError) as refused:
                make_measure()
            assert list(refused.value.error_dict) == ["name"]


class TestPage:
    def test_a_click_restores(self, app: Any, dms: dict[str, Any], personas: dict[str, str]) -> None:
        """The list says what will happen; the button does it."""
        headers = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
        assert "zurücknehmen ließe" in app.get(PAGE, headers=headers).body
        call("package_delete", "editor", id="dms")
        assert "Sie kommt unter ihrer Adresse zurück" in app.get(PAGE, headers=headers).body
        beyond = app.get(f"{PAGE}?seite=9", headers=headers).body
        assert "Die Liste endet vor diesem Teil." in beyond
        assert "zurücknehmen ließe" not in beyond
        address = f"{PAGE}deleted_measure/dms/zuruecknehmen"
        assert "wieder unter ihrer Adresse" in app.post(address, headers=headers).body
        assert app.get("/digitalisierungsmassnahme/dms").status_code == 200
        assert app.post(f"{PAGE}unsinn/dms/zuruecknehmen", headers=headers).status_code == 404

    def test_strangers_sign_in(self, app: Any) -> None:
        """There is nothing for them here."""
        assert "/user/login" in app.get(PAGE, follow_redirects=False).headers["Location"]
