"""Pages for tables that come back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from import_files import changed_file, file_of, measure, patch

pytestmark = pytest.mark.usefixtures("with_plugins", "history")

START = "/digitalisierung/datenqualitaet/tabelle-einlesen/"


@pytest.fixture
def as_user(app: Any) -> Any:
    """Send as somebody: ``as_user(name)(method, address, **data)``."""

    def user(name: str) -> Any:
        headers = {"Authorization": factories.APIToken(user=name)["token"]}

        def send(method: str, address: str, **data: Any) -> Any:
            answer = getattr(app, method)(address, headers=headers, **data)
            model.Session.rollback()
            return answer

        return send

    return user


@pytest.fixture
def send(as_user: Any) -> Any:
    return as_user("coordinator")


def hand_in(send: Any, content: bytes, **told: str) -> Any:
    data = {"upload": (BytesIO(content), "egal.txt"), **told}
    return send("post", START, data=data, content_type="multipart/form-data")


def soup_of(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def press(send: Any, answer: Any, place: str) -> Any:
    form = soup_of(answer).select_one(f"form[action$={place}]")
    assert form is not None, place
    return send("post", str(form["action"]))


class TestTheWay:
    def test_preview_then_apply_then_put_back(self, send: Any) -> None:
        content = changed_file("measures", "excel.csv", "title", "Akten & <Dokumente>", measure_id="dms")
        page = hand_in(send, content)
        text = soup_of(page).get_text()
        assert "Akten & <Dokumente>" in text
        assert "Eine Zeile ändert etwas" in text
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"
        page = press(send, page, "uebernehmen")
        assert measure("dms")["title"] == "Akten & <Dokumente>"
        page = press(send, page, "zuruecknehmen")
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"
        assert soup_of(page).select("form[action$=zuruecknehmen], form[action$=uebernehmen]") == []

    def test_nothing_changes(self, send: Any) -> None:
        page = hand_in(send, file_of("steps", "xlsx"))
        assert "nichts geändert" in soup_of(page).get_text()
        assert soup_of(page).select("form[action$=uebernehmen]") == []

    def test_refused_at_row_and_field(self, send: Any) -> None:
        page = hand_in(send, b"measure_id;status;title\ndms;fertig;DMS\n")
        cells = [cell.get_text() for cell in soup_of(page).select("#dm-constraint-enum ~ div td")]
        assert cells[:3] == ["2", "status", "fertig"]
        assert soup_of(page).select("form[action$=uebernehmen]") == []

    def test_many_changes_are_all_in_the_csv(self, send: Any) -> None:
        rows = "".join(f"wlan,pending,Schritt {n}\n" for n in range(1000))
        page = hand_in(send, f"measure_id,state,text\n{rows}".encode(), table="steps")
        assert len(soup_of(page).select("section table tbody tr")) == 200
        address = str(soup_of(page).select_one("a[href$='aenderungen.csv']")["href"])  # type: ignore[index]
        told = send("get", address).body
        assert told.startswith("\ufeffZeile;Maßnahme;")
        assert told.count("Schritt ") == 1000

    def test_a_stale_preview(self, send: Any) -> None:
        page = hand_in(send, b"measure_id;title;vision\ndms;Neu;Vision\n")
        patch("dms", vision="Zwischendurch")
        page = press(send, page, "uebernehmen")
        assert "Seit dieser Vorschau hat jemand geändert: dms" in soup_of(page).get_text()
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"

    def test_the_stand_is_chosen(self, send: Any) -> None:
        content = b"measure_id,result,reference,role\ndms,einstimmig,V/0954/2018,basis\n"
        for told, words in (
            ({"stand": "correction"}, "berichtigt"),
            ({"stand": "new", "as_of": "2020-01-02"}, "neuer Stand"),
        ):
            assert words in soup_of(hand_in(send, content, **told)).get_text()
        page = hand_in(send, content, stand="new", as_of="gestern")
        assert soup_of(page).select_one("#dm-as_of-error") is not None


class TestWhoSeesIt:
    def test_form(self, app: Any, as_user: Any) -> None:
        assert app.get(START, follow_redirects=False).status_code == 302
        assert as_user("fremde")("get", START, status=403)
        soup = soup_of(as_user("editor")("get", f"{START}?table=steps"))
        assert soup.select_one("#dm-table option[selected]")["value"] == "steps"  # type: ignore[index]

    def test_an_import_of_somebody_else(self, as_user: Any) -> None:
        page = hand_in(as_user("editor"), b"measure_id;title;vision\ndms;Neu;Vision\n")
        address = str(soup_of(page).select_one("form[action$=uebernehmen]")["action"])  # type: ignore[index]
        for place in (
            address.removesuffix("/uebernehmen"),
            address.replace("uebernehmen", "aenderungen.csv"),
        ):
            as_user("andere")("get", place, status=403)
            as_user("coordinator")("get", place, status=200)
        as_user("andere")("post", address, status=403)
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"

    @pytest.mark.parametrize("wrong", ["x", "%00", "5a7b0f6e-0000-4000-8000-000000000001"])
    def test_no_such_import(self, send: Any, wrong: str) -> None:
        send("get", f"{START}{wrong}", status=404)

    def test_links_to_it(self, app: Any, as_user: Any) -> None:
        for address in ("/digitalisierung/daten/", "/digitalisierung/datenqualitaet/"):
            assert "tabelle-einlesen" in as_user("editor")("get", address).body
            assert "tabelle-einlesen" not in app.get(address).body

    def test_a_delivery_of_this_kind_leads_here(self, send: Any) -> None:
        page = hand_in(send, b"measure_id;title;vision\ndms;Neu;Vision\n")
        address = str(soup_of(page).select_one("form[action$=uebernehmen]")["action"])  # type: ignore[index]
        import_id = address.split("/")[-2]
        led = send("get", f"/digitalisierung/datenqualitaet/bericht/{import_id}")
        assert soup_of(led).select_one("form[action$=uebernehmen]") is not None
