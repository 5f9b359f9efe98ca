"""The page that looks into a table: each click is an address, and what cannot be is told in words."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests.factories import APIToken
from sql_counting import counted
from stored_state import STATE

from ckanext.digitalms.explorer import address
from ckanext.digitalms.explorer.address import Address
from ckanext.digitalms.publishing import releases

PAGE = "/digitalisierung/tabelle"
OWN = f"{PAGE}/datensatz/besuche"
ROWS = "Ort;Besuche;Anteil;Stichtag;Limit\n" + "".join(
    f"Ort {n % 7};{n};{n / 8:.3f};{n % 28 + 1:02}.0{n % 9 + 1}.2024;{n % 3}\n".replace(".", ",", 1)
    if n
    else "Ort 0;0;;;\n"
    for n in range(60)
)


class TestAddress:
    pytestmark = pytest.mark.pure

    def test_what_a_form_adds_is_a_plain_address(self):
        def form(**told: str) -> list[tuple[str, str]]:
            pairs = [("q", "a"), ("_seite", "3"), *((f"_{name}", text) for name, text in told.items())]
            return list(address.applied(Address.of(pairs), ["ort", "zahl"], lambda _, text: text).pairs)

        assert form(spalte="ort", bedingung="ist", text=" x ") == [("q", "a"), ("ort", "x")]
        assert form(spalte="ort", bedingung="leer", text="x") == [("q", "a"), ("ort", "")]
        assert form(spalte="ort", bedingung="gefuellt") == [("q", "a"), ("ort.not", "")]
        assert form(spalte="zahl", bedingung="bereich", bis="5") == [("q", "a"), ("zahl.to", "5")]
        assert form(spalte="ort", bedingung="enthaelt", text="x") == [("q", "a"), ("ort.contains", "x")]
        assert form(spalte="ort", bedingung="ist") == [("q", "a")]
        assert form(spalte="ort", bedingung="anders", text="x") == [("q", "a")]
        assert form(zeigen="zahl") == [("q", "a"), ("columns", "zahl")]

    def test_columns_that_are_all_shown_need_no_word(self):
        pairs = [("columns", "ort"), ("_zeigen", "zahl"), ("_zeigen", "ort")]
        assert address.applied(Address.of(pairs), ["ort", "zahl"], lambda _, text: text).pairs == ()

    def test_a_second_click_turns_the_order(self):
        once = Address().sorted_by("a")
        assert [once.text, once.sorted_by("a").text, once.sorted_by("b").text] == [
            "sort=a",
            "sort=-a",
            "sort=b",
        ]


@pytest.fixture
def table(
    catalogue: Any, personas: Any, make_measure: Any, ckan_config: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """An open table, and one of an office with 60 rows."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))

    def make() -> None:
        make_measure()
        make_measure(name="strategie", title="Strategie", status="planned", as_of="2019-06-30")
        releases.publish()
        user = {"user": personas["editor"]}
        told = {"content": ROWS, "filename": "besuche.csv", "organisation": "citeq"}
        draft = tk.get_action("digitalms_dataset_draft_create")(user, told)
        tk.get_action("digitalms_dataset_publish")(user, {"id": draft["id"]})

    STATE.once("tables to click in", make, tmp_path)


def seen(app: Any, path: str, **more: Any) -> BeautifulSoup:
    return BeautifulSoup(app.get(path, **more).body, "lxml")


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [
        [cell.get_text(strip=True) for cell in row.find_all("td")] for row in page.select(".dm-look tbody tr")
    ]


def links(page: BeautifulSoup, chosen: str) -> list[str]:
    return [str(one["href"]) for one in page.select(chosen)]


@pytest.mark.usefixtures("with_plugins", "table")
class TestPage:
    def test_rows_columns_and_pages(self, app):
        """A part at a time, numbers as Germans write them, each column explained."""
        page = seen(app, f"{OWN}?_zeilen=10&_seite=2&sort=-besuche")
        assert [row[1] for row in rows(page)] == [str(n) for n in range(49, 39, -1)]
        assert page.select_one("th[aria-sort=descending]").get_text(strip=True).startswith("Besuche")
        assert "ganze Zahl" in page.select_one(".dm-column").find_parent("tr").get_text()
        previous, following = page.select_one("[rel~=prev]"), page.select_one("[rel~=next]")
        assert rows(seen(app, following["href"]))[0][1] == "39"
        assert rows(seen(app, previous["href"]))[0][1] == "59"

    def test_a_click_sorts_and_a_form_filters(self, app):
        """And the address says all of it: the downloads, too."""
        page = seen(app, f"{OWN}?ort=Ort+1")
        way = next(one for one in links(page, ".dm-sort") if "sort=besuche" in one)
        assert dict(parse_qsl(urlsplit(way).query)) == {"ort": "Ort 1", "sort": "besuche"}
        filled = "?ort=Ort+1&_spalte=besuche&_bedingung=bereich&_text=10&_bis=30"
        answer = app.get(OWN + filled, follow_redirects=False, status=302)
        plain = urlsplit(answer.headers["Location"])
        assert dict(parse_qsl(plain.query)) == {"ort": "Ort 1", "besuche.from": "10", "besuche.to": "30"}
        page = seen(app, f"{plain.path}?{plain.query}")
        assert [row[1] for row in rows(page)] == ["15", "22", "29"]
        csv_link = next(one for one in links(page, ".dm-get a") if ".csv?" in one)
        found = app.get(urlsplit(csv_link).path + "?" + urlsplit(csv_link).query).body
        assert [row["besuche"] for row in csv.DictReader(io.StringIO(found))] == ["15", "22", "29"]
        without = next(one for one in links(page, ".dm-chips a") if "besuche.to" not in one and "ort" in one)
        assert len(rows(seen(app, without))) == 7

    def test_a_number_is_typed_as_the_language_writes_it(self, app):
        """And one more condition begins with the most frequent values of its column."""
        answer = app.get(f"{OWN}?_spalte=anteil&_bedingung=ist&_text=1,5", follow_redirects=False)
        assert answer.headers["Location"].partition("#")[0].endswith("?anteil=1.5")
        page = seen(app, f"{OWN}?_spalte=ort")
        assert page.select_one("#filter").has_attr("open")
        assert any(one.endswith("?ort=Ort+3#zeilen") for one in links(page, "#filter .dm-chip"))

    def test_columns_are_chosen(self, app):
        answer = app.get(f"{OWN}?_zeigen=besuche&_zeigen=ort&sort=", follow_redirects=False)
        assert "columns=ort%2Cbesuche" in answer.headers["Location"]
        page = seen(app, f"{OWN}?columns=ort,besuche&_zeilen=10")
        assert {len(row) for row in rows(page)} == {2}
        assert len(page.select("input[name=_zeigen]")) == 5

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("gibtesnicht=1", "gibtesnicht"),
            ("besuche=viele", "viele"),
            ("sort=gibtesnicht&ort=Ort+1", "gibtesnicht"),
            ("offset=5", "offset"),
            ("_diagramm=line&_x=ort", "ort"),
            ("_diagramm=torte&_x=ort", "torte"),
            ("x=1&" * 1001, "1000"),
        ],
    )
    def test_what_cannot_be_is_told_and_left_out(self, app, query, words):
        page = seen(app, f"{OWN}?{query}")
        assert words in page.select_one("[role=alert]").get_text()
        assert rows(page)

    @pytest.mark.parametrize("query", ["q=", "q=%20&_zeilen=10"])
    def test_an_emptied_search_asks_for_nothing(self, app, query):
        page = seen(app, f"{OWN}?{query}")
        assert page.select_one("[role=alert]") is None
        assert rows(page)
        assert not any("q=" in way for way in links(page, ".dm-sort"))

    @pytest.mark.parametrize("number", ["1000000000", "0", "-1", "x", "99999"])
    def test_a_page_that_is_not_there(self, app, number):
        """The nearest one, which says so."""
        page = seen(app, f"{OWN}?_zeilen=10&_seite={number}")
        assert rows(page)
        assert "Diese Seite gibt es nicht" in page.get_text()

    def test_a_column_may_be_called_like_a_parameter(self, app):
        """`stichtag` and `limit` are columns of this table."""
        page = seen(app, f"{OWN}?stichtag=2024-02-02&limit=1")
        assert len(rows(page)) == 1
        assert not page.select("[role=alert]")
        assert not rows(seen(app, f"{OWN}?ort=nirgends"))

    def test_a_plot_with_its_numbers(self, app):
        """Drawn, in a table, as a file; what is not in it is told."""
        page = seen(app, f"{OWN}?_diagramm=bar&_x=ort&_y=anteil&_wert=max")
        assert len(page.select(".dm-plot svg rect")) == 7
        assert "eine Zeile ohne Wert" in page.select_one(".dm-plot").get_text()
        file = next(one for one in links(page, ".dm-plot a") if "diagramm.csv" in one)
        answer = app.get(file)
        found = list(csv.reader(io.StringIO(answer.body)))
        assert found[0] == ["Ort", "Anteil (größter Wert)", "Anzahl der Zeilen"]
        assert len(found) == 8

    def test_a_mean_has_few_digits_and_other_numbers_all(self, app):
        three = "besuche=1&besuche=8&besuche=22"
        page = seen(app, f"{OWN}?_diagramm=bar&_x=ort&_y=anteil&_wert=mean&{three}")
        assert page.select_one(".dm-plot td.dm-number").get_text() == "1,29167"
        page = seen(app, f"{OWN}?_diagramm=bar&_x=ort&_y=anteil&_wert=sum&{three}")
        assert page.select_one(".dm-plot td.dm-number").get_text() == "3,875"

    def test_an_open_table_on_a_day(self, app):
        """The rows of the day, and every link stays on it."""
        page = seen(app, f"{PAGE}/measures?stichtag=2019-04-01&columns=measure_id,status")
        assert rows(page) == [["dms", "in Vorbereitung"]]
        ways = links(page, ".dm-sort") + links(page, ".dm-get a")
        assert all("stichtag=2019-04-01" in one for one in ways)
        assert len(rows(seen(app, f"{PAGE}/measures"))) == 2

    def test_a_page_asks_the_database_little(self, app):
        """However many rows there are: they stand in the release's files."""
        for path in (f"{PAGE}/measures", f"{OWN}?sort=-besuche&besuche.from=3"):
            app.get(path)
            _, count = counted(lambda path=path: app.get(path))
            assert count <= 16, path

    def test_a_version_of_a_private_table(self, app, personas):
        """Whoever may see the table looks into its versions, nobody else, not even one that never was."""
        told = tk.get_action("digitalms_table_rows")({"user": ""}, {"table": "besuche", "limit": 0})
        way = f"{OWN}?_fassung={told['release_id']}"
        assert "Sie ist die neueste" in app.get(way).body
        patch = {"id": "besuche", "private": True}
        tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, patch)
        page = app.get(way, headers={"Authorization": APIToken(user=personas["editor"])["token"]})
        assert "Sie ist die neueste" in page.body
        for one in (way, f"{OWN}?_fassung=gibtesnicht"):
            answer = app.get(one, follow_redirects=False, status=302)
            assert "/user/login" in answer.headers["Location"]

    def test_the_plain_name_of_an_own_table_leads_to_it(self, app):
        answer = app.get(f"{PAGE}/besuche?ort=Ort+1", follow_redirects=False)
        assert answer.headers["Location"].endswith(f"{OWN}?ort=Ort+1")
        assert app.get(f"{PAGE}/gibtesnicht", status=404)
        assert app.get(f"{PAGE}/datensatz/gibtesnicht", status=404)
