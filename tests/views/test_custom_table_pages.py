"""The pages of a table of one's own, as text."""

from __future__ import annotations

import io
import json
import re
from base64 import b64decode
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from frictionless import Report

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NEW = "/digitalisierung/daten/neu"
TABLE = "AGS;Ort;Anteil\r\n05515000;Münster;96,51\r\n05558012;Coesfeld;88,4\r\n".encode("cp1252")
BAD = b"AGS;Anteil\r\n05515000;viel\r\n"
SCHEMA = (
    b'{"fields": [{"name": "ags", "title": "AGS"}, {"name": "anteil", "title": "Anteil", "type": "number"}]}'
)


@pytest.fixture
def releases_at(tmp_path, ckan_config, monkeypatch):
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))


@pytest.fixture
def as_user(personas, app):
    """Send a request as somebody: ``as_user("editor").post(...)``."""

    class Client:
        def __init__(self, persona: str) -> None:
            self.headers = {"Authorization": factories.APIToken(user=personas[persona])["token"]}

        def get(self, path: str, **more: Any) -> Any:
            return app.get(path, headers=self.headers, follow_redirects=False, **more)

        def post(self, path: str, **data: Any) -> Any:
            files = {k: (io.BytesIO(v), f"{k}.csv") if isinstance(v, bytes) else v for k, v in data.items()}
            kind = "multipart/form-data"
            return app.post(path, data=files, headers=self.headers, follow_redirects=False, content_type=kind)

        def upload(self, **data: Any) -> str:
            answer = self.post(NEW, **{"organisation": "citeq", **data})
            assert answer.status_code == 302, answer.body
            return answer.headers["Location"].split("ckan.net")[-1]

    return Client


def fields(body: str) -> dict[str, str]:
    """What a browser would send of the form on a page."""
    form = BeautifulSoup(body, "html.parser").find("form", class_="dm-form-wide")
    told = {}
    for tag in form.find_all(["input", "textarea", "select"]):
        if tag.name == "select":
            chosen = tag.find("option", selected=True) or tag.find("option")
            told[tag["name"]] = chosen["value"]
        elif tag.name == "textarea":
            told[tag["name"]] = tag.text
        elif tag.get("type") not in {"file", "hidden"} and (
            tag.get("type") != "checkbox" or tag.has_attr("checked")
        ):
            told[tag["name"]] = tag.get("value", "")
    return told


def workbook() -> bytes:
    """Return a workbook with a cover, a column that nobody sees, and another sheet."""
    book = openpyxl.Workbook()
    cover, table, other = book.active, book.create_sheet("Schulen"), book.create_sheet("Legende")
    cover.title = "Deckblatt"
    table.append(["Schule", "Telefon privat", "Plätze"])
    table.append(["Gymnasium", "0251 123", 800])
    table.column_dimensions["B"].hidden = True
    other.append(["Zeichen"])
    other.append(["x"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.usefixtures("releases_at")
class TestWorkbook:
    def test_what_is_hidden_is_said_and_can_be_taken_in(self, as_user, app):
        """The first sheet with cells, without the hidden column, until somebody decides otherwise."""
        editor = as_user("editor")
        page = editor.upload(upload=workbook())
        body = editor.get(page).body
        assert "Verborgene Spalten wurden ausgelassen: B (Telefon privat)." in body
        assert "Nur das Blatt „Schulen“ wurde gelesen, nicht Legende." in body
        assert "0251" not in body
        told = fields(body)
        assert [told[f"columns__{place}__name"] for place in (0, 1)] == ["schule", "plaetze"]
        editor.post(page, **{**told, "hidden": "taken_in"})
        taken = editor.get(page).body
        assert "Verborgene Spalten wurden mitgelesen: B (Telefon privat)." in taken
        assert fields(taken)["columns__1__name"] == "telefon_privat"
        editor.post(page, **{**fields(taken), "hidden": "auto"})
        again = fields(editor.get(page).body)
        assert again["columns__1__name"] == "plaetze"
        editor.post(page, **{**again, "sheet": "Legende"})
        assert fields(editor.get(page).body)["columns__0__name"] == "zeichen"
        editor.post(page, **{**fields(editor.get(page).body), "sheet": "Schulen"})
        editor.post(page, **{**fields(editor.get(page).body), "title": "Schulen", "action": "publish"})
        assert app.get("/digitalisierung/daten/datensatz/schulen.csv").body.split() == [
            "schule,plaetze",
            "Gymnasium,800",
        ]

    def test_a_sheet_that_is_not_there(self, as_user):
        """It is told which there are; nothing is lost."""
        editor = as_user("editor")
        page = editor.upload(upload=workbook(), sheet="Tabelle1")
        body = editor.get(page).body
        assert "kein Blatt „Tabelle1“. Sie hat: Deckblatt, Schulen, Legende." in body
        editor.post(page, **{**fields(body), "sheet": "schulen"})
        assert fields(editor.get(page).body)["columns__0__name"] == "schule"


EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.usefixtures("releases_at")
class TestOtherPortals:
    """What other portals ask is folded; what is left empty is said by the organisation."""

    @pytest.fixture
    def office_says(self, personas):
        said = {"theme": f"{EU}data-theme/ENVI", "frequency": f"{EU}frequency/MONTHLY"}
        extras = [{"key": key, "value": value} for key, value in said.items()]
        call_action("organization_patch", id="citeq", extras=extras)

    def test_nothing_has_to_be_said(self, as_user, app, office_says):
        """The form shows what the organisation says, and that counts for what is published."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        soup = BeautifulSoup(editor.get(page).body, "html.parser")
        assert not soup.select_one("#dm-portals").has_attr("open")
        assert "Die Organisation sagt: Umwelt" in soup.select_one("#dm-theme").get_text()
        first = soup.select_one("#dm-frequency option")
        assert (first["value"], first.text) == ("", "wie die Organisation: monatlich")
        editor.post(page, **{**fields(editor.get(page).body), "title": "Anteile", "action": "publish"})
        told = call_action("package_show", id="anteile")
        assert not told.get("theme")
        feed = app.get("/dataset/anteile.ttl").body
        assert f"{EU}data-theme/ENVI" in feed
        assert f"{EU}frequency/MONTHLY" in feed

    def test_what_is_said(self, as_user, app, office_says):
        """Comes before the organisation, stays in the next version, and can be taken back."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        said = {
            "theme": [f"{EU}data-theme/TRAN", f"{EU}data-theme/REGI"],
            "temporal_start": "01.01.2019",
            "availability": f"{EU}planned-availability/TEMPORARY",
        }
        typed = {**fields(editor.get(page).body), "title": "Anteile", **said}
        editor.post(page, **{**typed, "action": "publish"})
        told = call_action("package_show", id="anteile")
        assert (told["theme"], told["temporal_start"]) == (said["theme"], "2019-01-01")
        assert f"{EU}planned-availability/TEMPORARY" in app.get("/dataset/anteile.ttl").body
        again = editor.upload(upload=TABLE, dataset="anteile")
        soup = BeautifulSoup(editor.get(again).body, "html.parser")
        assert [one["value"] for one in soup.select("#dm-theme input[checked]")] == sorted(said["theme"])
        editor.post(again, **{**fields(editor.get(again).body), "theme": "", "action": "publish"})
        assert not call_action("package_show", id="anteile").get("theme")

    def test_nonsense(self, as_user):
        """Is told at its field, which is open then; nothing typed is lost."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        wrong = {"political_level": "Dorf", "temporal_end": "irgendwann", "model_dataset": "baumkataster"}
        answer = editor.post(page, **{**fields(editor.get(page).body), **wrong})
        soup = BeautifulSoup(answer.body, "html.parser")
        assert soup.select_one("#dm-portals").has_attr("open")
        for name, value in wrong.items():
            assert soup.select_one(f"#dm-{name}-error"), name
            chosen = soup.select_one(f"#dm-{name} option[selected]") or soup.select_one(f"#dm-{name}")
            assert chosen["value"] == value


SCHOOLS = (
    "Amt für Schule;;\n;;\nSchule;2024;\n;Plätze;Klassen\nNord;10;1\nSüd;20;2\nSumme;30;3\nQuelle: Amt;;\n"
).encode("cp1252")


@pytest.mark.usefixtures("releases_at")
class TestRows:
    def test_header_and_rows_are_put_right(self, as_user, app):
        """Titles in two rows, a total and a note: proposed, left out when ticked, and next time, too."""
        editor = as_user("editor")
        page = editor.upload(upload=SCHOOLS)
        editor.post(page, **{**fields(editor.get(page).body), "header": "3-4"})
        body = editor.get(page).body
        assert "Zeile 7 scheint eine Summe zu sein: „Summe | 30 | 3“." in body
        assert "Zeile 8 scheint eine Bemerkung unter der Tabelle zu sein: „Quelle: Amt“." in body
        soup = BeautifulSoup(body, "html.parser")
        boxes = soup.find_all("input", attrs={"name": "leave_out", "type": "checkbox"})
        assert [box["value"] for box in boxes] == ["totals", "notes"]
        assert {box["form"] for box in boxes} == {soup.find("form", class_="dm-form-wide")["id"]}
        editor.post(page, **{**fields(body), "leave_out": "totals, notes"})
        left = editor.get(page).body
        assert "Ausgelassen, wie angegeben: Zeile 7, 8." in left
        boxes = BeautifulSoup(left, "html.parser").find_all(
            "input", attrs={"name": "leave_out"}, checked=True
        )
        assert [box["value"] for box in boxes] == ["totals", "notes"]
        told = fields(left)
        assert [told[f"columns__{n}__title"] for n in range(3)] == [
            "Schule",
            "2024 › Plätze",
            "2024 › Klassen",
        ]
        answer = editor.post(page, **{**told, "leave_out": "totals, notes", "action": "publish"})
        assert answer.status_code == 302, BeautifulSoup(answer.body, "html.parser").find(class_="alert").text
        base = "/digitalisierung/daten/datensatz/upload.csv"
        published = app.get(base).body.split()
        assert published[1:] == ["Nord,10,1", "Süd,20,2"]
        more = SCHOOLS.replace(b"Summe;30;3", b"West;5;1\nSumme;35;4")
        again = editor.upload(upload=more, dataset="upload")
        shown = editor.get(again).body
        assert "Ausgelassen, wie angegeben: Zeile 8, 9." in shown
        assert "West" in shown

    def test_a_table_without_titles(self, as_user):
        """It is asked; the titles are typed then."""
        editor = as_user("editor")
        page = editor.upload(upload=b"05515000;1\n05558012;2\n")
        body = editor.get(page).body
        assert "Zeile 1 wurde als Kopfzeile genommen, obwohl „05515000“" in body
        editor.post(page, **{**fields(body), "header": "none"})
        told = fields(editor.get(page).body)
        assert [told[f"columns__{n}__title"] for n in range(2)] == ["Spalte 1", "Spalte 2"]

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("header", "drei"),
            ("header", "3, 4"),
            ("header", "9-3"),
            ("leave_out", "0"),
            ("leave_out", "alle"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, as_user, field, typed):
        """And stays in the form."""
        editor = as_user("editor")
        page = editor.upload(upload=SCHOOLS)
        answer = editor.post(page, **{**fields(editor.get(page).body), field: typed})
        control = BeautifulSoup(answer.body, "html.parser").find(id=f"dm-{field}")
        assert control["aria-invalid"] == "true"
        assert control["value"] == typed


@pytest.mark.usefixtures("releases_at")
class TestFlow:
    def test_from_the_file_to_every_format(self, as_user, app):
        """Upload, look, publish; then every address gives its file."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        body = editor.get(page).body
        assert "Windows (cp1252)" in body
        assert "Semikolon" in body
        assert "Komma: 45,5" in body
        assert "05558012" in body
        told = fields(body)
        assert told["columns__0__type"] == "string"
        answer = editor.post(page, **{**told, "title": "Breitband", "action": "publish"})
        assert answer.headers["Location"].endswith("/dataset/breitband")
        base = "/digitalisierung/daten/datensatz/breitband"
        for ending in (
            ".csv",
            ".excel.csv",
            ".xlsx",
            ".json",
            ".schema.json",
            ".report.json",
            ".datapackage.json",
        ):
            assert app.get(base + ending).status_code == 200, ending
        report = Report.from_descriptor(app.get(base + ".report.json").json)
        assert (report.valid, report.tasks[0].labels) == (True, ["ags", "ort", "anteil"])
        assert app.get(base + ".csv").body.splitlines()[1] == "05515000,Münster,96.51"
        listed = app.get(f"{base}/").body
        good = re.search(r"/datensatz/breitband/([^/]+)/breitband.csv", listed)
        kept = app.get(f"{base}/{good[1]}/breitband.csv")
        assert "no-cache" in kept.headers["Cache-Control"]
        assert app.get(f"{base}/{good[1]}/../../etc/passwd").status_code == 404
        for address in (f"{base}.json", f"{base}/{good[1]}/breitband.json"):
            rows = json.loads(app.get(f"{address}?anteil=88.40").data)
            assert [row["ort"] for row in rows] == ["Coesfeld"]
        told = json.loads(app.get(f"{base}.datapackage.json?ort=Coesfeld").data)
        assert told["comment"] == "Auswahl: ort=Coesfeld"
        assert told["resources"][0]["path"].endswith("/daten/datensatz/breitband.csv?ort=Coesfeld")
        assert app.get(f"{base}.csv?gemeinde=x").status_code == 400
        # an open table's address leads to no other release: this one may be private one day
        assert app.get(f"/digitalisierung/daten/measures/{good[1]}/breitband.csv").status_code == 404
        call_action("package_patch", id="breitband", private=True)
        for path in (f"{base}.csv", f"{base}/", f"{base}/{good[1]}/breitband.csv"):
            assert app.get(path, follow_redirects=False).status_code in {302, 403}, path
        for address in (f"{base}.csv", f"{base}.csv?ort=Coesfeld"):
            assert editor.get(address).headers["Cache-Control"].startswith("private")
        assert app.get(f"{base}.csv?ort=Coesfeld", follow_redirects=False).status_code in {302, 403}
        call_action("package_patch", id="breitband", private=False)
        assert "Breitband" in app.get("/digitalisierung/daten/").body
        dataset = app.get("/dataset/breitband").body
        assert "Geprüft" in dataset
        assert f"{base}.report.json" in dataset
        assert "Veröffentlichung" in dataset
        assert "Herausgeber" not in dataset  # nobody filled it in
        assert "Neue Fassung hochladen" not in dataset
        assert "Neue Fassung hochladen" in editor.get("/dataset/breitband").body

    def test_where_a_version_is_cited(self, as_user, app):
        """A coordinator notes it on the page of all versions; another table's address notes nothing."""
        editor, coordinator = as_user("editor"), as_user("coordinator")
        page = editor.upload(upload=TABLE)
        editor.post(page, **{**fields(editor.get(page).body), "title": "Breitband", "action": "publish"})
        base = "/digitalisierung/daten/datensatz/breitband/"
        version = re.search(r"/datensatz/breitband/([^/]+)/breitband.csv", app.get(base).body)[1]
        assert 'name="cited_in"' not in editor.get(base).body
        assert f'action="{base}{version}/"' in coordinator.get(base).body
        answer = coordinator.post(f"{base}{version}/", cited_in="V/0123/2027")
        assert answer.headers["Location"].endswith(base)
        assert "V/0123/2027" in app.get(base).body
        assert editor.post(f"{base}{version}/", cited_in="V/1/2027").status_code == 403
        assert coordinator.post(f"{base}gibt-es-nicht/", cited_in="V/1/2027").status_code == 404

    def test_what_was_typed_stays_on_an_error(self, as_user):
        """A wrong mailbox refuses the mailbox; columns and words are still there, also on the next day."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        told = fields(editor.get(page).body)
        told |= {
            "columns__2__title": "Anteil der Haushalte",
            "notes": "Lange Beschreibung",
            "contact_email": "keine",
        }
        body = editor.post(page, **told, action="publish").body
        assert 'role="alert"' in body
        again = fields(body)
        assert {name: again[name] for name in told} == told
        assert fields(editor.get(page).body)["columns__2__title"] == "Anteil der Haushalte"
        assert model.Session.query(model.Package).count() == 0

    def test_an_invalid_table(self, as_user, app):
        """The report stands beside it; it can be kept, never published, and is never shown as valid."""
        editor = as_user("editor")
        page = editor.upload(upload=BAD, schema=SCHEMA)
        body = editor.get(page).body
        assert "nicht gültig" in body
        assert 'value="publish"' not in body
        assert "Zeile 2, anteil" in body
        csv = editor.get(f"{page}/befunde.csv")
        assert "anteil" in csv.body
        assert editor.get(f"{page}/datei").body.encode() == BAD
        told = {"id": page.rpartition("/")[2]}
        file = editor.get("/api/action/digitalms_dataset_draft_file", query_string=told).json["result"]
        assert b64decode(file["content"]) == BAD
        refused = editor.post(page, **fields(body), action="publish")
        alert = BeautifulSoup(refused.body, "html.parser").find(role="alert").text
        assert "1 Fehler" in alert
        saved = editor.post(page, **fields(body), action="save")
        name = saved.headers["Location"].rsplit("/", 1)[-1]
        dataset = call_action("package_show", id=name)
        assert dataset["private"]
        shown = editor.get(f"/dataset/{name}").body
        assert "gilt" in shown
        assert "Geprüft" not in shown
        assert app.get(f"/dataset/{name}").status_code in {403, 404}
        assert app.get(
            f"/digitalisierung/daten/datensatz/{name}.csv", follow_redirects=False
        ).status_code in {403, 404}

    def test_what_is_too_long(self, as_user):
        """A long cell is shown with the sign that it goes on; what is not read has no form."""
        editor = as_user("editor")
        body = editor.get(editor.upload(upload=b"a;b\r\n" + b"x" * 3000 + b";1\r\n")).body
        assert f"<td>{'x' * 79}…</td>" in body
        body = editor.get(editor.upload(upload=b"a;b\r\n" + b"x" * 140_000 + b";1\r\n")).body
        assert "höchstens 131072 Zeichen" in body
        assert ">auto</dd>" not in body

    def test_a_new_version(self, as_user, app):
        """By the link on the dataset's page."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        editor.post(page, **{**fields(editor.get(page).body), "title": "Breitband", "action": "publish"})
        assert "Neue Fassung" in editor.get(f"{NEW}?datensatz=breitband").body
        page = editor.upload(upload=TABLE.replace(b"88,4", b"88,5"), dataset="breitband", organisation="")
        told = fields(editor.get(page).body)
        assert told["title"] == "Breitband"
        editor.post(page, **told, action="publish")
        assert "88.5" in app.get("/digitalisierung/daten/datensatz/breitband.csv").body
        assert (
            app.get("/digitalisierung/daten/datensatz/breitband/").body.count('/breitband.csv" title=') == 2
        )
        listed = app.get("/api/action/digitalms_dataset_list").json["result"]
        assert [one["table"] for one in listed["results"]] == ["breitband"]
        assert app.get("/api/action/digitalms_dataset_list?id=breitband").json["result"] == listed
        assert app.get("/api/action/digitalms_dataset_list?internal=true").json["result"]["count"] == 0

    def test_a_draft_is_deleted(self, as_user):
        """And is then nobody's."""
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        editor.post(page, action="delete")
        assert editor.get(page).status_code == 403
        assert as_user("coordinator").get(page).status_code == 404


class TestWho:
    @pytest.mark.parametrize(("persona", "code"), [("editor", 200), ("coordinator", 200), ("stranger", 403)])
    def test_the_form(self, as_user, persona, code):
        """Editors and coordinators see it."""
        assert as_user(persona).get(NEW).status_code == code

    def test_nobody(self, app):
        """Nobody is sent to the login, and back afterwards."""
        for path in (NEW, f"{NEW}/x"):
            answer = app.get(path, follow_redirects=False)
            assert answer.status_code in {302, 404}
        assert "/user/login" in app.get(NEW, follow_redirects=False).headers["Location"]

    def test_another_office(self, as_user):
        """Sees neither draft nor file."""
        page = as_user("editor").upload(upload=TABLE)
        for path in (page, f"{page}/datei", f"{page}/befunde.csv"):
            assert as_user("other_editor").get(path).status_code == 403

    def test_a_form_without_a_file(self, as_user):
        """A sentence, and the choices stay."""
        answer = as_user("coordinator").post(NEW, organisation="citeq", delimiter="tab")
        assert answer.status_code == 200
        assert "keine Datei" in answer.body
        assert re.search(r'<option value="tab" selected', answer.body)


def test_not_found(app):
    """A sentence for every address that leads nowhere."""
    for path in (
        "datensatz/x",
        "datensatz/x.csv",
        "datensatz/x/",
        "datensatz/x/y/z.csv",
        "datensatz/%00.csv",
    ):
        assert app.get(f"/digitalisierung/daten/{path}").status_code == 404, path


def test_the_office_is_told_apart(personas):
    """An editor sees only drafts of the own office in the list."""
    told = {"content": "a;b\n1;2\n", "organisation": "anderes-amt"}
    tk.get_action("digitalms_dataset_draft_create")({"user": personas["other_editor"]}, told)
    assert tk.get_action("digitalms_dataset_draft_list")({"user": personas["editor"]}, {})["count"] == 0


@pytest.mark.usefixtures("releases_at")
class TestWhereItComesFrom:
    """Sources, area and frequency in the form of a draft, and in CKAN's form of a dataset."""

    FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/ANNUAL_2"

    def test_from_the_form_to_the_page(self, as_user, app):
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        told = fields(editor.get(page).body)
        told |= {"sources__0__title": "Land NRW", "sources__0__license": "Nur mit Nennung", "title": "Orte"}
        told |= {"spatial_text": "Münsterland", "area_code": "05515 05554", "frequency": self.FREQUENCY}
        answer = editor.post(page, **told, action="publish")
        assert answer.headers["Location"].endswith("/dataset/orte")
        body = app.get("/dataset/orte").body
        assert "Land NRW" in body
        assert "Nur mit Nennung" in body
        assert "halbjährlich" in body
        again = editor.upload(upload=TABLE, dataset="orte")
        assert fields(editor.get(again).body)["sources__0__title"] == "Land NRW"
        emptied = {**fields(editor.get(again).body), "sources__0__title": "", "sources__0__license": ""}
        editor.post(again, **emptied, action="publish")
        assert not call_action("package_show", id="orte").get("sources")

    def test_nothing_typed_is_lost_on_an_error(self, as_user):
        editor = as_user("editor")
        page = editor.upload(upload=TABLE)
        told = fields(editor.get(page).body)
        told |= {
            "sources__0__title": "Land",
            "sources__1__url": "javascript:alert(1)",
            "spatial_text": "Hier",
        }
        body = editor.post(page, **told, action="publish").body
        kept = fields(body)
        assert kept["sources__0__title"] == "Land"
        assert kept["sources__1__url"] == "javascript:alert(1)"
        assert kept["spatial_text"] == "Hier"
        assert "ist keine Adresse" in body
        assert "{" not in BeautifulSoup(body, "html.parser").find(class_="alert-danger").text

    def test_the_form_of_a_dataset(self, as_user, app, personas):
        done = factories.Dataset(name="hunde", title="Hunde", owner_org="citeq")
        told = {
            "title": "Hunde",
            "name": "hunde",
            "owner_org": done["owner_org"],
            "save": "",
            "sources-0-title": "",
            "sources-1-title": "Land NRW",
            "sources-1-url": "https://open.nrw",
        }
        editor = as_user("editor")
        assert "sources-0-title" in editor.get("/dataset/edit/hunde").body
        editor.post("/dataset/edit/hunde", **told)
        rows = call_action("package_show", id="hunde")["sources"]
        assert [(row["title"], row["url"]) for row in rows] == [("Land NRW", "https://open.nrw")]
        body = editor.get("/dataset/edit/hunde").body
        assert 'value="Land NRW"' in body
        assert "Land NRW" in app.get("/dataset/hunde").body

    def test_a_wrong_row_of_a_dataset_is_told_of_and_stays(self, as_user):
        done = factories.Dataset(name="hunde", title="Hunde", owner_org="citeq")
        told = {"title": "Hunde", "name": "hunde", "owner_org": done["owner_org"], "save": ""}
        told |= {"sources-0-title": "", "sources-1-url": "https://open.nrw", "sources-1-title": ""}
        body = as_user("editor").post("/dataset/edit/hunde", **told).body
        assert "Nennen Sie, wessen Daten es sind" in body
        assert 'value="https://open.nrw"' in body

    @pytest.mark.parametrize(
        "rows",
        [
            [{"title": f"Quelle {n}"} for n in range(100)],
            [{"title": "x", "url": "javascript:alert(1)"}],
            [{"url": "https://example.org"}],
            [{"title": "x" * 10**6}],
        ],
    )
    def test_what_cannot_be_is_refused_by_the_action_as_well(self, personas, rows):
        with pytest.raises(tk.ValidationError) as refused:
            factories.Dataset(name="hunde", owner_org="citeq", sources=rows)
        assert list(refused.value.error_dict) == ["sources"]
