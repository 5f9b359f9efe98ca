"""A published table to look into: an open one now, at a release or on a day, or an office's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.publishing import (
    custom_tables,
    datasets,
    day_tables,
    listing,
    origins,
    releases,
    snapshot,
)
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.tables.open_tables import ALL_TABLES, group_of, json_value
from ckanext.digitalms.tables.origin import ORIGIN
from ckanext.digitalms.tables.spec import TableSpec, file_name

from .custom_tables import drafts

__all__ = ["OPEN", "OWN", "Named", "Table", "named", "opened"]

OPEN, OWN = "open", "own"


@dataclass(frozen=True)
class Named:
    """What a name means: an open table, or the dataset of an office's own.

    Args:
        name: of the table, as its addresses have it.
        package: the dataset of an own table, which may be private.
    """

    name: str
    package: model.Package | None = None

    @property
    def kind(self) -> str:
        """Return ``open`` or ``own``."""
        return OWN if self.package is not None else OPEN


@dataclass(frozen=True)
class Table:
    """A table whose rows can be read.

    Args:
        folder: that has its files.
        spec: its columns there.
        told: what is said of it, as the action answers.
        rows: how many there are, where that is known without counting.
    """

    folder: Path
    spec: TableSpec
    told: Json
    rows: int | None


def named(name: str) -> Named:
    """Find a table by its name, an own one also by the name or id of its dataset.

    Raises:
        ObjectNotFound: there is none.
    """
    if name in ALL_TABLES:
        return Named(name)
    try:
        package = drafts.own_dataset(name)
    except tk.ObjectNotFound as error:
        message = tk._("There is no table “{found}”. Open tables are: {known}.")
        raise tk.ObjectNotFound(message.format(found=name[:60], known=", ".join(ALL_TABLES))) from error
    return Named(str(package.extras[custom_tables.MARKER]), package)


@contextmanager
def opened(found: Named, release_id: str = "", moment: Mapping[str, str] | None = None) -> Iterator[Table]:
    """Lend a table to be read.

    Args:
        found: which one.
        release_id: of a release of it; the current one where nothing is said.
        moment: ``cut_off_date`` and ``known_at`` of an open table on another day, which is made for this.

    Raises:
        ObjectNotFound: there is no such release, or none yet.
        ValidationError: an own table is asked for a day, or both a release and a day are said.
    """
    if not moment:
        yield _released(found, release_id)
        return
    if release_id:
        raise tk.ValidationError(
            {"release_id": [tk._("A release stays as it was published: leave out the day.")]}
        )
    if found.package is not None:
        sentence = tk._("A table of an office has versions and no days: leave out the day.")
        raise tk.ValidationError({name: [sentence] for name in moment})
    with TemporaryDirectory(prefix="digitalms-day-") as folder:
        group = group_of(found.name)
        day_tables.write(Path(folder), group, [found.name], moment, moment)
        spec = ALL_TABLES[found.name]
        yield Table(Path(folder), spec, {**_told(found, spec, releases.current(group)), **_OF_A_DAY}, None)


_OF_A_DAY: Json = {"release_id": None, "published_at": None, "rows": None}


def _released(found: Named, release_id: str) -> Table:
    group = custom_tables.group_of(found.package.id) if found.package is not None else group_of(found.name)
    release = releases.of_group(group, release_id)
    if release is None:
        if release_id:
            message = tk._("There is no release “{found}” of this table; its page lists all of them.")
            raise tk.ObjectNotFound(message.format(found=release_id[:60]))
        raise tk.ObjectNotFound(tk._("This table has not been published yet."))
    folder = releases.all_folders().path(release.manifest)
    if not (folder / file_name(found.name, "csv")).is_file():
        raise tk.ObjectNotFound(tk._("There is no such file."))
    spec = custom_tables.spec_of(release.manifest) if found.package else listing.spec_of(release, found.name)
    rows = release.manifest["rows"][found.name]
    return Table(folder, spec, _told(found, spec, release, is_named=bool(release_id)), rows)


def _told(found: Named, spec: TableSpec, release: Release | None, *, is_named: bool = False) -> Json:
    package = found.package if found.package is not None else datasets.find(found.name)
    shown = package if package is not None and package.state == model.State.ACTIVE else None
    place = f"{custom_tables.ADDRESS}/" if found.package is not None else "digitalisierung/daten/"
    files = f"{snapshot.site_url()}/{place}{found.name}"
    if release is not None and is_named:
        files = f"{files}/{release.release_id}/{found.name}"
    return {
        "name": found.name,
        "kind": found.kind,
        "title": found.package.title if found.package is not None else spec.title,
        "description": (found.package.notes if found.package is not None else spec.description) or "",
        "dataset": shown.name if shown is not None else None,
        "is_private": bool(found.package is not None and found.package.private),
        "release_id": release.release_id if release else None,
        "is_current": bool(release and release.state == releases.CURRENT),
        "published_at": json_value(release.created_at) if release else None,
        "rows": release.manifest["rows"][found.name] if release else None,
        "notes": list(release.manifest.get("notes", [])) if release else [],
        "files_url": files,
        "origin": _origin(found, release),
    }


def _origin(found: Named, release: Release | None) -> Json:
    if found.package is None:
        manifest = release.manifest if release else None
        return origins.told(ALL_TABLES[found.name], manifest, snapshot.publisher())
    package = found.package
    group = model.Group.get(package.owner_org)
    told = {name: package.extras.get(name) or "" for name in ORIGIN}
    said = {
        **told,
        "title": package.title,
        "license_id": package.license_id or "",
        "sources": json.loads(package.extras.get("sources") or "[]"),
    }
    return custom_tables.origin(group.title or group.name if group else "", said).to_json()
