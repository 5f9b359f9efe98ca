"""What is told of the open tables and their releases: by the API, the pages and the feeds alike."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Release
from ckanext.digitalms.tables.open_tables import ALL_TABLES, GROUPS, OpenTable, group_of, json_value
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import datasets, origins, releases
from .formats import FORMATS
from .package import PACKAGE_FILE, SCHEMA_ENDING, package_name
from .snapshot import publisher, site_url


def tables() -> list[Json]:
    """Tell of every open table, with its files where it has been published."""
    found = datasets.find_all()
    now = releases.current_of(GROUPS)
    return [
        _table(name, now.get(group), found.get(name)) for group, names in GROUPS.items() for name in names
    ]


def table(name: str, release: Release | None) -> Json:
    """Tell of a table in a release, or of a table without one.

    Raises:
        KeyError: there is no such table.
    """
    return _table(name, release, datasets.find(name))


def _table(name: str, release: Release | None, package: model.Package | None) -> Json:
    declared = ALL_TABLES[name]
    told = {
        "name": name,
        "title": declared.title,
        "description": declared.description,
        "fields": [
            {key: field.get(key) for key in ("name", "title", "type", "description")}
            for field in declared.fields
        ],
        "dataset": package.name if package else None,
        "schema_url": _address(file_name(name, SCHEMA_ENDING)),
        "releases_url": f"{_address(name)}/",
        "package_url": _address(package_name(group_of(name))),
        "resource_id": datasets.resource_id(name, "csv"),
        "origin": origins.told(declared, release.manifest if release else None, publisher()),
    }
    return {**told, **(_released(declared, release) if release and has(release, name) else _unreleased())}


def has(release: Release, name: str) -> bool:
    """Return whether a release has a table; one of an earlier version has fewer."""
    return name in release.manifest["rows"]


def spec_of(release: Release, name: str) -> TableSpec:
    """Return a table as a release has it: one of an earlier version has other columns."""
    return datasets.spec_in(release.manifest, name)


def releases_of(name: str) -> list[Release]:
    """Return the releases that have a table, newest first; raises ``KeyError`` for none."""
    return [one for one in releases.finished(group_of(name)) if has(one, name)]


def release(name: str, one: Release) -> Json:
    """Tell of one release of a table, with addresses that stay."""
    told = _released(ALL_TABLES[name], one)
    base = f"{_address(name)}/{one.release_id}"
    for file in told["files"]:
        file["url"] = f"{base}/{file['name']}"
    return {**told, "is_current": one.state == releases.CURRENT, "package_url": f"{base}/{PACKAGE_FILE}"}


def _released(declared: OpenTable, one: Release) -> Json:
    manifest = one.manifest
    return {
        "release_id": one.release_id,
        "published_at": json_value(one.created_at),
        "rows": manifest["rows"][declared.name],
        "period": manifest["period"],
        "notes": manifest["notes"],
        "origin": origins.told(declared, manifest, publisher()),
        "cited_in": manifest.get("cited", ""),
        "files": [_file(declared.name, ending, manifest["files"]) for ending in FORMATS],
    }


def _unreleased() -> Json:
    return {
        "release_id": None,
        "published_at": None,
        "rows": None,
        "period": [None, None],
        "notes": [],
        "cited_in": "",
        "files": [],
    }


def _file(name: str, ending: str, files: Json) -> Json:
    form, file = FORMATS[ending], file_name(name, ending)
    return {
        "name": file,
        "format": ending,
        "label": tk._(form.label),
        "media_type": form.media_type,
        "url": _address(file),
        **files[file],
    }


def _address(path: str) -> str:
    return f"{site_url()}/digitalisierung/daten/{path}"
