"""Fixtures of the publishing tests: a folder for releases of each test, and what a release must be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from datastore_state import load_datastore
from stored_state import STATE

from ckanext.digitalms.publishing import datasets, folders, releases
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.tables.open_tables import TABLES


@pytest.fixture
def releases_at(tmp_path: Path, catalogue: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that releases are written to."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    return tmp_path


@pytest.fixture
def once_published(personas: Any, releases_at: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """Publish once for all tests: ``once_published(name, make)`` gives what ``make`` gives.

    The personas are always there, so that nothing is published twice: for tests with and without them.
    """

    def once(name: str, make: Callable[[], Any]) -> Any:
        value = STATE.once(name, make, releases_at)
        for release in releases.all_current():
            load_datastore(release)
        return value

    return once


@pytest.fixture
def assert_whole(releases_at: Path) -> Callable[[], dict[str, Any]]:
    """Check that files, resources and DataStore are one release; gives the rows of its JSON files."""

    def check() -> dict[str, Any]:
        model.Session.rollback()
        release = releases.current()
        assert release is not None
        folder = releases.all_folders().path(release.manifest)
        assert [f.name for f in releases_at.iterdir() if f.is_dir() and f.name.startswith(folders.NEW)] == []
        rows = {}
        for name in TABLES:
            rows[name] = json.loads((folder / f"{name}.json").read_bytes())
            _check_resources(name, folder, release.release_id)
            _check_datastore(name, rows[name])
        return rows

    return check


def _check_resources(name: str, folder: Path, release_id: str) -> None:
    package = datasets.find(name)
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": package.id})
    assert dataset["digitalms_release"] == release_id
    by_id = {resource["id"]: resource for resource in dataset["resources"]}
    for ending in FORMATS:
        resource = by_id[datasets.resource_id(name, ending)]
        told = {"size": int(resource["size"]), "sha256": resource["hash"]}
        assert told == folders.facts(folder / f"{name}.{ending}"), (name, ending)


def _check_datastore(name: str, rows: list[dict[str, Any]]) -> None:
    asked = {"resource_id": datasets.resource_id(name, "csv"), "limit": 32000, "sort": "_id"}
    found = tk.get_action("datastore_search")({"ignore_auth": True}, asked)["records"]
    stored = [{key: value for key, value in row.items() if key != "_id"} for row in found]
    assert [_compared(row) for row in stored] == [_compared(row) for row in rows]


def _compared(row: dict[str, Any]) -> dict[str, Any]:
    # the DataStore writes the same moment in another way
    return {k: datetime.fromisoformat(v) if k == "recorded_at" else v for k, v in row.items()}
