"""What was changed lately, and the way back of each."""

from __future__ import annotations

from typing import NoReturn

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services import coverage, deleted, recent_changes
from ckanext.digitalms.services.deliveries import UNDONE, delivery_get, delivery_lock, refuse_blanked
from ckanext.digitalms.services.imports.taking_back import restore
from ckanext.digitalms.services.imports.undo import can_be_undone, undo
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures import transaction

__all__ = [
    "digitalms_change_list",
    "digitalms_dataset_restore",
    "digitalms_delivery_redo",
    "digitalms_delivery_undo",
    "digitalms_measure_restore",
]


@tk.side_effect_free
def digitalms_change_list(context: Context, data_dict: Json) -> Json:
    """List what was changed lately and can be taken back, newest first; only what is yours to take back.

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the newest.

    Returns:
        ``{count, results}``; each result has kind (``table``, ``delivery``, ``coverage``, ``version`` of a
        table of one's own, ``report``, ``deleted_measure``, ``deleted_table``, ``deleted_dataset``,
        ``deleted_source``), id, name, state (``accepted``, ``undone``, ``deleted``), changed_at, changed_by,
        measures: how many were changed, and seen: of a version its id, else null. They are taken back with
        ``digitalms_table_import_undo``, ``digitalms_delivery_undo``, ``digitalms_dataset_version_restore``,
        ``digitalms_report_import_undo``, ``digitalms_measure_restore`` and ``digitalms_dataset_restore``.
    """
    tk.check_access("digitalms_change_list", context, data_dict)
    told = schema.asked("digitalms_change_list", context, data_dict)
    count, results = recent_changes.count_and_part(context.get("user"), told["limit"], told["offset"])
    return {"count": count, "results": results}


def digitalms_delivery_undo(context: Context, data_dict: Json) -> Json:
    """Take back what a delivery changed: Stand, history and tables are as they were before.

    Of a delivery of coverage the edition ends, and the one that it took the place of counts again; whoever
    asks what was known in between still gets its figures.

    Args:
        id: the delivery.

    Returns:
        ``{id, state}`` with the state ``undone``.

    Raises:
        ValidationError: a measure or the edition was changed since, or the delivery changed nothing; nothing
            is taken back.
    """
    tk.check_access("digitalms_delivery_undo", context, data_dict)
    told = schema.asked("digitalms_delivery_undo", context, data_dict)
    delivery = delivery_lock(delivery_get(told["id"]))
    if delivery.kind == recent_changes.COVERAGE:
        if not coverage.undo(delivery, context.get("user")):
            _refuse(
                tk._("No edition of this delivery counts: a later one took its place, or it was taken back.")
            )
        return {"id": delivery.id, "state": delivery.state}
    if not can_be_undone(delivery):
        _refuse(tk._("This delivery changed no measure that could be put back, or was taken back already."))
    undo(context, delivery)
    return {"id": delivery.id, "state": delivery.state}


def digitalms_delivery_redo(context: Context, data_dict: Json) -> Json:
    """Let an edition of coverage count again that was taken back.

    Args:
        id: the delivery that it came in.

    Returns:
        ``{id, state}`` with the state ``accepted``.

    Raises:
        ValidationError: it was not taken back, or its place is another one's by now.
    """
    tk.check_access("digitalms_delivery_redo", context, data_dict)
    told = schema.asked("digitalms_delivery_redo", context, data_dict)
    delivery = delivery_lock(delivery_get(told["id"]))
    if delivery.kind != recent_changes.COVERAGE or delivery.state != UNDONE:
        _refuse(tk._("This is no edition of coverage that was taken back."))
    refuse_blanked(delivery, "id")
    if not coverage.redo(delivery):
        _refuse(tk._("Another edition stands in its place by now: hand in its table again to compare both."))
    return {"id": delivery.id, "state": delivery.state}


def _refuse(sentence: str) -> NoReturn:
    model.Session.rollback()
    raise tk.ValidationError({"id": [sentence]})


def digitalms_measure_restore(context: Context, data_dict: Json) -> Json:
    """Bring back a deleted measure under its address, public or internal as it was.

    Args:
        id: its key.

    Returns:
        ``{measure_id}``

    Raises:
        ObjectNotFound: there is no deleted measure with this key.
    """
    told = schema.asked("digitalms_measure_restore", context, data_dict)
    package = find_package(told["id"])
    tk.check_access("digitalms_measure_restore", context, data_dict)
    if package is None or package.state != model.State.DELETED:
        message = tk._("There is no deleted measure “{found}”.")
        raise tk.ObjectNotFound(message.format(found=told["id"][:60]))
    restore(context, package)
    transaction.commit([package.id])
    return {"measure_id": package.name}


def digitalms_dataset_restore(context: Context, data_dict: Json) -> Json:
    """Bring back a deleted dataset under its address: a table of one's own with all versions, or a source.

    A source is fetched again by its schedule.

    Args:
        id: its name or id.

    Returns:
        ``{id, name, kind}``; kind is ``deleted_table``, ``deleted_dataset`` or ``deleted_source``.

    Raises:
        ObjectNotFound: there is no deleted dataset of this name.
        ValidationError: its organisation was deleted.
    """
    told = schema.asked("digitalms_dataset_restore", context, data_dict)
    package = find_package(told["id"])
    tk.check_access("digitalms_dataset_restore", context, data_dict)
    kind = deleted.kind_of(package)
    if package is None or kind is None:
        message = tk._("There is no deleted dataset “{found}”.")
        raise tk.ObjectNotFound(message.format(found=told["id"][:60]))
    answer = {"id": package.id, "name": package.name, "kind": kind}
    deleted.restore(context, package)
    return answer
