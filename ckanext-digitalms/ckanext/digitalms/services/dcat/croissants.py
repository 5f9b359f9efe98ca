"""Datasets with a table of ours as Croissant, from their facts and the release that they tell of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.dcat import croissant
from ckanext.digitalms.dcat.croissant import File
from ckanext.digitalms.publishing import custom_tables, datasets, origins, releases
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.tables.open_tables import ALL_TABLES, group_of
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import pages, pieces

_OPEN = "digitalisierung/daten"


def of_dataset(name: str) -> dict[str, Any]:
    """Return a public dataset as Croissant.

    Raises:
        tk.ObjectNotFound: there is none that strangers see, or it has no table of ours.
    """
    told = pages.public(name)
    found = _published(told)
    if found is None:
        message = tk._("The dataset “{found}” has no published table of this catalogue, so no Croissant.")
        raise tk.ObjectNotFound(message.format(found=name[:60]))
    release, spec, folder = found
    terms = origins.license_of(str(told.get("license_id") or ""))
    return croissant.document(
        pieces.facts_of(told),
        version=_version(release),
        issued=release.created_at.date().isoformat(),
        license_page=terms.path or "",
        table=spec.name,
        schema=spec.schema,
        files=list(_files(release, spec.name, f"{site_url()}/{folder}/{spec.name}/{release.release_id}")),
    )


def _published(told: dict[str, Any]) -> tuple[Release, TableSpec, str] | None:
    """Return the release that a dataset tells of, its table, and below which address its files are."""
    table, own = told.get(datasets.MARKER), told.get(custom_tables.MARKER)
    if table in ALL_TABLES:
        release = releases.current(group_of(table))
        return (release, datasets.spec_in(release.manifest, table), _OPEN) if release else None
    release = releases.current(custom_tables.group_of(told["id"])) if own else None
    return (release, custom_tables.spec_of(release.manifest), custom_tables.ADDRESS) if release else None


def _version(release: Release) -> str:
    """Return the moment of a release as numbers that grow: programs take nothing else for a version."""
    return ".".join(str(int(release.created_at.strftime(part))) for part in ("%Y", "%m%d", "%H%M%S"))


def _files(release: Release, table: str, folder: str) -> Iterator[File]:
    for ending, form in FORMATS.items():
        name = file_name(table, ending)
        if fact := release.manifest["files"].get(name):
            yield File(name, f"{folder}/{name}", form.media_type, fact["size"], fact["sha256"])
