"""What stands on pages of others: it knows nobody, says whose it is, and goes when it is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from header_checks import markup_faults
from lxml import html

from ckanext.digitalms.services.figures import use

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

EMBED, OEMBED = "/digitalisierung/einbetten", "/digitalisierung/oembed"
SITE = "http://test.ckan.net"
PAUSED = {"status": "paused", "status_reason": "Stelle nicht besetzt"}
FIGURE = {
    "title": "Arbeitsplätze <b>",
    "value": "30",
    "unit": "%",
    "target": "70",
    "day": "2019-03-01",
    "definition": "Anteil mit elektronischer Akte",
    "source": "citeq",
}


@pytest.fixture
def measure(personas: dict[str, str], make_measure: Callable[..., Any]) -> dict[str, Any]:
    """A measure with a figure of two values, goals of two years and milestones."""
    goals = [{"year": "2019", "text": "Pilot"}, {"year": "2020", "text": "Schulung"}]
    dates = [
        {
            "title": f"Schritt {year}",
            "date_text": str(year),
            "earliest": f"{year}-01-01",
            "latest": f"{year}-12-31",
        }
        for year in (2019, 2021)
    ]
    made = make_measure(indicators=[FIGURE], goals=goals, milestones=dates)
    row = {**made["indicators"][0], "value": "45.5", "day": "2019-12-31"}
    told = {"id": "dms", "as_of": "2020-01-15", "indicators": [row], **PAUSED}
    return dict(tk.get_action("package_patch")({"user": personas["sysadmin"]}, told))


@pytest.fixture
def published(
    measure: Any, personas: dict[str, str], tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open tables."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    tk.get_action("digitalms_table_publish")({"user": personas["sysadmin"]}, {})


def every(measure: dict[str, Any]) -> list[str]:
    stem = f"{EMBED}/massnahme/dms"
    figure = measure["indicators"][0]["id"]
    return [
        f"{EMBED}/statusverlauf",
        f"{EMBED}/meilensteine",
        stem,
        f"{stem}/kennzahl/{figure}",
        f"{stem}/ziele",
        f"{stem}/meilensteine",
    ]


def test_frames(app: Any, measure: dict[str, Any]) -> None:
    """Each has a heading, source, licence, Stand and the way back; nothing in it runs, is sent or is kept."""
    for path in every(measure):
        answer = app.get(path)
        page = html.fromstring(answer.body)
        assert len(page.xpath("//h1")) == 1, path
        assert len(page.xpath("//main//svg[@role='img']")) == (0 if path.endswith("/dms") else 1), path
        footer = page.xpath("string(//footer)")
        assert "Quelle: " in footer, path
        assert "Stand: " in footer, path
        assert page.xpath("//footer//a[@rel='license noopener']"), path
        for link in page.xpath("//a"):
            assert link.get("target") == "_blank", path
        assert page.xpath("//form | //script | //iframe | //input") == [], path
        assert list(markup_faults(page)) == [], path
        assert answer.headers.getlist("Set-Cookie") == [], path
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'none'", "form-action 'none'", "frame-ancestors *"} <= set(
            policy
        )
        assert answer.headers["Cache-Control"] == "public, no-cache", path
        again = app.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304, path


def test_figures_of_use_are_those_of_now(app: Any, measure: dict[str, Any]) -> None:
    """They are counted outside the database, which does not change with them."""
    path = f"{EMBED}/katalog-in-zahlen/downloads"
    use.count("downloads", "measures")  # without any there is nothing to embed
    before = app.get(path)
    use.count("downloads", "measures")
    after = app.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.body != before.body


def test_pictures(app: Any, measure: dict[str, Any]) -> None:
    """The same as SVG, which any page may show."""
    for path in every(measure):
        answer = app.get(f"{path}.svg")
        assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        told = " ".join(ET.fromstring(answer.body).itertext())
        assert "Quelle: " in told
        assert "Stand: " in told
        again = app.get(f"{path}.svg", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, no-cache")


def test_own_pages_stay_unframed(app: Any, measure: dict[str, Any]) -> None:
    for path in ("/digitalisierung", "/digitalisierungsmassnahme/dms", "/digitalisierung/einbettung"):
        policy = app.get(path, status=None).headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'none'")


def test_figures_of_the_catalogue(app: Any, measure: dict[str, Any]) -> None:
    """Each plot of the page has its code, and the frame of each is there."""
    page = html.fromstring(app.get("/digitalisierung/katalog-in-zahlen").body)
    codes = [one.text for one in page.xpath("//textarea[contains(@id, '-frame')]")]
    assert len(codes) == len(page.xpath("//div[@class='dm-plot-drawing']")) > 0
    for code in codes:
        source = html.fromstring(code).get("src").removeprefix(SITE)
        assert "Monat 20" in app.get(source).body
        ET.fromstring(app.get(f"{source}.svg").body)
    assert app.get(f"{EMBED}/katalog-in-zahlen/unsinn", status=404)


def test_a_day(app: Any, measure: dict[str, Any]) -> None:
    """The day of the address is that of the frame, and of the page that it leads to."""
    then = app.get(f"{EMBED}/massnahme/dms?stichtag=2019-06-01").body
    assert "in Vorbereitung" in then
    assert "stichtag=2019-06-01" in html.fromstring(then).xpath("string(//link[@rel='canonical']/@href)")
    assert "ruht" in app.get(f"{EMBED}/massnahme/dms").body
    wrong = app.get(f"{EMBED}/massnahme/dms?stichtag=gestern", status=400)
    assert "gestern" in wrong.body


class TestWhoAsks:
    """An internal measure is nobody's here, whoever asks."""

    def test_internal(self, app: Any, personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
        make_measure(private=True)
        page = f"{SITE}/digitalisierungsmassnahme/dms"
        for user in personas.values():
            headers = {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
            for path in (f"{EMBED}/massnahme/dms", f"{EMBED}/massnahme/dms.svg"):
                answer = app.get(path, headers=headers, status=404)
                assert "nicht" in answer.body
                assert "Dokumenten" not in answer.body
            assert app.get(OEMBED, query_string={"url": page}, headers=headers).status_code == 404

    def test_signed_in(self, app: Any, personas: dict[str, str], make_measure: Callable[..., Any]) -> None:
        """Nor by a session, which is not read; and it does not end."""
        make_measure(private=True)
        user = factories.User(password="Geheim-4711-lang", sysadmin=True)
        client = app.test_client()
        told = {"login": user["name"], "password": "Geheim-4711-lang", "_csrf_token": ""}
        client.post("/user/login", data=told)
        assert client.get("/digitalisierungsmassnahme/dms").status_code == 200
        answer = client.get(f"{EMBED}/massnahme/dms")
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (404, [])
        assert client.get("/digitalisierungsmassnahme/dms").status_code == 200


def test_withdrawn(app: Any, measure: dict[str, Any], personas: dict[str, str]) -> None:
    """What was to be seen a moment ago is not there, for who kept it, too."""
    paths = [path for path in every(measure) if "/massnahme/" in path]
    etags = {path: app.get(path).headers["ETag"] for path in paths}
    tk.get_action("package_patch")({"user": personas["sysadmin"]}, {"id": "dms", "private": True})
    for path, etag in etags.items():
        answer = app.get(path, headers={"If-None-Match": etag}, status=404)
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
        page = html.fromstring(answer.body)
        assert page.xpath("string(//h1)") == "Nicht gefunden"
        assert page.xpath("//header | //nav | //form") == []


def test_what_is_not_there(app: Any, measure: dict[str, Any]) -> None:
    for path in (
        "unsinn",
        "massnahme",
        "massnahme/dms/kennzahl/x",
        "massnahme/dms/ziele/x",
        "tabelle/x",
        "tabelle",
    ):
        answer = app.get(f"{EMBED}/{path}", status=404)
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
        ET.fromstring(app.get(f"{EMBED}/{path}.svg", status=404).body)


class TestTables:
    def test_rows(self, app: Any, published: None) -> None:
        """By a filter as downloads take it, with German words, and how many there are in all."""
        page = html.fromstring(app.get(f"{EMBED}/tabelle/milestones?columns=title,latest,state&limit=1").body)
        assert [one.text for one in page.xpath("//th")] == ["Meilenstein", "Spätestens am", "Zustand"]
        assert [one.text for one in page.xpath("//td")][:2] == ["Schritt 2019", "31.12.2019"]
        assert "1 von 2 Zeilen" in page.xpath("string(//main)")
        assert page.xpath("//*[@role='region'][@tabindex='0']")

    def test_a_day(self, app: Any, published: None) -> None:
        path = f"{EMBED}/tabelle/measures?columns=status&stichtag=2019-06-01"
        assert [one.text for one in html.fromstring(app.get(path).body).xpath("//td")] == ["in Vorbereitung"]

    def test_plot(self, app: Any, published: None) -> None:
        """The plot of a look into a table, by its address; the page has the code, oEmbed knows the page."""
        asked = "_diagramm=bar&_x=state&title=Schritt+2019"
        look = f"/digitalisierung/tabelle/milestones?{asked}"
        told = json.loads(app.get(OEMBED, query_string={"url": SITE + look}).body)
        source = html.fromstring(told["html"]).get("src").removeprefix(SITE)
        assert source == f"{EMBED}/tabelle/milestones/diagramm?{asked}"
        page = html.fromstring(app.get(source).body)
        assert page.xpath("//main//svg[@role='img']")
        assert page.xpath("string(//link[@rel='canonical']/@href)") == look
        ET.fromstring(app.get(source.replace("/diagramm?", "/diagramm.svg?")).body)
        codes = html.fromstring(app.get(look).body).xpath("//textarea[contains(@id, '-frame')]")
        assert [code for code in codes if "/tabelle/milestones/diagramm?" in code.text]
        assert app.get(f"{EMBED}/tabelle/milestones/diagramm", status=404)
        assert app.get(f"{EMBED}/tabelle/milestones/diagramm?_diagramm=bar&_x=unsinn", status=400)

    def test_wrong_filter(self, app: Any, published: None) -> None:
        answer = app.get(f"{EMBED}/tabelle/measures?unsinn=1", status=400)
        assert "unsinn" in answer.body
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")

    def test_no_picture(self, app: Any, published: None) -> None:
        assert "Rahmen" in app.get(f"{EMBED}/tabelle/measures.svg", status=404).body


class TestOEmbed:
    def test_pages(self, app: Any, published: None, measure: dict[str, Any]) -> None:
        """Each page that says so has an answer whose frame is there."""
        figure = measure["indicators"][0]["id"]
        dataset = tk.get_action("digitalms_table_list")({"ignore_auth": True}, {})["results"][0]["dataset"]
        pages = {
            "/digitalisierung": "/statusverlauf",
            "/digitalisierung/meilensteine?measure=dms": "/meilensteine?measure=dms",
            "/digitalisierungsmassnahme/dms?stichtag=2019-06-01": "/massnahme/dms?stichtag=2019-06-01",
            f"/digitalisierungsmassnahme/dms#kennzahl-{figure}": f"/massnahme/dms/kennzahl/{figure}",
            "/digitalisierungsmassnahme/dms#ziele": "/massnahme/dms/ziele",
            f"/dataset/{dataset}": "/tabelle/measures",
            "/digitalisierung/daten/measures/": "/tabelle/measures",
            "/digitalisierung/daten/measures.csv?status=paused": "/tabelle/measures?status=paused",
            "/digitalisierung/einbetten/statusverlauf": "/statusverlauf",
        }
        for page, frame in pages.items():
            answer = app.get(OEMBED, query_string={"url": SITE + page})
            told = json.loads(answer.body)
            assert (told["version"], told["type"]) == ("1.0", "rich")
            assert told["title"]
            source = html.fromstring(told["html"]).get("src")
            assert source == f"{SITE}{EMBED}{frame}"
            assert app.get(source.removeprefix(SITE)).status_code == 200

    def test_discovery(self, app: Any, published: None) -> None:
        """The page leads there, in its language and of its day."""
        page = html.fromstring(app.get("/en/digitalisierungsmassnahme/dms?stichtag=2019-06-01").body)
        for kind in ("application/json+oembed", "text/xml+oembed"):
            (href,) = page.xpath(f"//link[@rel='alternate'][@type='{kind}']/@href")
            answer = app.get(href.removeprefix(SITE))
            assert "/en/digitalisierung/einbetten/massnahme/dms?stichtag=2019-06-01" in answer.body
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert ET.fromstring(answer.body).findtext("width") == "600"

    def test_sizes(self, app: Any, measure: dict[str, Any]) -> None:
        page = f"{SITE}/digitalisierung"
        answer = app.get(OEMBED, query_string={"url": page, "maxwidth": "320", "maxheight": "200"})
        told = json.loads(answer.body)
        assert (told["width"], told["height"]) == (320, 200)

    def test_refusals(self, app: Any) -> None:
        """As the specification numbers them; the internal is not there, so that nobody learns of it."""
        page = f"{SITE}/digitalisierung"
        for asked, code in (
            ({}, 400),
            ({"url": page, "format": "yaml"}, 501),
            ({"url": page, "maxwidth": "breit"}, 400),
            ({"url": "https://example.org/digitalisierung"}, 404),
            ({"url": f"{page}/definitionen"}, 404),
            ({"url": f"{SITE}/gibt-es-nicht"}, 404),
            ({"url": "http://[::1"}, 404),
            ({"url": "javascript:alert(1)"}, 404),
            ({"url": f"{SITE}/digitalisierungsmassnahme/%00"}, 404),
        ):
            assert json.loads(app.get(OEMBED, query_string=asked, status=code).body)["error"]


def test_pages_have_the_code(app: Any, measure: dict[str, Any]) -> None:
    """Each plot and figure says how it is embedded; what is copied is what the frame is."""
    for path in ("/digitalisierung", "/digitalisierung/meilensteine", "/digitalisierungsmassnahme/dms"):
        page = html.fromstring(app.get(f"{path}?stichtag=2022-01-01").body)
        plots = page.xpath("//div[@class='dm-plot-drawing']")
        codes = [one.text for one in page.xpath("//textarea[contains(@id, '-frame')]")]
        assert len(codes) >= len(plots) > 0
        for code in codes:
            source = html.fromstring(code).get("src")
            assert app.get(source.removeprefix(SITE)).status_code == 200
        for code in (one.text for one in page.xpath("//textarea[contains(@id, '-image')]")):
            (source,) = html.fromstring(code).xpath(".//img/@src")
            assert app.get(source.removeprefix(SITE)).status_code == 200


def test_an_internal_measure_has_no_code(app: Any, personas: dict[str, str], make_measure: Any) -> None:
    make_measure(private=True)
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    page = html.fromstring(app.get("/digitalisierungsmassnahme/dms", headers=token).body)
    assert page.xpath("//details[contains(@class, 'dm-embed-code')]") == []
