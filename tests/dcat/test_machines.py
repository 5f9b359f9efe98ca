"""What search engines and programs ask first."""

from __future__ import annotations

import urllib.robotparser

import pytest
from ckan.tests import factories
from lxml import etree

from ckanext.digitalms.dcat import catalogue

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

SITE = "http://test.ckan.net"
SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def places(app, address):
    answer = app.get(address.removeprefix(SITE))
    assert answer.headers["Content-Type"].startswith("application/xml")
    return [one.text for one in etree.fromstring(answer.data).iterfind(".//s:loc", SPACE)]


def test_sitemap(app, make_measure, office, monkeypatch):
    """Leads by parts to each public page once, which is there; to nothing that is private."""
    make_measure()
    factories.Dataset(name="baeume", owner_org=office["id"])
    factories.Dataset(name="geheim", private=True, owner_org=office["id"])
    monkeypatch.setattr(catalogue, "PAGE", 1)
    parts = places(app, "/sitemap.xml")
    assert len(parts) == 3
    found = [page for part in parts for page in places(app, part)]
    assert len(found) == len(set(found))
    assert f"{SITE}/digitalisierungsmassnahme/dms" in found
    assert f"{SITE}/dataset/baeume" in found
    assert f"{SITE}/dataset/geheim" not in found
    for page in found:
        assert app.get(page.removeprefix(SITE), follow_redirects=False).status_code == 200, page
    for nonsense in ("/sitemap/99.xml", "/sitemap/1000000000000.xml", "/sitemap/x.xml"):
        assert app.get(nonsense, status=404).status_code == 404


def test_robots(app):
    """The API, the feed and pages may be read; facets may not."""
    body = app.get("/robots.txt").body
    assert f"Sitemap: {SITE}/sitemap.xml" in body
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(body.splitlines())
    for address in ("/api/3/action/digitalms_measure_list", "/catalog.ttl", "/dataset/baeume", "/"):
        assert rules.can_fetch("bot", f"{SITE}{address}"), address
    for address in ("/user/login", "/dataset/edit/x", "/dataset/new"):
        assert not rules.can_fetch("bot", f"{SITE}{address}"), address
    # Python's reader knows no wildcards (RFC 9309)
    for facets in ("/dataset/?*", "/*/dataset/?*", "/digitalisierung/suche/?*"):
        assert f"Disallow: {facets}" in body.splitlines()


def test_llms(app):
    """Tables, their columns, actions and licence, in two languages; what it names is there."""
    for path, word in (("/llms.txt", "Lizenz"), ("/en/llms.txt", "Licence")):
        answer = app.get(path)
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert f"## {word}" in answer.body
        assert f"{SITE}/digitalisierung/daten/measures.csv" in answer.body
        assert "digitalms_measure_list" in answer.body
        assert f"{SITE}/dataset/NAME.croissant.json" in answer.body
    assert "Alles hier ist öffentlich" in app.get("/llms.txt").body
    again = app.get("/llms.txt", headers={"If-None-Match": app.get("/llms.txt").headers["ETag"]})
    assert again.status_code == 304
