"""A draft becomes a version of a dataset, or a private dataset: what is looked at before, under the lock."""

from __future__ import annotations

import uuid

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.custom_tables.canonical import published_schema, to_csv
from ckanext.digitalms.custom_tables.draft import OPEN
from ckanext.digitalms.custom_tables.examination import Examined
from ckanext.digitalms.custom_tables.names import table_name
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.publishing import custom_tables, releases, versions
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.deliveries import refuse_blanked
from ckanext.digitalms.services.language import moment_in_words
from ckanext.digitalms.validation.dialect import Dialect

from . import drafts


def check_open(draft: Delivery) -> None:
    """Refuse a draft that was published already."""
    if draft.state != OPEN:
        message = tk._("This draft was published already: upload the table again to publish a new version.")
        model.Session.rollback()
        raise tk.ValidationError({"id": [message]})


def check_file(draft: Delivery) -> None:
    """Refuse a draft that was published already, or in whose file something was blanked."""
    check_open(draft)
    refuse_blanked(draft, "upload")


def version_of(draft_id: str, revision: int, found: Examined) -> versions.Version:
    """Return the version of a draft, after a look under the lock whether it may still be published."""
    draft = drafts.get(draft_id)
    check_open(draft)
    if draft.of_draft["revision"] != revision or found.schema is None or found.converted is None:
        message = tk._("Somebody changed the draft meanwhile: look at it and publish it again.")
        raise tk.ValidationError({"id": [message]})
    package_id, name, is_new = _place(draft)
    _check_version(draft, package_id)
    described = published_schema(found.schema)
    return versions.Version(
        name=name,
        package_id=package_id,
        is_new=is_new,
        schema=described,
        table=to_csv(found.converted.rows, described),
        metadata=drafts.metadata_of(draft),
        draft_id=draft.id,
        rows=len(found.converted.rows),
        sources={field["name"]: field.get("source", field["title"]) for field in found.schema["fields"]},
        reading=_reading_of(draft),
        warnings=tuple(str(one.message) for one in found.report.warnings),
    )


def _reading_of(draft: Delivery) -> dict[str, str]:
    """Return how the next file of the table is read: as was chosen, and as other columns have settled it."""
    declared = Dialect.declared(draft.dialect)
    forms = {**draft.of_draft.get("by_others", {}), **declared.said_forms}
    return Dialect.declared({**draft.dialect, "forms": forms}).of_next


def _check_version(draft: Delivery, package_id: str) -> None:
    now = releases.current(custom_tables.group_of(package_id))
    if (now.release_id if now else None) != draft.of_draft.get("based_on"):
        message = tk._(
            "Somebody published another version on {moment}, after you had uploaded your table. Nothing was "
            "changed: look at that version and upload your table again."
        )
        when = moment_in_words(now.created_at) if now else "–"
        raise tk.ValidationError({"dataset": [message.format(moment=when)]})


def _place(draft: Delivery) -> tuple[str, str, bool]:
    """Return id and name of a draft's dataset, and whether it is new; raises ``ValidationError``."""
    package_id = draft.of_draft.get("package_id")
    if package_id:
        package = model.Session.get(model.Package, package_id)
        if package is None or package.state == model.State.DELETED:
            raise tk.ValidationError({"dataset": [tk._(custom_tables.GONE)]})
        return package.id, package.extras[custom_tables.MARKER], False
    wanted = draft.of_draft["metadata"].get("name")
    name = wanted or table_name(draft.of_draft["metadata"]["title"])
    free = custom_tables.free_name(name)
    if wanted and free != wanted:
        message = tk._("Another dataset has the name “{found}”: choose another one, or leave it out.")
        raise tk.ValidationError({"name": [message.format(found=wanted)]})
    return dataset_of(draft), free, True


def dataset_of(draft: Delivery) -> str:
    """Return the id of a draft's dataset, also of the one that will be made of it: the same for good."""
    return str(
        draft.of_draft.get("package_id") or uuid.uuid5(uuid.NAMESPACE_URL, f"digitalms:draft:{draft.id}")
    )


def save_private(draft: Delivery) -> Json:
    """Keep a draft as a private dataset; one that has a published version stays as it is."""
    draft_id = draft.id
    group = custom_tables.group_of(dataset_of(draft))
    with locks.publishing(group):
        releases.put_right(group)
        draft = drafts.get(draft_id)
        check_open(draft)
        metadata = drafts.metadata_of(draft)
        package_id, name, _ = _place(draft)
        if not releases.finished(custom_tables.group_of(package_id)):
            told = {**metadata, "id": package_id, custom_tables.MARKER: name, custom_tables.DRAFT: draft.id}
            if draft.of_draft.get("package_id") is None:
                told["name"] = name
            custom_tables.save_draft(told, _files(draft, package_id))
            draft.of_draft = {**draft.of_draft, "package_id": package_id}
            model.repo.commit()
            index.reindex([package_id])
        package = model.Package.get(package_id)
        return {"change": "saved", "id": package.id, "name": package.name, "release_id": None}


def _files(draft: Delivery, package_id: str) -> list[Json]:
    """Return the resources of a dataset that is not published: the file as uploaded, and the report on it."""
    base = f"{site_url()}/digitalisierung/daten/neu/{draft.id}"
    form = str((draft.report or {}).get("form") or "").upper()
    original = {
        "id": custom_tables.resource_id(package_id, "original"),
        "name": draft.filename,
        "url": f"{base}/datei",
        "format": form,
        "size": draft.size,
        "hash": draft.sha256,
    }
    report = {
        "id": custom_tables.resource_id(package_id, "report"),
        "name": tk._("Report on the table"),
        "url": f"{base}/befunde.csv",
        "format": "CSV",
    }
    return [{**one, "datastore_active": False} for one in (original, report)]
