"""Accounts are private, and what needs a mail server says so where there is none."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import md5
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins")

PASSWORD, NEW = "nur-im-test-2019", "ein-neues-2020"
# what gives accounts, members or their mailboxes away: actions, and pages
ASKED = (
    ("user_list", {}),
    ("user_autocomplete", {"q": "edi"}),
    ("user_show", {"id": "editor"}),
    ("user_show", {"id": "nobody-has-this-name"}),
    ("user_follower_count", {"id": "editor"}),
    ("organization_list_for_user", {"id": "editor"}),
    ("member_list", {"id": "citeq"}),
    ("member_list", {"id": "citeq", "object_type": "user"}),
    ("group_show", {"id": "topic", "include_users": True}),
    ("organization_show", {"id": "citeq", "include_users": True}),
)
PAGES = ("/user/", "/user/editor", "/user/editor/organizations", "/organization/members/citeq")
PAGES += ("/organization/admins/citeq", "/organization/manage_members/citeq", "/user/nobody-has-this-name")


@pytest.fixture
def people(personas: dict[str, str]) -> dict[str, str]:
    factories.Group(name="topic")
    keeper = factories.User(name="keeper", email="keeper@example.org", password=PASSWORD)
    tk.get_action("organization_member_create")(
        {"ignore_auth": True}, {"id": "citeq", "username": keeper["name"], "role": "admin"}
    )
    return {**personas, "keeper": "keeper"}


class Mailbox:
    """What the server has received."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        self.mails.append(message_from_bytes(bytes(envelope.content or b""), policy=default))
        return "250 OK"

    def wait(self) -> EmailMessage:
        """Return the next mail."""
        end = time.monotonic() + 20
        while not self.mails and time.monotonic() < end:
            time.sleep(0.05)
        return self.mails.pop(0)


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real SMTP server on the loopback, which CKAN's mailer is told of."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{controller.port}")
    monkeypatch.setitem(tk.config, "smtp.mail_from", "katalog@example.org")
    yield box
    controller.stop()


@pytest.fixture
def no_mail(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.setitem(tk.config, "smtp.mail_from", "katalog@example.org")
    return lambda server: monkeypatch.setitem(tk.config, "smtp.server", server)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def headers(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]} if user else {}


def test_accounts_are_seen_only_by_those_who_keep_members(app: Any, people: dict[str, str]) -> None:
    client = app.test_client(use_cookies=False)
    for name in ("anonymous", "stranger", "other_editor"):
        own = headers(people[name])
        for action, data in ASKED:
            answer = client.post(f"/api/action/{action}", json=data, headers=own)
            assert answer.status_code == 403, (name, action, data)
        for path in PAGES:
            answer = client.get(path, headers=own, follow_redirects=False)
            assert answer.status_code in (302, 403), (name, path)
            assert "editor</a>" not in answer.body, (name, path)
    mailbox = model.User.get("editor").email
    for name in ("keeper", "sysadmin"):
        own = headers(people[name])
        for action, data in ASKED:
            if "nobody" in str(data) or "topic" in str(data):
                continue
            answer = client.post(f"/api/action/{action}", json=data, headers=own)
            assert answer.status_code == 200, (name, action, answer.body)
            assert md5(mailbox.encode()).hexdigest() not in answer.body, (name, action)
            assert name == "sysadmin" or mailbox not in answer.body, (name, action)


def test_coordinators_see_who_is_a_member(app: Any, people: dict[str, str]) -> None:
    """Names and roles of every organisation and group; no mailbox, no profile, no list of accounts."""
    client = app.test_client(use_cookies=False)
    own = headers(people["coordinator"])
    for action, data in ASKED[-4:]:
        answer = client.post(f"/api/action/{action}", json=data, headers=own)
        assert answer.status_code == 200, (action, data)
        assert "example.org" not in answer.body
    for action, data in ASKED[:5]:
        assert client.post(f"/api/action/{action}", json=data, headers=own).status_code == 403, action
    page = client.get("/organization/members/citeq", headers=own)
    assert page.status_code == 200
    table = BeautifulSoup(page.body, "html.parser").find("table")
    assert [row.find_all("td")[1].text for row in table.find_all("tr")[1:]].count("Administrator") >= 1
    assert table.find("a") is None, "profiles are not theirs to see"
    assert client.get("/group/members/topic", headers=own).status_code == 200
    assert "/organization/members/citeq" in client.get("/organization/citeq", headers=own).body
    for name in ("anonymous", "stranger"):
        answer = client.get("/organization/citeq", headers=headers(people[name]))
        assert "/organization/members/citeq" not in answer.body, "this link would lead to a refusal"
        assert "Mitglieder" not in answer.body, "CKAN says 0 to who may not see them"
    one = client.get("/group/manage_members/topic", headers=headers(people["sysadmin"])).body
    assert "1 Mitglied<" in one
    keeper = client.get("/organization/members/citeq", headers=headers("keeper")).body
    assert 'href="/user/editor"' in keeper


def test_sign_in_leads_to_a_new_password(app: Any, people: dict[str, str]) -> None:
    """The form comes first, on a telephone too; whoever cannot get in is led on."""
    client = app.test_client(use_cookies=False)
    page = BeautifulSoup(client.get("/user/login").body, "html.parser")
    assert page.find("aside") is None
    assert page.find(role="main").find("a", href="/user/reset")
    assert BeautifulSoup(client.get("/user/reset").body, "html.parser").find("aside") is None
    over = client.get(f"/user/reset/{model.User.get('editor').id}?key=abc")
    assert over.status_code == 403
    told = {"login": "editor", "password": "falsch"}
    for _ in range(6):
        late = client.post("/user/login", data=told)
    assert late.status_code == 429
    for answer in (over, late):
        assert BeautifulSoup(answer.body, "html.parser").find("a", string="Neues Passwort anfordern")


def test_an_account_sees_itself_and_everybody_the_organisations(app: Any, people: dict[str, str]) -> None:
    client = app.test_client(use_cookies=False)
    own = headers("editor")
    assert client.get("/user/editor", headers=own).status_code == 200
    answer = client.get("/api/action/user_show", headers=own, query_string={"id": "editor"})
    assert "email" in json.loads(answer.body)["result"]
    found = json.loads(client.get("/api/action/organization_show?id=citeq").body)["result"]
    assert "users" not in found
    assert client.get("/organization/citeq").status_code == 200
    answer = client.post("/api/action/member_list", json={"id": "citeq", "object_type": "package"})
    assert answer.status_code == 200
    page = client.get("/user/editor", headers=own).body
    assert "gravatar" not in page
    for body in (page, client.get("/user/edit/editor", headers=own).body):
        assert 'href="/user/"' not in body, "the list of accounts would be refused"
    keeper = headers("keeper")
    assert 'href="/user/"' in client.get("/user/keeper", headers=keeper).body


def test_pictures_of_other_sites_become_links(app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        html = str(
            tk.h.render_markdown(
                "![Plan](https://evil.example/a.png) ![](//evil.example/b.png) ![x](/own.png)"
            )
        )
    assert re.findall(r'<img[^>]*src="([^"]+)"', html) == ["/own.png"]
    assert '<a href="https://evil.example/a.png" rel="nofollow noreferrer">Plan</a>' in html


def test_without_a_mail_server_a_reset_says_so_to_everybody_alike(
    app: Any, people: dict[str, str], no_mail: Callable[[str], None]
) -> None:
    client = app.test_client(use_cookies=False)
    for server in ("", f"127.0.0.1:{free_port()}"):
        no_mail(server)
        said = set()
        for told in ("keeper", "keeper@example.org", "nobody", "nobody@example.org"):
            answer = client.post("/user/reset", data={"user": told})
            assert answer.status_code == 503
            assert "keine E-Mails" in answer.body
            said.add(answer.body)
        assert len(said) == 1
    assert model.User.by_name("keeper").reset_key is None


def test_a_reset_is_answered_alike_and_ends_all_sessions(
    app: Any, people: dict[str, str], mailbox: Mailbox, sign_in: Any, csrf_token: Any
) -> None:
    there = app.test_client()
    assert sign_in(there, "keeper").status_code == 302
    said = set()
    client = app.test_client(use_cookies=False)
    for told in ("nobody", "nobody@example.org", "Keeper@Example.org"):
        answer = client.post("/user/reset", data={"user": told}, follow_redirects=False)
        said.add((answer.status_code, answer.headers["Location"]))
    assert said == {(302, "http://test.ckan.net/user/reset")}
    mail = mailbox.wait()
    assert mail["To"].endswith("<keeper@example.org>")
    link = re.search(r"http://\S+/user/reset/\S+", mail.get_content())
    assert link
    path = link[0].removeprefix("http://test.ckan.net")
    wrong = [
        client.get(path[:-1] + ("0" if path[-1] != "0" else "1")),
        client.get("/user/reset/nobody?key=123456"),
        client.get("/user/reset/keeper"),
    ]
    said = {(answer.status_code, re.sub(r'/user/reset/[^"]*', "", answer.body)) for answer in wrong}
    assert [code for code, _ in said] == [403], "all three alike, but for their own address"
    browser = app.test_client()
    form = browser.get(path)
    assert "API-Tokens" in form.body
    data = {"_csrf_token": csrf_token(form), "password1": NEW, "password2": NEW}
    assert "API-Tokens gelten weiter" in browser.post(path, data=data).body
    assert there.get("/user/edit", follow_redirects=False).status_code != 200
    assert sign_in(browser, "keeper", NEW).status_code == 302
    assert browser.get(path).status_code == 403, "a link serves once"
    for _ in range(3):
        client.post("/user/reset", data={"user": "keeper"}, follow_redirects=False)
    time.sleep(1)
    assert len(mailbox.mails) <= 3, "a mailbox is not filled"


def test_an_invitation_without_a_mail_server_makes_no_account(
    app: Any, people: dict[str, str], no_mail: Callable[[str], None]
) -> None:
    client = app.test_client(use_cookies=False)
    asked = {"email": "new@example.org", "group_id": "citeq", "role": "editor"}
    for server in ("", f"127.0.0.1:{free_port()}"):
        no_mail(server)
        for name in ("keeper", "sysadmin"):
            answer = client.post("/api/action/user_invite", json=asked, headers=headers(people[name]))
            assert answer.status_code == 409, answer.body
            assert "keine E-Mails" in json.loads(answer.body)["error"]["email"][0]
        answer = client.post(
            "/organization/member_new/citeq",
            data={"email": "new@example.org", "role": "editor"},
            headers=headers("keeper"),
        )
        assert answer.status_code == 200
    assert model.User.by_email("new@example.org") is None
    for data in (
        {},
        {"email": "new@example.org"},
        {**asked, "group_id": ["x"]},
        {**asked, "group_id": "none"},
    ):
        answer = client.post("/api/action/user_invite", json=data, headers=headers("keeper"))
        assert 400 <= answer.status_code < 500, (data, answer.body)
    assert client.post("/api/action/user_invite", json=asked).status_code == 403


def test_an_invitation_is_mailed(app: Any, people: dict[str, str], mailbox: Mailbox) -> None:
    asked = {"email": "new@example.org", "group_id": "citeq", "role": "editor"}
    answer = app.post("/api/action/user_invite", json=asked, headers=headers("keeper"))
    assert answer.status_code == 200, answer.body
    assert mailbox.wait()["To"].endswith("<new@example.org>")
    assert "apikey" not in json.loads(answer.body)["result"]


def test_fields_for_passwords(app: Any, people: dict[str, str]) -> None:
    """They are hidden, browsers and managers fill them in, and pasting is left alone."""
    client = app.test_client(use_cookies=False)
    found = []
    for path in ("/user/login", "/user/edit/editor"):
        page = BeautifulSoup(
            client.get(path, headers=headers("editor") if "edit" in path else {}).body, "html.parser"
        )
        found += [one for one in page.find_all("input") if "password" in one.get("name", "")]
    assert {one["name"] for one in found} == {"password", "old_password", "password1", "password2"}
    assert {one["type"] for one in found} == {"password"}
    assert {one["autocomplete"] for one in found} == {"current-password", "new-password"}
    assert not any("paste" in name for one in found for name in one.attrs)
