"""Who is who: the one place that knows what makes a coordinator."""

from __future__ import annotations

import ckan.authz as authz
from ckan import model

from ckanext.digitalms import config


def is_coordinator(user_name: str | None) -> bool:
    """Whether a user keeps all measures: editors and admins of the coordinators' organisation, sysadmins."""
    user = model.User.get(user_name) if user_name else None
    if user is None or not user.is_active:
        return False
    if user.sysadmin:
        return True
    organisation = model.Group.get(config.coordinator_organisation())
    return (
        organisation is not None
        and organisation.is_organization
        and organisation.state == "active"
        and may_edit(user.name, organisation.id)
    )


def may_edit(user_name: str | None, organisation_id: str | None) -> bool:
    """Whether a user edits datasets of an organisation by CKAN's own roles (editor, admin)."""
    if not user_name or not organisation_id:
        return False
    return bool(authz.has_user_permission_for_group_or_org(organisation_id, user_name, "update_dataset"))


def keeps_members(user_name: str | None) -> bool:
    """Whether a user keeps the members of any organisation or group: its admins, sysadmins."""
    user = model.User.get(user_name) if user_name else None
    if user is None or not user.is_active:
        return False
    return bool(user.sysadmin or authz.has_user_permission_for_some_org(user.name, "membership"))
