"""Who is who: the one place that knows what makes a coordinator."""

from __future__ import annotations

import ckan.authz as authz
import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.publishing import custom_tables
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

from . import coordinators


def is_coordinator(user_name: str | None) -> bool:
    """Return whether a user keeps all measures: who edits for the coordinators' organisation, sysadmins."""
    user = model.User.get(user_name) if user_name else None
    if user is None or not user.is_active:
        return False
    if user.sysadmin:
        return True
    organisation = coordinators.organisation()
    return (
        organisation is not None and organisation.state == "active" and may_edit(user.name, organisation.id)
    )


def may_edit(user_name: str | None, organisation_id: str | None) -> bool:
    """Return whether a user edits datasets of an organisation by CKAN's own roles (editor, admin)."""
    if not user_name or not organisation_id:
        return False
    return bool(authz.has_user_permission_for_group_or_org(organisation_id, user_name, "update_dataset"))


def keeps_members(user_name: str | None) -> bool:
    """Return whether a user keeps the members of any organisation or group: its admins, sysadmins."""
    user = model.User.get(user_name) if user_name else None
    if user is None or not user.is_active:
        return False
    return bool(user.sysadmin or authz.has_user_permission_for_some_org(user.name, "membership"))


def is_kept_by_coordinators(package: model.Package) -> bool:
    """Return whether coordinators keep a dataset whatever its office: a measure, source or custom table."""
    return package.type in {MEASURE_TYPE, SOURCE_TYPE} or bool(package.extras.get(custom_tables.MARKER))


def kept_offices(user_name: str | None) -> list[str] | None:
    """Return the ids of the organisations whose measures and tables a user edits; ``None``: of all."""
    if is_coordinator(user_name):
        return None
    if not user_name:
        return []
    asked = {"permission": "update_dataset"}
    return [one["id"] for one in tk.get_action("organization_list_for_user")({"user": user_name}, asked)]
