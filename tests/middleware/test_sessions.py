"""A session is kept on the server, and it ends there."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from flask_login.utils import encode_cookie
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool, Redis

from ckanext.digitalms.middleware import sessions
from ckanext.digitalms.services.accounts import attempts

pytestmark = pytest.mark.usefixtures("with_plugins")

PASSWORD = "nur-im-test-2019"
DAY = 24 * 60 * 60
# pages without a form, of ours and of CKAN
PAGES = (
    "/",
    "/digitalisierung",
    "/digitalisierung/daten/",
    "/digitalisierungsmassnahme/dms",
    "/dataset",
    "/dataset/dms",
    "/organization",
    "/organization/citeq",
    "/group",
    "/digitalisierung/ueber",
    "/en/dataset",
    "/nothing-there",
    "/api/3/action/status_show",
    "/digitalisierung/daten/measures.csv",
)


@pytest.fixture
def eva(catalogue: Any) -> str:
    for key in connect_to_redis().scan_iter("session:*"):
        connect_to_redis().delete(key)
    return str(factories.User(name="eva", password=PASSWORD)["name"])


def kept() -> list[int]:
    """Return for how many seconds each session is still kept."""
    redis = connect_to_redis()
    return [redis.ttl(key) for key in redis.scan_iter("session:*")]


def cookie(client: Any) -> Any:
    return client.get_cookie("ckan", domain="test.ckan.net")


def is_signed_in(client: Any) -> bool:
    return client.get("/user/edit", follow_redirects=False).status_code == 200


def test_a_session_lives_for_a_day_or_as_long_as_was_asked(app: Any, eva: str, sign_in: Any) -> None:
    client = app.test_client()
    client.get("/user/login")
    before = cookie(client).value
    assert sign_in(client, eva).status_code == 302
    found = cookie(client)
    assert found.value != before, "an id from before the sign-in is of no use after it"
    assert found.http_only
    assert found.same_site == "Lax"
    assert found.expires is None, "it ends with the browser"
    assert kept() == [DAY]
    remembered = app.test_client()
    sign_in(remembered, eva, remember="63072000")
    assert max(kept()) == 14 * DAY
    assert cookie(remembered).expires is not None
    assert remembered.get_cookie("remember_token", domain="test.ckan.net") is None
    assert is_signed_in(client)
    assert is_signed_in(remembered)


def test_the_cookie_of_before_that_outlived_everything_is_not_taken(app: Any, eva: str) -> None:
    with app.flask_app.test_request_context():
        value = encode_cookie(model.User.get(eva).id)
    client = app.test_client()
    client.set_cookie("remember_token", value, domain="test.ckan.net")
    assert not is_signed_in(client)
    assert client.get_cookie("remember_token", domain="test.ckan.net") is None


def test_signing_out_ends_it_on_the_server(app: Any, eva: str, sign_in: Any, csrf_token: Any) -> None:
    client = app.test_client()
    sign_in(client, eva)
    copied = cookie(client).value
    token = csrf_token(client.get("/user/edit"))
    client.post("/user/_logout", data={"_csrf_token": token}, follow_redirects=False)
    assert kept() == []
    assert cookie(client) is None
    thief = app.test_client()
    thief.set_cookie("ckan", copied, domain="test.ckan.net")
    assert not is_signed_in(thief)
    assert cookie(thief) is None, "a cookie that means nothing is taken away"


def test_a_changed_password_ends_all_sessions(app: Any, eva: str, sign_in: Any, csrf_token: Any) -> None:
    token = factories.APIToken(user=eva)["token"]
    here, there = app.test_client(), app.test_client()
    sign_in(here, eva)
    sign_in(there, eva, remember="63072000")
    form = here.get("/user/edit")
    assert "API-Tokens gelten weiter" in form.body
    data = {
        "_csrf_token": csrf_token(form),
        "save": "",
        "name": eva,
        "email": model.User.get(eva).email,
        "old_password": PASSWORD,
        "password1": "ein-neues-2020",
        "password2": "ein-neues-2020",
    }
    answer = here.post("/user/edit", data=data)
    assert answer.request.path == "/user/login"
    assert "Passwort wurde geändert" in answer.body
    assert "API-Tokens gelten weiter" in answer.body
    assert not is_signed_in(there)
    assert not is_signed_in(here)
    answer = app.test_client(use_cookies=False).get(
        "/api/action/api_token_list?user=eva", headers={"Authorization": token}
    )
    assert answer.status_code == 200
    assert sign_in(there, eva, "ein-neues-2020").status_code == 302


def test_pages_without_a_form_set_no_cookie_for_a_stranger(app: Any, make_measure: Any) -> None:
    make_measure()
    for page in PAGES:
        answer = app.test_client().get(page, follow_redirects=True)
        assert "Set-Cookie" not in answer.headers, page
    assert "Set-Cookie" in app.test_client().get("/user/login").headers


def test_only_pages_without_a_session_may_be_kept_by_a_proxy(
    app: Any, eva: str, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.cache_enabled", True)
    client = app.test_client()
    assert client.get("/digitalisierung/ueber").cache_control.public
    assert "Cookie" in client.get("/digitalisierung/ueber").headers["Vary"]
    form = client.get("/user/login")
    assert (form.cache_control.public, form.cache_control.private) == (False, True)
    sign_in(client, eva)
    assert not client.get("/digitalisierung/ueber").cache_control.public


class Nowhere(Redis):
    """A Redis that is not there, and counts how often it was asked."""

    asked = 0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Ask it."""
        self.asked += 1
        return super().execute_command(*args, **options)


def test_without_redis_the_catalogue_is_read_and_nobody_signs_in(
    app: Any, eva: str, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    sign_in(client, eva)
    nowhere = Nowhere(connection_pool=ConnectionPool.from_url("redis://127.0.0.1:1/0", retry=None))
    monkeypatch.setattr(app.flask_app.session_interface, "client", nowhere)
    storage = RedisStorage("redis://", connection_pool=nowhere.connection_pool)
    monkeypatch.setattr(attempts, "_limiter", lambda: MovingWindowRateLimiter(storage))
    assert client.get("/webassets/a.css").status_code == 404
    assert nowhere.asked == 0, "a page has many files, each of which would wait"
    answer = client.get("/digitalisierung/ueber")
    assert answer.status_code == 200
    assert "Sie sind weiter angemeldet" in answer.body
    assert "weiter angemeldet" not in app.test_client().get("/digitalisierung/ueber").body
    assert client.get("/user/login").status_code == 200
    for sender in (client, app.test_client()):
        answer = sender.post("/user/login", data={"login": eva, "password": PASSWORD})
        assert answer.status_code == 503
        assert "nicht" in answer.body
    assert client.post("/user/edit", data={"save": ""}).status_code == 503
    monkeypatch.undo()
    assert is_signed_in(client), "who was signed in still is"


def test_cookies_are_secure_under_https(app: Any) -> None:
    settings: dict[str, Any] = {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_NAME": "ckan"}
    sessions.harden(settings, "https://opendata.example.org")
    assert settings == {
        "SESSION_COOKIE_NAME": "__Host-ckan",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }
    for more, name in (
        ({"SESSION_COOKIE_NAME": "__Host-ckan"}, "__Host-ckan"),
        ({"SESSION_COOKIE_DOMAIN": "example.org"}, "__Secure-ckan"),
        ({"APPLICATION_ROOT": "/daten"}, "__Secure-ckan"),
    ):
        settings = {"SESSION_COOKIE_NAME": "ckan", **more}
        sessions.harden(settings, "https://opendata.example.org")
        assert settings["SESSION_COOKIE_NAME"] == name
    assert not app.flask_app.config["SESSION_COOKIE_SECURE"]


def test_a_session_has_a_new_id_at_sign_in(app: Any, eva: str, sign_in: Any) -> None:
    """What somebody else has put into the browser before, or that of the form, is nobody's afterwards."""
    browser = app.test_client()
    browser.set_cookie("ckan", "a" * 43, domain="test.ckan.net")
    browser.get("/user/login")
    before = cookie(browser).value
    assert before != "a" * 43
    assert sign_in(browser, eva).status_code == 302
    assert cookie(browser).value != before


def test_a_deleted_account_is_nobody_s(app: Any, eva: str, sign_in: Any) -> None:
    """Its session, its token and its password end at once."""
    browser = app.test_client()
    sign_in(browser, eva)
    token = {"Authorization": factories.APIToken(user=eva)["token"]}
    program = app.test_client(use_cookies=False)
    asked = f"/api/action/user_show?id={eva}"
    assert is_signed_in(browser)
    assert program.get(asked, headers=token).status_code == 200
    tk.get_action("user_delete")({"ignore_auth": True, "user": ""}, {"id": eva})
    assert not is_signed_in(browser)
    assert program.get(asked, headers=token).status_code == 403
    assert sign_in(app.test_client(), eva).status_code == 200
