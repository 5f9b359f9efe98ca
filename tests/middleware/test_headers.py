"""Every page of the whole site has the headers, and nothing in it that they forbid."""

from __future__ import annotations

import json
import re

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from site_pages import addresses, fill

pytestmark = pytest.mark.usefixtures("catalogue")

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
ADDRESS = re.compile(r"\s*(javascript|vbscript|data):", re.IGNORECASE)


def header_faults(answer):
    """Return what is wrong with the headers of an answer."""
    for name, value in FIXED.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    policy = set(answer.headers.get("Content-Security-Policy", "").split("; "))
    if "default-src 'none'" not in policy and not POLICY - {"frame-ancestors 'none'"} <= policy:
        yield f"policy: {policy}"
    if "Permissions-Policy" not in answer.headers:
        yield "no Permissions-Policy"


def markup_faults(body):
    """Return what the policy would stop in a page."""
    page = BeautifulSoup(body, "html.parser")
    for element in page.find_all(True):
        told = str(element)[:160]
        if (element.name == "script" and not element.get("src")) or element.name == "style":
            yield f"inline: {told}"
        for name, value in element.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{name}: {told}"
            elif name in {"href", "src", "action", "formaction"} and ADDRESS.match(str(value)):
                yield f"{name}={value}: {told}"
            elif name.startswith("hx-") and "js:" in str(value):
                yield f"{name}: {told}"
    if "nonce" in body and page.find(attrs={"nonce": True}):
        yield "a nonce"


def site_faults(app, paths, headers):
    """Return what is wrong with each of many pages."""
    for path in paths:
        answer = app.get(path, headers=headers, follow_redirects=False, status=None)
        yield from (f"{path}: {fault}" for fault in header_faults(answer))
        if answer.mimetype == "text/html":
            yield from (f"{path} ({answer.status_code}): {fault}" for fault in markup_faults(answer.text))


@pytest.fixture
def pages(app, personas, make_measure, make_sources, monkeypatch):
    """Fill the catalogue; return the address of every page, and of some that are not there."""
    # what fails is answered, as with a real server
    monkeypatch.setitem(app.flask_app.config, "PROPAGATE_EXCEPTIONS", False)
    known = fill(personas, make_measure, make_sources)
    found = sorted(set(addresses(app, known)))
    assert len(found) > 150
    return [*found, "/gibt-es-nicht", "/dataset/gibt-es-nicht", "/en/digitalisierung", "/dataset/?q=%22"]


def test_every_page(app, pages, personas):
    """As anonymous and as sysadmin."""
    token = factories.APIToken(user=personas["sysadmin"])["token"]
    for headers in ({}, {"Authorization": token}):
        assert list(site_faults(app, pages, headers)) == []


def test_answers_without_a_page(app, personas):
    """Errors of the API, of methods and of what is sent; files; a 304."""
    token = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    answers = [
        app.get("/api/3/action/package_show?id=x", status=404),
        app.post("/api/3/action/package_show", data="{", headers=token, status=415),
        app.post("/", status=None),
        app.get("/api/3/action/status_show"),
        app.get("/base/images/ckan-logo.png", status=None),
        app.get("/robots.txt"),
        app.get("/digitalisierung/daten/gibt-es-nicht.csv", status=404),
    ]
    style = app.get("/digitalisierung/aussehen/alt.css")
    known = app.get("/digitalisierung/aussehen/alt.css", headers={"If-None-Match": style.headers["ETag"]})
    assert known.status_code == 304
    for answer in (*answers, style, known):
        assert list(header_faults(answer)) == [], answer


def test_who_may_embed(app, personas, make_measure, make_sources, ckan_config):
    """Own pages nobody, previews of resources those that are named."""
    known = fill(personas, make_measure, make_sources)["dataset"]
    view = f"/dataset/{known['id']}/resource/{known['resource_id']}/view"
    policy = app.get(view, status=None).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self'")
    ckan_config["ckanext.digitalms.headers.embedders"] = ["https://www.example.org"]
    ckan_config["ckanext.digitalms.headers.image_hosts"] = ["https://karten.example.org"]
    policy = app.get(view, status=None).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.example.org")
    other = app.get("/digitalisierung").headers["Content-Security-Policy"]
    assert other.endswith("frame-ancestors 'none'")
    assert "img-src 'self' data: https://karten.example.org;" in other


def test_what_a_view_says_of_caching_stays(app, personas, make_measure, make_sources):
    """CKAN would call what is private public, and what stays for good old at once."""
    known = fill(personas, make_measure, make_sources)
    token = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
    draft = f"/digitalisierung/daten/neu/{known['digitalms']['draft_id']}/datei"
    assert app.get(draft, headers=token).headers["Cache-Control"] == "private, no-cache"
    assert app.get("/digitalisierung/daten/measures.csv").headers["Cache-Control"] == "public, no-cache"


def test_https_is_kept_where_it_is(app, ckan_config):
    """A browser that came by https comes so again."""
    assert "Strict-Transport-Security" not in app.get("/about").headers
    ckan_config["ckan.site_url"] = "https://daten.example.org"
    assert app.get("/about").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_answer_of_the_api_is_no_script(app):
    """JSONP would be a script of any content from our own host."""
    answer = app.get("/api/3/action/status_show?callback=alert(1)//")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.body)["success"] is True


def test_the_look_is_a_stylesheet_to_keep(app, ckan_config):
    """Its address changes with colours and with what a sysadmin writes; a former one is not kept."""

    def link():
        page = BeautifulSoup(app.get("/digitalisierung").body, "html.parser")
        return page.find("link", href=re.compile("aussehen"))["href"]

    first = link()
    style = app.get(first)
    assert style.mimetype == "text/css"
    assert "--dm-primary: #00586a" in style.text
    assert "source-sans-3-italic.woff2" in style.text
    assert "immutable" in style.headers["Cache-Control"]
    assert "max-age=31536000" in style.headers["Cache-Control"]
    ckan_config["ckanext.digitalms.theme.primary"] = "#123456"
    ckan_config["ckanext.digitalms.theme.accent"] = "red;}</style><script>"
    from ckan.lib.app_globals import app_globals

    app_globals.site_custom_css = ".stadt { color: green }"
    second = link()
    assert second != first
    changed = app.get(second).text
    assert "--dm-primary: #123456" in changed
    assert "script" not in changed
    assert ".stadt { color: green }" in changed
    assert "immutable" not in app.get(first).headers["Cache-Control"]
    assert "<style" not in app.get("/digitalisierung").text


def test_what_a_browser_keeps_of_accounts(app, personas, make_measure, sign_in, csrf_token):
    """Pages of an account nowhere, pages made for it never unasked; signing out clears all of it."""
    make_measure()
    factories.User(name="leser", password="nur-im-test-2019")
    browser = app.test_client()
    assert sign_in(browser, "leser").status_code == 302
    kept = {
        path: browser.get(path).headers["Cache-Control"]
        for path in ("/user/edit", "/digitalisierung", "/dataset/")
    }
    assert "no-store" in kept["/user/edit"]
    assert "no-cache" in kept["/digitalisierung"]
    assert "no-cache" in kept["/dataset/"]
    assert "no-store" in browser.get("/api/action/user_show?id=leser").headers["Cache-Control"]
    token = csrf_token(browser.get("/about"))
    out = browser.post("/user/_logout", data={"_csrf_token": token}, follow_redirects=False)
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get("/").headers


def test_what_a_proxy_keeps_of_a_token_s_answers(app, personas, make_measure, ckan_config, monkeypatch):
    """Nothing of API and pages, also where strangers' are kept for a while; files are everybody's."""
    monkeypatch.setitem(ckan_config, "ckan.cache_expires", 60)
    make_measure(private=True)
    client = app.test_client(use_cookies=False)
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    for address in ("/api/action/package_show?id=dms", "/digitalisierungsmassnahme/dms", "/dataset/"):
        answer = client.get(address, headers=token)
        assert answer.status_code == 200
        kept = answer.headers["Cache-Control"]
        assert "private" in kept, address
        assert "public" not in kept, address
        assert "max-age=60" not in kept, address
    assert "public" in client.get("/base/css/main.css", headers=token).headers["Cache-Control"]
    assert "public" in client.get("/api/action/package_search").headers["Cache-Control"]


def test_what_an_answer_is(app):
    """XML says its encoding, and JSON that it is JSON; nothing tells which version runs."""
    assert app.get("/feeds/dataset.atom").headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    answer = app.get("/api/i18n/de")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(answer.body) is not None
    for path in ("/", "/nirgends"):
        assert tk.h.ckan_version() not in app.get(path, status=None).body


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/.git/config",
            "/ckan.ini",
            "/stack.ini",
            "/.digitalms/ckan.ini",
            "/base/",
            "/webassets/",
            "/uploads/",
        ),
        *(f"/{start}/%2e%2e/%2e%2e/ckan.ini" for start in ("uploads", "webassets", "base")),
    ],
)
def test_no_folder_is_served(app, path):
    """Neither a checkout's nor the home's files, and no list of what is served."""
    assert app.test_client(use_cookies=False).get(path).status_code == 404
