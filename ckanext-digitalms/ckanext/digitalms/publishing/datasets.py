"""The datasets that open tables are published as: one for each table, one resource for each format.

A dataset is known by its marker (``digitalms_table``), never by its name, so a coordinator may rename it.
What a coordinator wrote stays; only what a release changes is written again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count, islice
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import Release
from ckanext.digitalms.services.access import coordinators
from ckanext.digitalms.tables.open_tables import ALL_TABLES, OpenTable
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import folders, origins
from .formats import FORMATS
from .package import SCHEMA_ENDING
from .snapshot import publisher, site_url

MARKER = "digitalms_table"
RELEASE = "digitalms_release"
ASKED_AT_ONCE = 50
_PERIOD = ("temporal_start", "temporal_end")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/ckanext-digitalms/")

Facts = Mapping[str, Any]


def resource_id(table: str, ending: str) -> str:
    """Return the id of a table's resource: the same for as long as the site keeps its id."""
    return str(uuid.uuid5(_NAMESPACE, f"{tk.config['ckan.site_id']}/{table}.{ending}"))


def datastore_tables(manifest: Facts) -> list[tuple[TableSpec, str]]:
    """Return a release's tables, each with the resource that its DataStore table hangs on: its CSV."""
    return [(spec_in(manifest, table.name), resource_id(table.name, "csv")) for table in tables_of(manifest)]


def resource_ids(manifest: Facts) -> list[str]:
    """Return the resources that a release's DataStore tables hang on."""
    return [one for _, one in datastore_tables(manifest)]


def is_wanted(release: Release) -> bool:
    """Return whether a release is to be finished: the open tables' always."""
    del release
    return True


def tell_owner(manifest: Facts, message: Message) -> None:
    """Do nothing: a release of the open tables that was undone is made anew by the next run, which tells."""
    del manifest, message


def tables_of(manifest: Facts) -> list[OpenTable]:
    """Return the tables that a release has; one of an earlier version has fewer."""
    return [table for table in ALL_TABLES.values() if table.name in manifest["rows"]]


def spec_in(manifest: Facts, name: str) -> TableSpec:
    """Return a table with the columns that it has in a release, which may be older than today's."""
    folder = folders.Folders(config.release_path()).path(manifest)
    stored = folder / file_name(name, SCHEMA_ENDING)
    table = ALL_TABLES[name]
    return replace(table, schema=json.loads(stored.read_bytes())) if stored.is_file() else table


def prepare() -> str:
    """Make sure that there is an organisation to publish in; return its id. Commits."""
    name = config.coordinator_organisation()
    organisation = coordinators.organisation()
    if organisation is not None and organisation.state == model.State.ACTIVE:
        return str(organisation.id)
    if organisation is not None:
        text = tk._("The organisation “{name}” was deleted, and the open tables are published in it.")
        raise tk.ValidationError({"organisation": [text.format(name=organisation.name)]})
    made = tk.get_action("organization_create")(_context(), {"name": name, "title": config.publisher()})
    return str(made["id"])


def save(release_id: str, created: datetime, manifest: Facts, owner: str) -> list[str]:
    """Write the release into every table's dataset, in the session's transaction; return their ids."""
    context = {**_context(), "defer_commit": True, "return_id_only": True}
    there = find_all()
    return [
        _save(table, there.get(table.name), release_id, created, manifest, owner, dict(context))
        for table in tables_of(manifest)
    ]


def tell(release_id: str, manifest: Facts) -> bool:
    """Return whether every dataset and resource already says what the release is."""
    there = find_all()
    for table in tables_of(manifest):
        package = there.get(table.name)
        if (
            package is None
            or package.state != model.State.ACTIVE
            or package.extras.get(RELEASE) != release_id
        ):
            return False
        told = {resource.id: resource.hash for resource in package.resources}
        for ending in FORMATS:
            fact = manifest["files"][file_name(table.name, ending)]
            if told.get(resource_id(table.name, ending)) != fact["sha256"]:
                return False
    return True


def find(table: str) -> model.Package | None:
    """Find a table's dataset by its marker, a deleted one too."""
    return _found([table]).get(table)


def find_all() -> dict[str, model.Package]:
    """Find the datasets of all tables, by the table."""
    return _found(list(ALL_TABLES))


def _found(tables: Sequence[str]) -> dict[str, model.Package]:
    # of several with the same marker the first that was made and is active
    query = sa.select(model.Package).where(model.Package.extras[MARKER].astext.in_(tables))
    found = list(model.Session.scalars(query.order_by(model.Package.state, model.Package.metadata_created)))
    return {package.extras[MARKER]: package for package in reversed(found)}


def _context() -> Json:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"ignore_auth": True, "user": user["name"]}


def _save(
    table: OpenTable,
    package: model.Package | None,
    release_id: str,
    created: datetime,
    manifest: Facts,
    owner: str,
    context: Json,
) -> str:
    known: Json = {}
    if package is not None:
        # never from the index, which may be behind after a crash
        shown = {"ignore_auth": True, "user": "", "use_cache": False}
        known = tk.get_action("package_show")(shown, {"id": package.id})
        context["original_package"] = dict(known)  # else CKAN asks the index for it
        known.pop("metadata_modified")  # a change is to be seen as one
    start, end = manifest["period"]
    kept = {name: value for name, value in known.items() if value and name not in _PERIOD}
    named = kept.get("name") or free_name(table.dataset)
    dataset = {**_first(table, owner), **kept, "name": named}
    dataset |= {
        "state": model.State.ACTIVE,
        "private": False,
        RELEASE: release_id,
        **origin_fields(origins.told(table, manifest, publisher())),
        **(dict(zip(_PERIOD, (start, end), strict=True)) if start else {}),
        "resources": _resources(table, created, manifest, known.get("resources") or []),
    }
    if known:
        return str(tk.get_action("package_update")(context, dataset))
    return str(tk.get_action("package_create")(context, dataset))


def _first(table: OpenTable, owner: str) -> Json:
    first = {
        "type": "dataset",
        "title": table.title,
        "notes": table.description,
        "tags": [{"name": keyword} for keyword in table.keywords],
        "owner_org": owner,
        "publisher": config.publisher(),
        "contact_email": config.contact_email(),
        MARKER: table.name,
    }
    return {name: value for name, value in first.items() if value}


def origin_fields(told: Facts) -> Json:
    """Return the fields of a dataset that say where its table comes from; each release says them anew."""
    return {
        "license_id": origins.license_id_of(told),
        "sources": [_source_row(one) for one in told["sources"]],
        "area_code": " ".join(told["spatial"]["codes"]),
        "spatial_text": told["spatial"]["title"],
        "frequency": told["frequency"],
    }


def _source_row(told: Facts) -> Json:
    terms = told.get("license", {})
    row = {
        "title": told["title"],
        "url": told.get("path"),
        "license": terms.get("title") or terms.get("name"),
        "license_url": terms.get("path"),
        "attribution": told.get("attribution"),
    }
    return {name: text for name, text in row.items() if text}


def free_name(wanted: str) -> str:
    """Return a name that no dataset has: this one, or with the first free number."""
    return first_free(wanted, wanted, taken_names)


def taken_names(names: Sequence[str]) -> set[str]:
    """Return which of these names datasets have."""
    return set(model.Session.scalars(sa.select(model.Package.name).where(model.Package.name.in_(names))))


def first_free(wanted: str, stem: str, taken: Callable[[Sequence[str]], set[str]]) -> str:
    """Return the first name that is not taken: the one that is wanted, or a stem with a number.

    Args:
        wanted: the name.
        stem: what numbers are put behind.
        taken: tells which of some names are taken: a few are asked for at once, which an index finds.
    """
    return first_of(chain([wanted], (f"{stem}-{number}" for number in count(2))), taken)


def first_of(names: Iterator[str], taken: Callable[[Sequence[str]], set[str]]) -> str:
    """Return the first of endless names that is not taken; see :func:`first_free`."""
    while True:
        some = list(islice(names, ASKED_AT_ONCE))
        found = taken(some)
        if free := next((name for name in some if name not in found), None):
            return free


def last_modified(moment: datetime) -> str:
    """Return a moment as CKAN keeps it in resources: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def _resources(table: OpenTable, created: datetime, manifest: Facts, known: list[Json]) -> list[Json]:
    by_id = {resource["id"]: resource for resource in known}
    made = []
    for ending, form in FORMATS.items():
        own = by_id.pop(resource_id(table.name, ending), {})
        name = file_name(table.name, ending)
        fact = manifest["files"][name]
        made.append(
            {
                "name": form.german,
                "description": f"{table.title}: {form.german}.",
                **own,
                "id": resource_id(table.name, ending),
                "url": f"{site_url()}/digitalisierung/daten/{name}",
                "format": form.ckan_format,
                "mimetype": form.media_type,
                "size": fact["size"],
                "hash": fact["sha256"],
                "last_modified": last_modified(created),
                "datastore_active": ending == "csv" and _has_datastore(),
            }
        )
    return [*made, *by_id.values()]


def _has_datastore() -> bool:
    from . import datastore

    return datastore.is_on()
