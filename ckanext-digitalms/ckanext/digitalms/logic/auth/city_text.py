"""Who writes the city's own pages: coordinators; everybody reads them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.digitalms.services.access.rights import is_coordinator

__all__ = [
    "digitalms_city_text_list",
    "digitalms_city_text_show",
    "digitalms_city_text_update",
    "digitalms_stored_data_list",
]


def _coordinator(context: Context) -> AuthResult:
    if is_coordinator(context.get("user")):
        return {"success": True}
    return {"success": False, "msg": tk._("Only coordinators may do this.")}


def digitalms_city_text_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    del data_dict
    return _coordinator(context)


@tk.auth_allow_anonymous_access
def digitalms_city_text_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow everybody; the action says what is missing to coordinators only."""
    del context, data_dict
    return {"success": True}


def digitalms_city_text_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow coordinators."""
    del data_dict
    return _coordinator(context)


@tk.auth_allow_anonymous_access
def digitalms_stored_data_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow everybody."""
    del context, data_dict
    return {"success": True}
