"""What every answer says of itself in its headers, and nothing in pages that they forbid."""

from __future__ import annotations

import json
import re

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from header_checks import header_faults, markup_faults
from lxml import html
from site_pages import fill

pytestmark = pytest.mark.usefixtures("catalogue")


def test_pages_that_are_not_there(app):
    """`tests/views/test_route_walk.py` looks at all that are, and at many that are not."""
    for path in ("/gibt-es-nicht", "/dataset/gibt-es-nicht", "/en/digitalisierung", "/dataset/?q=%22"):
        answer = app.get(path, status=None)
        assert list(header_faults(answer)) == [], path
        assert list(markup_faults(html.fromstring(answer.body))) == [], path


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
    assert "Strict-Transport-Security" not in app.get("/digitalisierung/ueber").headers
    ckan_config["ckan.site_url"] = "https://daten.example.org"
    assert app.get("/digitalisierung/ueber").headers["Strict-Transport-Security"] == "max-age=31536000"


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
    token = csrf_token(browser.get("/digitalisierung/ueber"))
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
