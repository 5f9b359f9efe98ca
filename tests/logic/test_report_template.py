"""The city's template of Word documents: uploaded, checked, used, replaced, put aside."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from docx import Document
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.reporting.word import odt, template

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]
PAGE = "/digitalisierung/berichtsvorlage/"


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odt, "_PROGRAM", "no-such-program")


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(tk.config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))


@pytest.fixture
def act(personas: dict[str, str]) -> Act:
    def call(action: str, persona: str = "coordinator", **asked: Any) -> Any:
        return tk.get_action(f"digitalms_report_{action}")({"user": personas[persona]}, asked)

    return call


def own(words: str, *, is_bad: bool = False) -> bytes:
    """Return our template with words of a city, or with a name that there is not."""
    document = Document(io.BytesIO(template.default()))
    document.add_paragraph(words + (" {{ wappen }}" if is_bad else ""))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def upload(content: bytes, name: str = "stadt.docx") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def words_of(content: bytes) -> str:
    return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


@pytest.fixture
def report(act: Act) -> str:
    name: str = act("create", title="Bericht", name="bericht-2021")["name"]
    return name


def docx(act: Act, report: str, **more: Any) -> str:
    return words_of(b64decode(act("file", id=report, format="docx", **more)["content"]))


class TestCreate:
    def test_it_is_used_from_then_on_and_a_frozen_report_stays(self, act: Act, report: str) -> None:
        act("freeze", id=report)
        kept = act("file", id=report, format="docx", version=1)
        made = act("template_create", upload=upload(own("Stadt Musterhausen")))
        assert made == {"version": 1, "filename": "stadt.docx", "leaves_out": []}
        assert act("file", id=report, format="docx", version=1) == kept
        other = act("create", title="Noch einer", name="bericht-2022")["name"]
        assert "Stadt Musterhausen" in docx(act, other)

    def test_only_checked(self, act: Act, report: str) -> None:
        made = act("template_create", upload=upload(own("Stadt Musterhausen")), dry_run=True)
        assert made["version"] is None
        assert act("template_list") == {"count": 0, "results": [], "used": 0}
        assert "Musterhausen" not in docx(act, report)

    def test_a_bad_one_says_why_and_changes_nothing(self, act: Act, report: str) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            act("template_create", upload=upload(own("Stadt", is_bad=True)))
        assert "wappen" in refused.value.error_dict["upload"][0]
        assert act("template_list")["used"] == 0

    @pytest.mark.parametrize("content", [b"", b"PK", b"x" * 11_000_000])
    def test_what_is_none(self, act: Act, content: bytes) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            act("template_create", upload=upload(content))
        assert list(refused.value.error_dict) == ["upload"]

    def test_no_file(self, act: Act) -> None:
        with pytest.raises(tk.ValidationError, match="choose the template"):
            act("template_create")

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
    def test_others_may_not(self, act: Act, persona: str) -> None:
        with pytest.raises(tk.NotAuthorized):
            act("template_create", persona, upload=upload(own("x")))


class TestUse:
    def test_back_and_forth(self, act: Act, report: str) -> None:
        act("template_create", upload=upload(own("Erste Fassung")))
        act("template_create", upload=upload(own("Zweite Fassung"), "neu.docx"))
        assert "Zweite Fassung" in docx(act, report)
        act("template_use", version=1)
        assert "Erste Fassung" in docx(act, report)
        act("template_use", version=0)
        assert "Fassung" not in docx(act, report)
        told = act("template_list")
        assert [(each["version"], each["filename"]) for each in told["results"]] == [
            (2, "neu.docx"),
            (1, "stadt.docx"),
        ]
        assert told["used"] == 0

    @pytest.mark.parametrize("version", [7, -1, "x", 10**9])
    def test_none_of_that_number(self, act: Act, version: Any) -> None:
        with pytest.raises(tk.ValidationError):
            act("template_use", version=version)


class TestFile:
    def test_ours_and_that_of_a_version(self, act: Act) -> None:
        assert b64decode(act("template_file")["content"]) == template.default()
        act("template_create", upload=upload(own("Erste Fassung")))
        assert "Erste Fassung" in words_of(b64decode(act("template_file", version=1)["content"]))

    def test_none_of_that_number(self, act: Act) -> None:
        with pytest.raises(tk.ObjectNotFound):
            act("template_file", version=3)


class TestPage:
    @pytest.fixture
    def headers(self, personas: dict[str, str]) -> dict[str, str]:
        return {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

    @pytest.fixture
    def sent(self, app: Any, headers: dict[str, str]) -> Any:
        def send(content: bytes, **more: str) -> Any:
            data = {"upload": (io.BytesIO(content), "stadt.docx"), **more}
            return app.post(PAGE, data=data, headers=headers, content_type="multipart/form-data")

        return send

    def test_upload_check_and_back(self, app: Any, sent: Any, headers: dict[str, str]) -> None:
        assert "Es gilt die mitgelieferte Vorlage." in app.get(PAGE, headers=headers).text
        assert "Damit" not in sent(own("Stadt"), only_check="1").text
        assert "Es gilt die mitgelieferte Vorlage." in app.get(PAGE, headers=headers).text
        assert "wappen" in sent(own("Stadt", is_bad=True)).text
        sent(own("Stadt"))
        assert "Es gilt Fassung 1 Ihrer Vorlage." in app.get(PAGE, headers=headers).text
        assert app.get(f"{PAGE}1.docx", headers=headers).status_code == 200
        assert app.get(f"{PAGE}9.docx", headers=headers).status_code == 404
        app.post(f"{PAGE}gilt", data={"version": "0"}, headers=headers)
        assert "Es gilt die mitgelieferte Vorlage." in app.get(PAGE, headers=headers).text
