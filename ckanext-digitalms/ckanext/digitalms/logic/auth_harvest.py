"""Who may ask ckanext-harvest what; sources, runs and records are for those who keep the source.

ckanext-harvest gives CKAN its actions as authorisation functions, too, where it has none of that name: asking
whether somebody may do it would do it. Those have their own answer here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import AuthResult, Context
from ckanext.harvest.model import HarvestObject

from .lookup import find_package, plain_id
from .rights import is_coordinator, may_edit

Auth = Callable[[Context, dict[str, Any]], AuthResult]

__all__ = [
    "harvest_abort_failed_jobs",
    "harvest_job_abort",
    "harvest_job_create_all",
    "harvest_job_list",
    "harvest_job_report",
    "harvest_jobs_run",
    "harvest_log_list",
    "harvest_object_list",
    "harvest_object_show",
    "harvest_objects_import",
    "harvest_source_index_clear",
    "harvest_source_job_history_clear",
    "harvest_source_list",
    "harvest_source_patch",
    "harvest_sources_clear",
    "harvest_sources_job_history_clear",
    "harvest_sources_reindex",
]


def _keeper(context: Context, source_id: str | None) -> AuthResult:
    """Let coordinators pass, and the editors of the organisation of a source."""
    user, package = context.get("user"), find_package(source_id)
    if is_coordinator(user) or (package is not None and may_edit(user, package.owner_org)):
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who keep the source and the coordinators see this.")}


def _sysadmin() -> AuthResult:
    """Let nobody pass but sysadmins, whom CKAN does not ask."""
    return {"success": False, "msg": tk._("Only sysadmins may do this.")}


@tk.chained_auth_function
def harvest_source_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give the addresses of all sources to coordinators."""
    del next_auth, data_dict
    return _keeper(context, None)


@tk.chained_auth_function
def harvest_job_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give the jobs of a source to those who keep it, those of all sources to coordinators."""
    del next_auth
    return _keeper(context, plain_id(data_dict.get("source_id")) or None)


@tk.chained_auth_function
def harvest_job_report(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give the report of a run to those who may see the run."""
    del next_auth
    return {"success": bool(tk.check_access("harvest_job_show", context, data_dict))}


@tk.chained_auth_function
def harvest_source_patch(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those change some fields of a source who may change it."""
    del next_auth
    return {"success": bool(tk.check_access("harvest_source_update", context, data_dict))}


@tk.chained_auth_function
def harvest_object_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give the records of a source to those who keep it, those of all sources to coordinators."""
    del next_auth
    return _keeper(context, plain_id(data_dict.get("source_id")) or None)


@tk.chained_auth_function
def harvest_object_show(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give a record of a source to those who keep the source."""
    del next_auth
    return _keeper(context, _source_of(data_dict))


def _source_of(data_dict: dict[str, Any]) -> str | None:
    if data_dict.get("attr"):
        return None  # by whatever field: only for those who see all
    key, package = plain_id(data_dict.get("id")), find_package(data_dict.get("dataset_id"))
    if key:
        asked = HarvestObject.id == key
    elif package is not None:
        asked = sa.and_(HarvestObject.package_id == package.id, HarvestObject.current)
    else:
        return None
    newest = HarvestObject.import_finished.desc()
    source_id: str | None = model.Session.scalar(
        sa.select(HarvestObject.harvest_source_id).where(asked).order_by(newest).limit(1)
    )
    return source_id


@tk.chained_auth_function
def harvest_log_list(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Give the log to sysadmins; ckanext-harvest takes its action for the function that authorises it."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_job_abort(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins; ckanext-harvest breaks off where nobody is signed in."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_job_create_all(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_jobs_run(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_objects_import(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_sources_clear(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_sources_reindex(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_source_index_clear(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those empty the index of a source who may change it."""
    del next_auth
    return {"success": bool(tk.check_access("harvest_source_update", context, data_dict))}


@tk.chained_auth_function
def harvest_source_job_history_clear(
    next_auth: Auth, context: Context, data_dict: dict[str, Any]
) -> AuthResult:
    """Let those forget the runs of a source who may change it."""
    del next_auth
    return {"success": bool(tk.check_access("harvest_source_update", context, data_dict))}


@tk.chained_auth_function
def harvest_sources_job_history_clear(
    next_auth: Auth, context: Context, data_dict: dict[str, Any]
) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()


@tk.chained_auth_function
def harvest_abort_failed_jobs(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Leave this to sysadmins."""
    del next_auth, context, data_dict
    return _sysadmin()
