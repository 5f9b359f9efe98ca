"""A crash while a table of one's own is published: the former or the new version after the next start."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.publishing import (
    custom_tables,
    datastore,
    folders,
    package,
    release_check,
    releases,
    versions,
    writing,
)
from ckanext.digitalms.search import index

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")


class KilledError(BaseException):
    """As a kill: nobody catches it."""


STEPS = [
    (writing, "write_formats"),
    (package, "schema_bytes"),
    (custom_tables, "descriptor"),
    (release_check, "validate"),
    (folders.Folders, "keep"),
    (datastore, "stage"),
    (custom_tables, "save"),
    (custom_tables, "_write"),
    (releases, "_make_current"),
    (datastore, "swap"),
    (model.repo, "commit"),
    (index, "reindex"),
]
POINTS = [(owner, name, when) for owner, name in STEPS for when in ("before", "after")]


def draft(number: int, **told: Any) -> str:
    table = f"AGS;Wert\n05515000;{number}\n"
    told = {"filename": "wert.csv", "organisation": "citeq", **told}
    return call_action("digitalms_dataset_draft_create", content=table, **told)["id"]


def die(monkeypatch, owner, name, when, draft_id, number=1) -> bool:
    """Publish and be killed at a step; gives whether the step was reached."""
    original = getattr(owner, name)
    calls = iter(range(1, 100))

    def step(*args: Any, **kwargs: Any) -> Any:
        if next(calls) != number:
            return original(*args, **kwargs)
        if when == "after":
            original(*args, **kwargs)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, step)
        try:
            call_action("digitalms_dataset_publish", id=draft_id)
        except KilledError:
            return True
        finally:
            model.Session.remove()
    return False


def assert_whole(dataset_id: str, releases_at: Any) -> int:
    """Check that files, resources and DataStore are one version; gives its value."""
    model.Session.rollback()
    now = releases.current(custom_tables.group_of(dataset_id))
    assert now is not None
    assert releases.problems() == []
    folder = releases.all_folders().path(now.manifest)
    (row,) = json.loads((folder / f"{now.manifest['own_table']['name']}.json").read_bytes())
    resource = custom_tables.resource_id(dataset_id, "csv")
    (stored,) = call_action("datastore_search", resource_id=resource)["records"]
    assert stored["wert"] == row["wert"]
    shown = call_action("package_show", id=dataset_id)
    assert (shown["digitalms_release"], shown["private"]) == (now.release_id, False)
    kept = {str(one.manifest["folder"]) for one in releases.finished(now.group)}
    assert {one.name for one in releases_at.iterdir() if one.is_dir()} == kept
    return int(row["wert"])


def test_every_step_of_a_new_version(personas, releases_at, monkeypatch):
    """The next start has a whole version; published again, it is the new one."""
    first = call_action("digitalms_dataset_publish", id=draft(0))
    for number, (owner, name, when) in enumerate(POINTS, 1):
        one = draft(number, dataset=first["name"])
        assert die(monkeypatch, owner, name, when, one), (name, when)
        releases.recover()
        assert assert_whole(first["id"], releases_at) in (number - 1, number), (name, when)
        if assert_whole(first["id"], releases_at) != number:
            call_action("digitalms_dataset_publish", id=one)
        assert assert_whole(first["id"], releases_at) == number, (name, when)
        listed = tk.get_action("digitalms_dataset_draft_list")({"user": personas["sysadmin"]}, {})
        assert listed["count"] == 0, (name, when)


def test_every_commit_of_a_new_dataset(personas, releases_at, monkeypatch):
    """There is the whole dataset or none; the draft is finished or still there."""
    reached = set()
    for number in range(1, 5):
        for when in ("before", "after"):
            one = draft(number, name=f"wert-{number}-{when}")
            if die(monkeypatch, model.repo, "commit", when, one, number):
                reached.add(number)
            releases.recover()
            package_row = custom_tables.find(f"wert-{number}-{when}")
            state = call_action("digitalms_dataset_draft_show", id=one)["state"]
            assert (package_row is not None) == (state == "accepted")
            if package_row is not None:
                call_action("dataset_purge", id=package_row.id)
    assert len(reached) >= 3


def test_a_kill_in_a_purge(personas, releases_at, monkeypatch):
    """What is left of a purged dataset's versions is removed at the next start."""
    first = call_action("digitalms_dataset_publish", id=draft(0))

    def killed(package_id: str) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(versions, "forget", killed)
        with pytest.raises(KilledError):
            call_action("dataset_purge", id=first["id"])
    model.Session.remove()
    assert releases.finished(custom_tables.group_of(first["id"]))
    releases.recover()
    assert releases.finished(custom_tables.group_of(first["id"])) == []
    assert [one for one in releases_at.iterdir() if one.is_dir()] == []


def test_an_organisation_that_is_no_more_stops_nobody(personas, releases_at, monkeypatch):
    """A half published version that cannot be finished is undone, and others are published."""
    one = draft(1)
    assert die(monkeypatch, datastore, "stage", "after", one)
    call_action("organization_purge", id="citeq")
    releases.recover()
    assert releases.problems() == []
    other = call_action("digitalms_dataset_draft_create", content="a;b\n1;2\n", organisation="anderes-amt")
    assert call_action("digitalms_dataset_publish", id=other["id"])["change"] == "published"


def test_a_lost_datastore_is_loaded_again(personas, releases_at):
    """From the version's files."""
    first = call_action("digitalms_dataset_publish", id=draft(7))
    resource = custom_tables.resource_id(first["id"], "csv")
    call_action("datastore_delete", resource_id=resource, force=True)
    releases.recover()
    assert assert_whole(first["id"], releases_at) == 7


def test_a_restart_changes_nothing_that_a_coordinator_wrote(personas, releases_at):
    """A recovery writes what differs, never the words."""
    first = call_action("digitalms_dataset_publish", id=draft(7))
    call_action("package_patch", id=first["id"], title="Von Hand")
    call_action("datastore_delete", resource_id=custom_tables.resource_id(first["id"], "csv"), force=True)
    releases.recover()
    assert call_action("package_show", id=first["id"])["title"] == "Von Hand"
