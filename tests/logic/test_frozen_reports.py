"""Frozen reports: all or nothing, never changed, cited, corrected, withdrawn, reached by a redaction."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import lxml.html
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from frictionless import Package
from sqlalchemy.dialects.postgresql import JSONB
from stored_state import STATE

from ckanext.digitalms import config
from ckanext.digitalms.model import Release, ReportVersion
from ckanext.digitalms.publishing import folders, releases
from ckanext.digitalms.reporting import canonical, html
from ckanext.digitalms.reporting.word import odt
from ckanext.digitalms.services.reporting import freezing

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))
    monkeypatch.setattr(odt, "_PROGRAM", "no-such-program")  # it takes its time; tests/reporting try it
    return tmp_path / "reports"


@pytest.fixture
def act(personas: dict[str, str]) -> Act:
    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        name = action if action.startswith("digitalms_") else f"digitalms_report_{action}"
        return tk.get_action(name)({"user": personas[persona]}, told)

    return call


@pytest.fixture
def frozen(act: Act, folder: Path) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        act("create", title="Bericht 2019", as_of="2019-03-14", number="V/0123/2019")
        return act("freeze", id="bericht-2019")

    return STATE.once("a frozen report", make, folder)


def every_file(act: Act, version: int = 1, persona: str = "anonymous") -> dict[str, bytes]:
    told = act("show", persona, id="bericht-2019", version=version)
    return {
        ending: b64decode(act("file", persona, id="bericht-2019", version=version, format=ending)["content"])
        for ending in told["formats"]
    }


class TestFreeze:
    """Freezing."""

    def test_what_it_gives(self, act: Act, frozen: dict[str, Any]) -> None:
        assert frozen["state"] == "frozen"
        told = act("show", "anonymous", id="bericht-2019")
        version = told["versions"][0]
        assert (version["version"], version["number"]) == (1, "V/0123/2019")
        content = every_file(act)
        assert {"html", "json", "pdf", "zip"} <= content.keys()
        for file in version["files"]:
            assert hashlib.sha256(content[file["ending"]]).hexdigest() == file["sha256"]
        assert hashlib.sha256(content["json"]).hexdigest() == version["sha256"]
        assert canonical.plain(canonical.from_json(content["json"])) == told["report"]
        assert act("list", "anonymous")["results"][0]["name"] == "bericht-2019"

    def test_data_package(self, act: Act, frozen: dict[str, Any], tmp_path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(every_file(act)["zip"])) as archive:
            archive.extractall(tmp_path / "package")
        package = Package(str(tmp_path / "package" / "datapackage.json"))
        report = package.validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
        assert len(package.get_resource("measures").read_rows()) == 7

    def test_never_changes(self, act: Act, frozen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        before, shown = every_file(act), act("show", "anonymous", id="bericht-2019")
        tk.get_action("package_patch")({"user": "coordinator"}, {"id": "dms", "title": "Anders"})
        act("update", id="bericht-2019", outlook="Ganz anders.", title="Anders")
        monkeypatch.setattr(html, "document", lambda report: b"another template")
        assert every_file(act) == before
        assert act("show", "anonymous", id="bericht-2019") == shown
        assert act("show", id="bericht-2019", draft=True)["report"]["outlook"] == "Ganz anders."

    def test_number_of_our_own(self, act: Act) -> None:
        for count in (1, 2):
            act("create", title="Bericht", as_of="2019-03-14", name=f"bericht-{count}")
            assert act("freeze", id=f"bericht-{count}")["number"] == f"B-2019-{count}"

    def test_refused(self, act: Act, frozen: dict[str, Any], folder: Path) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            act("freeze", id="bericht-2019")
        assert list(refused.value.error_dict) == ["id"]
        act("create", title="Anderer")
        with pytest.raises(tk.ValidationError) as refused:
            act("freeze", id="anderer", seen=7)
        assert list(refused.value.error_dict) == ["seen"]
        assert len(list(folder.iterdir())) == 1

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
    def test_others(self, act: Act, persona: str) -> None:
        act("create", title="Bericht")
        for action in ("freeze", "correct", "withdraw"):
            told = {} if action == "freeze" else {"reason": "x"}
            with pytest.raises(tk.NotAuthorized):
                act(action, persona, id="bericht", **told)

    def test_a_draft_is_nothing_for_strangers(self, act: Act) -> None:
        """Whatever version or form they ask for: the words are those of a name that no report has."""
        act("create", title="Bericht", name="entwurf")
        told: dict[str, Any]
        for name in ("entwurf", "gibt-es-nicht"):
            for told in ({}, {"version": 7}, {"draft": True}):
                for action, more in (("show", {}), ("file", {"format": "pdf"})):
                    if action == "file" and "draft" in told:
                        continue
                    with pytest.raises(tk.ObjectNotFound) as refused:
                        act(action, "anonymous", id=name, **more, **told)
                    assert str(refused.value) == f"There is no report “{name}”.", (action, told)

    def test_what_is_not_for_the_public(self, app: Any, act: Act, folder: Path) -> None:
        """A paper that is marked so is not published by freezing it."""
        act("create", title="Bericht 2019", as_of="2019-03-14")
        act("update", id="bericht-2019", is_public=False)
        with pytest.raises(tk.ValidationError, match="not public"):
            act("freeze", id="bericht-2019")
        with pytest.raises(tk.ObjectNotFound):
            act("show", "anonymous", id="bericht-2019")
        assert not folder.exists() or not list(folder.iterdir())
        act("update", id="bericht-2019", is_public=True)
        assert act("freeze", id="bericht-2019")["state"] == "frozen"

    def test_the_paper_that_came_in(self, act: Act) -> None:
        """It may hold comments and names: those who make reports get it, nobody else."""
        act("create", title="Bericht 2019", as_of="2019-03-14")
        freezing.freeze("bericht-2019", None, None, ("bericht.docx", "application/msword", b"PK..."))
        assert "original" in act("show", id="bericht-2019")["formats"]
        assert act("file", id="bericht-2019", format="original")["filename"] == "bericht.docx"
        for persona in ("anonymous", "stranger", "editor"):
            told = act("show", persona, id="bericht-2019")
            assert "original" not in told["formats"]
            assert "bericht.docx" not in json.dumps(told)
            with pytest.raises(tk.ObjectNotFound):
                act("file", persona, id="bericht-2019", format="original")

    def test_releases_are_cited(self, act: Act) -> None:
        tk.get_action("digitalms_table_publish")({"user": "coordinator"}, {})
        act("create", title="Bericht 2019", as_of="2019-03-14", number="V/0123/2019")
        version = act("freeze", id="bericht-2019")["versions"][0]
        release = tk.get_action("digitalms_release_list")({"user": ""}, {})["results"][0]
        assert version["releases"] == [release["release_id"]]
        assert "V/0123/2019" in release["cited_in"]

    def test_a_release_that_is_rewritten_meanwhile(self, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
        """Citing says that it is cited, and nothing else of it: its folder may be another one by now."""
        tk.get_action("digitalms_table_publish")({"user": "coordinator"}, {})
        act("create", title="Bericht 2019", as_of="2019-03-14", number="V/0123/2019")
        current_of = releases.current_of

        def rewritten(groups: Any) -> Any:
            found = current_of(groups)
            with model.meta.engine.begin() as other:
                folder = sa.cast({"folder": "x-r1"}, JSONB)
                manifest = Release.manifest.op("||")(folder)
                other.execute(sa.update(Release).values(manifest=manifest))
            return found

        monkeypatch.setattr(releases, "current_of", rewritten)
        act("freeze", id="bericht-2019")
        model.Session.rollback()
        known = {name: one.manifest for name, one in current_of(["measures", "coverage"]).items()}
        assert {one["folder"] for one in known.values()} == {"x-r1"}
        assert "V/0123/2019" in known["measures"]["cited"]


class TestAllOrNothing:
    """A crash leaves a report that is not frozen, and nothing else."""

    def _nothing(self, act: Act, folder: Path) -> None:
        assert act("show", id="bericht")["state"] == "draft"
        assert act("list", "anonymous")["count"] == 0
        freezing.sweep()
        assert list(folder.glob("*")) == []
        assert act("freeze", id="bericht")["state"] == "frozen"

    def test_while_rendering(self, act: Act, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        act("create", title="Bericht", as_of="2019-03-14")

        def full(folder: Path, files: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(folders, "write_files", full)
            with pytest.raises(OSError, match="No space"):
                act("freeze", id="bericht")
        self._nothing(act, folder)

    def test_before_the_commit(self, act: Act, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        act("create", title="Bericht", as_of="2019-03-14")

        class Killed(BaseException):
            """The process ends here."""

        def die() -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(model.repo, "commit", die)
            with pytest.raises(Killed):
                act("freeze", id="bericht")
        model.Session.rollback()
        assert len(list(folder.iterdir())) == 1
        self._nothing(act, folder)

    def test_two_at_once(self, act: Act, folder: Path) -> None:
        act("create", title="Bericht", as_of="2019-03-14")
        model.Session.remove()
        outcomes: list[str] = []

        def freeze() -> None:
            try:
                freezing.freeze("bericht", None, None)
                outcomes.append("frozen")
            except tk.ValidationError:
                outcomes.append("refused")
            finally:
                model.Session.remove()

        threads = [threading.Thread(target=freeze) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["frozen", "refused"]
        assert len(list(folder.iterdir())) == 1


class TestCorrect:
    """A correction is a new version."""

    def test_names_the_old_one(self, act: Act, frozen: dict[str, Any]) -> None:
        before = every_file(act)
        act("update", id="bericht-2019", outlook="Berichtigt.")
        told = act("correct", id="bericht-2019", reason="Ein Satz fehlte")
        assert told["version"] == 2
        assert told["versions"][0]["corrects"] == 1
        assert told["versions"][0]["reason"] == "Ein Satz fehlte"
        assert every_file(act) == before
        assert act("show", "anonymous", id="bericht-2019")["report"]["outlook"] == "Berichtigt."
        assert act("show", "anonymous", id="bericht-2019", version=1)["report"]["outlook"] == ""

    def test_nothing_differs(self, act: Act, frozen: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            act("correct", id="bericht-2019", reason="nichts")
        act("create", title="Neuer", name="neuer")
        with pytest.raises(tk.ValidationError):
            act("correct", id="neuer", reason="nichts ist eingefroren")

    def test_what_was_seen(self, app: Any, act: Act, frozen: dict[str, Any]) -> None:
        """What somebody changes after the page was opened is not frozen unseen."""
        act("update", id="bericht-2019", outlook="Was angesehen wurde.")
        headers = {"Authorization": factories.APIToken(user="coordinator")["token"]}
        address = "/digitalisierung/berichte/bericht-2019/einfrieren"
        (form,) = (
            one
            for one in lxml.html.fromstring(app.get(address, headers=headers).body).forms
            if "einfrieren" in (one.action or "")
        )
        act("update", id="bericht-2019", outlook="Was niemand ansah.")
        data = {**dict(form.form_values()), "reason": "Ausblick fehlte"}
        answer = app.post(address, data=data, headers=headers, follow_redirects=False)
        assert answer.status_code == 200
        assert "Jemand anderes hat diesen Bericht" in answer.text
        assert "Ausblick fehlte" in answer.text
        assert [one["version"] for one in act("show", id="bericht-2019")["versions"]] == [1]


class TestWithdraw:
    """A withdrawn version leaves a page that says so."""

    def test_page_stays(self, app: Any, act: Act, frozen: dict[str, Any]) -> None:
        act("withdraw", id="bericht-2019", reason="Falsche Zahlen")
        page = app.get("/digitalisierung/berichte/bericht-2019")
        assert page.status_code == 200
        assert "Falsche Zahlen" in page.text
        assert 'id="massnahme-dms"' not in page.text
        for address in ("bericht-2019.json", "bericht-2019/1.json", "bericht-2019/1.html"):
            assert app.get(f"/digitalisierung/berichte/{address}").status_code == 410
        assert act("show", "anonymous", id="bericht-2019")["report"] is None
        with pytest.raises(tk.ObjectNotFound):
            act("file", "anonymous", id="bericht-2019", format="json")
        with pytest.raises(tk.ValidationError):
            act("withdraw", id="bericht-2019", reason="noch einmal")


class TestPages:
    """Stable addresses, citing, and a page that is the frozen file."""

    def test_addresses(self, app: Any, act: Act, frozen: dict[str, Any]) -> None:
        base = "/digitalisierung/berichte/bericht-2019"
        content = every_file(act)
        for ending in ("json", "zip", "html"):
            for address in (f"{base}.{ending}", f"{base}/1.{ending}"):
                answer = app.get(address)
                assert answer.status_code == 200
                assert answer.data == content[ending]
                assert answer.headers["ETag"].strip('"') == hashlib.sha256(content[ending]).hexdigest()
        page = app.get(base).text
        assert str(html.body_of(content["html"])) in page
        assert page == app.get(base).text
        for part in (
            "@techreport{bericht-2019-1",
            "CSL-JSON",
            "schema.org/Report",
            "SHA-256",
            "/bericht-2019/1",
        ):
            assert part in page
        assert app.get(f"{base}.nichts").status_code == 404
        assert app.get(f"{base}/7").status_code == 404
        assert app.get(f"{base}/7.json").status_code == 404

    def test_of_the_day(self, act: Act, frozen: dict[str, Any]) -> None:
        """What the catalogue says of the day is what the frozen report of that day says."""
        report = act("show", "anonymous", id="bericht-2019")["report"]
        told = tk.get_action("digitalms_measure_list")({"user": ""}, {"cut_off_date": "2019-03-14"})[
            "results"
        ]
        assert [one["measure_id"] for one in report["measures"]] == [one["measure_id"] for one in told]
        for one, other in zip(report["measures"], told, strict=True):
            assert (one["title"], one["status"], one["as_of"]) == (
                other["title"],
                other["status"],
                other["as_of"],
            )
            assert one["statement"] == (other["statement"] or "")
            assert one["vision"] == (other["vision"] or "")
            steps = [text for group in one["steps"] for text in group["texts"]]
            assert sorted(steps) == sorted(step["text"] for step in other["steps"])
            papers = [row["original"] or row["reference"] for row in other["council_references"]]
            assert [paper["reference"] for paper in one["papers"]] == papers
            assert [goal["text"] for goal in one["goals"]] == [goal["text"] for goal in other["goals"]]
            assert [each["title"] for each in one["milestones"]] == [m["title"] for m in other["milestones"]]


class TestRedaction:
    """A redaction reaches frozen reports: new files, a new hash, a note, and nothing of before."""

    def test_everywhere(self, act: Act, frozen: dict[str, Any], folder: Path) -> None:
        before = {path.name for path in folder.iterdir()}
        text = "Stellen für Entwicklung und Betrieb"
        assert text.encode() in every_file(act)["json"]
        tk.get_action("digitalms_redact")({"user": "chef"}, {"text": text, "reason": "gehört nicht hierher"})
        model.Session.expire_all()
        version = act("show", "anonymous", id="bericht-2019")["versions"][0]
        content = every_file(act)
        for ending in ("json", "html"):
            assert text.encode() not in content[ending]
        with zipfile.ZipFile(io.BytesIO(content["zip"])) as archive:
            assert all(text.encode() not in archive.read(name) for name in archive.namelist())
        assert version["notes"][0]["reason"] == "gehört nicht hierher"
        assert hashlib.sha256(content["json"]).hexdigest() == version["sha256"]
        assert before.isdisjoint(path.name for path in folder.iterdir())
        row = model.Session.get(ReportVersion, ("bericht-2019", 1))
        assert json.loads(row.content)["name"] == "bericht-2019"


def test_where_files_are(ckan_config: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without an option of its own the folder is beside that of the releases."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", "")
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path / "releases"))
    assert config.report_path() == tmp_path / "reports"
