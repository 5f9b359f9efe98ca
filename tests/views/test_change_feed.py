"""What changed day by day: page, Atom (read by feedparser), JSON Feed and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import feedparser
import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import call_action
from lxml import etree
from stored_state import STATE

pytestmark = pytest.mark.usefixtures("with_plugins", "news")

PAGE = "/digitalisierung/aenderungen"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def news(make_measure):
    """Two measures and a change."""

    def make():
        made = make_measure(title="Akten & <Mappen>")
        make_measure(name="portal", title="Serviceportal", as_of="2019-10-01", council_references=[])
        steps = [{**made["steps"][0], "state": "done"}, made["steps"][1]]
        call_action(
            "package_patch", id="dms", as_of="2019-09-01", steps=steps, statement="Läuft 🚀 ]]> & <gut>"
        )

    STATE.once("news of two measures", make)


def feed(app, form="atom", **asked):
    return app.get(f"{PAGE}.{form}", query_string=asked)


class TestPage:
    def test_in_german(self, app):
        """By the day on which it was learnt, with what changed."""
        page = BeautifulSoup(app.get(PAGE).body, "html.parser")
        cards = [" ".join(card.get_text(" ").split()) for card in page.select(".dm-card")]
        assert len(cards) == 3
        assert cards[0].startswith("Akten & <Mappen>")
        assert "erreicht Umgesetzt: „Rechte und Rollen“, bisher in Vorbereitung." in cards[0]
        assert "neu Die Maßnahme ist neu im Katalog." in cards[1]
        assert len(page.select("main h2")) == 1

    def test_of_something(self, app):
        """A filter is in the address and in the title."""
        page = BeautifulSoup(app.get(PAGE, query_string={"massnahme": "portal"}).body, "html.parser")
        assert page.h1.get_text(strip=True) == "Änderungen: Serviceportal"
        assert len(page.select(".dm-card")) == 1

    def test_nothing(self, app):
        """A filter that finds nothing says so."""
        answer = app.get(PAGE, query_string={"massnahme": "gibt-es-nicht"})
        assert "Keine Änderung passt zu diesen Filtern." in answer.body

    def test_bad_input(self, app):
        """A sentence at the field, and what was typed stays."""
        page = BeautifulSoup(app.get(PAGE, query_string={"ratsbezug": "Diverse"}).body, "html.parser")
        assert page.select_one("#dm-ratsbezug-error").get_text(strip=True)
        assert page.select_one("#dm-ratsbezug")["value"] == "Diverse"

    @pytest.mark.parametrize(
        ("path", "asked"),
        [
            ("/digitalisierung", ""),
            (PAGE, ""),
            ("/digitalisierungsmassnahme/dms", "?massnahme=dms"),
            ("/digitalisierung/ratsbezug/V/0954/2018", "?ratsbezug=V/0954/2018"),
            ("/organization/citeq", "?organisation=citeq"),
        ],
    )
    def test_the_head_of_pages(self, app, path, asked):
        """Feed readers find the feed of what a page shows."""
        page = BeautifulSoup(app.get(path).body, "html.parser")
        links = {link["type"]: link["href"] for link in page.select("head link[rel=alternate][title]")}
        for form, kind in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
            assert links[kind].replace("%2F", "/") == f"{PAGE}.{form}{asked}"
            app.get(links[kind], status=200)


class TestAtom:
    def test_what_the_standard_wants(self, app):
        """RFC 4287: each entry has one id, title, moment and link; ids are unique; the newest is first."""
        answer = feed(app)
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        root = etree.fromstring(answer.body.encode())
        for path in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
            assert len(root.xpath(path, namespaces=ATOM)) == 1, path
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
        entries = root.xpath("a:entry", namespaces=ATOM)
        for each in entries:
            for path in (
                "a:id",
                "a:title",
                "a:updated",
                "a:link[not(@rel) or @rel='alternate']",
                "a:content",
            ):
                assert len(each.xpath(path, namespaces=ATOM)) == 1, path
        ids = root.xpath("a:entry/a:id/text()", namespaces=ATOM)
        assert len(set(ids)) == len(entries) == 3
        moments = [
            datetime.fromisoformat(one) for one in root.xpath("a:entry/a:updated/text()", namespaces=ATOM)
        ]
        assert moments == sorted(moments, reverse=True)
        assert root.xpath("string(a:updated)", namespaces=ATOM) == moments[0].isoformat()

    def test_as_a_reader_sees_it(self, app):
        """Well-formed, in German, with text as it was typed, and with links that lead to the measure."""
        found = feedparser.parse(feed(app).body)
        assert not found.bozo
        assert (found.version, found.feed.language) == ("atom10", "de")
        first = found.entries[0]
        assert first.title == "Akten & <Mappen>: ein Schritt umgesetzt, ein Text geändert"
        text = BeautifulSoup(first.content[0].value, "html.parser").get_text(" ")
        assert "Läuft 🚀 ]]> & <gut>" in text
        assert first.link.endswith("/digitalisierungsmassnahme/dms#verlauf")
        assert first.id.startswith("tag:")
        app.get(first.link, status=200)

    def test_ids_stay(self, app):
        """What comes later changes no id."""
        before = [one.id for one in feedparser.parse(feed(app).body).entries]
        call_action("package_patch", id="portal", as_of="2020-01-01", status="in_progress")
        assert [one.id for one in feedparser.parse(feed(app).body).entries][1:] == before

    def test_in_english(self, app):
        """At the English address."""
        found = feedparser.parse(app.get(f"/en{PAGE}.atom").body)
        assert found.feed.language == "en"
        assert found.entries[0].title.endswith("one step implemented, one text changed")

    def test_what_xml_cannot_hold(self, app):
        """Right-to-left, an emoji and a word of 500 letters stay; the feed is well-formed."""
        words = f"עברית 🙂 {'x' * 500} \ufffe"
        call_action("package_patch", id="dms", vision=words, as_of="2020-01-01")
        found = feedparser.parse(feed(app).body)
        assert not found.bozo
        assert "עברית 🙂" in found.entries[0].content[0].value

    def test_an_empty_feed(self, app):
        """Nothing to tell is a feed, too."""
        found = feedparser.parse(feed(app, massnahme="gibt-es-nicht").body)
        assert (found.bozo, found.entries) == (False, [])

    def test_parts(self, app, monkeypatch):
        """Older entries are in the following parts (RFC 5005)."""
        monkeypatch.setattr("ckanext.digitalms.views.change_feed.SHOWN", 2)
        first = feedparser.parse(feed(app).body)
        [following] = [link.href for link in first.feed.links if link.rel == "next"]
        second = feedparser.parse(app.get(following).body)
        assert (len(first.entries), len(second.entries)) == (2, 1)
        assert first.feed.id == second.feed.id
        assert not [link for link in second.feed.links if link.rel == "next"]


class TestOtherForms:
    def test_json_feed(self, app):
        """JSON Feed 1.1, with what it requires."""
        answer = feed(app, "json")
        assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
        told = json.loads(answer.body)
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert (told["language"], len(told["items"])) == ("de", 3)
        for item in told["items"]:
            assert isinstance(item["id"], str)
            assert item["url"].startswith("http")
            assert item["content_html"]
            datetime.fromisoformat(item["date_published"])
        atom = feedparser.parse(feed(app).body)
        assert [item["id"] for item in told["items"]] == [entry.id for entry in atom.entries]

    def test_csv(self, app):
        """A row for each change."""
        rows = list(csv.DictReader(io.StringIO(feed(app, "csv").body)))
        assert [row["kind"] for row in rows] == ["reached", "wording", "new", "new"]
        assert rows[0]["after"] == "done"

    @pytest.mark.parametrize("form", ["atom", "json", "csv"])
    def test_not_changed(self, app, form):
        """Who has it already is told so, until something changes."""
        tag = feed(app, form).headers["ETag"]
        again = app.get(f"{PAGE}.{form}", headers={"If-None-Match": tag}, status=304)
        assert not again.body
        call_action("package_patch", id="portal", as_of="2020-01-01", status="in_progress")
        assert app.get(f"{PAGE}.{form}", headers={"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize("form", ["atom", "json", "csv"])
    @pytest.mark.parametrize("asked", [{"ratsbezug": "Diverse"}, {"unsinn": "1"}])
    def test_bad_input(self, app, form, asked):
        """A program is told by the code, and why."""
        app.get(f"{PAGE}.{form}", query_string=asked, status=400)

    @pytest.mark.parametrize("form", ["atom", "json", "csv"])
    def test_nothing_leaks(self, app, form):
        """What was made private or blanked is in no feed."""
        call_action("digitalms_redact", text="Rechte und Rollen", reason="Versehen")
        call_action("package_patch", id="portal", private=True)
        body = feed(app, form).body
        assert "Rechte und Rollen" not in body
        assert "Serviceportal" not in body
        assert "Mappen" in body
