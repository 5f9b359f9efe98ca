"""Handing in a table: by action, by page and by command; the same harvester does the work."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.cli.cli import ckan as ckan_command
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.validation.findings import MAX_FINDINGS

pytestmark = pytest.mark.usefixtures("catalogue")

HEADER = "Kennung;Stand;Status;Fortschritt in Prozent;Sachstand;Quelle\n"
GOOD = HEADER + "dms;31.12.2019;in_progress;45,5;Übergabe läuft;Bericht\n"
BAD = HEADER + "dms;31.12.2019;läuft;145;<script>alert(1)</script>;\nmobilfunk;31.12.2019;;1;;\n"


NONSENSE: list[dict[str, Any]] = [
    {},
    {"content": 7},
    {"upload": "kein Upload"},
    {"content": GOOD, "delimiter": "^"},
    {"content": GOOD, "encoding": ["x"]},
    {"content": GOOD, "kind": "massnahmen"},
    {"content": GOOD, "organisation": "gibt-es-nicht"},
    {"content": GOOD, "organisation": "a\0b"},
    {"content": GOOD, "dry_run": "vielleicht"},
    {"content": GOOD, "filename": "a\0b.csv"},
]


@pytest.fixture
def measures(make_measure: Callable[..., dict[str, Any]]) -> None:
    make_measure()
    other = factories.Organization(name="stadtnetze")
    make_measure(name="mobilfunk", title="Mobilfunk", owner_org=other["id"])


def statements() -> int:
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(StatementRow)))


def deliver(user: str, **data: Any) -> dict[str, Any]:
    answer: dict[str, Any] = tk.get_action("digitalms_delivery_create")({"user": user}, data)
    return answer


class TestAction:
    def test_an_editor_delivers_for_the_office(self, measures: Any, personas: dict[str, str]) -> None:
        before = statements()
        delivery = deliver(personas["editor"], content=GOOD, filename="stand.csv", organisation="citeq")
        assert (delivery["state"], delivery["report"]["rows"], statements()) == ("accepted", 1, before + 1)
        again = deliver(personas["editor"], content=GOOD, filename="anders.csv", organisation="citeq")
        assert (again["state"], again["report"]["unchanged"], statements()) == ("unchanged", 1, before + 1)

    def test_what_is_new_comes_from_the_delivery_when_no_source_is_named(
        self, measures: Any, personas: dict[str, str]
    ) -> None:
        deliver(personas["coordinator"], content="Kennung;Stand\ndms;31.12.2019\n", filename="stand.csv")
        assert call_action("digitalms_measure_show", id="dms")["statement_source"] == "stand.csv"

    def test_a_trial_changes_nothing_and_is_taken_over_later(
        self, measures: Any, personas: dict[str, str]
    ) -> None:
        before = statements()
        tried = deliver(personas["editor"], content=GOOD, organisation="citeq", dry_run=True)
        assert (tried["state"], len(tried["report"]["changes"]), statements()) == ("received", 1, before)
        taken = deliver(personas["editor"], delivery_id=tried["id"])
        assert (taken["id"], taken["state"], statements()) == (tried["id"], "accepted", before + 1)
        with pytest.raises(tk.ValidationError, match="delivery_id"):
            deliver(personas["editor"], delivery_id=tried["id"])

    def test_a_refused_table_says_why_in_words(self, measures: Any, personas: dict[str, str]) -> None:
        before = statements()
        delivery = deliver(personas["editor"], content=BAD, organisation="citeq")
        assert (delivery["state"], statements()) == ("refused", before)
        found = {(f["cause"], f["row"], f["field"]) for f in delivery["report"]["findings"]}
        assert found == {
            ("constraint-enum", 2, "status"),
            ("constraint-maximum", 2, "progress_percent"),
            ("foreign-measure", 3, "measure_id"),
        }
        assert all(f["message"] and f["remedy"] for f in delivery["report"]["findings"])

    def test_a_refused_table_is_read_in_another_way(self, measures: Any, personas: dict[str, str]) -> None:
        """The same file, without its total; what others delivered stays theirs."""
        content, before = f"{GOOD};;;Summe;45,5;\n", statements()
        refused = deliver(personas["editor"], content=content, organisation="citeq")
        assert (refused["state"], refused["report"]["surplus"][0]["kind"]) == ("refused", "totals")
        asked = {"delivery_id": refused["id"], "leave_out": "totals", "dry_run": True}
        for persona in ("stranger", "other_editor"):
            with pytest.raises(tk.NotAuthorized):
                deliver(personas[persona], **asked)
        again = deliver(personas["editor"], **asked)
        assert (again["state"], again["dialect"]["leave_out"], statements()) == ("received", "totals", before)
        taken = deliver(personas["editor"], delivery_id=refused["id"])
        assert (taken["state"], statements()) == ("accepted", before + 1)
        with pytest.raises(tk.ValidationError, match="finished already"):
            deliver(personas["editor"], **asked)

    def test_it_is_taken_over_as_it_was_looked_at(
        self, measures: Any, personas: dict[str, str], app: Any
    ) -> None:
        """Where somebody has had it read otherwise since, there is another report to look at."""
        content, before = f"{GOOD};;;Summe;45,5;\n", statements()
        asked = {"organisation": "citeq", "leave_out": "totals", "dry_run": True}
        tried = deliver(personas["editor"], content=content, **asked)
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        page = f"/digitalisierung/datenqualitaet/bericht/{tried['id']}"
        form = BeautifulSoup(app.get(page, headers=headers).body, "lxml").select_one(
            "form[action$=uebernehmen]"
        )
        assert form is not None
        seen = str(form.select_one("[name=seen]")["value"])  # type: ignore[index]
        assert seen == tried["mark"]
        other = {"delivery_id": tried["id"], "header": "1", "leave_out": "totals", "dry_run": True}
        again = deliver(personas["editor"], **other)
        assert (again["state"], again["mark"] != seen) == ("received", True)
        with pytest.raises(tk.ValidationError) as refused:
            deliver(personas["coordinator"], delivery_id=tried["id"], seen=seen)
        assert list(refused.value.error_dict) == ["seen"]
        answer = app.post(f"{page}/uebernehmen", data={"seen": seen}, headers=headers, follow_redirects=False)
        assert (answer.status_code, statements()) == (302, before)
        taken = deliver(personas["coordinator"], delivery_id=tried["id"], seen=again["mark"])
        assert (taken["state"], statements()) == ("accepted", before + 1)

    def test_what_is_finished_is_said_in_words(
        self, measures: Any, personas: dict[str, str], app: Any
    ) -> None:
        """With the moment of the city's clock, and what became of it."""
        taken = deliver(personas["editor"], content=GOOD, organisation="citeq")
        delivery = model.Session.get(Delivery, taken["id"])
        delivery.received_at = datetime(2019, 12, 31, 23, 12, tzinfo=UTC)
        model.repo.commit()
        with (
            app.flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": "de"}),
            pytest.raises(tk.ValidationError) as refused,
        ):
            deliver(personas["editor"], delivery_id=taken["id"])
        [sentence] = refused.value.error_dict["delivery_id"]
        moment = "1. Januar 2020, 00:12"
        assert sentence.startswith(f"Die Lieferung vom {moment} ist schon abgeschlossen (übernommen)")

    def test_others_may_not(self, measures: Any, personas: dict[str, str], subtests: pytest.Subtests) -> None:
        for persona in ("anonymous", "stranger", "other_editor"):
            with subtests.test(persona=persona), pytest.raises(tk.NotAuthorized):
                deliver(personas[persona], content=GOOD, organisation="citeq")

    def test_an_editor_needs_an_organisation(self, measures: Any, personas: dict[str, str]) -> None:
        with pytest.raises(tk.NotAuthorized):
            deliver(personas["editor"], content=GOOD)

    def test_nonsense_is_refused_with_a_sentence(
        self, measures: Any, personas: dict[str, str], subtests: pytest.Subtests
    ) -> None:
        for data in NONSENSE:
            with subtests.test(data=data), pytest.raises(tk.ValidationError):
                deliver(personas["coordinator"], **data)

    def test_what_is_not_there(
        self, measures: Any, personas: dict[str, str], subtests: pytest.Subtests
    ) -> None:
        for name in ("delivery_id", "source_id"):
            for value in ("gibt-es-nicht", "a\0b", {"x": 1}, ["a"], 7):
                with subtests.test(name=name, value=value), pytest.raises(tk.ObjectNotFound):
                    deliver(personas["coordinator"], **{name: value})

    def test_odd_names_are_kept_as_text(
        self, measures: Any, personas: dict[str, str], subtests: pytest.Subtests
    ) -> None:
        for name in ("<script>.csv", "😀" * 300, "../../etc/passwd", ""):
            with subtests.test(name=name):
                delivery = deliver(personas["coordinator"], content=GOOD, filename=name, dry_run=True)
                assert delivery["state"] == "received"
                assert len(delivery["filename"]) <= 200

    def test_show_and_list_give_only_what_one_may_see(self, measures: Any, personas: dict[str, str]) -> None:
        ours = deliver(personas["editor"], content=GOOD, organisation="citeq")
        deliver(personas["coordinator"], content=BAD)
        counts = {}
        for persona in ("editor", "other_editor", "coordinator", "sysadmin", "stranger"):
            listed = tk.get_action("digitalms_delivery_list")({"user": personas[persona]}, {})
            counts[persona] = (listed["count"], len(listed["results"]))
        assert counts == {
            "editor": (1, 1),
            "other_editor": (0, 0),
            "coordinator": (2, 2),
            "sysadmin": (2, 2),
            "stranger": (0, 0),
        }
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("digitalms_delivery_show")({"user": personas["other_editor"]}, {"id": ours["id"]})

    def test_a_list_of_nothing(self, personas: dict[str, str]) -> None:
        context = {"user": personas["coordinator"]}
        listed = tk.get_action("digitalms_delivery_list")(context, {"source_id": "gibt-es-nicht"})
        assert listed == {"count": 0, "results": []}
        with pytest.raises(tk.ValidationError, match="source_id"):
            tk.get_action("digitalms_delivery_list")(context, {"source_id": ["x"]})

    def test_a_file_over_the_limit_is_named(
        self, measures: Any, personas: dict[str, str], ckan_config: dict[str, Any]
    ) -> None:
        ckan_config["ckanext.digitalms.upload.max_mb"] = 1
        with pytest.raises(tk.ValidationError, match="larger than 1 MB"):
            deliver(personas["coordinator"], content="x" * 1_500_000)
        assert model.Session.query(Delivery).count() == 0


def page(app: Any, user: str, url: str, **kwargs: Any) -> Any:
    return app.get(url, extra_environ={"REMOTE_USER": user} if user else {}, **kwargs)


@pytest.fixture
def signed_in(app: Any, measures: Any, personas: dict[str, str]) -> Callable[[str], dict[str, str]]:
    """Return the header with which a persona asks."""

    def headers(persona: str) -> dict[str, str]:
        if persona == "anonymous":
            return {}
        context = {"ignore_auth": True, "user": personas[persona]}
        token = tk.get_action("api_token_create")(context, {"user": personas[persona], "name": "test"})[
            "token"
        ]
        return {"Authorization": token}

    return headers


class TestPages:
    def test_everybody_sees_the_sources(self, app: Any, measures: Any) -> None:
        answer = app.get("/digitalisierung/datenqualitaet/")
        assert answer.status_code == 200
        assert BeautifulSoup(answer.text, "lxml").h1.text

    def test_who_may_adds_a_source(self, app: Any, signed_in: Any) -> None:
        """The link leads to the form; nobody else sees it."""
        page = "/digitalisierung/datenqualitaet/"
        for persona in ("editor", "coordinator"):
            link = BeautifulSoup(app.get(page, headers=signed_in(persona)).text, "lxml").find(
                "a", string="Quelle anlegen"
            )
            assert link is not None, persona
            assert app.get(link["href"], headers=signed_in(persona)).status_code == 200
        assert "Quelle anlegen" not in app.get(page).text

    def test_the_api_takes_a_file(self, app: Any, signed_in: Any) -> None:
        data = {"organisation": "citeq", "upload": (io.BytesIO(GOOD.encode("cp1252")), "stand.csv")}
        answer = app.post("/api/action/digitalms_delivery_create", data=data, headers=signed_in("editor"))
        assert (answer.json["result"]["state"], answer.json["result"]["filename"]) == (
            "accepted",
            "stand.csv",
        )
        asked = {"id": answer.json["result"]["id"]}
        shown = app.get(
            "/api/action/digitalms_delivery_show", query_string=asked, headers=signed_in("editor")
        )
        assert shown.json["result"]["report"]["dialect"]["encoding"] == "cp1252"

    def test_upload_look_and_take_over(self, app: Any, signed_in: Any) -> None:
        headers = signed_in("editor")
        form = app.get("/digitalisierung/datenqualitaet/hochladen", headers=headers)
        assert [o["value"] for o in BeautifulSoup(form.text, "lxml").select("#dm-organisation option")] == [
            "citeq"
        ]
        before = statements()
        data = {"organisation": "citeq", "upload": (io.BytesIO(GOOD.encode("cp1252")), "stand.csv")}
        sent = app.post(
            "/digitalisierung/datenqualitaet/hochladen", data=data, headers=headers, follow_redirects=False
        )
        address = sent.headers["location"]
        preview = BeautifulSoup(app.get(address, headers=headers).text, "lxml")
        assert "45,5" in preview.select_one("#dm-changes").find_parent("section").text
        assert statements() == before
        taken = app.post(preview.select_one("form.dm-card")["action"], headers=headers)
        assert taken.status_code == 200
        assert statements() == before + 1

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_table_to_fill_in_comes_back_unchanged(self, app: Any, signed_in: Any, ending: str) -> None:
        headers = signed_in("coordinator")
        deliver("coordinator", content=GOOD.replace("Übergabe läuft", "=Übergabe; läuft\nweiter"))
        table = app.get(f"/digitalisierung/datenqualitaet/vorlage.{ending}").get_data()
        before = statements()
        data = {"upload": (io.BytesIO(table), f"fortschritt.{ending}")}
        address = "/digitalisierung/datenqualitaet/hochladen"
        sent = app.post(address, data=data, headers=headers, follow_redirects=False).headers["location"]
        report = call_action("digitalms_delivery_show", id=sent.rsplit("/", 1)[1])["report"]
        assert (report["errors"], report["warnings"], report["changes"], report["rows"]) == (0, 0, [], 2)
        app.post(f"{sent}/uebernehmen", headers=headers)
        assert statements() == before
        if ending == "csv":  # who fills in and leaves the day is told that it corrects
            changed = table.replace(b"in Vorbereitung", b"in Arbeit", 1)
            data = {"upload": (io.BytesIO(changed), "fortschritt.csv")}
            assert "Eine Zeile berichtigt den Stand ihres Tages" in app.post(
                address, data=data, headers=headers
            ).get_data(as_text=True)

    def test_the_table_to_fill_in_for_nonsense(
        self, app: Any, measures: Any, subtests: pytest.Subtests
    ) -> None:
        for value in ("gibt-es-nicht", "a%00b", "%F0%9F%98%80", "<script>"):
            with subtests.test(value=value):
                for ending in ("csv", "xlsx"):
                    address = f"/digitalisierung/datenqualitaet/vorlage.{ending}?organisation={value}"
                    assert app.get(address).status_code == 200

    def test_a_report_shows_every_finding(self, app: Any, signed_in: Any) -> None:
        headers = signed_in("coordinator")
        data = {"upload": (io.BytesIO(BAD.encode()), "schlecht.csv")}
        sent = app.post(
            "/digitalisierung/datenqualitaet/hochladen", data=data, headers=headers, follow_redirects=False
        )
        answer = app.get(sent.headers["location"], headers=headers)
        soup = BeautifulSoup(answer.text, "lxml")
        assert "<script>alert(1)" not in answer.text
        rows = [
            [cell.text.strip() for cell in row.select("td")][:3]
            for row in soup.select("section.dm-card tbody tr")
        ]
        assert ["2", "status", "läuft"] in rows
        assert ["2", "progress_percent", "145"] in rows
        assert all(table.caption for table in soup.select("table"))
        link = soup.find("a", href=re.compile(r"befunde\.csv"))["href"]
        table = list(
            csv.reader(io.StringIO(app.get(link, headers=headers).text.lstrip("\ufeff")), delimiter=";")
        )
        assert len(table) == 3

    def test_reading_a_file_in_another_way(self, app: Any, signed_in: Any) -> None:
        """Ticked rows are left out, and stay ticked; a wrong word keeps what was typed."""
        headers = signed_in("editor")
        content = f"{GOOD};;;Summe;45,5;\n".encode()
        data = {"organisation": "citeq", "upload": (io.BytesIO(content), "stand.csv")}
        sent = app.post(
            "/digitalisierung/datenqualitaet/hochladen", data=data, headers=headers, follow_redirects=False
        ).headers["location"]
        form = BeautifulSoup(app.get(sent, headers=headers).text, "lxml").select_one(
            "form[action$=anders-lesen]"
        )
        assert "Zeile 3 scheint eine Summe zu sein" in form.text
        before = statements()
        data = {"leave_out": "totals", "delimiter": ";"}
        seen = BeautifulSoup(app.post(form["action"], data=data, headers=headers).text, "lxml")
        assert seen.select_one("#dm-surplus-totals")["checked"] == ""
        assert seen.select_one("#dm-delimiter option[selected]")["value"] == ";"
        assert "Eine Zeile ändert etwas" in seen.text
        assert statements() == before
        wrong = app.post(form["action"], data={"header": "<oben>", "missing": "k. A."}, headers=headers)
        soup = BeautifulSoup(wrong.text, "lxml")
        assert soup.select_one("[name=header]")["value"] == "<oben>"
        assert soup.select_one("[name=missing]")["value"] == "k. A."
        assert "ist kein" in soup.select_one("form[action$=anders-lesen]").text

    def test_nothing_chosen_keeps_what_was_typed(self, app: Any, signed_in: Any) -> None:
        data = {"organisation": "citeq", "delimiter": ";"}
        answer = app.post(
            "/digitalisierung/datenqualitaet/hochladen", data=data, headers=signed_in("coordinator")
        )
        soup = BeautifulSoup(answer.text, "lxml")
        assert soup.select_one("[role=alert]")
        assert soup.select_one("#dm-delimiter option[selected]")["value"] == ";"
        assert soup.select_one("#dm-organisation option[selected]")["value"] == "citeq"

    @pytest.mark.parametrize("path", ["bericht/gibt-es-nicht", "bericht/gibt-es-nicht/befunde.csv"])
    def test_a_report_that_is_not_there(self, app: Any, signed_in: Any, path: str) -> None:
        answer = app.get(
            f"/digitalisierung/datenqualitaet/{path}", headers=signed_in("coordinator"), status=404
        )
        assert answer.status_code == 404

    def test_an_address_with_a_nul(self, app: Any, signed_in: Any) -> None:
        answer = app.get("/digitalisierung/datenqualitaet/bericht/%00", headers=signed_in("coordinator"))
        assert answer.status_code in {400, 404}

    def test_a_stranger_sees_no_report(self, app: Any, signed_in: Any, personas: dict[str, str]) -> None:
        delivery = deliver(personas["coordinator"], content=GOOD)
        address = f"/digitalisierung/datenqualitaet/bericht/{delivery['id']}"
        assert app.get(address, headers=signed_in("stranger"), status=403).status_code == 403
        assert "login" in app.get(address, follow_redirects=False).headers["location"]


class TestCommand:
    def run(self, cli: Any, *arguments: str) -> Any:
        return cli.invoke(ckan_command, ["digitalms", "harvest", "progress", *arguments])

    def test_takes_over_and_says_so(self, cli: Any, measures: Any, tmp_path: Path) -> None:
        file = tmp_path / "stand.csv"
        file.write_bytes(GOOD.encode("cp1252"))
        before = statements()
        done = self.run(
            cli, str(file), "--organisation", "citeq", "--delimiter", "semicolon", "--decimal-char", "comma"
        )
        assert done.exit_code == 0, done.output
        assert statements() == before + 1

    def test_refuses_with_code_1(self, cli: Any, measures: Any, tmp_path: Path) -> None:
        file = tmp_path / "stand.csv"
        file.write_text(BAD)
        before = statements()
        refused = self.run(cli, str(file), "--organisation", "citeq")
        assert refused.exit_code == 1
        assert "läuft" in refused.output
        assert "Nichts wurde übernommen" in refused.output
        assert "progress_percent" in refused.output
        assert statements() == before

    @pytest.mark.parametrize("arguments", [["gibt/es/nicht.csv"], ["http://10.0.0.1/x.csv"], ["ftp://a/b"]])
    def test_says_what_it_cannot_read(self, cli: Any, measures: Any, arguments: list[str]) -> None:
        refused = self.run(cli, *arguments)
        assert refused.exit_code == 1
        assert "Traceback" not in refused.output

    def test_a_wrong_option(self, cli: Any, measures: Any, tmp_path: Path) -> None:
        file = tmp_path / "stand.csv"
        file.write_text(GOOD)
        assert self.run(cli, str(file), "--delimiter", "^").exit_code == 1


def test_the_report_is_plain_json(measures: Any, personas: dict[str, str]) -> None:
    delivery = deliver(personas["coordinator"], content=BAD)
    assert json.loads(json.dumps(delivery)) == delivery


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/api/action/digitalms_delivery_create", MAX_FINDINGS + 1_000),
        *(
            pytest.param(address, count, marks=pytest.mark.thorough)
            for address, count in (
                ("/digitalisierung/datenqualitaet/hochladen", MAX_FINDINGS + 1_000),
                ("/api/action/digitalms_delivery_create", 51_000),
            )
        ),
    ],
)
def test_where_every_row_is_wrong(measures: None, sender: Any, address: str, count: int) -> None:
    """Page and API answer soon, with a list that ends and says so; both take the same way."""
    rows = "".join(f"nirgends-{n};2019-12-31;fertig;145;;\n" for n in range(count))
    upload = (io.BytesIO((HEADER + rows).encode()), "fortschritt.csv")
    begun = time.process_time()
    code, answer = sender(address)(upload=upload, dry_run="true", kind="progress")
    assert code in {200, 302, 303}
    assert time.process_time() - begun < 40
    if not address.startswith("/api"):
        return
    report = answer["result"]["report"]
    assert answer["result"]["state"] == "refused"
    assert (len(report["findings"]), report["findings_count"]) == (100, MAX_FINDINGS + 1)
    assert report["summary"]["too-many-findings"] == 1
    end = {"id": answer["result"]["id"], "limit": 1000, "offset": MAX_FINDINGS}
    [last] = call_action("digitalms_delivery_show", **end)["report"]["findings"]
    assert last["cause"] == "too-many-findings"
    assert len(json.dumps(answer)) < 100_000
