"""Somebody deletes what an action has just read: whoever asked is told so, and it is no fault of ours."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bad_files import Table
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.logic.action import custom_table_publish
from ckanext.digitalms.logic.deleted_meanwhile import _told
from ckanext.digitalms.services.custom_tables import drafts

pytestmark = pytest.mark.usefixtures("catalogue", "open_data")

FILE = Table(["AGS", "Wert"], [["05515000", "1,5"]]).csv().encode()
SENTENCES = {"": "Das wurde inzwischen gelöscht.", "/en": "This was deleted meanwhile."}


@pytest.fixture
def draft(personas: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft that somebody else deletes as soon as it has been read."""
    context = {"user": personas["coordinator"]}
    told = {"content": FILE, "filename": "orte.csv", "organisation": "citeq", "title": "Orte"}
    made = tk.get_action("digitalms_dataset_draft_create")(context, told)

    monkeypatch.setattr(custom_table_publish, "check_file", delete)
    return str(made["id"])


def delete(read: Any) -> None:
    with model.meta.engine.begin() as other:
        other.execute(sa.text("DELETE FROM digitalms_delivery WHERE id = :id"), {"id": read.id})


class TestPublish:
    def test_an_action_says_so(self, draft: str, personas: dict[str, str]) -> None:
        with pytest.raises(tk.ObjectNotFound):
            tk.get_action("digitalms_dataset_publish")({"user": personas["coordinator"]}, {"id": draft})

    @pytest.mark.parametrize("language", SENTENCES)
    def test_the_api(self, app: Any, draft: str, personas: dict[str, str], language: str) -> None:
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        address = f"{language}/api/action/digitalms_dataset_publish"
        answer = app.post(address, json={"id": draft}, headers=headers)
        assert answer.status_code == 404
        assert SENTENCES[language] in json.loads(answer.body)["error"]["message"]

    def test_the_page(self, app: Any, draft: str, personas: dict[str, str]) -> None:
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        form = {"title": "Orte", "action": "publish"}
        answer = app.post(f"/digitalisierung/daten/neu/{draft}", data=form, headers=headers)
        assert answer.status_code == 404
        assert SENTENCES[""] in answer.body


class TestTransaction:
    def test_a_write_that_failed_has_ended_it(self, draft: str) -> None:
        def write(context: Any, data_dict: Any) -> None:
            read = drafts.get(data_dict["id"])
            delete(read)
            read.filename = "anders.csv"
            model.Session.flush()

        with pytest.raises(tk.ObjectNotFound):
            _told(write)({}, {"id": draft})
        assert model.Session.query(model.Package).count() == 0

    def test_a_look_that_failed_leaves_what_was_written_before(self, draft: str, personas: Any) -> None:
        """An action that calls this one, and goes on, loses nothing of its own."""

        def look(context: Any, data_dict: Any) -> int:
            read = drafts.get(data_dict["id"])
            delete(read)
            return len(read.content)

        account = model.User.get(personas["editor"])
        account.fullname = "Wer schon da war"
        model.Session.flush()
        with pytest.raises(tk.ObjectNotFound):
            _told(look)({}, {"id": draft})
        model.Session.commit()
        assert model.User.get(personas["editor"]).fullname == "Wer schon da war"
