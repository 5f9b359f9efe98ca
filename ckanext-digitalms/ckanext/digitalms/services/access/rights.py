"""Who is who: the one place that knows what makes a coordinator."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.authz as authz
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.publishing import custom_tables
from ckanext.digitalms.services.read_once import read_once
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

from . import coordinators

# The organisations in which somebody has one of these roles, and those below where the role reaches down:
# what CKAN finds out organisation by organisation, for all of them at once.
_EDITED = sa.text(f"""
WITH RECURSIVE account AS (
    SELECT id, sysadmin FROM "user" WHERE (name = :user OR id = :user) AND state = 'active' LIMIT 1
), edited(organisation, reaches_down) AS (
    SELECT group_id, capacity = ANY(:cascading) FROM member JOIN account ON member.table_id = account.id
    WHERE table_name = 'user' AND state = 'active' AND capacity = ANY(:roles)
    UNION
    SELECT below.group_id, true FROM edited JOIN member below ON below.table_id = edited.organisation
    WHERE edited.reaches_down AND below.table_name = 'group' AND below.state = 'active'
)
SELECT account.id, account.sysadmin, told.ids, told.names, told.theirs FROM account CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(id), ARRAY[]::text[]) AS ids,
        coalesce(array_agg(name), ARRAY[]::text[]) AS names,
        bool_or(is_organization AND state = 'active' AND id = {coordinators.ID}) AS theirs
    FROM "group" WHERE id IN (SELECT organisation FROM edited)
) told
""")  # noqa: S608 - our own text


@dataclass(frozen=True)
class Account:
    """What somebody is by CKAN's own roles: whose datasets are edited as an editor or admin.

    Args:
        edited: the ids of these organisations.
        names: their names.
        is_coordinator: sysadmins, and who edits for the coordinators' organisation.
    """

    user_id: str
    is_sysadmin: bool
    edited: frozenset[str]
    names: frozenset[str]
    is_coordinator: bool

    def edits(self, organisation: str | None) -> bool:
        """Return whether somebody edits datasets of an organisation, told by its id or name."""
        return bool(organisation) and (self.is_sysadmin or organisation in self.edited | self.names)


def account(user_name: str | None) -> Account | None:
    """Return an active account by its name or id."""
    theirs = config.coordinator_organisation()
    key = ("account", user_name, theirs)
    return read_once(key, lambda: _account(user_name, theirs)) if user_name else None


def _account(user_name: str | None, theirs: str) -> Account | None:
    told = {
        "user": user_name,
        "coordinators": theirs,
        "roles": authz.get_roles_with_permission("update_dataset"),
        "cascading": authz.check_config_permission("roles_that_cascade_to_sub_groups"),
    }
    found = model.Session.execute(_EDITED, told).first()
    if found is None:
        return None
    is_theirs = bool(found.sysadmin or found.theirs)
    return Account(found.id, bool(found.sysadmin), frozenset(found.ids), frozenset(found.names), is_theirs)


def is_coordinator(user_name: str | None) -> bool:
    """Return whether a user keeps all measures: who edits for the coordinators' organisation, sysadmins."""
    user = account(user_name)
    return user is not None and user.is_coordinator


def may_edit(user_name: str | None, organisation_id: str | None) -> bool:
    """Return whether a user edits datasets of an organisation by CKAN's own roles (editor, admin)."""
    user = account(user_name)
    return user is not None and user.edits(organisation_id)


def keeps_members(user_name: str | None) -> bool:
    """Return whether a user keeps the members of any organisation or group: its admins, sysadmins."""
    user = account(user_name)
    if user is None:
        return False
    return user.is_sysadmin or bool(authz.has_user_permission_for_some_org(user_name, "membership"))


def is_kept_by_coordinators(package: model.Package) -> bool:
    """Return whether coordinators keep a dataset whatever its office: a measure, source or custom table."""
    return package.type in {MEASURE_TYPE, SOURCE_TYPE} or bool(package.extras.get(custom_tables.MARKER))


def kept_offices(user_name: str | None) -> list[str] | None:
    """Return the ids of the organisations whose measures and tables a user edits; ``None``: of all."""
    if is_coordinator(user_name):
        return None
    user = account(user_name)
    return sorted(user.edited) if user else []
