"""Drafts, tables that come back and council reports that are too large to wait for are done by jobs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.model import ReportImport
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.deliveries import delivery_get
from ckanext.digitalms.services.reporting import incoming

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.job_kb", 0),
]

TABLE = "Ort;Zahl\nA;1\nB;2\n"
OWN = "/digitalisierung/daten/neu"
REPORT = Path(__file__).parents[1] / "data" / "report_other_city.html"


@pytest.fixture(autouse=True)
def releases_at(tmp_path: Path, ckan_config: Any) -> None:
    """Publish into a folder of the test, and begin with an empty queue."""
    ckan_config["ckanext.digitalms.releases_path"] = str(tmp_path)
    jobs.get_queue().empty()


def call(name: str, user: str, **told: Any) -> Any:
    done = tk.get_action(name)({"user": user}, told)
    model.Session.rollback()
    return done


def queued() -> list[str]:
    return [job.args[0] for job in jobs.get_queue().jobs if job.func_name.endswith("delivery_work.run")]


def work_off() -> None:
    """Do what is queued, as a worker does."""
    waiting = queued()
    jobs.get_queue().empty()
    for identifier in waiting:
        delivery_work.run(identifier)
        model.Session.rollback()


def draft_of(user: str, content: str = TABLE) -> dict[str, Any]:
    told: dict[str, Any] = {"content": content, "filename": "orte.csv", "organisation": "citeq"}
    made: dict[str, Any] = call("digitalms_dataset_draft_create", user, background=True, **told)
    return made


def shown(user: str, draft: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = call("digitalms_dataset_draft_show", user, id=draft["id"])
    return found


class TestDrafts:
    def test_it_is_examined_and_published_by_jobs(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        assert (draft["work"]["what"], draft["is_valid"], draft["report"]) == ("examine", False, {})
        work_off()
        found = shown(user, draft)
        assert (found["work"], found["is_valid"], found["report"]["rows"]) == (None, True, 2)
        begun = call("digitalms_dataset_publish", user, id=draft["id"], background=True)
        assert begun == {"change": "begun", "id": None, "name": None, "release_id": None}
        assert shown(user, draft)["work"]["what"] == "publish"
        work_off()
        found = shown(user, draft)
        assert (found["state"], found["work"]) == ("accepted", None)
        assert found["dataset"]

    def test_an_answer(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        work_off()
        told = [
            {**one, "form": "text"} if one["name"] == "zahl" else one for one in shown(user, draft)["columns"]
        ]
        asked = {"id": draft["id"], "columns": told, "title": "Orte", "background": True}
        assert call("digitalms_dataset_draft_update", user, **asked)["columns"][1]["type"] == "integer"
        work_off()
        found = shown(user, draft)
        assert (found["columns"][1]["type"], found["metadata"]["title"]) == ("string", "Orte")

    def test_what_is_only_said_of_the_dataset_needs_no_job(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        work_off()
        done = call("digitalms_dataset_draft_update", user, id=draft["id"], title="Orte", background=True)
        assert (done["work"], done["metadata"]["title"], queued()) == (None, "Orte", [])

    def test_who_does_not_ask_for_a_job_waits(self, personas: dict[str, str]) -> None:
        told = {"content": TABLE, "filename": "orte.csv", "organisation": "citeq"}
        assert call("digitalms_dataset_draft_create", personas["coordinator"], **told)["is_valid"] is True
        assert queued() == []

    def test_nothing_is_changed_meanwhile(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        for name in ("draft_update", "draft_delete", "publish"):
            with pytest.raises(tk.ValidationError, match="at this moment"):
                call(f"digitalms_dataset_{name}", user, id=draft["id"])
            model.Session.rollback()

    def test_why_a_job_was_refused_is_told_with_what_was_typed(self, personas, app: Any) -> None:
        user = personas["editor"]
        draft = draft_of(user)
        work_off()
        told = shown(user, draft)["columns"]
        told[1]["name"] = "anzahl"
        call("digitalms_dataset_draft_update", user, id=draft["id"], columns=told, background=True)
        site: Any = {"ignore_auth": True}
        admin = {"user": tk.get_action("get_site_user")(site, {})["name"]}
        member = {"id": "citeq", "username": personas["editor"]}
        tk.get_action("organization_member_delete")(admin, member)
        model.Session.rollback()
        work_off()
        user = personas["coordinator"]
        work = shown(user, draft)["work"]
        assert (work["failed"], list(work["errors"])) == (True, ["id"])
        assert work["told"]["columns"][1]["name"] == "anzahl"
        page = app.get(f"{OWN}/{draft['id']}", headers=token(user))
        assert "anzahl" in page.body
        assert "Refresh" not in page.headers
        done = call("digitalms_dataset_draft_update", user, id=draft["id"], schema_of="draft", title="Neu")
        assert done["work"] is None

    def test_a_dead_worker(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        late(draft["id"], 1)
        assert queued() == []
        [said] = delivery_work.resume()
        assert "orte.csv" in str(said)
        work_off()
        assert shown(user, draft)["is_valid"] is True

    def test_one_that_died_after_it_was_done_does_it_once(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        draft = draft_of(user)
        work_off()
        call("digitalms_dataset_publish", user, id=draft["id"], background=True)
        work = delivery_get(draft["id"]).work
        work_off()
        done = delivery_get(draft["id"])
        done.work = work  # as if the worker had died before it could say so
        model.repo.commit()
        late(draft["id"], 1)
        assert delivery_work.resume() == []
        assert shown(user, draft)["work"] is None

    def test_the_pages(self, personas: dict[str, str], app: Any) -> None:
        headers = token(personas["coordinator"])
        data = {"upload": (io.BytesIO(TABLE.encode()), "orte.csv"), "organisation": "citeq"}
        sent = app.post(OWN, data=data, headers=headers, follow_redirects=False)
        address = sent.headers["location"]
        page = app.get(address, headers=headers)
        assert "Die Tabelle wird untersucht" in page.body
        assert page.headers["Refresh"] == "3"
        work_off()
        page = app.get(address, headers=headers)
        assert "Refresh" not in page.headers
        assert "data-dm-bench" not in page.body  # no answer by itself: each is a job
        columns = {"columns__0__name": "ort", "columns__1__name": "zahl", "columns__1__form": "text"}
        sent = app.post(address, data={**columns, "title": "Orte", "action": "publish"}, headers=headers)
        assert "danach veröffentlichen Sie sie" in sent.body
        assert "Die Tabelle wird untersucht" in sent.body
        work_off()
        page = app.get(address, headers=headers)
        assert 'value="Orte"' in page.body
        app.post(address, data={"action": "publish"}, headers=headers)
        assert "Es wird veröffentlicht" in app.get(address, headers=headers).body
        work_off()
        done = app.get(address, headers=headers, follow_redirects=False)
        assert "/dataset/" in done.headers["location"]


def token(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]}


def late(identifier: str, tries: int) -> None:
    """Let a file look as a worker left it that died two minutes ago."""
    subject = delivery_work._subject(identifier)
    assert subject
    assert subject.work
    at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    subject.work = {**subject.work, "at": at, "tries": tries}
    model.repo.commit()
    jobs.get_queue().empty()


class TestTablesThatComeBack:
    CONTENT = "measure_id,title\nm-1,Neuer Titel\n"

    def test_previewed_taken_over_and_put_back_by_jobs(self, personas, make_measure: Any, app: Any) -> None:
        user = personas["coordinator"]
        make_measure(name="m-1", title="Titel")
        told = {"content": self.CONTENT, "filename": "m.csv", "table": "measures"}
        done = call("digitalms_table_import", user, dry_run=True, background=True, **told)
        assert (done["work"]["what"], done["counts"]) == ("check", None)
        address = f"/digitalisierung/datenqualitaet/tabelle-einlesen/{done['id']}"
        page = app.get(address, headers=token(user))
        assert "Die Tabelle wird geprüft" in page.body
        assert page.headers["Refresh"] == "3"
        work_off()
        found = call("digitalms_table_import_show", user, id=done["id"])
        assert (found["work"], found["counts"]["changed"], found["state"]) == (None, 1, "received")
        app.post(f"{address}/uebernehmen", headers=token(user))
        assert "Die Tabelle wird übernommen" in app.get(address, headers=token(user)).body
        work_off()
        assert call("package_show", user, id="m-1")["title"] == "Neuer Titel"
        assert call("digitalms_table_import_show", user, id=done["id"])["state"] == "accepted"
        app.post(f"{address}/zuruecknehmen", headers=token(user))
        assert "Es wird zurückgenommen" in app.get(address, headers=token(user)).body
        work_off()
        assert call("package_show", user, id="m-1")["title"] == "Titel"

    def test_whose_measure_it_is_counts_in_the_job_too(self, personas, make_measure: Any) -> None:
        make_measure(name="m-1", title="Titel")
        told = {"content": self.CONTENT, "filename": "m.csv", "table": "measures"}
        done = call("digitalms_table_import", personas["other_editor"], background=True, **told)
        work_off()
        assert (
            call("digitalms_table_import_show", personas["coordinator"], id=done["id"])["state"] == "refused"
        )
        assert call("package_show", personas["coordinator"], id="m-1")["title"] == "Titel"

    def test_why_it_was_refused_stands_on_the_page(self, personas, make_measure: Any, app: Any) -> None:
        user = personas["coordinator"]
        make_measure(name="m-1", title="Titel")
        told = {"content": self.CONTENT, "filename": "m.csv", "table": "measures"}
        done = call("digitalms_table_import", user, dry_run=True, **told)
        call("digitalms_table_import", user, import_id=done["id"], background=True)
        call("package_patch", user, id="m-1", title="Anders")
        work_off()
        page = app.get(f"/digitalisierung/datenqualitaet/tabelle-einlesen/{done['id']}", headers=token(user))
        assert "m-1" in page.body
        assert "alert-danger" in page.body
        assert call("digitalms_table_import_show", user, id=done["id"])["work"]["failed"] is True


class TestReports:
    def upload(self, content: bytes, name: str = "bericht.html") -> FileStorage:
        return FileStorage(io.BytesIO(content), filename=name)

    def test_read_published_and_taken_back_by_jobs(self, personas: dict[str, str], app: Any) -> None:
        user = personas["coordinator"]
        upload = self.upload(REPORT.read_bytes())
        draft = call("digitalms_report_import_create", user, upload=upload, background=True)
        assert (draft["state"], draft["work"]["what"], draft["measures"]) == ("reading", "read", [])
        address = f"/digitalisierung/bericht-einlesen/{draft['id']}"
        page = app.get(address, headers=token(user))
        assert "Der Bericht wird gelesen" in page.body
        assert page.headers["Refresh"] == "3"
        work_off()
        found = call("digitalms_report_import_show", user, id=draft["id"])
        assert (found["state"], found["work"]) == ("draft", None)
        assert found["measures"]
        told = {"report_date": "2024-01-31", "organisation": "citeq"}
        call("digitalms_report_import_update", user, id=draft["id"], **told)
        done = call("digitalms_report_import_apply", user, id=draft["id"], background=True)
        assert (done["outcomes"], done["work"]["what"]) == ([], "publish")
        work_off()
        found = call("digitalms_report_import_show", user, id=draft["id"])
        assert (found["state"], found["work"]) == ("applied", None)
        call("digitalms_report_import_undo", user, id=draft["id"], background=True)
        assert "Es wird zurückgenommen" in app.get(address, headers=token(user)).body
        work_off()
        assert call("digitalms_report_import_show", user, id=draft["id"])["state"] == "undone"

    def test_a_worker_that_died_before_the_report_was_frozen(
        self, personas: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The measures are published; the job is begun again, and freezes the report."""
        user = personas["coordinator"]
        draft = call("digitalms_report_import_create", user, upload=self.upload(REPORT.read_bytes()))
        told = {"report_date": "2024-01-31", "organisation": "citeq"}
        call("digitalms_report_import_update", user, id=draft["id"], **told)
        call("digitalms_report_import_apply", user, id=draft["id"], background=True)

        class Killed(BaseException):
            """The process ends here."""

        def die(*_: Any, **__: Any) -> Any:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(incoming, "keep", die)
            with pytest.raises(Killed):
                work_off()
        model.Session.rollback()
        found = call("digitalms_report_import_show", user, id=draft["id"])
        assert (found["state"], found["work"]["failed"], "report" in found) == ("applied", False, False)
        late(draft["id"], 1)
        assert len(delivery_work.resume()) == 1
        work_off()
        found = call("digitalms_report_import_show", user, id=draft["id"])
        assert found["work"] is None
        assert call("digitalms_report_show", "", id=found["report"])["state"] == "frozen"

    def test_one_that_cannot_be_read_is_told_on_its_page(self, personas: dict[str, str], app: Any) -> None:
        user = personas["coordinator"]
        draft = call(
            "digitalms_report_import_create", user, upload=self.upload(b"<p>Nichts</p>"), background=True
        )
        work_off()
        page = app.get(f"/digitalisierung/bericht-einlesen/{draft['id']}", headers=token(user))
        assert "alert-danger" in page.body
        assert "Noch einmal lesen" in page.body
        assert "Refresh" not in page.headers
        sent = app.post(f"/digitalisierung/bericht-einlesen/{draft['id']}", headers=token(user))
        assert "Der Bericht wird gelesen" in sent.body

    def test_what_is_wrong_with_it_is_told_when_it_is_published(self, personas: dict[str, str]) -> None:
        user = personas["coordinator"]
        upload = self.upload(REPORT.read_bytes())
        draft = call("digitalms_report_import_create", user, upload=upload)
        call("digitalms_report_import_update", user, id=draft["id"], report_date="", organisation="")
        call("digitalms_report_import_apply", user, id=draft["id"], background=True)
        work_off()
        work = call("digitalms_report_import_show", user, id=draft["id"])["work"]
        assert work["failed"] is True
        assert "report_date" in work["errors"]
        assert model.Session.get(ReportImport, draft["id"]).state == "draft"
