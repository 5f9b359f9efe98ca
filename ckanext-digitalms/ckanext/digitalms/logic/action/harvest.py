"""ckanext-harvest's own actions, where they ask nobody, tell too much, or take what is no source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.sources import address_check
from ckanext.digitalms.vocabularies import SOURCE_TYPE

Action = Callable[[Context, dict[str, Any]], Any]

__all__ = [
    "harvest_abort_failed_jobs",
    "harvest_source_clear",
    "harvest_source_create",
    "harvest_source_delete",
    "harvest_source_list",
    "harvest_source_patch",
    "harvest_source_reindex",
    "harvest_source_update",
]

_DIGITS = 4  # of a number of days


@tk.chained_action
@tk.side_effect_free
def harvest_source_list(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """List all sources with their addresses (coordinators); ckanext-harvest itself asks nobody."""
    tk.check_access("harvest_source_list", context, data_dict)
    # it gives all sources to nobody in particular, and none to those who are no sysadmins
    return original_action({**context, "user": ""}, data_dict)


@tk.chained_action
def harvest_abort_failed_jobs(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """End the jobs that failed (sysadmins); ckanext-harvest itself asks nobody."""
    tk.check_access("harvest_abort_failed_jobs", context, data_dict)
    told = str(data_dict.get("life_span", ""))
    if not told.isdecimal() or len(told) > _DIGITS:
        raise tk.ValidationError({"life_span": [tk._("Say a number of days from 0 to 9999.")]})
    if not all(isinstance(data_dict.get(name) or "", str) for name in ("include", "exclude")):
        raise tk.ValidationError({"include": [tk._("Write the ids of sources with commas between them.")]})
    return original_action(context, data_dict)


@tk.chained_action
def harvest_source_reindex(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Index the dataset of a source anew (those who keep it); ckanext-harvest itself asks nobody."""
    tk.check_access("harvest_source_reindex", context, data_dict)
    return original_action(context, data_dict)


@tk.chained_action
def harvest_source_create(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Create a source; a secret in its address is refused before anything is written to a log."""
    return _checked("harvest_source_create", original_action, context, data_dict)


@tk.chained_action
def harvest_source_update(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Change a source; its address is checked as in ``harvest_source_create``."""
    return _checked("harvest_source_update", original_action, context, data_dict)


@tk.chained_action
def harvest_source_patch(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Change some fields of a source; its address is checked as in ``harvest_source_create``."""
    return _checked("harvest_source_patch", original_action, context, data_dict)


@tk.chained_action
def harvest_source_delete(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Delete a source; ckanext-harvest itself would delete any dataset of that name."""
    _source(data_dict)
    return original_action(context, data_dict)


@tk.chained_action
def harvest_source_clear(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Take away what a source brought."""
    _source(data_dict)
    return original_action(context, data_dict)


def _checked(name: str, original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    package = None if name == "harvest_source_create" else _source(data_dict)
    tk.check_access(name, context, {**data_dict, "type": SOURCE_TYPE})
    address_check.check(data_dict, package)
    return original_action(context, data_dict)


def _source(data_dict: dict[str, Any]) -> model.Package:
    package = find_package(data_dict.get("id"))
    if package is None or package.type != SOURCE_TYPE:
        message = tk._("There is no source “{found}”.")
        raise tk.ObjectNotFound(message.format(found=str(data_dict.get("id"))[:60]))
    return package
