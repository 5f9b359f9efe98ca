"""A fault at any step of publishing is undone and told; it is in nobody's way, and the next try succeeds."""

from __future__ import annotations

import errno
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import (
    custom_tables,
    datasets,
    datastore,
    folders,
    last_refusal,
    package,
    release_check,
    releases,
    snapshot,
    versions,
    writing,
)
from ckanext.digitalms.search import index

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

OPEN, OWN, BOTH = "open", "own", "both"
FULL = OSError(errno.ENOSPC, "No space left on device")
STRANGE = RuntimeError("something that nobody expected")
DATABASE = sa.exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))
# of the open tables and of a table of one's own: what comes after one another
STEPS = [
    (snapshot, "taken", DATABASE, OPEN),
    (versions, "_write", FULL, OWN),
    (writing, "write_formats", FULL, BOTH),
    (package, "schema_bytes", STRANGE, BOTH),
    (custom_tables, "descriptor", STRANGE, OWN),
    (release_check, "validate", STRANGE, BOTH),
    (folders.Folders, "keep", FULL, BOTH),
    (datastore, "stage", DATABASE, BOTH),
    (datasets, "prepare", STRANGE, OPEN),
    (datasets, "save", tk.NotAuthorized("no"), OPEN),
    (custom_tables, "save", tk.ValidationError({"title": ["Fehlt"]}), OWN),
    (releases, "_make_current", DATABASE, BOTH),
    (datastore, "swap", DATABASE, BOTH),
]


def failing(monkeypatch: Any, owner: Any, name: str, error: Exception, when: str, number: int = 1) -> Any:
    """Let one call of a function fail, before or after it did its work; gives who tells whether it did."""
    original, calls, failed = getattr(owner, name), iter(range(1, 1000)), []

    def step(*args: Any, **kwargs: Any) -> Any:
        if next(calls) != number:
            return original(*args, **kwargs)
        failed.append(name)
        if when == "after":
            original(*args, **kwargs)
        raise error

    monkeypatch.setattr(owner, name, step)
    return failed


def draft(value: int, **told: Any) -> str:
    told = {"filename": "wert.csv", "organisation": "citeq", **told}
    return str(
        call_action("digitalms_dataset_draft_create", content=f"AGS;Wert\n05515000;{value}\n", **told)["id"]
    )


def publish(draft_id: str) -> Any:
    return call_action("digitalms_dataset_publish", id=draft_id)


def stored(dataset_id: str) -> int:
    """Return the value that files, resource and DataStore agree on."""
    model.Session.rollback()
    assert [str(problem) for problem in releases.problems()] == []
    now = releases.current(custom_tables.group_of(dataset_id))
    assert now is not None
    (row,) = json.loads((releases.all_folders().path(now.manifest) / "wert.json").read_bytes())
    resource = custom_tables.resource_id(dataset_id, "csv")
    (found,) = call_action("datastore_search", resource_id=resource)["records"]
    assert found["wert"] == row["wert"]
    return int(row["wert"])


def assert_nothing_left(releases_at: Any) -> None:
    half = sa.select(Release).where(Release.state.not_in(("current", "former")))
    assert model.Session.scalars(half).all() == []
    assert [one.name for one in releases_at.iterdir() if one.name.startswith(folders.NEW)] == []
    kept = set(model.Session.scalars(sa.select(Release.release_id)))
    assert {one.name for one in releases_at.iterdir() if one.is_dir()} == kept
    with datastore._engine().connect() as connection:
        query = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND starts_with(relname, '_digitalms_')"
        assert connection.execute(sa.text(query)).scalar() == 0


def assert_refused(draft_id: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        publish(draft_id)
    (sentence,) = refused.value.error_dict["upload"]
    assert "could not publish" in sentence or "disk of the catalogue is full" in sentence
    shown = call_action("digitalms_dataset_draft_show", id=draft_id)
    assert (shown["state"], shown["failed"]["reason"]) == ("received", sentence)


def test_every_step(make_measure, open_data, releases_at, assert_whole, monkeypatch):
    """What was there stays, the owner is told why, another table is published, and so is the failed one."""
    make_measure()
    assert releases.publish().change == "published"
    first, another = publish(draft(0)), publish(draft(0, name="andere"))
    former, one = releases.current().release_id, draft(1, dataset=first["name"])
    told = {"id": "dms", "as_of": "2019-06-01", "progress_percent": "45", "statement": "neu"}
    call_action("digitalms_statement_create", **told)
    for number, (owner, name, error, whose) in enumerate(STEPS, 1):
        when = "after" if number > 2 else "before"
        if whose != OWN:
            with monkeypatch.context() as patch:
                failed = failing(patch, owner, name, error, when)
                outcome = releases.publish()
            assert (bool(failed), outcome.change) == (True, "refused"), name
            assert last_refusal.last()["problems"] == [str(problem) for problem in outcome.problems], name
            assert releases.current().release_id == former, name
        if whose != OPEN:
            with monkeypatch.context() as patch:
                failed = failing(patch, owner, name, error, when)
                assert_refused(one)
            assert failed, name
            assert stored(first["id"]) == 0, name
        assert_nothing_left(releases_at)
        assert publish(draft(number, dataset=another["name"]))["change"] == "published", name
    assert_whole()
    assert releases.publish().change == "published"
    assert last_refusal.last() is None
    assert publish(one)["change"] == "published"
    assert stored(first["id"]) == 1
    assert assert_whole()["status_series"][-1]["statement"] == "neu"


def test_a_new_table(personas, releases_at, monkeypatch):
    """Nothing of it is left, and the same draft is published the next time."""
    for number, (owner, name, error, whose) in enumerate(STEPS, 1):
        if whose == OWN or name == "swap":
            one = draft(number, name="wert")
            with monkeypatch.context() as patch:
                failing(patch, owner, name, error, "after")
                assert_refused(one)
            assert custom_tables.find("wert") is None
            assert_nothing_left(releases_at)
    done = publish(one)
    assert stored(done["id"]) == number


def test_every_commit(personas, releases_at, monkeypatch):
    """A commit that fails before or after it was made: what is told is what is there."""
    first, reached = publish(draft(0)), 0
    for number in (1, 2, 3):
        for when in ("before", "after"):
            value = 10 * number + (when == "after")
            one, before = draft(value, dataset=first["name"]), stored(first["id"])
            with monkeypatch.context() as patch:
                failed = failing(patch, model.repo, "commit", DATABASE, when, number)
                try:
                    told = publish(one)["change"]
                except tk.ValidationError:
                    told = "failed"
            reached = max(reached, number if failed else 0)
            assert_nothing_left(releases_at)
            assert stored(first["id"]) == (before if told == "failed" else value), (number, when)
            if told == "failed":
                publish(one)
            assert stored(first["id"]) == value
    assert reached >= 3


def test_a_search_that_is_away(personas, releases_at, monkeypatch):
    """The version is there for everybody: that is what is told."""
    one = draft(5)
    with monkeypatch.context() as patch:
        failing(patch, index, "reindex", pysolr.SolrError("away"), "before")
        done = publish(one)
    assert done["change"] == "published"
    assert stored(done["id"]) == 5


def test_what_was_left_half_done_before(personas, releases_at, monkeypatch):
    """A version that can never be finished is set aside by a start, told of, and others are published."""
    one = draft(1)

    class KilledError(BaseException):
        pass

    with monkeypatch.context() as patch:
        failing(patch, datastore, "stage", KilledError(), "before")  # type: ignore[arg-type]
        with pytest.raises(KilledError):
            publish(one)
    model.Session.remove()
    assert len(releases.problems()) == 1
    original = datastore._load

    def load(connection: Any, table: Any, path: Any, staged: str) -> None:
        if table.name == "wert":
            raise STRANGE
        original(connection, table, path, staged)

    with monkeypatch.context() as patch:
        patch.setattr(datastore, "_load", load)
        other = publish(draft(2, name="andere"))
        assert other["change"] == "published"
        releases.recover()
    assert releases.problems() == []
    assert_nothing_left(releases_at)
    failed = call_action("digitalms_dataset_draft_show", id=one)["failed"]
    assert "RuntimeError" in failed["reason"]
    assert publish(one)["change"] == "published"
    assert call_action("digitalms_dataset_draft_show", id=one)["state"] == "accepted"
