"""The check finds what does not agree."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests.helpers import call_action

from ckanext.digitalms.messages import Message
from ckanext.digitalms.services.operation import consistency

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


NEW = "measure_id,title,organisation,status\nneu,Neu,citeq,planned\n"


def found() -> list[str]:
    return [str(problem) for problem in consistency.problems()]


class TestCheck:
    def test_a_sound_catalogue(self, make_measure):
        """After every kind of change all agree."""
        make_measure()
        make_measure(name="wlan", private=True)
        call_action("package_patch", id="dms", status="in_progress", as_of="2019-07-01")
        call_action("digitalms_statement_create", id="dms", as_of="2018-01-01", status="planned")
        call_action("package_patch", id="wlan", private=False)
        call_action("package_delete", id="wlan")
        assert found() == []

    def test_what_was_made_and_taken_back(self, personas, make_measure):
        """Of a measure whose import was undone nothing is left to agree."""
        user = {"user": personas["coordinator"]}
        told = {"table": "measures", "content": NEW, "filename": "measures.csv", "as_of": "2019-03-14"}
        done = tk.get_action("digitalms_table_import")(dict(user), told)
        assert done["state"] == "accepted", done["findings"]
        tk.get_action("digitalms_table_import_undo")(dict(user), {"id": done["id"]})
        assert found() == []

    def test_nobody_waits_for_it(self, make_measure, monkeypatch):
        """Whoever saves meanwhile is not kept waiting by the comparison of files and reports."""
        held = []
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"

        def look() -> list[Message]:
            held.append(model.Session.execute(sa.text(query)).scalar())
            return []

        make_measure()
        monkeypatch.setattr(consistency.releases, "problems", look)
        assert found() == []
        assert held == [0]

    def test_a_dataset_changed_behind_our_back(self, make_measure):
        """A status written past the history is named."""
        measure = make_measure()
        package = model.Package.get(measure["id"])
        package.extras = {**package.extras, "status": "paused"}
        model.repo.commit()
        assert found() == ["dms: the dataset differs from the newest statement in status."]

    def test_a_visibility_changed_behind_our_back(self, make_measure):
        """A measure hidden past the history is named."""
        measure = make_measure()
        model.Session.execute(
            sa.text("UPDATE package SET private = true WHERE id = :id"), {"id": measure["id"]}
        )
        model.Session.commit()
        assert any("whether the measure is public" in problem for problem in found())

    def test_an_index_that_lost_a_dataset(self, make_measure):
        """A missing document is counted."""
        make_measure()
        search.clear_all()
        assert found() == ["Search index: 1 missing, 0 outdated, 0 left over."]
