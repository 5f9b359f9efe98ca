"""Sign-in slows down after failures, and tells nobody which accounts there are."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.middleware import sign_in as limits

pytestmark = pytest.mark.usefixtures("with_plugins")

PASSWORD = "nur-im-test-2019"


@pytest.fixture
def eva(catalogue: Any) -> str:
    factories.User(name="gone", password=PASSWORD, state="deleted")
    return str(factories.User(name="eva", email="eva@example.org", password=PASSWORD)["name"])


def without_token(page: str) -> list[str]:
    """Return the lines of a page but those with its token."""
    return [line for line in page.splitlines() if "_csrf_token" not in line]


def test_failures_slow_down_the_account_and_nobody_else(app: Any, eva: str, sign_in: Any) -> None:
    said = {}
    for name in (eva, "nobody", "gone"):
        client = app.test_client()
        answers = [sign_in(client, name, "wrong") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429], name
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 301
        assert "zu oft" in answers[-1].body
        said[name] = [without_token(answer.body) for answer in answers]
    assert said[eva][0] == said["nobody"][0] == said["gone"][0]
    client = app.test_client()
    for name in (eva, "EVA@example.org"):  # the same account
        assert sign_in(client, name).status_code == 429, "the right password helps no more"
    answer = client.get("/user/login")
    data = {"login": eva, "password": PASSWORD}
    elsewhere = app.test_client(use_cookies=False)
    answer = elsewhere.post(
        "/user/login", data=data, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}, follow_redirects=False
    )
    assert answer.status_code == 302, "its owner, elsewhere, still gets in"


def test_an_address_that_tries_many_accounts_is_slowed_down(app: Any, eva: str) -> None:
    client = app.test_client(use_cookies=False)
    codes = [
        client.post("/user/login", data={"login": f"name-{number}", "password": "x"}).status_code
        for number in range(31)
    ]
    assert codes == [200] * 30 + [429]


def test_a_success_starts_afresh(app: Any, eva: str, sign_in: Any) -> None:
    for _ in range(3):
        for _ in range(4):
            assert sign_in(app.test_client(), eva, "wrong").status_code == 200
        assert sign_in(app.test_client(), eva).status_code == 302


def test_nonsense_is_a_wrong_password(app: Any, eva: str) -> None:
    client = app.test_client(use_cookies=False)
    for data in (
        {},
        {"login": "a\0b", "password": "x"},
        {"login": eva, "password": "x" * 5000},
        {"login": ""},
    ):
        assert client.post("/user/login", data=data).status_code == 200, data


def test_an_unknown_account_takes_as_long(app: Any, eva: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One password is hashed, whatever the name: the time would tell otherwise."""
    hashed = []
    real = limits.pbkdf2_sha512.verify
    monkeypatch.setattr(limits.pbkdf2_sha512, "verify", lambda *told: hashed.append(told) or real(*told))
    client = app.test_client(use_cookies=False)
    for name in (eva, "nobody", "gone"):
        client.post("/user/login", data={"login": name, "password": "wrong"})
        assert len(hashed) == 1, name
        hashed.clear()
    assert model.User.by_name(eva).is_active


@pytest.mark.ckan_config("ckanext.digitalms.proxies", "1")
def test_only_what_our_own_proxy_says_is_believed(eva: str, make_app: Any) -> None:
    client = make_app().test_client(use_cookies=False)
    codes = [
        client.post(
            "/user/login",
            data={"login": f"name-{number}", "password": "x"},
            headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"},
        ).status_code
        for number in range(31)
    ]
    assert codes[-1] == 429, "an address that is made up does not help"


def test_signing_in_leads_back(app: Any, eva: str, csrf_token: Any) -> None:
    """To the page that was open, on its day, in its language; from the start page to where work begins."""
    for page in ("/digitalisierung?stichtag=2019-04-01", "/en/digitalisierung/daten/?bekannt_am=2020-01-01"):
        client = app.test_client()
        link = BeautifulSoup(client.get(page).body, "html.parser").select_one("a.dm-log-in")["href"]
        token = csrf_token(client.get(link))
        data = {"login": eva, "password": PASSWORD, "_csrf_token": token}
        answer = client.post(link, data=data, follow_redirects=False)
        assert answer.headers["Location"].endswith(page)
    for page in ("/", "/user/login", "/user/reset", f"/digitalisierung?x={'a' * 3000}"):
        body = app.test_client().get(page).body
        assert "came_from" not in BeautifulSoup(body, "html.parser").select_one("a.dm-log-in")["href"]
