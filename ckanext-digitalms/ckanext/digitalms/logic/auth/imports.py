"""Who reads in reports and tables of ours, and takes them back."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services.access.rights import account, is_coordinator
from ckanext.digitalms.storable import plain_id

__all__ = [
    "digitalms_report_import_apply",
    "digitalms_report_import_create",
    "digitalms_report_import_list",
    "digitalms_report_import_show",
    "digitalms_report_import_undo",
    "digitalms_report_import_update",
    "digitalms_table_import",
    "digitalms_table_import_show",
    "digitalms_table_import_undo",
]


def coordinator(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass."""
    del data_dict
    if is_coordinator(context.get("user")):
        return {"success": True}
    return {"success": False, "msg": tk._("Only coordinators may do this.")}


def digitalms_report_import_apply(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_report_import_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_report_import_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_report_import_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_report_import_undo(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_report_import_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    return coordinator(context, data_dict)


def digitalms_table_import(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who edits any organisation's datasets; each measure is judged when it is written."""
    if data_dict.get("import_id"):
        return _own_import(context, {"id": data_dict["import_id"]})
    user = context.get("user")
    known = account(user)
    if is_coordinator(user) or (known is not None and known.edited):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the editors of an office and the coordinators hand in tables."),
    }


def digitalms_table_import_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who handed it in and coordinators."""
    return _own_import(context, data_dict)


def digitalms_table_import_undo(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who handed it in and coordinators; each measure is judged when it is put back."""
    return _own_import(context, data_dict)


def _own_import(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    user = account(context.get("user"))
    delivery = model.Session.get(Delivery, plain_id(data_dict.get("id")))
    is_own = user is not None and delivery is not None and delivery.user_id == user.user_id
    if is_own or is_coordinator(context.get("user")):
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who delivered and the coordinators may see this.")}
