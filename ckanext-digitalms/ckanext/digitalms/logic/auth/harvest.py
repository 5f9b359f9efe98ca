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

from ckanext.digitalms.services.access.rights import is_coordinator, may_edit
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.storable import plain_id

Auth = Callable[..., AuthResult]

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


Rule = Callable[[Context, dict[str, Any]], AuthResult]


def _in_place(rule: Rule) -> Auth:
    """Let a rule take the place of the one of ckanext-harvest."""

    def instead(next_auth: Auth, context: Context, data_dict: dict[str, Any]) -> AuthResult:
        del next_auth
        return rule(context, data_dict)

    chained: Auth = tk.chained_auth_function(instead)
    return chained


def _for_sysadmins(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let nobody pass but sysadmins, whom CKAN does not ask."""
    del context, data_dict
    return {"success": False, "msg": tk._("Only sysadmins may do this.")}


def _for_coordinators(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    del data_dict
    return _keeper(context, None)


def _for_keepers(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who keep the source; of all sources: coordinators."""
    return _keeper(context, plain_id(data_dict.get("source_id")) or None)


def _for_keepers_of_the_record(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    return _keeper(context, _source_of(data_dict))


def _as(name: str) -> Rule:
    """Let those pass who may do something else."""
    return lambda context, data_dict: {"success": bool(tk.check_access(name, context, data_dict))}


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


# one line for each: who may
harvest_source_list = _in_place(_for_coordinators)
harvest_job_list = harvest_object_list = harvest_job_abort = _in_place(_for_keepers)
harvest_object_show = _in_place(_for_keepers_of_the_record)
harvest_job_report = _in_place(_as("harvest_job_show"))
harvest_source_patch = _in_place(_as("harvest_source_update"))
harvest_source_index_clear = harvest_source_job_history_clear = harvest_source_patch
# ckanext-harvest takes its action for the rule of the log, and breaks off where nobody is signed in
harvest_log_list = harvest_abort_failed_jobs = _in_place(_for_sysadmins)
harvest_job_create_all = harvest_jobs_run = harvest_objects_import = harvest_log_list
harvest_sources_clear = harvest_sources_reindex = harvest_sources_job_history_clear = harvest_log_list
