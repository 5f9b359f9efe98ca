"""CKAN's own rules for datasets and organisations, and what ours change in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context

from ckanext.digitalms import config
from ckanext.digitalms.services.access import coordinators
from ckanext.digitalms.services.access.rights import is_coordinator, is_kept_by_coordinators
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

Auth = Callable[[Context, dict[str, Any]], AuthResult]

__all__ = [
    "group_create",
    "group_update",
    "organization_create",
    "organization_update",
    "package_create",
    "package_delete",
    "package_update",
]


def _for_measures(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    if is_coordinator(context.get("user")):
        package = context.get("package") or find_package(data_dict.get("id"))
        if package is not None and is_kept_by_coordinators(package):
            return {"success": True}
    return next_auth(context, data_dict)


@tk.chained_auth_function
def package_update(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators change every measure and source; ckanext-harvest asks this for a run, too."""
    return _for_measures(next_auth, context, data_dict)


@tk.chained_auth_function
def package_delete(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators delete every measure and source."""
    return _for_measures(next_auth, context, data_dict)


@tk.chained_auth_function
def package_create(next_auth: Auth, context: Context, data_dict: dict[str, Any] | None) -> AuthResult:
    """Let coordinators create measures and sources of every office."""
    if (data_dict or {}).get("type") in {MEASURE_TYPE, SOURCE_TYPE} and is_coordinator(context.get("user")):
        return {"success": True}
    return next_auth(context, data_dict or {})


def _not_the_coordinators(next_auth: Auth, context: Context, data_dict: dict[str, Any] | None) -> AuthResult:
    """Refuse the name that makes coordinators to everybody; CKAN lets sysadmins pass without asking."""
    told = data_dict or {}
    ours = config.coordinator_organisation()
    group = model.Group.get(plain_id(told.get("id")))
    asked = {plain_id(told.get("name")), plain_id(told.get("id"))}
    if ours in asked and (group is None or not coordinators.is_theirs(group.id)):
        message = tk._("“{name}” is the coordinators’ organisation: only sysadmins make it or give its name.")
        return {"success": False, "msg": message.format(name=ours)}
    return next_auth(context, told)


@tk.chained_auth_function
def organization_create(next_auth: Auth, context: Context, data_dict: dict[str, Any] | None) -> AuthResult:
    """Let coordinators create organisations, but nobody the coordinators' one."""
    answer = _not_the_coordinators(next_auth, context, data_dict)
    named = plain_id((data_dict or {}).get("name")) == config.coordinator_organisation()
    return {"success": True} if is_coordinator(context.get("user")) and not named else answer


@tk.chained_auth_function
def organization_update(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let nobody give an organisation the name of the coordinators' one."""
    return _not_the_coordinators(next_auth, context, data_dict)


@tk.chained_auth_function
def group_create(next_auth: Auth, context: Context, data_dict: dict[str, Any] | None) -> AuthResult:
    """Let nobody give a group the name of the coordinators' organisation."""
    return _not_the_coordinators(next_auth, context, data_dict)


@tk.chained_auth_function
def group_update(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let nobody give a group the name of the coordinators' organisation."""
    return _not_the_coordinators(next_auth, context, data_dict)
