"""A paper that was read in is a frozen report of its day, with the file itself."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from at_once import at_once, kinds_of
from ckan import model
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.model import ReportVersion
from ckanext.digitalms.reporting.consultations import consultations_in
from ckanext.digitalms.services.reporting import files

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

PAPER = """Stand: 14.03.2019

Betrifft: Bericht zum Umsetzungsstand

Beratungsfolge

21.03.2019 Betriebsausschuss der citeq Bericht

03.04.2019 Rat Bericht

Maßnahme und Vision 2022\tRatsvorlagen: Ziele\tPlan / Ist
Bürgerkonto\tV/0012/2018\tUmgesetzt: Elf Dienste<p>Ausstehend: Start nach den Sommerferien 2019</p>
Dokumentenmanagement\tV/0954/2018\tIn Arbeit: Aktenplan
"""


@pytest.fixture(autouse=True)
def folder(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.report_path", str(tmp_path / "reports"))


def call(action: str, user: str = "coordinator", **data: Any) -> Any:
    return tk.get_action(f"digitalms_{action}")({"user": user}, data)


@pytest.fixture
def draft() -> dict[str, Any]:
    upload = FileStorage(BytesIO(PAPER.encode()), filename="bericht.md")
    made = call("report_import_create", upload=upload)
    return call("report_import_update", id=made["id"], organisation="citeq")


class TestApply:
    def test_becomes_a_frozen_report(self, app: Any, draft: dict[str, Any]) -> None:
        done = call("report_import_apply", id=draft["id"])
        name = done["report"]
        told = call("report_show", "", id=name)
        assert (told["state"], told["as_of"]) == ("frozen", "2019-03-14")
        report = told["report"]
        assert [one["measure_id"] for one in report["measures"]] == ["buergerkonto", "dokumentenmanagement"]
        assert [one["body"] for one in report["consultations"]] == ["Betriebsausschuss der citeq", "Rat"]
        file = call("report_file", id=name, format="original")
        assert b64decode(file["content"]) == PAPER.encode()
        assert file["filename"] == "bericht.md"
        # it may name people: the public reads what was taken over of it
        assert "original" not in told["formats"]
        assert app.get(f"/digitalisierung/berichte/{name}/1.original").status_code == 404
        assert app.get(f"/digitalisierung/berichte/{name}/1.json").status_code == 200

    def test_once(self, draft: dict[str, Any]) -> None:
        done = call("report_import_apply", id=draft["id"])
        assert call("report_import_apply", id=draft["id"])["report"] == done["report"]
        assert call("report_list", "")["count"] == 1

    def test_the_report_before_the_next(self, draft: dict[str, Any]) -> None:
        name = call("report_import_apply", id=draft["id"])["report"]
        call(
            "statement_create",
            id="buergerkonto",
            as_of="2020-01-10",
            status="in_progress",
            statement="Läuft.",
        )
        told = call("report_create", title="Bericht 2020", previous=name)
        assert told["report"]["previous"]["name"] == name
        assert any(one["changes"] for one in told["report"]["measures"])

    def test_undo_withdraws(self, draft: dict[str, Any]) -> None:
        name = call("report_import_apply", id=draft["id"])["report"]
        call("report_import_undo", id=draft["id"])
        told = call("report_show", "", id=name)
        assert told["state"] == "withdrawn"
        assert told["report"] is None


@contextmanager
def freezing_elsewhere() -> Iterator[None]:
    """Let somebody else freeze reports for longer than one waits."""

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '300ms'")

    engine = model.meta.engine
    lock = "SELECT {}(hashtextextended('digitalms:reports', 0))"
    with engine.connect() as other:
        other.execute(sa.text(lock.format("pg_advisory_lock")))
        model.Session.rollback()
        sa.event.listen(engine, "begin", begin)
        try:
            yield
        finally:
            sa.event.remove(engine, "begin", begin)
            model.Session.rollback()
            other.execute(sa.text(lock.format("pg_advisory_unlock")))


class TestInBetween:
    """What is ended between the measures and their frozen report is told, and goes on from there."""

    def test_taken_back_as_a_whole(self, draft: dict[str, Any]) -> None:
        name = call("report_import_apply", id=draft["id"])["report"]
        with freezing_elsewhere(), pytest.raises(sa.exc.OperationalError):
            call("report_import_undo", id=draft["id"])
        assert call("report_import_show", id=draft["id"])["state"] == "applied"
        assert call("measure_show", "", id="buergerkonto")["measure_id"] == "buergerkonto"
        assert call("report_show", "", id=name)["state"] == "frozen"
        assert call("report_import_undo", id=draft["id"])["state"] == "undone"
        assert call("report_show", "", id=name)["state"] == "withdrawn"

    def test_published_and_frozen_by_a_second_press(
        self, app: Any, personas: dict[str, str], draft: dict[str, Any]
    ) -> None:
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        address = f"/digitalisierung/bericht-einlesen/{draft['id']}"
        with freezing_elsewhere(), pytest.raises(tk.ValidationError) as refused:
            call("report_import_apply", id=draft["id"])
        assert list(refused.value.error_dict) == ["report"]
        told = call("report_import_show", id=draft["id"])
        assert (told["state"], told.get("report")) == ("applied", None)
        assert call("report_list")["count"] == 0
        assert 'value="freeze"' in app.get(address, headers=headers).body
        done = app.post(address, data={"action": "freeze"}, headers=headers)
        assert 'value="freeze"' not in done.body
        name = call("report_import_show", id=draft["id"])["report"]
        assert call("report_show", "", id=name)["state"] == "frozen"

    def test_two_tabs(self, app: Any, draft: dict[str, Any]) -> None:
        calls = [partial(call, "report_import_apply", id=draft["id"]) for _ in range(3)]
        model.Session.remove()
        ends = at_once(app, *calls)
        assert kinds_of(ends) == ["done"] * 3
        assert len({one["report"] for one in ends}) == 1
        assert call("report_list", "")["count"] == 1

    def test_taken_back_before_it_was_frozen(self, draft: dict[str, Any]) -> None:
        with freezing_elsewhere(), pytest.raises(tk.ValidationError):
            call("report_import_apply", id=draft["id"])
        call("report_import_undo", id=draft["id"])
        assert call("report_import_apply", id=draft["id"])["report"] is None
        assert call("report_list")["count"] == 0


class TestRedaction:
    def test_the_paper_is_withdrawn_as_a_whole(self, draft: dict[str, Any]) -> None:
        name = call("report_import_apply", id=draft["id"])["report"]
        call("redact", "chef", text="Elf Dienste", reason="Versehen")
        told = call("report_show", id=name)
        assert "original" not in told["formats"]
        assert told["versions"][0]["notes"][0]["reason"] == "Versehen"

    def test_a_paper_that_cannot_be_looked_into_is_told(self, draft: dict[str, Any]) -> None:
        call("report_import_apply", id=draft["id"])
        (version,) = model.Session.scalars(sa.select(ReportVersion))
        (files.folder_of(version) / files.ORIGINAL).write_bytes(b"7z\xbc\xaf\x27\x1c")
        told = call("redact", "chef", text="steht nirgends", reason="Versehen", dry_run=True)
        assert (told["count"], told["left"]) == (0, [])
        assert told["unsearched"] == [{"place": "digitalms_report_version.original", "count": 1}]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("21.03.2019 Betriebsausschuss der citeq Bericht", ["Betriebsausschuss der citeq"]),
        (
            "02.04.2019 | Ausschuss für Personal | Vorberatung\n03.04.2019\tRat\tEntscheidung",
            ["Ausschuss für Personal", "Rat"],
        ),
        ("31.02.2019 Rat Bericht", []),
        ("Am 03.04.2019 wurde der 2. Bericht vorgelegt", []),
        ("", []),
    ],
)
def test_consultations(text: str, bodies: list[str]) -> None:
    assert [one.body for one in consultations_in([text])] == bodies
