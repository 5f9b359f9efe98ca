"""Which passwords are taken, who may change one, and how long a link for a new one holds."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import ckan.plugins.toolkit as tk
import counted_attempts
import pytest
from ckan import model
from ckan.lib import mailer
from ckan.tests import factories

from ckanext.digitalms.services.accounts import passwords, reset_keys

PASSWORD, NEW = "drei Wörter 2019", "und noch vier Wörter"
REFUSED = ("kurz", "12345678", "PASSWORD", "x" * (passwords.LONGEST + 1))
TAKEN = ("ääääääää", "x" * 64, "x" * passwords.LONGEST, "nur kleine buchstaben", "  rand und rand  ")


def test_only_what_everybody_tries_is_refused():
    """Any characters, up to 128 of them; CKAN refuses the short ones."""
    assert [told for told in REFUSED[1:] if passwords.fault(told) is None] == []
    assert [told for told in TAKEN if passwords.fault(told) is not None] == []


@pytest.mark.usefixtures("with_plugins", "catalogue")
class TestAccounts:
    @pytest.fixture
    def keeper(self) -> model.User:
        factories.User(name="keeper", email="keeper@example.org", password=PASSWORD)
        found: model.User = model.User.get("keeper")
        return found

    def post(self, app: Any, user: str | None, **data: Any) -> tuple[int, Any]:
        headers = {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
        answer = app.test_client(use_cookies=False).post(
            "/api/action/user_patch" if user else "/api/action/user_update", json=data, headers=headers
        )
        return answer.status_code, json.loads(answer.body).get("error", {})

    def test_one_s_own_needs_the_password_of_today(self, app, keeper):
        """By the API as on the page: a token that was found changes neither password nor mailbox."""
        chef = factories.Sysadmin(name="chef", password=PASSWORD)["name"]
        for user in ("keeper", chef):
            for change in ({"password": NEW}, {"email": "other@example.org"}):
                for old in ({}, {"old_password": "falsch geraten"}, {"old_password": [PASSWORD]}):
                    code, error = self.post(app, user, id=user, **change, **old)
                    assert (code, list(error)) == (409, ["old_password", "__type"]), (user, change, old)
                    counted_attempts.forget()
        assert self.post(app, "keeper", id="keeper", fullname="K.")[0] == 200
        assert self.post(app, "keeper", id="keeper", password=NEW, old_password=PASSWORD)[0] == 200
        assert model.User.get("keeper").validate_password(NEW)
        assert self.post(app, chef, id="keeper", password=PASSWORD)[0] == 200, "a sysadmin helps others"

    def test_guessing_it_slows_down(self, app, keeper):
        """What is guessed with a token counts as signing in."""
        said = [
            self.post(app, "keeper", id="keeper", password=NEW, old_password=f"x{n}")[1] for n in range(7)
        ]
        assert "zu oft" in str(said[-1]), said

    def test_passwords_are_judged_wherever_they_are_set(self, app, keeper):
        """By the API and by the commands that use it."""
        for told in REFUSED:
            code, error = self.post(app, "keeper", id="keeper", password=told, old_password=PASSWORD)
            assert (code, list(error)) == (409, ["password", "__type"]), told
            with pytest.raises(tk.ValidationError):
                factories.User(password=told)
        for number, told in enumerate(TAKEN):
            assert factories.User(name=f"account{number}", password=told)["name"]
            assert model.User.get(f"account{number}").validate_password(told)

    def test_a_link_ends(self, app, keeper):
        """A day after it was made, an invitation after a week; one without a time does not count."""
        made = int(time.time())
        for state, age, holds in (
            ("active", 0, True),
            ("active", reset_keys.DAY + 60, False),
            ("active", -600, False),
            ("pending", reset_keys.DAY + 60, True),
            ("pending", reset_keys.WEEK + 60, False),
        ):
            mailer.create_reset_key(keeper)
            keeper = model.User.get("keeper")
            key = re.sub(r"\.\d+$", f".{made - age}", keeper.reset_key)
            assert key != keeper.reset_key or age == 0
            keeper.reset_key, keeper.state = key, state
            model.repo.commit()
            page = app.get("/user/reset/keeper", query_string={"key": key})
            assert (page.status_code == 200) is holds, (state, age)
            code, error = self.post(
                app, None, id="keeper", name="keeper", email="keeper@example.org", password=NEW, reset_key=key
            )
            assert (code == 200) is holds, (state, age, error)
        model.Session.execute(model.User.__table__.update().values(reset_key="a" * 32, state="active"))
        model.repo.commit()
        assert app.get("/user/reset/keeper", query_string={"key": "a" * 32}).status_code == 403
