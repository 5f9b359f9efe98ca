"""Tables of one's own: a draft from an uploaded table, published as a dataset."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.custom_tables.draft import DRAFTED, GIVEN
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.model.about import DraftAbout
from ckanext.digitalms.publishing import custom_tables
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.custom_tables import columns, drafts
from ckanext.digitalms.services.custom_tables.publish import (
    check_open,
)
from ckanext.digitalms.services.deliveries import delivery_create, delivery_lock, refuse_blanked, seen_by
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.uploads import organisation_id, uploaded
from ckanext.digitalms.validation.dialect import OPTIONS, Dialect

from .delivery import shown

__all__ = [
    "digitalms_dataset_draft_create",
    "digitalms_dataset_draft_delete",
    "digitalms_dataset_draft_file",
    "digitalms_dataset_draft_list",
    "digitalms_dataset_draft_show",
    "digitalms_dataset_draft_update",
    "digitalms_dataset_list",
]


def digitalms_dataset_draft_create(context: Context, data_dict: Json) -> Json:
    """Upload a table of your own; nothing is published yet.

    Args:
        upload: the file (multipart): CSV, XLSX or JSON as a list of objects; or ``content`` as text.
        filename: its name; by default that of the upload.
        dataset: the dataset that gets a new version; without it a new dataset is made.
        organisation: whose a new dataset is; a coordinator may leave it out until it is published.
        schema: a Table Schema, as file, text or object; or
        schema_of: the open table or dataset whose schema is used. By default that of the dataset, else one
            is drafted from the file (``draft``).
        encoding, delimiter, decimal_char, date_format, sheet, hidden, header, leave_out, missing, forms: how
            it is written, as for :func:`digitalms_delivery_create`; of a new version as of the one before.
        title, notes, license_id, contact_email, keywords, name: of the dataset; keywords are separated by
            commas, name is that in its addresses and stays.
        sources: up to 20 ``{title, url, license (id or words), license_url, attribution}``; else the office.
        spatial_text, area_code, frequency: the area, its keys, how often (European vocabulary).
        theme, hvd_category, political_level, availability, model_dataset, contributor_id, temporal_start,
            temporal_end: what other portals ask, as the dataset has it (the first two are lists); what is
            empty is said by the organisation.
        background: do not wait where the file is large: a job examines it, and ``work`` says how far it is.

    Returns:
        the draft, as :func:`digitalms_dataset_draft_show`.

    Raises:
        ValidationError: there is no file, or an option is wrong. What is wrong inside the table is in the
            report and raises nothing.
    """
    tk.check_access("digitalms_dataset_draft_create", context, data_dict)
    told = schema.asked("digitalms_dataset_draft_create", context, data_dict)
    draft = _received(context, told)
    if delivery_work.may_wait(context, told) and drafts.is_large(draft):
        drafts.begin(context, draft, delivery_work.EXAMINE, "digitalms_dataset_draft_update")
    else:
        drafts.keep(draft, drafts.examined(draft))
        model.repo.commit()
    return _shown(draft)


def _received(context: Context, told: Json) -> Delivery:
    filename, content = uploaded({**told, "kind": drafts.KIND})
    about = {**drafts.UNREAD, **_first(told, filename)}
    chosen = drafts.chosen_schema(context, told)
    if chosen:
        about |= dict(zip(("chosen", "schema"), chosen, strict=True))
    organisation = about.pop("organisation", None) or organisation_id(told.get("organisation"))
    return delivery_create(
        drafts.KIND,
        filename,
        content,
        organisation=organisation,
        dialect=_declared(told, about.get("package_id")),
        about=about,
        user_id=author_of(context),
    )


def _declared(told: Json, package_id: str | None) -> Json:
    said = {name: told[name] for name in OPTIONS if told.get(name)}
    return Dialect.declared({**drafts.reading_of(package_id), **said}).to_json()


def _first(told: Json, filename: str) -> Json:
    about: Json = {
        "schema": None,
        "edits": {},
        "chosen": DRAFTED,
        "metadata": drafts.first_metadata(filename),
    }
    if told.get("dataset"):
        package = drafts.own_dataset(told["dataset"])
        about |= {**drafts.about_dataset(package), "organisation": package.owner_org}
    about["metadata"] |= drafts.typed_of(told)
    return about


@tk.side_effect_free
def digitalms_dataset_draft_show(context: Context, data_dict: Json) -> Json:
    """Show a draft: what was found in the file, and what was typed of it.

    Args:
        id: the draft.
        limit: of the ``findings``, up to 1000; default 100.
        offset: how many of them to leave out first.

    Returns:
        ``{id, filename, size, state, received_at, organisation, dataset, dataset_title, dialect, declared,
        preview, chosen, schema, columns, metadata, is_valid, failed, blanked_on, report, work,
        is_large}``. ``dialect`` is as found, ``preview`` has header, first and doubtful rows as they stand in
        the file and as they would be published, and the ``questions`` of columns that can be read in two
        ways, ``schema`` is the Table Schema as it would be published, ``columns`` say the same for people,
        ``report`` has ``rows``,
        ``errors``, ``summary``, ``findings`` and ``findings_count``. A table without a schema is never
        valid. ``failed`` says when and why (``at``, ``reason``) it could not be published the last time, if
        that was so. Since the day ``blanked_on``, if there is one, nothing can be published from it any
        more. ``work`` is null, or says what a job does with the draft (``what``, ``percent``, ``failed``;
        of what was refused ``errors`` by field, and ``told``, what had been typed); ``is_large`` says that
        the file is read by a job where somebody asks for ``background``.

    Raises:
        ObjectNotFound: there is no such draft.
    """
    tk.check_access("digitalms_dataset_draft_show", context, data_dict)
    told = schema.asked("digitalms_dataset_draft_show", context, data_dict)
    return _shown(drafts.get(told["id"]), told)


@tk.side_effect_free
def digitalms_dataset_draft_file(context: Context, data_dict: Json) -> Json:
    """Return the file of a draft as it was uploaded.

    Args:
        id: the draft.

    Returns:
        ``{filename, content}``; the content is Base64.

    Raises:
        ObjectNotFound: there is no such draft, or its file is kept no more.
    """
    tk.check_access("digitalms_dataset_draft_file", context, data_dict)
    told = schema.asked("digitalms_dataset_draft_file", context, data_dict)
    draft = drafts.get(told["id"])
    if not draft.content:
        raise tk.ObjectNotFound(tk._("The file as it was uploaded is kept no more."))
    return {"filename": draft.filename, "content": b64encode(draft.content).decode()}


@tk.side_effect_free
def digitalms_dataset_draft_list(context: Context, data_dict: Json) -> Json:
    """List the drafts that you may see, newest first.

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has id, filename, title, organisation, received_at and is_valid.
    """
    tk.check_access("digitalms_dataset_draft_list", context, data_dict)
    told = schema.asked("digitalms_dataset_draft_list", context, data_dict)
    count, found = drafts.listing(told["limit"], told["offset"], seen_by(context["user"]))
    return {"count": count, "results": [_summary(draft) for draft in found]}


def _summary(draft: Delivery) -> Json:
    return {
        "id": draft.id,
        "filename": draft.filename,
        "title": draft.of_draft["metadata"].get("title") or draft.filename,
        "organisation": _organisation_name(draft),
        "received_at": draft.received_at.isoformat(),
        "is_valid": bool(draft.of_draft.get("is_valid")),
    }


def digitalms_dataset_draft_update(context: Context, data_dict: Json) -> Json:
    """Correct a draft; what is left out stays as it is, and the table is judged anew.

    Args:
        id: the draft.
        columns: ``[{name, title, description, type, required, unique, key, form}]``, all columns of the
            schema in their order. ``form`` says how the cells are written: ``text``, ``number``, an example
            such as ``1.250,5`` or ``1.250,5 €``, days as ``%d/%m/%Y``, months as ``%B %Y``; ``auto``
            recognises it.
        background: do not wait where a large file has to be read again: a job does it, ``work`` says how far.
        schema, schema_of, encoding, delimiter, decimal_char, date_format, organisation, title, notes,
            license_id, contact_email, keywords, name, sources, spatial_text, area_code, frequency, theme,
            hvd_category, political_level, availability, model_dataset, contributor_id, temporal_start,
            temporal_end: as for :func:`digitalms_dataset_draft_create`.

    Returns:
        the draft.

    Raises:
        ValidationError: keyed by field; nothing is changed.
    """
    tk.check_access("digitalms_dataset_draft_update", context, data_dict)
    told = schema.asked("digitalms_dataset_draft_update", context, data_dict)
    try:
        draft, has_to_be_read = _corrected(context, told)
        if has_to_be_read and delivery_work.may_wait(context, told) and drafts.is_large(draft):
            model.Session.rollback()  # the job corrects it
            draft = _open(context, told["id"])
            call = {**data_dict, **({"schema": told["schema"]} if "schema" in told else {})}
            call.pop("background")
            drafts.begin(context, draft, delivery_work.EXAMINE, "digitalms_dataset_draft_update", call)
            return _shown(draft)
        if has_to_be_read:
            drafts.keep(draft, drafts.examined(draft))
    except tk.ValidationError:
        model.Session.rollback()  # nothing is half corrected, and the next caller need not wait
        raise
    model.repo.commit()
    return _shown(draft)


def _corrected(context: Context, told: Json) -> tuple[Delivery, bool]:
    """Return a draft with what was typed of it, and whether its file has to be read again."""
    draft = _open(context, told["id"])
    before: DraftAbout = draft.of_draft
    about: DraftAbout = {"metadata": {**before["metadata"], **drafts.typed_of(told)}}
    declared = Dialect.declared({**draft.dialect, **{n: told[n] for n in OPTIONS if told.get(n)}}).to_json()
    if told.get("schema_of") == before["chosen"]:
        told.pop("schema_of")
    chosen = drafts.chosen_schema(context, told)
    if chosen:
        about |= {"chosen": chosen[0], "schema": chosen[1], "edits": {}}
        if chosen[0] == GIVEN:
            told["schema"] = chosen[1]  # the file that it came in has been read
    elif told.get("columns") and before.get("schema"):
        edits, dialect = columns.typed(before, declared, told["columns"])
        declared = dialect.to_json()
        about |= _edited(before, edits)
    if before.get("package_id") is None and told.get("organisation"):
        draft.organisation = organisation_id(told["organisation"])
    is_declared = declared != draft.dialect
    if is_declared and before["chosen"] == DRAFTED:
        about.setdefault("edits", before.get("edits", {}))
    draft.dialect = declared
    draft.of_draft = {**before, **about, "revision": before["revision"] + 1}
    now = draft.of_draft
    is_changed = is_declared or any(now.get(name) != before.get(name) for name in ("schema", "edits"))
    if is_changed:
        refuse_blanked(draft, "upload")
    return draft, is_changed or draft.report is None


def _edited(before: DraftAbout, edits: Mapping[str, Json]) -> DraftAbout:
    """Return what is kept of columns that were changed: beside a schema that is drafted, else in it."""
    if before["chosen"] == DRAFTED and "edits" in before:
        return {"edits": columns.merged(before["edits"], edits)}
    kept = {source: {n: v for n, v in row.items() if v is not None} for source, row in edits.items()}
    return {"schema": columns.with_edits(before["schema"] or {}, kept)}


def digitalms_dataset_draft_delete(context: Context, data_dict: Json) -> Json:
    """Throw a draft away, with the file that was uploaded.

    Args:
        id: the draft.

    Returns:
        ``{id}``
    """
    tk.check_access("digitalms_dataset_draft_delete", context, data_dict)
    draft = _open(context, str(schema.asked("digitalms_dataset_draft_delete", context, data_dict)["id"]))
    package = model.Package.get(draft.of_draft.get("package_id"))
    if package is not None and package.extras.get(custom_tables.DRAFT) == draft.id:
        message = tk._("The dataset “{title}” is made of this draft: delete the dataset.")
        model.Session.rollback()
        raise tk.ValidationError({"id": [message.format(title=package.title)]})
    draft_id = draft.id
    model.Session.delete(draft)
    model.repo.commit()
    return {"id": draft_id}


@tk.side_effect_free
def digitalms_dataset_list(context: Context, data_dict: Json) -> Json:
    """List the datasets that were made of somebody's own tables, by title.

    Args:
        id: only this dataset, told by its id or name or by the name of its table.
        internal: those that are not public and that you edit, in place of the public ones.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has name, title, table (its name in the addresses of files) and
        is_published.

    Raises:
        ObjectNotFound: there is no such dataset.
    """
    tk.check_access("digitalms_dataset_list", context, data_dict)
    told = schema.asked("digitalms_dataset_list", context, data_dict)
    if told.get("id"):
        return schema.paged(drafts.one_dataset(visible(context, told["id"])), told)
    found = drafts.kept_datasets(context["user"]) if told["internal"] else drafts.public_datasets()
    return schema.paged(found, told)


def visible(context: Context, value: str) -> model.Package:
    """Return a dataset of somebody's own table that the reader may see."""
    package = drafts.own_dataset(value)
    tk.check_access("package_show", context, {"id": package.id})
    return package


def _open(context: Context, draft_id: str) -> Delivery:
    """Return a draft that can be changed, locked."""
    draft = delivery_lock(drafts.get(draft_id))
    check_open(draft)
    delivery_work.refuse_busy(context, draft)
    return draft


def _organisation_name(draft: Delivery) -> str | None:
    group = model.Group.get(draft.organisation) if draft.organisation else None
    return group.name if group else None


def _shown(draft: Delivery, page: Mapping[str, Any] = schema.FIRST_PAGE) -> Json:
    about = draft.of_draft
    effective = about.get("effective") or about.get("schema")
    package = model.Package.get(about.get("package_id"))
    told = shown(draft, page)
    report = told["report"] or {}
    return {
        **{name: told[name] for name in ("id", "filename", "size", "sha256", "state", "received_at")},
        "organisation": _organisation_name(draft),
        "dataset": package.name if package else None,
        "dataset_title": (package.title or package.name) if package else None,
        "dialect": report.get("dialect", draft.dialect),
        "declared": draft.dialect,
        "preview": about["preview"],
        "chosen": about["chosen"],
        "schema": drafts.as_published(effective),
        "columns": columns.columns_of(effective, Dialect.declared(draft.dialect).column_forms),
        "metadata": about["metadata"],
        "is_valid": bool(about["is_valid"]),
        "failed": drafts.failure_of(about),
        "blanked_on": about.get("blanked_on"),
        "report": report,
        "work": told["work"],
        "is_large": drafts.is_large(draft),
    }
