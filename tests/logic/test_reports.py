"""Reports that go out, through their actions and pages: made, edited, looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]
ORDER = ["strategie", "serviceportal", "dms", "open-data", "breitband", "wlan", "mobilfunk"]


@pytest.fixture
def act(personas: dict[str, str]) -> Act:
    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        return tk.get_action(f"digitalms_report_{action}")({"user": personas[persona]}, told)

    return call


@pytest.fixture
def client(app: Any, personas: dict[str, str]) -> Any:
    """A browser of the coordinator."""
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

    class Client:
        def get(self, path: str, **more: Any) -> Any:
            return app.get(f"/digitalisierung/berichte{path}", headers=headers, **more)

        def post(self, path: str, **data: Any) -> Any:
            return app.post(
                f"/digitalisierung/berichte{path}", data=data, headers=headers, follow_redirects=False
            )

    return Client()


class TestCreate:
    """A report begins."""

    def test_of_2019(self, act: Act) -> None:
        told = act("create", title="Bericht 2019", as_of="2019-03-14", number="V/0123/2019")
        assert told["name"] == "bericht-2019"
        assert told["state"] == "draft"
        report = told["report"]
        assert [one["measure_id"] for one in report["measures"]] == ORDER
        assert report["head"]["kind"] == "Berichtsvorlage"
        assert report["changes"] == []
        assert report["columns"][0] == "Maßnahmen und Vision 2022"
        dms = report["measures"][2]
        assert dms["status_label"] == "in Vorbereitung"
        assert {one["label"] for one in dms["steps"]} == {"In Arbeit", "In Vorbereitung", "Ausstehend"}
        assert dms["papers"][0]["reference"] == "V/0954/2018"

    def test_each_paper_is_cited_once(self, act: Act) -> None:
        """“V/0989/2017/1” and “V/0989/2017/1. Erg.” are one: eleven papers, as in the report of 2019."""
        report = act("create", title="Bericht 2019", as_of="2019-03-14")["report"]
        keys = [paper["key"] for paper in report["papers"]]
        assert len(keys) == len(set(keys)) == 11
        cited = {paper["reference"]: paper["decided"] for paper in report["papers"]}
        assert cited["V/0989/2017/1. Erg."].startswith("Rat 14.03.2018")

    def test_an_outlook_that_nobody_wrote_is_no_part(self, act: Act) -> None:
        act("create", title="Bericht 2019", as_of="2019-03-14")
        for text, expected in (("", False), ("Es geht weiter.", True)):
            told = act("update", id="bericht-2019", outlook=text)
            assert ("outlook" in [one["kind"] for one in told["report"]["sections"]]) is expected

    def test_with_a_report_before(self, act: Act) -> None:
        act("create", title="Bericht 2019", as_of="2019-03-14")
        told = act("create", title="Bericht 2020", as_of="2020-03-14", previous="bericht-2019")
        assert told["report"]["previous"] == {
            "as_of": "2019-03-14",
            "name": "bericht-2019",
            "title": "Bericht 2019",
        }
        assert told["report"]["changes"][0]["kind"] == "summary"
        assert told["report"]["changes"][0]["text"].startswith("Seit dem letzten Bericht")

    def test_types(self, act: Act) -> None:
        interim = act("create", title="Zwischen", type="interim", as_of="2019-03-14", previous="2019-03-13")
        assert {len(one["changes"]) > 0 for one in interim["report"]["measures"]} <= {True}
        funder = act("create", title="Förderung", type="funder", measures=["dms", "wlan"])
        assert [one["measure_id"] for one in funder["report"]["measures"]] == ["dms", "wlan"]
        assert all(one["steps"] == [] for one in funder["report"]["measures"])
        assert "goals" in [one["kind"] for one in funder["report"]["sections"]]

    def test_by_filter(self, act: Act) -> None:
        told = act("create", title="Verzug", as_of="2020-01-01", status="in_preparation")
        assert {one["status"] for one in told["report"]["measures"]} == {"in_preparation"}

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("as_of", {"as_of": "2999-01-01"}),
            ("previous", {"as_of": "2019-03-14", "previous": "2019-03-14"}),
            ("previous", {"previous": "gibt-es-nicht"}),
            ("name", {"name": "Mit Leerzeichen"}),
            ("name", {"name": "neu"}),
            ("type", {"type": "keiner"}),
            ("measures", {"measures": ["gibt-es-nicht"]}),
            ("measures", {"status": "cancelled", "as_of": "2019-03-14"}),
            ("title", {"title": " "}),
        ],
    )
    def test_refused(self, act: Act, field: str, values: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            act("create", **{"title": "Bericht", **values})
        assert list(refused.value.error_dict) == [field]
        assert act("list")["count"] == 0

    def test_name_and_number_once(self, act: Act) -> None:
        act("create", title="Bericht", name="bericht", number="V/0001/2020")
        for taken in ({"name": "bericht"}, {"number": "V/0001/2020"}):
            with pytest.raises(tk.ValidationError) as refused:
                act("create", title="Anderer", **taken)
            assert set(refused.value.error_dict) == set(taken)
        assert act("create", title="Bericht")["name"] == "bericht-2"

    def test_before_all(self, act: Act) -> None:
        told = act("create", title="Leer", as_of="2001-01-01")
        assert told["report"]["measures"] == []

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
    def test_others(self, act: Act, persona: str) -> None:
        with pytest.raises(tk.NotAuthorized):
            act("create", persona, title="Bericht")


class TestUpdate:
    """Texts are edited beside what is generated."""

    def test_texts(self, act: Act) -> None:
        act("create", title="Bericht", as_of="2020-03-14", previous="2019-03-14")
        told = act(
            "update",
            id="bericht",
            introduction="Wir berichten.\n\nKurz.",
            outlook="Es geht weiter.",
            consultations=[{"day": "2020-03-21", "body": "Rat", "kind": "Bericht"}],
            texts=[{"measure_id": "dms", "remark": "Läuft.", "sentences": "Ein Satz\nNoch einer"}],
            contact="Koordination Digitalisierung",
            measures=["wlan", "dms"],
        )
        report = told["report"]
        assert [one["measure_id"] for one in report["measures"]] == ["wlan", "dms"]
        assert report["introduction"] == "Wir berichten.\n\nKurz."
        assert report["consultations"][0]["body"] == "Rat"
        assert report["measures"][1]["remark"] == "Läuft."
        assert [one["text"] for one in report["measures"][1]["changes"]] == ["Ein Satz", "Noch einer"]
        measure = tk.get_action("digitalms_measure_show")({"user": ""}, {"id": "dms"})
        assert "Läuft." not in json.dumps(measure)

    def test_generated_stays_generated(self, act: Act) -> None:
        made = act("create", title="Bericht", as_of="2020-03-14", previous="2019-03-14")
        report = made["report"]
        sentences = {
            one["measure_id"]: "\n".join(change["text"] for change in one["changes"])
            for one in report["measures"]
        }
        told = act(
            "update",
            id="bericht",
            introduction=report["introduction"],
            method=report["method"],
            summary=report["changes"][0]["text"],
            texts=[{"measure_id": key, "sentences": text} for key, text in sentences.items()],
        )
        assert told["settings"]["introduction"] is None
        assert told["settings"]["method"] is None
        assert told["settings"]["summary"] is None
        assert told["settings"]["sentences"] == {}

    def test_two_people(self, act: Act) -> None:
        made = act("create", title="Bericht")
        act("update", id="bericht", seen=made["revision"], outlook="eins")
        with pytest.raises(tk.ValidationError) as refused:
            act("update", id="bericht", seen=made["revision"], outlook="zwei")
        assert list(refused.value.error_dict) == ["seen"]
        assert act("show", id="bericht")["report"]["outlook"] == "eins"

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
    def test_others(self, act: Act, persona: str) -> None:
        act("create", title="Bericht")
        with pytest.raises(tk.NotAuthorized):
            act("update", persona, id="bericht", outlook="x")


class TestShow:
    """A draft is its makers'."""

    def test_draft(self, act: Act) -> None:
        act("create", title="Bericht")
        assert act("show", id="bericht")["shown"] is None
        for persona in ("anonymous", "stranger", "editor"):
            with pytest.raises(tk.ObjectNotFound):
                act("show", persona, id="bericht")
            assert act("list", persona)["count"] == 0
        assert act("list")["count"] == 1

    @pytest.mark.parametrize("name", ["", "gibt-es-nicht", "../x", "A" * 300, "ein\u202ename"])
    def test_no_such(self, act: Act, name: str) -> None:
        with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
            act("show", id=name)


class TestGaps:
    """Gaps come first."""

    def test_mended_or_left(self, act: Act) -> None:
        act("create", title="Bericht", as_of="2020-01-01", previous="2019-03-14")
        found = act("gaps", id="bericht")
        kinds = {one["kind"] for one in found["results"]}
        assert {"overdue", "old_stand"} <= kinds
        late = next(one for one in found["results"] if one["measure_id"] == "serviceportal")
        assert late["kind"] == "overdue"
        assert "2019-12-31" in late["message"]
        act("update", id="bericht", left=[{"gap": late["key"], "reason": "wird neu geplant"}])
        after = act("gaps", id="bericht")
        assert after["open"] == found["open"] - 1
        note = act("show", id="bericht")["report"]["notes"][0]
        assert note["reason"] == "wird neu geplant"
        assert "31.12.2019" in note["text"]
        act("update", id="bericht", left=[{"gap": late["key"], "reason": ""}])
        assert act("gaps", id="bericht")["open"] == found["open"]

    def test_no_such_gap(self, act: Act) -> None:
        act("create", title="Bericht")
        with pytest.raises(tk.ValidationError):
            act("update", id="bericht", left=[{"gap": "overdue:dms:x", "reason": "x"}])

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
    def test_others(self, act: Act, persona: str) -> None:
        act("create", title="Bericht")
        with pytest.raises(tk.NotAuthorized):
            act("gaps", persona, id="bericht")


class TestCheck:
    """Each office checks its measures."""

    def test_by_its_office(self, act: Act) -> None:
        act("create", title="Bericht", as_of="2020-01-01")
        told = act("check_list", "editor", id="bericht")
        assert (told["count"], told["checked"]) == (7, 0)
        act("check", "editor", id="dms", report="bericht")
        dms = next(one for one in act("check_list", id="bericht")["results"] if one["measure_id"] == "dms")
        assert dms["is_checked"]
        assert dms["checks"][0]["role"] == "office"
        assert dms["content"]["title"] == dms["title"]
        assert act("check_list", id="bericht")["checked"] == 1
        assert act("show", id="bericht")["revision"] == 1
        statement = {"id": "dms", "as_of": "2019-12-01", "status": "in_progress"}
        tk.get_action("digitalms_statement_create")({"user": "coordinator"}, statement)
        assert act("check_list", id="bericht")["checked"] == 0

    def test_four_eyes(self, act: Act, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.report.four_eyes", True)
        act("create", title="Bericht", as_of="2020-01-01")
        act("check", "editor", id="dms", report="bericht")
        assert act("check_list", id="bericht")["checked"] == 0
        act("check", id="dms", report="bericht")
        assert act("check_list", id="bericht")["checked"] == 1

    def test_others(self, act: Act) -> None:
        act("create", title="Bericht", as_of="2020-01-01")
        for persona in ("stranger", "other_editor"):
            with pytest.raises(tk.ObjectNotFound):
                act("check_list", persona, id="bericht")
        for persona in ("anonymous", "stranger", "other_editor"):
            with pytest.raises(tk.NotAuthorized):
                act("check", persona, id="dms", report="bericht")
        with pytest.raises(tk.NotAuthorized):
            act("check_list", "anonymous", id="bericht")

    def test_whoever_keeps_none_of_it_learns_of_no_draft(self, act: Act, monkeypatch: Any) -> None:
        """Neither by words, nor by the time that making it takes."""
        act("create", title="Bericht", measures=["wlan"])
        moved = {"id": "dms", "owner_org": "anderes-amt"}
        tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, moved)
        monkeypatch.setattr("ckanext.digitalms.logic.action.report.made", None)
        for name in ("bericht", "gibt-es-nicht"):
            for action, told in (("check_list", {"id": name}), ("check", {"id": "dms", "report": name})):
                with pytest.raises(tk.ObjectNotFound) as refused:
                    act(action, "other_editor", **told)
                assert str(refused.value) == f"There is no report “{name}”."

    def test_not_told(self, act: Act) -> None:
        act("create", title="Bericht", measures=["wlan"])
        with pytest.raises(tk.ValidationError):
            act("check", id="dms", report="bericht")


class TestPages:
    """The way of a report in a browser."""

    def test_empty(self, app: Any, client: Any) -> None:
        assert "Es ist noch kein Bericht eingefroren." in app.get("/digitalisierung/berichte/").text
        assert "Neuer Bericht" not in app.get("/digitalisierung/berichte/").text
        assert "Neuer Bericht" in client.get("/").text

    def test_from_new_to_preview(self, app: Any, client: Any) -> None:
        answer = client.post("/neu", title="Bericht 2020", type="council", as_of="2020-01-01", previous="")
        assert answer.headers["Location"].endswith("/berichte/bericht-2020/luecken")
        gaps = client.get("/bericht-2020/luecken").text
        assert "So belassen, weil" in gaps
        assert re.search(
            r'href="/digitalisierungsmassnahme/serviceportal/neues\?[^"#]*#field-milestones"', gaps
        )
        form = client.get("/bericht-2020/bearbeiten").text
        assert "Beratungsfolge" in form
        page = client.get("/bericht-2020").text
        for part in ("Vorschau", 'id="massnahme-dms"', "Maßnahmen und Vision 2022", "schema.org/Report"):
            assert part in page
        assert 'href="#massnahme-dms"' in page
        assert app.get("/digitalisierung/berichte/bericht-2020").status_code == 404
        assert json.loads(client.get("/bericht-2020.json").body)["name"] == "bericht-2020"

    def test_fields_of_the_paper(self, client: Any) -> None:
        client.post("/neu", title="Bericht", type="council", as_of="2020-01-01", previous="")
        client.post("/bericht/bearbeiten", title="Bericht", decision="Der Rat beschließt.")
        page = client.get("/bericht/vorlage").text
        assert "Der Rat beschließt." in page
        assert "Finanzielle Auswirkungen" in page
        assert 'data-dm-copy="dm-decision"' in page
        assert json.loads(client.get("/bericht/vorlage.json").body)["decision"] == "Der Rat beschließt."

    def test_checks(self, client: Any) -> None:
        client.post("/neu", title="Bericht", type="council", as_of="2020-01-01", previous="")
        assert "0 von 7 Maßnahmen sind geprüft." in client.get("/bericht/pruefen").text
        client.post("/bericht/pruefen/dms")
        assert "1 von 7 Maßnahmen sind geprüft." in client.get("/bericht/pruefen").text

    def test_checks_show_what_the_report_says(self, client: Any) -> None:
        figure = {"title": "Blei", "value": "0.0004", "unit": "mg", "day": "2019-01-31"}
        dms = tk.get_action("package_show")({}, {"id": "dms"})
        told = {"progress_percent": "42.5", "indicators": [*dms["indicators"], figure]}
        told["funding_programme"] = "OZG"
        tk.get_action("package_patch")({"user": "coordinator"}, {"id": "dms", **told})
        client.post("/neu", title="Bericht", type="council", as_of=dms["as_of"], previous="")
        page = BeautifulSoup(client.get("/bericht/pruefen").body, "html.parser")
        card = page.find(id="massnahme-dms").get_text(" ").replace("\u00a0", " ")
        assert "Akten und Vorgänge liegen nur einmal vor" in card
        assert "Stellen für Entwicklung und Betrieb des DMS sind nicht alle besetzt" in card
        assert "42.5" not in card
        for text in ("42,5 %", "V/0954/2018", "Ziele", "Termine", "0,0004 mg", "OZG"):
            assert text in card

    def test_funder_in_five_clicks(self, client: Any) -> None:
        """A button, three ticks, and the button that makes it; the rest is filled in."""
        form = client.get("/neu?art=funder").text
        assert 'value="funder" selected' in form
        assert 'value="hand" id="dm-choose-hand" checked' in form
        filled = {"title": "Bericht an den Fördergeber", "type": "funder", "choose": "hand", "previous": ""}
        made = client.post("/neu", **filled, as_of="2020-01-01", measure=["dms", "wlan", "breitband"])
        assert made.headers["Location"].endswith("/berichte/bericht-an-den-foerdergeber/vorschau")
        page = client.get("/bericht-an-den-foerdergeber").text
        assert page.count("Ziele und Ergebnisse") >= 2
        assert "Ausstehend" not in page

    def test_what_was_typed_stays(self, client: Any) -> None:
        page = client.post("/neu", title="", type="funder", as_of="14.03.2999", number="V/1")
        assert page.status_code == 200
        assert "V/1" in page.text
        client.post("/neu", title="Bericht", type="council", as_of="2020-01-01", previous="")
        told = {"seen": "7", "title": "Bericht", "outlook": "Das soll bleiben."}
        page = client.post("/bericht/bearbeiten", **told)
        assert "Das soll bleiben." in page.text
        assert "Jemand anderes hat diesen Bericht" in page.text

    def test_order_by_buttons(self, client: Any, act: Act) -> None:
        client.post("/neu", title="Bericht", type="council", as_of="2020-01-01", previous="")
        client.post("/bericht/bearbeiten", title="Bericht", do="up:dms")
        keys = [one["measure_id"] for one in act("show", id="bericht")["report"]["measures"]]
        assert keys[:3] == ["strategie", "dms", "serviceportal"]
        client.post("/bericht/bearbeiten", title="Bericht", wlan__place="1", left_out="breitband")
        keys = [one["measure_id"] for one in act("show", id="bericht")["report"]["measures"]]
        assert keys[0] == "wlan"
        assert "breitband" not in keys
