"""Accounts are private: those who keep members see who has one, and who belongs to which organisation.

CKAN shows all of it to everybody, or with `ckan.auth.public_user_details = false` to all who have an account.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context

from ckanext.digitalms.services.access.rights import is_coordinator, keeps_members
from ckanext.digitalms.services.accounts import reset_keys
from ckanext.digitalms.storable import plain_id

Auth = Callable[[Context, dict[str, Any]], AuthResult]

__all__ = [
    "group_show",
    "member_list",
    "organization_list_for_user",
    "package_collaborator_list",
    "user_follower_count",
    "user_list",
    "user_show",
    "user_update",
]


def _refused() -> AuthResult:
    return {
        "success": False,
        "msg": tk._("Accounts are seen only by those who keep the members of an office."),
    }


def _own_or_keeper(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    user = context.get("user")
    told = plain_id(data_dict.get("id")) or user
    asked, asking = model.User.get(told), model.User.get(user) if user else None
    is_own = asking is not None and asked is not None and asked.id == asking.id
    return next_auth(context, data_dict) if is_own or keeps_members(user) else _refused()


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def user_show(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who it is, and those who keep members."""
    return _own_or_keeper(next_auth, context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def user_follower_count(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who it is, and those who keep members."""
    return _own_or_keeper(next_auth, context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def organization_list_for_user(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow everybody one's own, and others' to those who keep members."""
    return (
        _own_or_keeper(next_auth, context, data_dict)
        if data_dict.get("id")
        else next_auth(context, data_dict)
    )


@tk.chained_auth_function
def package_collaborator_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Ask those who are signed in alone: CKAN takes for granted that somebody is."""
    return next_auth(context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def user_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow those who keep members, who also search by it."""
    return next_auth(context, data_dict) if keeps_members(context.get("user")) else _refused()


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def group_show(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Show the members of any organisation to coordinators, who let organisations in, too."""
    answer = next_auth(context, data_dict)
    group = None if answer["success"] else model.Group.get(plain_id(data_dict.get("id")) or None)
    is_shown = group is not None and group.state == model.State.ACTIVE and is_coordinator(context.get("user"))
    return {"success": True} if is_shown else answer


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def member_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Return people to members, those who keep them and coordinators; the rest to everybody."""
    user, group = context.get("user"), model.Group.get(plain_id(data_dict.get("id")) or None)
    kind = data_dict.get("object_type")
    if group is None or (isinstance(kind, str) and kind not in {"", "user"}) or is_coordinator(user):
        return next_auth(context, data_dict)
    is_member = bool(user) and authz.has_user_permission_for_group_or_org(group.id, user, "read")
    return next_auth(context, data_dict) if is_member or keeps_members(user) else _refused()


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def user_update(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let the key of a link change a password only while the link holds."""
    asked = model.User.get(plain_id(data_dict.get("id")) or None)
    if "reset_key" in data_dict and (asked is None or reset_keys.is_over(asked)):
        data_dict = {name: value for name, value in data_dict.items() if name != "reset_key"}
    return next_auth(context, data_dict)
