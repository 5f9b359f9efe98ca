"""Forms of CKAN's pages that somebody else made, and where signing in leads."""

from __future__ import annotations

import datetime as dt

import counted_attempts
import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

AWAY = (
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "http://test.ckan.net.evil.example/",
    "http://test.ckan.net//evil.example",
    "http://test.ckan.net@evil.example/",
    "user.me",
    "%2F%2Fevil.example",
    "/%09/evil.example\n",
    "JavaScript:alert(1)",
    "javascript%3Aalert(1)",
    "data:text/html,x",
    " //evil.example",
    "http:evil.example",
    "digitalms_desk.index",
)


def test_signing_in_leads_to_pages_of_the_catalogue_only(app, sign_in):
    """What leads away is forgotten, in both names that CKAN knows, and in none is an error."""
    factories.User(name="leser", password="nur-im-test-2019")
    for name in ("came_from", "next"):
        for address in AWAY:
            answer = app.test_client().post(
                "/user/login",
                query_string={name: address},
                data={"login": "leser", "password": "nur-im-test-2019"},
                follow_redirects=False,
            )
            assert answer.status_code == 302, (name, address)
            assert answer.headers["Location"].endswith("/digitalisierung/schreibtisch/"), (name, address)
        for address in ("/dataset/?q=a%20b", "http://test.ckan.net/digitalisierung/ueber"):
            answer = app.test_client().post(
                "/user/login",
                query_string={name: address},
                data={"login": "leser", "password": "nur-im-test-2019"},
                follow_redirects=False,
            )
            assert answer.headers["Location"].removeprefix("http://test.ckan.net") in address


def test_a_form_that_cannot_be_read_is_a_wrong_form(app, office):
    """Missing fields and numbers that are none: nothing is changed, and the page says so."""
    factories.Dataset(name="hunde", owner_org="citeq")
    own = {"Authorization": factories.SysadminWithToken(name="chef", password="nur-im-test-2019")["token"]}
    client = app.test_client(use_cookies=False)
    for path, data in (
        ("/user/edit/chef", {"save": "", "fullname": "X"}),
        ("/user/edit/chef", {"save": "", "email": "neu@example.org"}),
        ("/organization/edit/citeq", {"title": "X", "users": "x"}),
        ("/organization/new", {"title": "X", "name": "a\0b"}),
        ("/user/edit/chef", {"save": "", "email": "", "activate_user": " "}),
        ("/dataset/hunde/resource/new", {"url": "https://example.org"}),
    ):
        answer = client.post(path, data=data, headers=own, follow_redirects=False)
        assert answer.status_code == 400, (path, data, answer.status_code)
        assert "nichts geändert" in answer.body or "Steuerzeichen" in answer.body, path
    counted_attempts.forget()
    told = {"login": "chef", "password": "nur-im-test-2019", "remember": "ja"}
    assert client.post("/user/login", data=told, follow_redirects=False).status_code < 500
    assert client.get("/feeds/custom.atom?sort=%25", follow_redirects=False).status_code == 400
    answer = client.get("/api/action/digitalms_measure_list?tags=x&extras=y")
    assert answer.status_code == 409, "CKAN's errors of keywords are no sentences"


SENT = {"title": "Hunde", "year": "viele"}
OF_THE_FORM = (
    "del data['save']",
    "int(data['year'])",
    "dt.timedelta(days=int('9' * len(year) * 9))",
)
TRUE_FAULTS = (
    "data['title'].name",
    "None.name",
    "[][0]",
    "int('not sent')",
    "data['title'] + 1",
    "del config['title']",
)


def test_a_true_fault_stays_an_error(app, monkeypatch):
    """Of a page's code only what is for want of a field, or because of a value of one, is a wrong form."""

    def posted(line: str, module: str = "ckan.views.made_up") -> int:
        scope = {"__name__": module, "dt": dt, "data": dict(SENT), "config": {"another.option": "1"}}
        exec(f"def page(data=data, config=config, year='viele'):\n    {line}\n", scope)
        monkeypatch.setitem(app.flask_app.view_functions, "user.register", scope["page"])
        return app.test_client(use_cookies=False).post("/user/register", data=SENT).status_code

    for line in OF_THE_FORM:
        assert posted(line) == 400, line
    for line in TRUE_FAULTS:
        with pytest.raises((ArithmeticError, AttributeError, LookupError, TypeError, ValueError)):
            posted(line)
    with pytest.raises(KeyError):
        posted(OF_THE_FORM[0], "ckan.model.made_up")


def test_a_resource_that_another_has_deleted(app, office):
    """Whoever still has its form open is told that it is not there, by page and API."""
    factories.Dataset(name="hunde", owner_org="citeq")
    one = factories.Resource(package_id="hunde", url="http://example.org/a.csv")
    own = {"Authorization": factories.SysadminWithToken()["token"]}
    client = app.test_client(use_cookies=False)
    page = f"/dataset/hunde/resource/{one['id']}"
    client.post(f"{page}/delete", headers=own)
    told = {"id": one["id"], "name": "a"}
    assert client.post(f"{page}/edit", data={**told, "save": "x"}, headers=own).status_code == 404
    assert client.post("/api/action/resource_update", json=told, headers=own).status_code == 409


def test_who_is_signed_in_goes_on(app):
    """In another tab, or by a link that asks to sign in: to where it was going, else to the desk."""
    factories.User(name="leser", password="nur-im-test-2019")
    client = app.test_client()
    told = {"login": "leser", "password": "nur-im-test-2019"}
    client.post("/user/login", data=told, follow_redirects=False)
    for query, led in (
        ({}, "/digitalisierung/schreibtisch/"),
        ({"came_from": "/digitalisierung/daten/?"}, "/digitalisierung/daten/"),
        ({"next": "//evil.example"}, "/digitalisierung/schreibtisch/"),
    ):
        answer = client.get("/user/login", query_string=query, follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].removeprefix("http://test.ckan.net") == led
        # what the other tab sends has the token of before
        answer = client.post("/user/login", query_string=query, data=told, follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].partition("?")[0].endswith(("/user/login", led))
