"""Tables of one's own: one dataset for each, published through the same releases as the open tables.

A version is a release of the group ``own:DATASET-ID``. What its dataset is called and whose it is stands in
the manifest, so that a start after a crash can finish it; what a coordinator changes later stays.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import Delivery, Release, TableName
from ckanext.digitalms.model.about import Failed
from ckanext.digitalms.services import locks
from ckanext.digitalms.tables.open_tables import json_value
from ckanext.digitalms.tables.origin import SOURCE_TERMS, DataSource, Extent, License, Origin
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import datasets, datastore, folders, licenses, origins
from .formats import FORMATS
from .package import SCHEMA_ENDING, described_files, json_bytes, origin_of
from .snapshot import site_url

GROUP = "own:"
MARKER = "digitalms_own_table"
DRAFT = "digitalms_draft"
ADDRESS = "digitalisierung/daten/datensatz"
GONE = N_("The dataset was deleted meanwhile: nothing was published.")

Facts = Mapping[str, Any]


def group_of(package_id: str) -> str:
    """Return the group of a dataset's versions."""
    return f"{GROUP}{package_id}"


def is_own(group: str) -> bool:
    """Return whether a group of releases is the versions of somebody's own dataset."""
    return group.startswith(GROUP)


def resource_id(package_id: str, ending: str) -> str:
    """Return the id of a resource of a dataset: the same for good."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"digitalms:{package_id}:{ending}"))


def resource_ids(manifest: Facts) -> list[str]:
    """Return the resource that the DataStore's table hangs on: the CSV."""
    return [resource_id(manifest["own_table"]["package_id"], "csv")]


def datastore_tables(manifest: Facts) -> list[tuple[TableSpec, str]]:
    """Return the table of a version with its resource."""
    return [(spec_of(manifest), one) for one in resource_ids(manifest)]


def spec_of(manifest: Facts) -> TableSpec:
    """Return the table of a version, with the schema in its folder."""
    name = str(manifest["own_table"]["name"])
    folder = folders.Folders(config.release_path()).path(manifest)
    return TableSpec(name, json.loads((folder / file_name(name, SCHEMA_ENDING)).read_bytes()))


def prepare() -> str:
    """Do nothing: a dataset's organisation is there, or there is nothing to publish in."""
    return ""


def is_wanted(release: Release) -> bool:
    """Return whether a version's dataset is there, or was to be made by it."""
    told = release.manifest["own_table"]
    package = model.Session.get(model.Package, told["package_id"])
    if package is None:
        return bool(told["is_new"]) and release.state not in ("current", "former")
    return bool(package.state != model.State.DELETED)


def tell_owner(manifest: Facts, message: Message) -> None:
    """Note in its draft why a version could not be published; the draft can be published again. Commits."""
    draft = model.Session.get(Delivery, manifest["own_table"].get("draft_id") or "")
    if draft is not None and draft.state == "received":
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        failed: Failed = {"at": moment, "text": message.text, "values": message.values}
        draft.of_draft = {**draft.of_draft, "failed": failed}
        model.repo.commit()


def purged() -> list[Release]:
    """Return the versions whose datasets are no more."""
    query = (
        sa.select(Release)
        .outerjoin(model.Package, Release.group == sa.literal(GROUP) + model.Package.id)
        .where(Release.group.startswith(GROUP), model.Package.id.is_(None))
    )
    return list(model.Session.scalars(query))


def find(name: str) -> model.Package | None:
    """Find the dataset of a table by the table's name, which stays; none that is deleted."""
    query = sa.select(model.Package).where(
        model.Package.extras[MARKER].astext == name, model.Package.state != model.State.DELETED
    )
    found: model.Package | None = model.Session.scalars(query).first()
    return found


def free_name(wanted: str) -> str:
    """Return a name that neither a dataset nor a table has, and no published table ever had."""
    return datasets.first_free(wanted, wanted[:28], _taken)


def _taken(names: Sequence[str]) -> set[str]:
    marker = model.Package.extras[MARKER].astext
    tables = model.Session.scalars(sa.select(marker).where(marker.in_(names)))
    before = model.Session.scalars(sa.select(TableName.name).where(TableName.name.in_(names)))
    return {*tables, *before, *datasets.taken_names(names)}


def descriptor(release_id: str, created: datetime, spec: TableSpec, files: Facts, metadata: Facts) -> bytes:
    """Return ``datapackage.json`` of a version."""
    group = model.Group.get(metadata["owner_org"])
    contributor = {"title": group.title or group.name, "role": "publisher", "roles": ["publisher"]}
    if metadata.get("contact_email"):
        contributor["email"] = metadata["contact_email"]
    return json_bytes(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": spec.name,
            "title": metadata["title"],
            "description": metadata.get("notes") or "",
            "homepage": f"{site_url()}/{ADDRESS}/{spec.name}/",
            "version": release_id,
            "created": json_value(created),
            **package_origin(group.title or group.name, metadata),
            "contributors": [contributor],
            "keywords": [tag["name"] for tag in metadata.get("tags") or []],
            "resources": list(described_files([spec], files, {})),
        }
    )


def package_origin(office: str, metadata: Facts) -> dict[str, Any]:
    """Return what the package says of sources, terms, area and rhythm; without a source the office is it."""
    return origin_of(origin(office, metadata).to_json())


def license_of(package: model.Package) -> str:
    """Return the name of a dataset's terms."""
    found = origins.license_of(str(package.license_id or ""))
    return found.title or found.id


def origin(office: str, metadata: Facts) -> Origin:
    """Return sources, terms, area and rhythm of a table; without a source the office is it."""
    terms = origins.license_of(metadata["license_id"])
    license_id = metadata["license_id"]
    told = [_source(row) for row in metadata.get("sources") or ()]
    codes = str(metadata.get("area_code") or "").split()
    area = Extent(metadata.get("spatial_text") or "", tuple(codes))
    found = told or [DataSource(office, license=terms, attribution=f"Quelle: {office}, {metadata['title']}")]
    if license_id == SOURCE_TERMS and told and told[0].license.title:
        terms = told[0].license
    return Origin(tuple(found), terms, area, metadata.get("frequency") or "")


def _source(row: Facts) -> DataSource:
    words = row.get("license") or ""
    terms = origins.license_of(words) if words in licenses.known() else License(title=words)
    terms = replace(terms, path=row.get("license_url") or terms.path)
    return DataSource(row["title"], row.get("url") or "", terms, row.get("attribution") or "")


def save(release_id: str, created: datetime, manifest: Facts, owner: str) -> list[str]:
    """Write a version into its dataset, in the session's transaction; return the dataset's id.

    Raises:
        ObjectNotFound: the dataset was deleted meanwhile.
    """
    del owner
    package = model.Session.get(model.Package, manifest["own_table"]["package_id"])
    # what was typed with the version counts once; later changes are the coordinator's
    is_told = package is not None and package.extras.get(datasets.RELEASE) == release_id
    return write(release_id, created, manifest, {} if is_told else manifest["own_table"]["metadata"])


def write(release_id: str, created: datetime, manifest: Facts, typed: Facts) -> list[str]:
    """Write a version and what was typed into its dataset, as :func:`save` does."""
    told = manifest["own_table"]
    package = model.Session.get(model.Package, told["package_id"], with_for_update=True)
    if (package is None and not told["is_new"]) or (package and package.state == model.State.DELETED):
        raise tk.ObjectNotFound(tk._(GONE))
    owner = package.owner_org if package else _owner(typed, told["name"])
    known = _known(told["package_id"]) if package else {}
    dataset = {
        "type": "dataset",
        "name": told["name"],
        "id": told["package_id"],
        **known,
        **typed,
        "owner_org": owner,
        "private": False,
        "state": model.State.ACTIVE,
        MARKER: told["name"],
        DRAFT: "",
        datasets.RELEASE: release_id,
        "resources": _resources(created, manifest, known.get("resources") or []),
    }
    model.Session.merge(TableName(name=told["name"], package_id=told["package_id"]))
    _finish_draft(told.get("draft_id"), told["package_id"], release_id)
    return [_write(dataset, is_known=bool(known))]


def _owner(typed: Facts, name: str) -> str:
    """Return the organisation of a new dataset, which cannot be deleted before this is committed."""
    locks.own_names()
    if free_name(name) != name:
        text = tk._("Another dataset took the name “{found}” at the same moment.")
        raise tk.ValidationError({"name": [text.format(found=name)]})
    check_organisation(typed["owner_org"])
    return str(typed["owner_org"])


def check_organisation(organisation_id: str) -> None:
    """Keep an organisation from being deleted until the transaction ends.

    Raises:
        ValidationError: it was deleted before.
    """
    query = sa.select(model.Group.state).where(model.Group.id == organisation_id).with_for_update(read=True)
    if model.Session.scalar(query) != model.State.ACTIVE:
        raise tk.ValidationError(
            {"organisation": [tk._("The organisation was deleted: choose another one.")]}
        )


def save_draft(dataset: dict[str, Any], files: list[dict[str, Any]]) -> str:
    """Write a table that is not published as a private dataset, in the session's transaction; return its id.

    Args:
        dataset: id, name and metadata.
        files: its resources.
    """
    package = model.Session.get(model.Package, dataset["id"], with_for_update=True)
    if package is not None and package.state == model.State.DELETED:
        raise tk.ObjectNotFound(tk._(GONE))
    check_organisation(package.owner_org if package else dataset["owner_org"])
    known = _known(dataset["id"]) if package else {}
    others = [one for one in known.get("resources") or [] if one["id"] not in _our_ids(dataset["id"])]
    private = {"private": True, "type": "dataset", "resources": [*files, *others]}
    return _write({**known, **dataset, **private}, is_known=bool(known))


def tell(release_id: str, manifest: Facts) -> bool:
    """Return whether dataset and resources already say what the version is."""
    told = manifest["own_table"]
    package = model.Session.get(model.Package, told["package_id"])
    if package is None or package.extras.get(datasets.RELEASE) != release_id:
        return False
    hashes = {resource.id: resource.hash for resource in package.resources}
    return all(
        hashes.get(resource_id(package.id, ending))
        == manifest["files"][file_name(told["name"], ending)]["sha256"]
        for ending in FORMATS
    )


def described_as(package_id: str, typed: Facts) -> dict[str, Any]:
    """Return what was typed of a dataset as it says it now."""
    known = _known(package_id)
    words = [{"name": tag["name"]} for tag in known.get("tags", ())]
    nothing: dict[str, list[Any]] = {"sources": [], "theme": [], "hvd_category": []}
    told = {name: known.get(name, nothing.get(name, "")) for name in typed if name != "tags"}
    return told | {"tags": words}


def _known(package_id: str) -> dict[str, Any]:
    # never from the index, which may be behind after a crash
    shown = {"ignore_auth": True, "user": "", "use_cache": False}
    known: dict[str, Any] = tk.get_action("package_show")(shown, {"id": package_id})
    known.pop("metadata_modified")  # a change is to be seen as one
    return known


def _write(dataset: dict[str, Any], *, is_known: bool) -> str:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context = {"ignore_auth": True, "user": user["name"], "defer_commit": True, "return_id_only": True}
    return str(tk.get_action("package_update" if is_known else "package_create")(context, dataset))


def _finish_draft(draft_id: str | None, package_id: str, release_id: str) -> None:
    draft = model.Session.get(Delivery, draft_id) if draft_id else None
    if draft is not None and draft.state != "accepted":
        draft.state, draft.finished_at = "accepted", datetime.now(config.time_zone())
        draft.of_draft = {**draft.of_draft, "package_id": package_id, "release_id": release_id}


def _our_ids(package_id: str) -> set[str]:
    return {resource_id(package_id, ending) for ending in (*FORMATS, "original", "report")}


def _resources(created: datetime, manifest: Facts, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = manifest["own_table"]
    ours = _our_ids(told["package_id"])
    by_id = {resource["id"]: resource for resource in known}
    made = []
    for ending, form in FORMATS.items():
        one = resource_id(told["package_id"], ending)
        name = file_name(told["name"], ending)
        fact = manifest["files"][name]
        made.append(
            {
                "name": form.german,
                "description": f"{told['metadata']['title']}: {form.german}.",
                **by_id.get(one, {}),
                "id": one,
                "url": f"{site_url()}/{ADDRESS}/{name}",
                "format": form.ckan_format,
                "mimetype": form.media_type,
                "size": fact["size"],
                "hash": fact["sha256"],
                "last_modified": datasets.last_modified(created),
                "datastore_active": ending == "csv" and datastore.is_on(),
            }
        )
    return [*made, *(resource for resource in known if resource["id"] not in ours)]
