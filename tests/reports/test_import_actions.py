from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.model import ReportImport, StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

REPORT = """Stand: 14.03.2019

Betrifft: Zweiter Bericht

Maßnahme und Vision 2022\tRatsvorlagen: Ziele\tPlan / Ist
Bürgerkonto\tV/0012/2018\tUmgesetzt: Elf Dienste<p>Ausstehend: Start nach den Sommerferien 2019</p>
Dokumentenmanagement\tV/0954/2018\tIn Arbeit: Aktenplan
"""


def call(action: str, user: str, **data: Any) -> Any:
    context = {"user": user, "ignore_auth": False}
    return tk.get_action(action)(context, data)


def upload(text: str | bytes, name: str = "bericht.md") -> FileStorage:
    content = text if isinstance(text, bytes) else text.encode()
    return FileStorage(BytesIO(content), filename=name)


def measures() -> list[dict[str, Any]]:
    return tk.get_action("digitalms_measure_list")({}, {})["results"]


def statement_count() -> int:
    return model.Session.query(StatementRow).count()


@pytest.fixture
def draft() -> dict[str, Any]:
    return call("digitalms_report_import_create", "coordinator", upload=upload(REPORT))


@pytest.fixture
def ready(draft: dict[str, Any]) -> dict[str, Any]:
    return call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")


class TestCreate:
    def test_proposes_and_publishes_nothing(self, draft: dict[str, Any]) -> None:
        assert draft["report_date"] == "2019-03-14"
        assert draft["title"] == "Zweiter Bericht"
        assert [m["key"] for m in draft["measures"]] == ["buergerkonto", "dokumentenmanagement"]
        assert draft["measures"][0]["source"][0] == {
            "heading": "Maßnahme und Vision 2022",
            "text": "Bürgerkonto",
        }
        assert measures() == []

    def test_keeps_the_file(self, draft: dict[str, Any]) -> None:
        kept = model.Session.get(ReportImport, draft["id"])
        assert kept.content == REPORT.encode()
        assert kept.filename == "bericht.md"

    @pytest.mark.parametrize("content", [b"", b"nur Text", b"\xff\xfe\x00", b"%PDF-1.4", b"PK\x03\x04"])
    def test_refuses_with_a_sentence(self, content: bytes) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_create", "coordinator", upload=upload(content))
        assert len(refused.value.error_dict["upload"][0]) > 20
        assert model.Session.query(ReportImport).count() == 0

    @pytest.mark.parametrize("nonsense", [None, "text", [], {}, 5])
    def test_needs_a_file(self, nonsense: Any) -> None:
        with pytest.raises(tk.ValidationError, match="upload"):
            call("digitalms_report_import_create", "coordinator", upload=nonsense)

    def test_names_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(tk.config, "ckanext.digitalms.upload.max_mb", 1)
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_create", "coordinator", upload=upload(b"x" * (10**6 + 1)))
        assert "1 MB" in refused.value.error_dict["upload"][0]

    def test_recognises_known_measures(self, make_measure: Callable[..., Any]) -> None:
        make_measure(
            name="dms", title="E-Akte", council_references=[{"reference": "V/0954/2018", "role": "basis"}]
        )
        proposed = call("digitalms_report_import_create", "coordinator", upload=upload(REPORT))["measures"]
        assert [m["known_as"] for m in proposed] == [None, "dms"]
        assert "V/0954/2018" in proposed[1]["known_because"]


class TestUpdate:
    def test_keeps_corrections(self, draft: dict[str, Any]) -> None:
        typed = {
            "position": 1,
            "title": "Konto",
            "key": "konto",
            "status": "planned",
            "vision_year": "2022",
            "council_references": [{"reference": "0013/2018", "role": "goal"}],
            "steps": [{"state": "pending", "text": "Alles"}],
            "milestones": [
                {"title": "Start", "date_text": "bald", "earliest": "", "latest": "31.12.2019", "met_on": ""}
            ],
            "goals": [],
        }
        call(
            "digitalms_report_import_update",
            "coordinator",
            id=draft["id"],
            report_date="15.03.2019",
            measures=[typed],
        )
        kept = call("digitalms_report_import_show", "coordinator", id=draft["id"])
        first, second = kept["measures"]
        assert kept["report_date"] == "2019-03-15"
        assert (first["title"], first["key"], first["status"], first["vision_year"]) == (
            "Konto",
            "konto",
            "planned",
            2022,
        )
        assert first["council_references"][0]["reference"] == "V/0013/2018"
        assert first["council_references"][0]["original"] == "0013/2018"
        assert first["milestones"][0]["latest"] == "2019-12-31"
        assert first["milestones"][0]["earliest"] is None
        assert second == draft["measures"][1]

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("status", "fertig", "in_progress"),
            ("key", "Groß!", "2"),
            ("title", "", ""),
            ("vision_year", "bald", "bald"),
            ("council_references", [{"reference": "Unsinn", "role": "basis"}], "V/0989/2017"),
            ("council_references", [{"reference": "V/0001/2018", "role": "x"}], "vision_source"),
            ("milestones", [{"title": "x", "latest": "31.02.2019"}], "31.02.2019"),
            ("steps", [{"state": "done", "text": ""}], ""),
            ("steps", "kein Feld", ""),
            ("steps", [["x"]], ""),
        ],
    )
    def test_refuses_at_the_field(self, draft: dict[str, Any], field: str, value: Any, said: str) -> None:
        typed = {"position": 1, field: value}
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_update", "coordinator", id=draft["id"], measures=[typed])
        assert said in str(refused.value.error_dict["measures"])
        assert call("digitalms_report_import_show", "coordinator", id=draft["id"]) == draft

    @pytest.mark.parametrize("measures", ["x", {"a": 1}, [1], [None], [[]], 5])
    def test_nonsense(self, draft: dict[str, Any], measures: Any) -> None:
        with pytest.raises(tk.ValidationError):
            call("digitalms_report_import_update", "coordinator", id=draft["id"], measures=measures)

    def test_a_row_that_is_not_there(self, draft: dict[str, Any]) -> None:
        """It is told at its place, and nothing is changed."""
        rows = [{"position": 1, "title": "Konto"}, {"position": 3, "title": "Akte"}]
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_update", "coordinator", id=draft["id"], measures=rows)
        first, second = refused.value.error_dict["measures"]
        assert (first, list(second)) == ({}, ["position"])
        assert call("digitalms_report_import_show", "coordinator", id=draft["id"]) == draft

    def test_what_was_seen(self, draft: dict[str, Any]) -> None:
        """Another row is no matter, the same one and publishing are."""
        asked = {"id": draft["id"], "seen": draft["revision"]}
        told = call("digitalms_report_import_update", "coordinator", id=draft["id"], title="Neuer Titel")
        assert (told["revision"], told["arranged"]) == (1, 0)
        call(
            "digitalms_report_import_update", "coordinator", **asked, measures=[{"position": 1, "notes": "x"}]
        )
        for action, more in (
            ("update", {"title": "Anders"}),
            ("update", {"measures": [{"position": 1, "notes": "y"}]}),
            ("apply", {}),
        ):
            with pytest.raises(tk.ValidationError) as refused:
                call(f"digitalms_report_import_{action}", "coordinator", **asked, **more)
            assert list(refused.value.error_dict) == ["seen"]
        told = call("digitalms_report_import_show", "coordinator", id=draft["id"])
        assert (told["title"], told["measures"][0]["notes"]) == ("Neuer Titel", "x")

    def test_unknown_draft(self) -> None:
        with pytest.raises(tk.ObjectNotFound):
            call("digitalms_report_import_update", "coordinator", id="gibt-es-nicht")


class TestApply:
    def test_creates_all_measures_with_the_reports_day(self, ready: dict[str, Any]) -> None:
        done = call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert done["state"] == "applied"
        assert [o["change"] for o in done["outcomes"]] == ["created", "created"]
        account, dms = measures()
        assert (account["measure_id"], account["as_of"], account["organisation"]) == (
            "buergerkonto",
            "2019-03-14",
            "citeq",
        )
        assert account["milestones"][0]["date_text"] == "nach den Sommerferien 2019"
        assert account["milestones"][0]["latest"] == "2019-12-31"
        assert [s["state"] for s in account["steps"]] == ["done", "pending"]
        assert account["statement_source"] == "Zweiter Bericht, 14.03.2019"
        assert [m["position"] for m in (account, dms)] == [1, 2]
        assert tk.get_action("package_search")({}, {"q": "name:buergerkonto"})["count"] == 1

    def test_twice_changes_nothing(self, ready: dict[str, Any]) -> None:
        call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        before = (measures(), statement_count())
        again = call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert {o["change"] for o in again["outcomes"]} == {"unchanged"}
        assert (measures(), statement_count()) == before

    def test_the_same_report_again_changes_nothing(self, ready: dict[str, Any]) -> None:
        call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        before = (measures(), statement_count())
        again = call("digitalms_report_import_create", "coordinator", upload=upload(REPORT))
        assert [m["known_as"] for m in again["measures"]] == ["buergerkonto", "dokumentenmanagement"]
        done = call("digitalms_report_import_apply", "coordinator", id=again["id"])
        assert {o["change"] for o in done["outcomes"]} == {"unchanged"}
        assert (measures(), statement_count()) == before

    def test_known_measures_get_a_statement_and_no_twin(
        self, ready: dict[str, Any], make_measure: Callable[..., Any]
    ) -> None:
        call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        later = REPORT.replace("14.03.2019", "20.03.2020").replace(
            "In Arbeit: Aktenplan", "Umgesetzt: Aktenplan"
        )
        second = call("digitalms_report_import_create", "coordinator", upload=upload(later))
        done = call("digitalms_report_import_apply", "coordinator", id=second["id"])
        assert [o["change"] for o in done["outcomes"]] == ["new_stand", "new_stand"]
        _account, dms = measures()
        assert len(measures()) == 2
        assert (dms["as_of"], dms["steps"][0]["state"]) == ("2020-03-20", "done")
        history = tk.get_action("digitalms_measure_history")({}, {"id": "dokumentenmanagement"})
        assert [h["as_of"] for h in history["results"]] == ["2020-03-20", "2019-03-14"]
        # the same step changed its state: it kept its id
        assert {c["before"]["id"] for c in history["results"][0]["changes"] if c["field"] == "steps"} == {
            dms["steps"][0]["id"]
        }

    def test_every_date_of_a_known_measure_is_written(self, make_measure: Callable[..., Any]) -> None:
        """Two dates of one title stay two; the reason of a shift before is not that of this one."""
        known = {"title": "Umsetzung", "date_text": "Ende 2018", "latest": "2018-12-31", "reason": "Personal"}
        make_measure(name="dms", title="Dokumentenmanagement", as_of="2018-03-14", milestones=[known])
        text = REPORT.replace(
            "In Arbeit: Aktenplan", "In Arbeit: Die Umsetzung erfolgt im Mai 2019 und im Oktober 2020."
        )
        draft = call("digitalms_report_import_create", "coordinator", upload=upload(text))
        proposed = draft["measures"][1]["milestones"]
        assert [one["title"] for one in proposed] == ["Umsetzung", "Umsetzung"]
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        told = tk.get_action("digitalms_measure_show")({}, {"id": "dms"})["milestones"]
        assert [(one["latest"], one["reason"]) for one in told] == [
            ("2019-05-31", None),
            ("2020-10-31", None),
        ]

    def test_an_older_report_goes_to_the_history_only(self, make_measure: Callable[..., Any]) -> None:
        make_measure(
            name="dms", title="Dokumentenmanagement", as_of="2020-01-01", status="paused", status_reason="x"
        )
        draft = call("digitalms_report_import_create", "coordinator", upload=upload(REPORT))
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        done = call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert {o["measure_id"]: o["change"] for o in done["outcomes"]} == {
            "buergerkonto": "created",
            "dms": "backdated",
        }
        now = tk.get_action("digitalms_measure_show")({}, {"id": "dms"})
        then = tk.get_action("digitalms_measure_show")({}, {"id": "dms", "cut_off_date": "2019-03-14"})
        assert (now["status"], then["status"]) == ("paused", "in_progress")

    def test_all_or_nothing(self, ready: dict[str, Any], make_measure: Callable[..., Any]) -> None:
        make_measure(name="dokumentenmanagement", title="Etwas anderes", council_references=[])
        before = statement_count()
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        wrong = refused.value.error_dict["measures"]
        assert wrong[0] == {}
        assert "key" in wrong[1]
        assert [m["measure_id"] for m in measures()] == ["dokumentenmanagement"]
        assert statement_count() == before
        assert call("digitalms_report_import_show", "coordinator", id=ready["id"])["state"] == "draft"

    def test_a_rule_of_the_record_is_told_at_its_measure(self, ready: dict[str, Any]) -> None:
        typed = [{"position": 2, "status": "paused"}]
        call("digitalms_report_import_update", "coordinator", id=ready["id"], measures=typed)
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert list(refused.value.error_dict["measures"][1]) == ["status_reason"]
        assert measures() == []

    def test_left_out_measures_stay_out(self, ready: dict[str, Any]) -> None:
        typed = [{"position": 2, "include": False}]
        call("digitalms_report_import_update", "coordinator", id=ready["id"], measures=typed)
        call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert [m["measure_id"] for m in measures()] == ["buergerkonto"]

    def test_two_rows_for_one_known_measure(
        self, ready: dict[str, Any], make_measure: Callable[..., Any]
    ) -> None:
        make_measure(name="eins", title="Eins")
        typed = [{"position": 1, "known_as": "eins"}, {"position": 2, "known_as": "eins"}]
        call("digitalms_report_import_update", "coordinator", id=ready["id"], measures=typed)
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert list(refused.value.error_dict["measures"][1]) == ["known_as"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("report_date", ""),
            ("report_date", "01.01.2199"),
            ("organisation", ""),
            ("organisation", "gibt-es-nicht"),
        ],
    )
    def test_what_the_whole_needs(self, ready: dict[str, Any], field: str, value: str) -> None:
        call("digitalms_report_import_update", "coordinator", id=ready["id"], **{field: value})
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        assert list(refused.value.error_dict) == [field]

    def test_a_published_draft_is_not_corrected(self, ready: dict[str, Any]) -> None:
        call("digitalms_report_import_apply", "coordinator", id=ready["id"])
        with pytest.raises(tk.ValidationError):
            call("digitalms_report_import_update", "coordinator", id=ready["id"], title="x")

    def test_done_measures_are_at_100_percent(self) -> None:
        text = "Stand: 1.2.2019\n\nMaßnahme\tPlan / Ist\nKonto\tUmgesetzt: Das Projekt ist abgeschlossen.\n"
        draft = call("digitalms_report_import_create", "coordinator", upload=upload(text))
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        assert [(m["status"], m["progress_percent"]) for m in measures()] == [("done", 100)]


class TestRealReport:
    def test_seven_measures_eleven_references(self, real_report: bytes) -> None:
        draft = call("digitalms_report_import_create", "coordinator", upload=upload(real_report))
        call("digitalms_report_import_update", "coordinator", id=draft["id"], organisation="citeq")
        call("digitalms_report_import_apply", "coordinator", id=draft["id"])
        shown = measures()
        assert len(shown) == 7
        assert len({r["reference"] for m in shown for r in m["council_references"]}) == 11
        assert {m["as_of"] for m in shown} == {"2019-03-14"}


ACTIONS = ["create", "list", "show", "update", "apply"]


class TestRights:
    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor", "other_editor"])
    def test_only_coordinators(
        self, draft: dict[str, Any], personas: dict[str, str], action: str, persona: str
    ) -> None:
        with pytest.raises(tk.NotAuthorized):
            call(
                f"digitalms_report_import_{action}", personas[persona], id=draft["id"], upload=upload(REPORT)
            )

    @pytest.mark.parametrize("persona", ["coordinator", "sysadmin"])
    def test_coordinators_list_drafts(
        self, draft: dict[str, Any], personas: dict[str, str], persona: str
    ) -> None:
        listed = call("digitalms_report_import_list", personas[persona])
        assert listed["count"] == 1
        assert listed["results"][0]["measure_count"] == 2

    @pytest.mark.parametrize("page", [{"limit": 5000}, {"limit": "x"}, {"offset": -1}])
    def test_pages_are_checked(self, page: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            call("digitalms_report_import_list", "coordinator", **page)
