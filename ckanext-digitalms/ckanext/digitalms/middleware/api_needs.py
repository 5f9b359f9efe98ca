"""What actions of CKAN, harvest and DataStore take for granted: a name that is given, what it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.lib.datapreview import get_view_plugin

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_

from .kinds import is_deleted_resource

__all__ = ["missing"]

Missing = Iterator[tuple[str, list[str]]]

_SOURCE_ACTIONS = ("clear", "delete", "index_clear", "job_history_clear", "reindex", "show_status")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    **{f"harvest_source_{name}": ("id",) for name in _SOURCE_ACTIONS},
    "datastore_run_triggers": ("resource_id",),
    "group_autocomplete": ("q",),
    "group_member_create": ("id",),
    "group_member_delete": ("id",),
    "harvest_get_notifications_recipients": ("source_id",),
    "harvest_job_create": ("source_id",),
    "harvest_send_job_to_gather_queue": ("id",),
    "member_create": ("id",),
    "member_delete": ("id",),
    "organization_autocomplete": ("q",),
    "organization_member_create": ("id",),
    "organization_member_delete": ("id",),
    "package_collaborator_create": ("id", "user_id"),
    "package_collaborator_delete": ("id", "user_id"),
    "package_collaborator_list": ("id",),
    "package_collaborator_list_for_user": ("id",),
    "package_create_default_resource_views": ("package",),
    "resource_create_default_resource_views": ("resource",),
    "task_status_update_many": ("data",),
    "term_translation_update_many": ("data",),
}
_EXISTING: Mapping[str, Mapping[str, str]] = {
    "group_member_create": {"id": "group"},
    "group_member_delete": {"id": "group"},
    "organization_member_create": {"id": "group"},
    "organization_member_delete": {"id": "group"},
    "package_collaborator_create": {"id": "package", "user_id": "user"},
    "package_collaborator_delete": {"id": "package", "user_id": "user"},
    "package_collaborator_list": {"id": "package"},
}
_FOUND = {"group": model.Group, "package": model.Package, "user": model.User}
_ABSENT = N_("This is missing.")
_UNKNOWN = N_("There is no “{found}”.")


def missing(action: str, data_dict: Json) -> Missing:
    """Return the parameters that are not given, or name what is not there, with a sentence each."""
    for name in _NEEDED.get(action, ()):
        if data_dict.get(name) is None:
            yield name, [tk._(_ABSENT)]
    for name, kind in _EXISTING.get(action, {}).items():
        value = data_dict.get(name)
        if isinstance(value, str) and _FOUND[kind].get(value) is None:
            yield name, _unknown(value)
    yield from _OWN.get(action, _nothing)(data_dict)
    if action.startswith("file_"):
        yield from _owner(data_dict)


def _unknown(found: Any) -> list[str]:
    return [tk._(_UNKNOWN).format(found=str(found)[:60])]


def _nothing(_: Json) -> Missing:
    return iter(())


def _resource(data_dict: Json) -> Missing:
    if is_deleted_resource(data_dict.get("id")):
        yield "id", _unknown(data_dict["id"])


def _source_or_job(data_dict: Json) -> Missing:
    if not (data_dict.get("source_id") or data_dict.get("id")):
        yield "source_id", [tk._(_ABSENT)]


def _view(data_dict: Json) -> Missing:
    """Miss a view of a plugin that was switched off since."""
    found = model.ResourceView.get(str(data_dict.get("id") or ""))
    if found is not None and get_view_plugin(found.view_type) is None:
        yield "view_type", _unknown(found.view_type)


def _owner(data_dict: Json) -> Missing:
    owner = data_dict.get("owner_type")
    if owner and f"{owner}_update" not in authz.auth_functions_list():
        yield "owner_type", _unknown(owner)


_OWN: Mapping[str, Callable[[Json], Missing]] = {
    "harvest_job_abort": _source_or_job,
    "resource_patch": _resource,
    "resource_update": _resource,
    "resource_view_update": _view,
}
