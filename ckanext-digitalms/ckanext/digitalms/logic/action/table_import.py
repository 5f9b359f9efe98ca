"""Tables of ours come back: preview, apply, undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.imports.mapping import KIND
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.deliveries import (
    ACCEPTED,
    delivery_create,
    delivery_get,
    delivery_lock,
    in_words,
    refuse_blanked,
)
from ckanext.digitalms.services.imports import apply as import_apply
from ckanext.digitalms.services.imports import preview as import_preview
from ckanext.digitalms.services.imports import undo
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.uploads import uploaded
from ckanext.digitalms.validation.dialect import OPTIONS, Dialect

from .delivery import shown

# a row is written and rolled back to preview it, which takes longer than to read one
QUICKNESS = 1 / 20
SERIES = "indicators"
__all__ = ["digitalms_table_import", "digitalms_table_import_show", "digitalms_table_import_undo"]


def digitalms_table_import(context: Context, data_dict: Json) -> Json:
    """Read in a table as it was published, with your changes; all of it is taken over or nothing.

    A row adds or changes, a missing row or column changes nothing, ``delete`` in a column ``action``
    deletes. Computed columns may be there and are never written. What was published and comes back as it
    is changes nothing.

    Args:
        upload: the file (multipart): CSV, CSV for Excel, XLSX or JSON, or
        content: its content as text, or
        import_id: the id of an import that was previewed, to apply just that now.
        filename: its name; by default that of the upload.
        table: which table it is; by default its columns tell.
        indicator: the id of the figure whose series it is: then ``date`` and ``value`` (or Tag and Wert) are
            enough, with ``note`` and ``source`` where there is something to say.
        as_of: the Stand of the changes, where the table has no column for it; default today.
        correction: the changes correct each measure's present Stand instead (true or false).
        encoding, delimiter, decimal_char, date_format, sheet, hidden, header, leave_out, missing: how it is
            written, as for :func:`digitalms_delivery_create`.
        dry_run: only preview: say what is wrong and what would change, and keep it for ``import_id``.
        background: do not wait where the table is large: a job does it, and ``work`` says how far it is.

    Returns:
        ``{id, table, state, filename, counts, changes, findings, rows, work, …}``; state is ``received``
        (previewed), ``accepted``, ``unchanged``, ``refused`` or ``undone``; counts has added, changed,
        deleted, unchanged, warned and refused rows; each change has row, change, measure_id, as_of, key,
        fields (field, old, new) and stand (created, deleted, new_stand, correction, backdated, upkeep); each
        finding has row, field, found, message, allowed and remedy. ``work`` is null, or says what a job does
        with the import (as ``digitalms_dataset_draft_show``). Both lists have the first hundred, with
        ``changes_count`` and ``findings_count``; ``digitalms_table_import_show`` gives the others.

    Raises:
        ValidationError: there is no file, an option is wrong, another import is being applied, or a
            measure was changed since the preview. What is wrong inside the table is in ``findings``.
    """
    tk.check_access("digitalms_table_import", context, data_dict)
    told = schema.asked("digitalms_table_import", context, data_dict)
    return _shown(_done(context, told))


def _done(context: Context, told: Json) -> Delivery:
    """Preview an import and take it over, or have a job do so, as is asked."""
    is_asked = delivery_work.may_wait(context, told)
    if told.get("import_id"):
        delivery = _locked(context, told["import_id"], "received")
        refuse_blanked(delivery, "import_id")
    else:
        delivery = _received(context, told)
    if delivery.report is None:
        if is_asked and delivery_work.is_large(delivery, QUICKNESS):
            return _begun(context, delivery, delivery_work.CHECK, {"dry_run": told["dry_run"]})
        import_preview.preview(context, delivery)
        model.repo.commit()
    if not told["dry_run"] and delivery.state == "received":
        delivery = _locked(context, delivery.id, "received")
        if is_asked and _changes_many(delivery):
            return _begun(context, delivery, delivery_work.TAKE_OVER, {})
        import_apply.apply(context, delivery)
    return delivery


def _changes_many(delivery: Delivery) -> bool:
    return delivery_work.are_many(len((delivery.report or {}).get("changes", ())))


def _begun(context: Context, delivery: Delivery, what: str, told: Json) -> Delivery:
    call = delivery_work.Call("digitalms_table_import", {"import_id": delivery.id, **told})
    delivery_work.begin(delivery, what, context["user"], call)
    return delivery


def _received(context: Context, told: Json) -> Delivery:
    filename, content = uploaded({**told, "kind": told.get("table") or KIND})
    of_series = {"table": SERIES, "indicator": told["indicator"]} if told.get("indicator") else {}
    about = {"table": told.get("table"), "as_of": told.get("as_of"), "correction": told["correction"]}
    delivery = delivery_create(
        KIND,
        filename,
        content,
        dialect=Dialect.declared({name: told.get(name) for name in OPTIONS}).to_json(),
        about={**about, **of_series},
        user_id=author_of(context),
    )
    model.repo.commit()
    return delivery


_NOT_IN = {
    "received": N_("The import of {moment} is finished already ({state}): hand in the file again."),
    ACCEPTED: N_("Of the import of {moment} there is nothing to take back ({state})."),
}


def _locked(context: Context, import_id: str, state: str) -> Delivery:
    """Return an import that is in a state and not worked on, locked."""
    delivery = delivery_lock(_import(import_id))
    delivery_work.refuse_busy(context, delivery, "import_id")
    if delivery.state != state:
        sentence = tk._(_NOT_IN[state]).format(**in_words(delivery))
        model.Session.rollback()
        raise tk.ValidationError({"import_id": [sentence]})
    return delivery


def _import(import_id: str) -> Delivery:
    delivery = delivery_get(import_id)
    if delivery.kind != KIND:
        message = tk._("There is no imported table “{found}”.")
        raise tk.ObjectNotFound(message.format(found=import_id[:60]))
    return delivery


@tk.side_effect_free
def digitalms_table_import_show(context: Context, data_dict: Json) -> Json:
    """Show an import: what it would change, or what it changed.

    Args:
        id: the import.
        limit: of ``findings`` and of ``changes``, up to 1000 each; default 100.
        offset: how many of each to leave out first.

    Returns:
        as ``digitalms_table_import``.

    Raises:
        ObjectNotFound: there is no such import.
    """
    tk.check_access("digitalms_table_import_show", context, data_dict)
    told = schema.asked("digitalms_table_import_show", context, data_dict)
    return _shown(_import(told["id"]), told)


def digitalms_table_import_undo(context: Context, data_dict: Json) -> Json:
    """Take back what an import changed: Stand, history and tables are as they were before.

    Args:
        id: the import.
        background: do not wait where it changed many measures: a job does it, ``work`` says how far it is.

    Returns:
        as ``digitalms_table_import``, with the state ``undone``.

    Raises:
        ValidationError: a measure was changed since; nothing is put back.
    """
    tk.check_access("digitalms_table_import_undo", context, data_dict)
    told = schema.asked("digitalms_table_import_undo", context, data_dict)
    delivery = _locked(context, told["id"], ACCEPTED)
    if delivery_work.may_wait(context, told) and _changes_many(delivery):
        call = delivery_work.Call("digitalms_table_import_undo", {"id": delivery.id})
        delivery_work.begin(delivery, delivery_work.UNDO, context["user"], call)
    else:
        undo.undo(context, delivery)
    return _shown(delivery)


def _shown(delivery: Delivery, page: Mapping[str, Any] = schema.FIRST_PAGE) -> Json:
    whole = shown(delivery, page)
    report = whole.pop("report") or {}
    about = whole["about"]
    return {
        **whole,
        "table": about.get("table") or None,
        **{name: report.get(name) for name in ("counts", "rows", "form")},
        **{name: report.get(name) or [] for name in ("changes", "findings")},
        **{name: report.get(name, 0) for name in ("changes_count", "findings_count")},
    }
