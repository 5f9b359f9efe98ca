"""What a dataset's page gives along: formats, code, citation, embed, for open tables and those of offices."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from lxml import html
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.publishing import releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

SITE = "http://test.ckan.net"
TABLE = "Ort;Anteil;lat;lon\r\nMünster;96,51;51,96;7,63\r\nCoesfeld;88,4;51,94;7,17\r\n".encode()


@pytest.fixture
def published(
    personas: dict[str, str],
    make_measure: Callable[..., Any],
    tmp_path: Any,
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    """The open tables and a table of an office; the names of two datasets by kind."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    make_measure()
    tk.get_action("digitalms_table_publish")({"user": personas["sysadmin"]}, {})
    context = {"user": personas["editor"]}
    upload = FileStorage(io.BytesIO(TABLE), "anteile.csv")
    told = {"organisation": "citeq", "title": "Anteile & mehr", "notes": "Je Ort", "name": "anteile"}
    draft = tk.get_action("digitalms_dataset_draft_create")(dict(context), {**told, "upload": upload})
    tk.get_action("digitalms_dataset_publish")(dict(context), {"id": draft["id"]})
    tables = tk.get_action("digitalms_table_list")({"ignore_auth": True}, {})["results"]
    return {"open": next(one["dataset"] for one in tables if one["name"] == "measures"), "own": "anteile"}


def section(app: Any, dataset: str, **headers: Any) -> html.HtmlElement:
    page = html.fromstring(app.get(f"/dataset/{dataset}", **headers).body)
    (found,) = page.xpath("//section[@aria-labelledby='dm-elsewhere']")
    return found


def opened(app: Any, address: str) -> Any:
    told = urlsplit(address)
    assert f"{told.scheme}://{told.netloc}" in {SITE, "://"}
    return app.get(f"{told.path}?{told.query}")


def test_the_same_for_both_kinds(app: Any, published: dict[str, str]) -> None:
    """Every address that is given leads to a file; code and citation name the table and its release."""
    for kind, table, publisher in (("open", "measures", "Stadt Münster"), ("own", "anteile", "citeq")):
        shown = section(app, published[kind])
        for link in shown.xpath(".//ul[@class='dm-get']//a/@href"):
            assert opened(app, link).status_code == 200, link
        code = {
            one.get("id").split("-")[2]: one.text for one in shown.xpath(".//textarea[contains(@id, 'code')]")
        }
        assert set(code) >= {"curl", "python", "r", "m"}
        csv = shlex.split(code["curl"])[2]
        assert opened(app, csv).status_code == 200
        assert all(csv in text for name, text in code.items() if name != "api")
        (sentence,) = (one.text for one in shown.xpath(".//textarea[contains(@id, 'dm-cite')]"))
        assert sentence.startswith(f"{publisher} (20")
        address = sentence.split()[-1]
        assert f"/{table}/20" in address
        assert opened(app, address).body == opened(app, csv).body
        (frame,) = (one.text for one in shown.xpath(".//textarea[contains(@id, '-frame')]"))
        assert opened(app, html.fromstring(frame).get("src")).status_code == 200
        assert app.get(f"/dataset/{published[kind]}").body.count("application/json+oembed") == 1


def test_formats(app: Any, published: dict[str, str]) -> None:
    """A table with coordinates is there as GeoJSON, too."""
    links = section(app, "anteile").xpath(".//ul[@class='dm-get']//a/@href")
    (geojson,) = [link for link in links if link.endswith(".geojson")]
    features = json.loads(opened(app, geojson).body)["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [7.63, 51.96]}
    assert features[0]["properties"]["ort"] == "Münster"
    assert not [link for link in section(app, published["open"]).xpath(".//a/@href") if ".geojson" in link]


def test_citations(app: Any, published: dict[str, str]) -> None:
    """Of a part: the address is that of the part in its release."""
    release = releases.current().release_id
    stem = f"/digitalisierung/daten/measures/{release}/measures"
    asked = "status=in_preparation"
    (told,) = json.loads(app.get(f"{stem}.csl.json?{asked}").body)
    assert told["URL"] == f"{SITE}{stem}.csv?{asked}"
    assert told["note"].endswith(f". {asked}")
    answer = app.get(f"{stem}.bib?{asked}")
    assert answer.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert f"{stem}.csv?{asked}" in answer.body
    assert "ER  - " in app.get(f"{stem}.ris").body
    assert "unsinn" in app.get(f"{stem}.bib?unsinn=1", status=400).body


def test_what_changed_in_a_table_of_an_office(
    app: Any, published: dict[str, str], personas: dict[str, str]
) -> None:
    """As in an open table: by its page, and by the action for who may see it."""
    context = {"user": personas["editor"]}
    upload = FileStorage(io.BytesIO(TABLE.replace(b"88,4", b"89,4")), "anteile.csv")
    told = {"dataset": "anteile", "upload": upload}
    draft = tk.get_action("digitalms_dataset_draft_create")(dict(context), told)
    tk.get_action("digitalms_dataset_publish")(dict(context), {"id": draft["id"]})
    page = html.fromstring(app.get("/digitalisierung/daten/datensatz/anteile/").body)
    (link,) = [link for link in page.xpath("//a/@href") if link.endswith("/unterschied")]
    text = " ".join(html.fromstring(app.get(link).body).xpath("string(//main)").split())
    assert "89,4" in text
    tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "anteile", "private": True})
    for path in (link, "/api/action/digitalms_release_diff?table=anteile"):
        assert app.get(path, status=None, follow_redirects=False).status_code != 200
    assert app.get("/api/action/digitalms_release_diff?table=unsinn", status=409)


def test_a_private_table(app: Any, published: dict[str, str], personas: dict[str, str]) -> None:
    """Its office takes it along and cannot embed it; nobody else learns of its citation."""
    cite = section(app, "anteile").xpath(".//a[contains(@href, '.bib')]/@href")[0].removeprefix(SITE)
    tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "anteile", "private": True})
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    shown = section(app, "anteile", headers=token)
    assert shown.xpath(".//textarea[contains(@id, 'dm-cite')]")
    assert not shown.xpath(".//textarea[contains(@id, '-frame')]")
    assert app.get(cite, headers=token).headers["Cache-Control"] == "private, no-cache"
    assert app.get(cite, status=None, follow_redirects=False).status_code != 200
    assert app.get("/digitalisierung/einbetten/datensatz/anteile", headers=token, status=404)


class TestUses:
    """Who may see a table is told where it is used; of what is internal nobody learns."""

    def test_anonymous(
        self, app: Any, published: dict[str, str], personas: dict[str, str], make_measure: Callable[..., Any]
    ) -> None:
        """A report, a paper, a measure by its link (not one whose link only begins alike), a page."""
        context = {"user": personas["coordinator"]}
        link = {"title": "Anteile", "url": f"{SITE}/dataset/anteile"}
        make_measure(name="nutzt", title="Nutzt", links=[link])
        make_measure(name="anderes", title="Anderes", links=[{**link, "url": f"{SITE}/dataset/anteile-2"}])
        make_measure(name="geheim", title="Geheim", links=[link], private=True)
        found = tk.get_action("digitalms_table_use_list")({"user": ""}, {"table": "anteile"})
        assert [(one["kind"], one["title"]) for one in found["results"]] == [("measure", "Nutzt")]
        assert found["results"][0]["url"] == f"{SITE}/digitalisierungsmassnahme/nutzt"
        told = {"title": "Bericht 2019", "as_of": "2019-03-14", "previous": "2018-03-14"}
        report = tk.get_action("digitalms_report_create")(dict(context), told)["name"]
        tk.get_action("digitalms_report_freeze")(dict(context), {"id": report})
        release = releases.current().release_id
        noted = f"{releases.current().manifest['cited']}; V/0123/2027"
        tk.get_action("digitalms_release_cite")(dict(context), {"release_id": release, "cited_in": noted})
        found = tk.get_action("digitalms_table_use_list")({"user": ""}, {"table": "measures"})["results"]
        assert [one["kind"] for one in found] == ["report", "paper", "page"]
        assert "Bericht 2019" in found[0]["title"]
        assert (found[1]["title"], found[1]["url"]) == ("V/0123/2027", None)
        shown = section(app, published["open"]).xpath("string(.//details[contains(., 'Verwendet')])")
        assert "V/0123/2027" in shown
        of_day = section(app, f"{published['open']}?stichtag=2019-06-01")
        assert of_day.xpath(".//a[@href='/digitalisierung?stichtag=2019-06-01']")
        for one in found:
            assert one["url"] is None or opened(app, one["url"]).status_code == 200

    def test_of_a_private_table(self, published: dict[str, str], personas: dict[str, str]) -> None:
        tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "anteile", "private": True})
        for persona in ("anonymous", "stranger", "other_editor"):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action("digitalms_table_use_list")({"user": personas[persona]}, {"table": "anteile"})
        for persona in ("editor", "coordinator", "sysadmin"):
            asked = {"user": personas[persona]}, {"table": "anteile"}
            assert tk.get_action("digitalms_table_use_list")(*asked)["count"] == 0
