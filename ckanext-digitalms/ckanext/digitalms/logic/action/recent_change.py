"""What was changed lately, and the way back of each."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services import recent_changes
from ckanext.digitalms.services.deliveries import delivery_get
from ckanext.digitalms.services.imports.taking_back import restore
from ckanext.digitalms.services.imports.undo import can_be_undone, undo
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures import transaction

__all__ = ["digitalms_change_list", "digitalms_delivery_undo", "digitalms_measure_restore"]


@tk.side_effect_free
def digitalms_change_list(context: Context, data_dict: Json) -> Json:
    """List what was changed lately and can be taken back, newest first; only what is yours to take back.

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the newest.

    Returns:
        ``{count, results}``; each result has kind (``table``, ``delivery``, ``report``, ``deleted_measure``),
        id, name, state (``accepted``, ``undone``, ``deleted``), changed_at, changed_by and measures: how many
        were changed. They are taken back with ``digitalms_table_import_undo``, ``digitalms_delivery_undo``,
        ``digitalms_report_import_undo`` and ``digitalms_measure_restore``.
    """
    tk.check_access("digitalms_change_list", context, data_dict)
    told = schema.asked("digitalms_change_list", context, data_dict)
    count, results = recent_changes.count_and_part(context.get("user"), told["limit"], told["offset"])
    return {"count": count, "results": results}


def digitalms_delivery_undo(context: Context, data_dict: Json) -> Json:
    """Take back what a delivery of progress changed: Stand, history and tables are as they were before.

    Args:
        id: the delivery.

    Returns:
        ``{id, state}`` with the state ``undone``.

    Raises:
        ValidationError: a measure was changed since, or the delivery changed none; nothing is taken back.
    """
    tk.check_access("digitalms_delivery_undo", context, data_dict)
    told = schema.asked("digitalms_delivery_undo", context, data_dict)
    delivery = delivery_get(told["id"])
    delivery = model.Session.get(Delivery, delivery.id, with_for_update=True, populate_existing=True)
    if not can_be_undone(delivery):
        model.Session.rollback()
        message = tk._("This delivery changed no measure that could be put back, or was taken back already.")
        raise tk.ValidationError({"id": [message]})
    undo(context, delivery)
    return {"id": delivery.id, "state": delivery.state}


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
