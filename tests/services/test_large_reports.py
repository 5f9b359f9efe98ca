"""Reports of many measures are frozen by a job that says how far it is; what takes too much is left out."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.digitalms import isolated
from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import CouncilReport
from ckanext.digitalms.reporting import pdf
from ckanext.digitalms.reporting.word import odt
from ckanext.digitalms.services import delivery_work, progress
from ckanext.digitalms.services.reporting import drafts, files, freezing

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]
BASE = "/digitalisierung/berichte/bericht"


@pytest.fixture
def act(personas: dict[str, str], ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Act:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))
    monkeypatch.setattr(odt, "_PROGRAM", "no-such-program")

    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        return tk.get_action(f"digitalms_report_{action}")({"user": personas[persona]}, told)

    call("create", title="Bericht", as_of="2019-03-14")
    return call


class TestTooMuch:
    """A PDF that needs more memory than it may have is left out; the other forms are there."""

    @pytest.fixture(autouse=True)
    def larger_than_its_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Send a paper that fills the memory: what typst needs depends on how many threads it gets."""
        run = isolated.run

        def send(job: str, sent: bytes, **limits: Any) -> bytes:
            return run(job, bytes(300 << 20) if job.endswith(":set_paper") else sent, **limits)

        monkeypatch.setattr(isolated, "run", send)

    @pytest.fixture
    def frozen(self, act: Act, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.report.pdf_mb", 250)
        return act("freeze", id="bericht")

    def test_others_are_there(self, act: Act, frozen: Any) -> None:
        version = frozen["versions"][0]
        assert {one["ending"] for one in version["files"]} == {"html", "docx", "json", "xlsx", "txt", "zip"}
        assert frozen["formats"] == sorted(one["ending"] for one in version["files"])
        (note,) = version["notes"]
        assert note["format"] == "pdf"
        assert note["reason"].startswith("Es braucht mehr als 250 MB Arbeitsspeicher.")
        assert b64decode(act("file", "anonymous", id="bericht", format="json")["content"])
        with pytest.raises(tk.ObjectNotFound):
            act("file", "anonymous", id="bericht", format="pdf")
        assert list(freezing.problems()) == []

    def test_page_says_so(self, app: Any, frozen: Any) -> None:
        page = BeautifulSoup(app.get(BASE).body, "html.parser")
        assert page.select_one(f"a[href$='{BASE}/1.docx']")
        assert not page.select("a[href$='.pdf']")
        said = [" ".join(one.get_text(" ").split()) for one in page.select(".dm-note")]
        assert any(
            one.startswith("Diese Fassung gibt es nicht als PDF: Es braucht mehr als 250 MB") for one in said
        )
        assert app.get(f"{BASE}.pdf").status_code == 404

    @pytest.mark.parametrize(
        ("language", "sentence"), [("", "Es braucht mehr als 250 MB"), ("/en", "It takes more than 250 MB")]
    )
    def test_draft_says_so(
        self,
        app: Any,
        act: Act,
        personas: dict[str, str],
        ckan_config: Any,
        monkeypatch: pytest.MonkeyPatch,
        language: str,
        sentence: str,
    ) -> None:
        """Of a draft the address of the PDF answers with the sentence, in the language of the page."""
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.report.pdf_mb", 250)
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        answer = app.get(f"{language}{BASE}.pdf", headers=headers, expect_errors=True)
        assert answer.status_code == 422
        assert sentence in answer.body
        assert app.get(f"{language}{BASE}.json", headers=headers).status_code == 200

    def test_another_fault_freezes_nothing(self, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(report: Any, memory_mb: int) -> bytes:
            raise isolated.BrokenError(Message("It could not be made; the server’s log says why."))

        monkeypatch.setattr(pdf, "render", broken)
        with pytest.raises(tk.ValidationError):
            act("freeze", id="bericht")
        assert act("show", id="bericht")["state"] == "draft"


class TestJob:
    """A report of many measures is frozen by a job."""

    @pytest.fixture(autouse=True)
    def few_forms(self, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """Let seven measures be many, and keep what is queued instead of doing it."""
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.upload.job_kb", 100)
        monkeypatch.setattr(files, "FORMATS", {name: files.FORMATS[name] for name in ("html", "json")})
        queued: list[list[str]] = []
        monkeypatch.setattr(delivery_work, "_enqueue", lambda subject_id, _: queued.append([subject_id]))
        return queued

    def test_it_is_done_by_the_job(self, act: Act, few_forms: list[list[str]]) -> None:
        answer = act("freeze", id="bericht", background=True)
        assert answer["state"] == "draft"
        assert answer["report"] is None
        assert (answer["work"]["what"], answer["work"]["failed"]) == ("freeze", False)
        assert few_forms == [["report:bericht"]]
        delivery_work.run("report:bericht")
        told = act("show", id="bericht")
        assert (told["state"], told["work"]) == ("frozen", None)
        assert "work" not in told["settings"]
        assert act("show", "anonymous", id="bericht").get("work") is None

    def test_few_measures_are_not_waited_for(
        self, act: Act, ckan_config: Any, few_forms: list[list[str]]
    ) -> None:
        ckan_config["ckanext.digitalms.upload.job_kb"] = 4000
        assert act("freeze", id="bericht", background=True)["state"] == "frozen"
        assert few_forms == []

    def test_nobody_changes_it_meanwhile(self, act: Act) -> None:
        act("freeze", id="bericht", background=True)
        for action, told in (("update", {"outlook": "x"}), ("freeze", {})):
            with pytest.raises(tk.ValidationError) as refused:
                act(action, id="bericht", **told)
            assert list(refused.value.error_dict) == ["id"]
        with pytest.raises(tk.ValidationError) as refused:
            act("check", id="dms", report="bericht")
        assert list(refused.value.error_dict) == ["report"]

    @pytest.mark.parametrize("step", ["begin", "resume", "run"])
    def test_what_is_written_meanwhile_stays(
        self, act: Act, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        """Whoever notes with a report what a job does holds its row from the moment of reading it."""
        kept: list[str] = []
        find = delivery_work._subject if step != "begin" else drafts.find

        def tell(*args: Any, **more: Any) -> Any:
            found = find(*args, **more)
            text = f"Ausblick {len(kept)}"
            with model.meta.engine.connect() as other, suppress(sa.exc.OperationalError):
                other.execute(sa.text("SET LOCAL lock_timeout = 50"))
                told = sa.func.jsonb_set(CouncilReport.settings, ["outlook"], sa.cast(text, JSONB))
                other.execute(sa.update(CouncilReport).values(settings=told))
                other.commit()
                kept.append(text)
            return found

        if step != "begin":
            act("freeze", id="bericht", background=True)
            row = drafts.find("bericht")
            row.work = {**row.work, "at": "2020-01-01T00:00:00+00:00"}
            model.repo.commit()
        with monkeypatch.context() as patch:
            patch.setattr(*((drafts, "find") if step == "begin" else (delivery_work, "_subject")), tell)
            patch.setattr(delivery_work, "_called", lambda work: {"id": ["nicht jetzt"]})
            if step == "begin":
                act("freeze", id="bericht", background=True)
            elif step == "resume":
                assert delivery_work.resume()
            else:
                delivery_work.run("report:bericht")
        model.Session.rollback()
        assert drafts.find("bericht").settings["outlook"] == (kept or [""])[-1]

    def test_how_far_it_is(self, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
        said: list[float] = []
        with progress.heard(said.append):
            act("freeze", id="bericht")
        assert said == [0, 0.5]

    def test_a_worker_that_died(self, act: Act, few_forms: list[list[str]]) -> None:
        """The schedule begins it again; what was frozen before it died is not frozen once more."""
        act("freeze", id="bericht", background=True)
        few_forms.clear()
        row = delivery_work._subject("report:bericht")
        row.work = {**row.work, "at": "2020-01-01T00:00:00+00:00"}
        model.repo.commit()
        assert [one.values["filename"] for one in delivery_work.resume()] == ["Bericht"]
        assert few_forms == [["report:bericht"]]
        kept = dict(delivery_work._subject("report:bericht").work)
        delivery_work.run("report:bericht")
        row = delivery_work._subject("report:bericht")
        row.work = kept
        model.repo.commit()
        assert delivery_work.told(row) is None
        assert delivery_work.resume() == []

    def test_pages(self, app: Any, act: Act, personas: dict[str, str]) -> None:
        """The page loads itself until it is frozen, and leads to the report then."""
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        begun = app.post(f"{BASE}/einfrieren", data={"seen": "1"}, headers=headers, follow_redirects=False)
        waiting = begun.headers["Location"]
        assert waiting.endswith("/einfrieren?fassung=1")
        page = app.get(waiting, headers=headers)
        assert page.headers["Refresh"]
        assert "Der Bericht wird eingefroren" in page.body
        assert "<progress" in page.body
        delivery_work.run("report:bericht")
        done = app.get(waiting, headers=headers, follow_redirects=False)
        assert done.headers["Location"].endswith(BASE)

    def test_refused(self, app: Any, act: Act, personas: dict[str, str]) -> None:
        """Why it was not frozen stands where one asked for it, and one may ask again."""
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        act("update", id="bericht", is_public=False)
        act("freeze", id="bericht", background=True)
        delivery_work.run("report:bericht")
        page = app.get(f"{BASE}/einfrieren", headers=headers)
        assert "this paper is marked as not public" in page.body  # as it was asked, in English
        assert not page.headers.get("Refresh")
        act("update", id="bericht", is_public=True)
        assert act("freeze", id="bericht")["state"] == "frozen"
