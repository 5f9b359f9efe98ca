"""A file of CKAN's DataStore that is no table of ours: looked into like one, by CKAN's rights."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.publishing import datasets, releases
from ckanext.digitalms.services.access import admission

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "open_data")

FIELDS = (
    *(("Ort", "text"), ("Zahl", "int"), ("Anteil", "numeric"), ("Tag", "date"), ("Zeit", "timestamp")),
    *(("stichtag", "text"), ("Liste, lang", "json")),
)
ROWS = [
    {
        "Ort": f"Ort {n % 7}",
        "Zahl": n,
        "Anteil": n / 8 if n else None,
        "Tag": f"2024-02-{n % 28 + 1:02}",
        "Zeit": f"2024-02-01T{n % 24:02}:00:00",
        "stichtag": str(n % 3),
        "Liste, lang": [n],
    }
    for n in range(60)
]


@pytest.fixture
def page(office: Any) -> str:
    """The address of a file with sixty rows."""
    factories.Dataset(name="baeder", title="Bäder", owner_org=office["id"])
    file = factories.Resource(
        package_id="baeder", name="Besuche", url="https://example.org/b.csv", format="CSV"
    )
    fields = [{"id": name, "type": kind, "info": {"label": name.upper()}} for name, kind in FIELDS]
    call_action("datastore_create", resource_id=file["id"], fields=fields, records=ROWS, force=True)
    return f"/digitalisierung/tabelle/ressource/{file['id']}"


def seen(app: Any, address: str) -> BeautifulSoup:
    return BeautifulSoup(app.get(address).body, "lxml")


def column(page: BeautifulSoup, place: int) -> list[str]:
    return [row.find_all("td")[place].get_text(strip=True) for row in page.select(".dm-look tbody tr")]


class TestPage:
    def test_filtered_sorted_and_taken_away(self, app, page):
        """Each click is an address, and CKAN's files have the same rows."""
        found = seen(app, f"{page}?Ort=Ort+1&Ort=Ort+2&Zahl.from=10&Zahl.to=40&sort=-Zahl&_zeilen=10")
        numbers = [str(n) for n in range(40, 9, -1) if n % 7 in {1, 2}]
        assert column(found, 1) == numbers
        assert f"{len(numbers)} von 60 Zeilen" in found.get_text()
        assert found.select_one("th[aria-sort=descending]").get_text(strip=True).startswith("ZAHL")
        files = {one.get_text(strip=True): one["href"] for one in found.select(".dm-get a")}
        assert list(files) == ["CSV", "TSV", "JSON", "XML"]
        text = app.get(files["CSV"]).body
        assert [row["Zahl"] for row in csv.DictReader(io.StringIO(text))] == numbers
        code = " ".join(one.get_text() for one in found.select("textarea"))
        assert "/datastore/dump/" in code
        call = next(word for word in code.split() if "/api/3/action/datastore_search?" in word).strip("'\"")
        told = urlsplit(call)
        assert app.get(f"{told.path}?{told.query}").json["result"]["total"] == len(numbers)
        assert found.select_one("meta[name=robots]")["content"] == "noindex"
        assert "Quelle: citeq" in " ".join(found.get_text().split())
        assert found.select_one("a[href='/dataset/baeder']").get_text(strip=True) == "Bäder"
        assert found.select_one(".dm-site-header [aria-current=page]").get_text() == "Daten"

    def test_a_column_called_like_the_search(self, app, page):
        """It is what the address means by it, so no search in all columns is offered."""
        assert seen(app, page).select_one("#dm-table-q")
        file = page.rpartition("/")[2]
        fields = [{"id": name, "type": kind} for name, kind in (("q", "text"), ("zwei", "text"))]
        call_action("datastore_delete", resource_id=file, force=True)
        records = [{"q": "a", "zwei": "b"}, {"q": "b", "zwei": "a"}]
        call_action("datastore_create", resource_id=file, fields=fields, records=records, force=True)
        found = seen(app, f"{page}?q=a")
        assert column(found, 1) == ["b"]
        for shown in (found, seen(app, "/dataset/baeder")):
            assert shown.select_one(".dm-look tbody tr")
            assert not shown.select_one("#dm-table-q")

    def test_pages_words_and_columns(self, app, page):
        """A part at a time; words of any column; the columns that are chosen; a number as Germans type it."""
        assert column(seen(app, f"{page}?_seite=3&_zeilen=25&sort=Zahl"), 1) == [
            str(n) for n in range(50, 60)
        ]
        assert "Diese Seite gibt es nicht" in seen(app, f"{page}?_seite=99").get_text()
        assert len(column(seen(app, f"{page}?q=Ort+3&_zeilen=50"), 0)) >= 8
        assert column(seen(app, f"{page}?columns=Ort,Zahl&Zahl=5"), 1) == ["5"]
        assert column(seen(app, f"{page}?stichtag=2&Zahl=5"), 5) == ["2"]
        typed = f"{page}?_spalte=Anteil&_bedingung=ist&_text=1,5"
        answer = app.get(typed, follow_redirects=False, status=302)
        assert parse_qsl(urlsplit(answer.headers["Location"]).query) == [("Anteil", "1.5")]
        assert column(seen(app, f"{page}?Anteil=1.5&Tag=13.02.2024&Zeit=2024-02-01T12:00"), 1) == ["12"]

    def test_what_cannot_be_is_told_and_left_out(self, app, page):
        """A sentence for each, and the rows without it."""
        for query, words in (
            ("gibtesnicht=1", "Werte"),
            ("Zahl=viele", "viele"),
            ("Zahl=1e400", "1e400"),
            ("Tag=morgen", "morgen"),
            ("Zeit=x", "„x“"),
            ("Ort.from=a", "Bereiche"),
            ("Ort.contains=a", "Werte"),
            ("Ort=", "leeren"),
            ("Liste, lang=1", "gefiltert"),
            ("q=%20", "Buchstaben"),
            ("q=%00", "Buchstaben"),
            ("q=" + "x" * 2000, "Buchstaben"),
            ("sort=gibtesnicht", "gibtesnicht"),
            ("columns=Ort,%22;DROP", "DROP"),
            ("Ort=1&" * 60, "50"),
        ):
            found = seen(app, f"{page}?{query}")
            assert words in found.select_one("[role=alert]").get_text(), query
            assert column(found, 0), query

    def test_the_page_of_the_dataset_leads_there(self, app, page):
        found = seen(app, "/dataset/baeder")
        assert found.select_one("section[aria-labelledby=dm-look] form")["action"] == page
        assert any(one["href"].startswith(f"{page}?sort=Zahl") for one in found.select(".dm-sort"))
        assert column(found, 2)[:3] == ["–leer", "0,125", "0,25"]
        file = f"/dataset/baeder/resource/{page.rpartition('/')[2]}"
        assert seen(app, file).select_one(f'a[href="{page}"]')

    def test_by_the_rights_of_ckan(self, app, page, personas):
        """An internal file is there for its office, and for nobody else."""
        tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "baeder", "private": True})
        answer = app.get(page, follow_redirects=False, status=302)
        assert "/user/login" in answer.headers["Location"]
        for persona, code in (("editor", 200), ("stranger", 403)):
            token = factories.APIToken(user=personas[persona])["token"]
            app.get(page, headers={"Authorization": token}, status=code)

    def test_of_a_measure_that_waits(self, app, make_measure, office, personas):
        """A file of a measure whose office is not let in is as internal as one of a private dataset."""
        measure = make_measure(resources=[{"url": "https://example.org/b.csv", "format": "CSV"}])
        key, fields = measure["resources"][0]["id"], [{"id": "Ort", "type": "text"}]
        call_action("datastore_create", resource_id=key, fields=fields, records=[], force=True)
        path = f"/digitalisierung/tabelle/ressource/{key}"
        keeper = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
        for is_let_in in (True, False):
            if not is_let_in:
                admission.refuse(office["id"])
                model.repo.commit()
            page = BeautifulSoup(app.get(path, headers=keeper).body, "lxml")
            assert bool(page.select('meta[name="robots"]')) is not is_let_in
        app.get(path, follow_redirects=False, status=302)

    def test_what_is_no_such_file(self, app, page, office):
        """Nothing, a file that is not in the DataStore, ten thousand letters."""
        other = factories.Resource(package_id="baeder", url="https://example.org/x.pdf")
        stem = page.rpartition("/")[0]
        for name in ("gibtesnicht", other["id"], "x" * 10_000, "%00"):
            app.get(f"{stem}/{name}", status=404)


def test_a_table_of_ours_has_its_own_page(app, make_measure, ckan_config, tmp_path, monkeypatch):
    """With all that it can; what was asked for goes along."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    make_measure()
    releases.publish()
    path = f"/digitalisierung/tabelle/ressource/{datasets.resource_id('measures', 'csv')}?measure_id=dms"
    answer = app.get(path, follow_redirects=False, status=302)
    assert answer.headers["Location"].endswith("/digitalisierung/tabelle/measures?measure_id=dms")
