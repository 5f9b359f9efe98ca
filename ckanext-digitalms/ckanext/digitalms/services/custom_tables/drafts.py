"""Drafts of tables of one's own: what came in, what was found in it, what was typed of it.

A draft is a delivery of the kind ``dataset``: the bytes stay as they came, in the database; what is typed
stands in ``about``, so that nothing is lost on an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.digitalms import config
from ckanext.digitalms.custom_tables.canonical import published_schema
from ckanext.digitalms.custom_tables.draft import DRAFTED, GIVEN, OPEN
from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.custom_tables.preview import preview_of
from ckanext.digitalms.custom_tables.schema_check import MAX_BYTES, SchemaError, check_schema, read_schema
from ckanext.digitalms.messages import Message, translate
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.model.about import DraftAbout
from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.publishing import custom_tables, datasets, releases
from ckanext.digitalms.services import delivery_work, progress
from ckanext.digitalms.services.access.rights import kept_offices
from ckanext.digitalms.services.dcat.offices import DEFAULTS, SEVERAL
from ckanext.digitalms.services.deliveries import delivery_count, delivery_list
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.tables.origin import ORIGIN, source_problems
from ckanext.digitalms.validation.dialect import OPTIONS, Dialect
from ckanext.digitalms.validation.table import Limits

from . import columns

KIND = "dataset"
# how much quicker a table is examined than a delivery of the same size is judged and taken over
QUICKNESS = 3
# what a draft says of itself before its file was read
UNREAD = {"preview": {"header": [], "rows": [], "sheets": []}, "is_valid": False, "revision": 0}
# what other portals ask besides; what is empty is said by the organisation
PORTALS = (*(name for name in DEFAULTS if name not in ORIGIN), "temporal_start", "temporal_end")
# what is typed of the dataset
TYPED = ("title", "notes", "license_id", "contact_email", "keywords", "name", "sources", *ORIGIN, *PORTALS)

Told = Mapping[str, Any]


def draft_of(value: object) -> Delivery | None:
    """Return a draft by its id, or ``None``."""
    found: Delivery | None = model.Session.get(Delivery, plain_id(value))
    return found if found is not None and found.kind == KIND else None


def get(draft_id: str) -> Delivery:
    """Return a draft; raises ``ObjectNotFound``."""
    found = draft_of(draft_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no draft “{found}”.").format(found=str(draft_id)[:60]))
    return found


def listing(limit: int, offset: int, visible_to: Told | None) -> tuple[int, list[Delivery]]:
    """Return how many drafts are open, and a page of them, newest first."""
    only: dict[str, Any] = {"visible_to": visible_to, "kind": KIND, "state": OPEN}
    return delivery_count(**only), delivery_list(limit=limit, offset=offset, **only)


def meant(value: object) -> model.Package | None:
    """Return the dataset that somebody means by its id, the name of its table, or its own name; or ``None``.

    The table's name stays for good and comes first: a dataset that is called like it takes nothing away.
    """
    key = plain_id(value)
    by_key = find_package(key)
    if by_key is not None and by_key.id == key:
        return by_key
    return (custom_tables.find(key) if key else None) or by_key


def own_dataset(value: str) -> model.Package:
    """Return a dataset of somebody's own table, as :func:`meant` finds it.

    Raises:
        ObjectNotFound: there is none.
    """
    package = meant(value)
    if (
        package is None
        or package.state == model.State.DELETED
        or not package.extras.get(custom_tables.MARKER)
    ):
        message = tk._("There is no dataset “{found}” that was published from a table of one's own.")
        raise tk.ObjectNotFound(message.format(found=str(value)[:60]))
    return package


def about_dataset(package: model.Package) -> dict[str, Any]:
    """Return what a draft for a new version of a dataset begins with."""
    now = releases.current(custom_tables.group_of(package.id))
    metadata = {
        "title": package.title,
        "notes": package.notes or "",
        "license_id": package.license_id or config.license_id(),
        "contact_email": package.extras.get("contact_email") or "",
        "keywords": ", ".join(tag.name for tag in package.get_tags()),
        "name": package.extras[custom_tables.MARKER],
        "sources": json.loads(package.extras.get("sources") or "[]"),
        **{name: package.extras.get(name) or "" for name in (*ORIGIN, *PORTALS) if name not in SEVERAL},
        **{name: json.loads(package.extras.get(name) or "[]") for name in SEVERAL},
    }
    schema = _stored_schema(package)
    told = {"metadata": metadata, "package_id": package.id, "based_on": now.release_id if now else None}
    return {**told, "schema": schema, "chosen": package.name if schema else DRAFTED}


def reading_of(package_id: str | None) -> dict[str, str]:
    """Return how the file of a dataset's present version was read, as far as it holds for the next one."""
    now = releases.current(custom_tables.group_of(package_id)) if package_id else None
    return dict(now.manifest["own_table"].get("reading", {})) if now else {}


def _stored_schema(package: model.Package) -> dict[str, Any] | None:
    now = releases.current(custom_tables.group_of(package.id))
    if now is not None:
        schema = check_schema(custom_tables.spec_of(now.manifest).schema)
        sources = now.manifest["own_table"].get("sources", {})
        for field in schema["fields"]:
            field["source"] = sources.get(field["name"], field["title"])
        return schema
    draft = draft_of(package.extras.get(custom_tables.DRAFT))
    return draft.of_draft.get("schema") if draft else None


def chosen_schema(context: Context, told: Told) -> tuple[str, dict[str, Any] | None] | None:
    """Return the schema that was uploaded or named, and what it is; ``None`` where nothing was said of it.

    Raises:
        ValidationError: it cannot be used.
    """
    given = told.get("schema")
    if isinstance(given, FileStorage) or (given not in (None, "")):
        try:
            return GIVEN, _given(given)
        except SchemaError as refused:
            raise tk.ValidationError({"schema": [translate(refused.message, tk._)]}) from refused
    name = told.get("schema_of")
    if not name:
        return None
    if name == DRAFTED:
        return DRAFTED, None
    if name in ALL_TABLES:
        # the references between our own tables are not those of another one
        described = {key: value for key, value in ALL_TABLES[name].schema.items() if key != "foreignKeys"}
        return name, check_schema(described)
    try:
        package = own_dataset(name)
        tk.check_access("package_show", context, {"id": package.id})
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        message = tk._("There is no dataset “{found}” with a schema: choose one from the list.")
        raise tk.ValidationError({"schema_of": [message.format(found=name[:60])]}) from error
    return package.name, _stored_schema(package)


def _given(given: Any) -> dict[str, Any]:
    if isinstance(given, FileStorage):
        return read_schema(given.read(MAX_BYTES + 1))
    return read_schema(given.encode()) if isinstance(given, str) else check_schema(given)


def public_datasets() -> list[dict[str, Any]]:
    """Return the public datasets of tables of one's own: name, title and the name of the table."""
    return _listed(IS_PUBLIC, model.Package.extras[datasets.RELEASE].astext != "")


def one_dataset(package: model.Package) -> list[dict[str, Any]]:
    """Return one of them, in the same form."""
    return _listed(model.Package.id == package.id)


def kept_datasets(user: str | None) -> list[dict[str, Any]]:
    """Return those that are not public and that a user edits, in the same form."""
    offices = kept_offices(user)
    is_internal = sa.and_(
        model.Package.state != model.State.DELETED,
        sa.or_(model.Package.state != model.State.ACTIVE, model.Package.private),
    )
    return _listed(is_internal, sa.true() if offices is None else model.Package.owner_org.in_(offices))


def _listed(*only: Any) -> list[dict[str, Any]]:
    marker = model.Package.extras[custom_tables.MARKER].astext
    release = model.Package.extras[datasets.RELEASE].astext
    query = (
        sa.select(model.Package.name, model.Package.title, marker, release)
        .where(marker.isnot(None), *only)
        .order_by(model.Package.title)
    )
    return [
        {"name": name, "title": title or name, "table": table, "is_published": bool(release_id)}
        for name, title, table, release_id in model.Session.execute(query)
    ]


def examined(draft: Delivery, *, is_judged: bool = False) -> Examined:
    """Read and judge a draft's file by the schema that stands in it.

    Args:
        draft: the draft.
        is_judged: it was found valid; the release is judged once more before it is published.

    Raises:
        ValidationError: what was typed of the columns cannot be used.
    """
    limits = Limits(config.max_upload_bytes(), config.custom_table_max_rows())
    options = {name: draft.dialect.get(name) for name in OPTIONS}
    about = draft.of_draft
    edits, amend, schema = about.get("edits"), None, about.get("schema")
    if is_judged:
        schema = about.get("effective") or schema
    elif about["chosen"] == DRAFTED and edits is not None:
        schema = None  # drafted anew from the file, with what was typed since
        amend = partial(columns.with_edits, edits=edits) if edits else None
    declared = Dialect.declared(options)
    told: dict[str, Any] = {"is_judged": is_judged, "amend": amend, "tick": progress.tell}
    return examine(draft.content, draft.filename, declared, limits, schema, **told)


def is_large(draft: Delivery) -> bool:
    """Return whether one does not wait for a draft to be examined or published."""
    return delivery_work.is_large(draft, QUICKNESS)


def begin(context: Context, draft: Delivery, what: str, action: str, told: Told | None = None) -> None:
    """Have a job call an action for a draft, with what was typed, and commit."""
    call = delivery_work.Call(action, {"id": draft.id, **(told or {})})
    delivery_work.begin(draft, what, context["user"], call)


def keep(draft: Delivery, found: Examined) -> None:
    """Note in a draft what was found; the caller commits."""
    draft.report = found.report.to_json()
    revision = int(draft.of_draft.get("revision", 0)) + 1
    about: DraftAbout = {
        **draft.of_draft,
        "preview": preview_of(found),
        "is_valid": found.is_valid,
        "revision": revision,
    }
    about["by_others"] = dict(found.by_others)
    about["schema"] = None if found.given is None else dict(found.given)
    about["effective"] = None if found.schema is None else dict(found.schema)
    about.pop("failed", None)
    draft.of_draft = about
    model.Session.add(draft)


def typed_of(told: Told) -> dict[str, Any]:
    """Return what was typed of the dataset; what was left out is not in it.

    Raises:
        ValidationError: a source has no name, or there are too many of them.
    """
    typed = {name: told[name] for name in TYPED if told.get(name) is not None}
    if "sources" in typed:
        rows = ({name: text for name, text in row.items() if text} for row in typed["sources"])
        typed["sources"] = [row for row in rows if row]
        _check_sources(typed["sources"])
    return typed


def _check_sources(rows: list[dict[str, Any]]) -> None:
    found = source_problems(rows)
    if found:
        told = [{"title": [translate(found[n], tk._)]} if n in found else {} for n in range(max(found) + 1)]
        raise tk.ValidationError({"sources": told})


def first_metadata(filename: str) -> dict[str, Any]:
    """Return what a new dataset is called before anything was typed."""
    title = filename.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ").strip()
    return {
        "title": title[:1].upper() + title[1:],
        "notes": "",
        "license_id": config.license_id(),
        "contact_email": config.contact_email(),
        "keywords": "",
    }


def metadata_of(draft: Delivery) -> dict[str, Any]:
    """Return the metadata of the dataset as CKAN takes them.

    Raises:
        ValidationError: title or organisation is missing.
    """
    typed = draft.of_draft["metadata"]
    errors = {}
    if not typed.get("title"):
        errors["title"] = [tk._("The dataset needs a title.")]
    group = model.Group.get(draft.organisation) if draft.organisation else None
    if group is None or group.state != model.State.ACTIVE:
        errors["organisation"] = [tk._("The dataset needs an organisation that publishes it.")]
    if errors:
        raise tk.ValidationError(errors)
    words = [word.strip() for word in typed.get("keywords", "").split(",") if word.strip()]
    # what was never typed stays as the dataset has it
    origin = {name: typed[name] for name in ("sources", *ORIGIN, *PORTALS) if name in typed}
    return {
        "title": typed["title"],
        "notes": typed.get("notes", ""),
        "license_id": typed.get("license_id") or config.license_id(),
        "contact_email": typed.get("contact_email", ""),
        "owner_org": draft.organisation,
        "tags": [{"name": word} for word in words],
        **origin,
    }


def failure_of(about: DraftAbout) -> dict[str, str] | None:
    """Return when and why a draft could not be published the last time, or ``None``."""
    failed = about.get("failed")
    if failed is None:
        return None
    reason = translate(Message(failed["text"], failed["values"]), tk._)
    return {"at": failed["at"], "reason": reason}


def as_published(schema: Told | None) -> dict[str, Any] | None:
    """Return the schema as it would be published."""
    return published_schema(schema) if schema else None
