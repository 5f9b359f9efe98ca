"""A crash at any step leaves the former or the new release after the next start, never a mixture."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from ckan import model

from ckanext.digitalms.publishing import (
    datasets,
    datastore,
    folders,
    package,
    release_check,
    releases,
    snapshot,
    writing,
)
from ckanext.digitalms.search import index


class KilledError(BaseException):
    """As a kill: nobody catches it."""


STEPS = [
    (snapshot, "taken"),
    (writing, "write_csv"),
    (writing, "write_formats"),
    (folders, "write_files"),
    (package, "descriptor"),
    (release_check, "validate"),
    (folders.Folders, "keep"),
    (datastore, "stage"),
    (datasets, "prepare"),
    (datasets, "save"),
    (releases, "_make_current"),
    (datastore, "swap"),
    (model.repo, "commit"),
    (index, "reindex"),
]
POINTS = [(owner, name, when) for owner, name in STEPS for when in ("before", "after")]
# where something else is half done each time: files, datasets, the turn to the new release, the DataStore
SOME = [
    (writing, "write_formats", "after"),
    (datasets, "save", "before"),
    (releases, "_make_current", "before"),
    (datastore, "swap", "before"),
    (datastore, "swap", "after"),
    (index, "reindex", "before"),
]


def killing(original, when, number):
    calls = iter(range(1, 100))

    def step(*args, **kwargs):
        if next(calls) != number:
            return original(*args, **kwargs)
        if when == "after":
            original(*args, **kwargs)
        raise KilledError

    return step


def die(monkeypatch, owner, name, when, number=1):
    """Publish and be killed at a step; gives whether the step was reached."""
    original = getattr(owner, name)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, killing(original, when, number))
        try:
            releases.publish()
        except KilledError:
            return True
        finally:
            model.Session.remove()
    return False


@pytest.fixture
def change(once_published, make_measure, open_data):
    """A catalogue with a current release, and a way to change it."""
    once_published("a release", lambda: (make_measure(), releases.publish()))
    percent = iter(range(1, 99))

    def change():
        told = {
            "id": "dms",
            "as_of": "2019-06-01",
            "progress_percent": str(next(percent)),
            "statement": "neu",
        }
        tk.get_action("digitalms_statement_create")({"ignore_auth": True, "user": ""}, told)

    return change


@pytest.mark.parametrize(
    "points", [SOME, pytest.param(POINTS, marks=pytest.mark.thorough)], ids=["some", "all"]
)
def test_every_step_may_be_the_last(change, assert_whole, monkeypatch, points):
    """Whatever the step, the next start has a whole release, and the next run publishes the newest."""
    for owner, name, when in points:
        change()
        assert die(monkeypatch, owner, name, when), (name, when)
        releases.recover()
        assert_whole()
        releases.publish()
        series = assert_whole()["status_series"]
        newest = tk.get_action("digitalms_measure_show")({}, {"id": "dms"})
        assert series[-1]["statement_id"] == newest["statement_id"], (name, when)


@pytest.mark.parametrize(
    "numbers", [range(2, 4), pytest.param(range(1, 6), marks=pytest.mark.thorough)], ids=["some", "all"]
)
def test_every_commit_may_be_the_last(change, assert_whole, monkeypatch, numbers):
    """Each of the commits on the way, before and after."""
    reached = []
    for number in numbers:
        for when in ("before", "after"):
            change()
            if die(monkeypatch, model.repo, "commit", when, number):
                reached.append(number)
            releases.recover()
            assert_whole()
            releases.publish()
            assert_whole()
    assert max(reached) >= 3


def test_until_the_last_step_the_former_release_is_seen(change, assert_whole, monkeypatch, app):
    """Before it is finished, nobody sees anything of the new release."""
    former = releases.current().release_id
    change()
    assert die(monkeypatch, datastore, "swap", "before")
    assert releases.current().release_id == former
    assert_whole()
    text = app.get("/digitalisierung/daten/status_series.csv").body
    assert "neu" not in text


def test_a_crash_in_the_recovery(change, assert_whole, monkeypatch):
    """A start that is killed while it finishes a release leaves that to the next."""
    change()
    assert die(monkeypatch, datastore, "swap", "after")
    with monkeypatch.context() as patch:
        patch.setattr(model.repo, "commit", killing(model.repo.commit, "before", 1))
        with pytest.raises(KilledError):
            releases.recover()
        model.Session.remove()
    releases.recover()
    assert assert_whole()["status_series"][-1]["statement"] == "neu"


def test_a_lost_datastore_is_loaded_again(change, assert_whole):
    """A DataStore that was restored or emptied is filled from the release's files."""
    tk.get_action("datastore_delete")(
        {"ignore_auth": True, "user": ""},
        {"resource_id": datasets.resource_id("steps", "csv"), "force": True},
    )
    releases.recover()
    assert_whole()


def test_lost_files_are_made_again(change, releases_at, assert_whole):
    """A release whose files were lost or damaged is followed by a new one."""
    release = releases.current()
    (releases.all_folders().path(release.manifest) / "steps.csv").write_text("kaputt")
    assert releases.publish().change == "published"
    assert_whole()
