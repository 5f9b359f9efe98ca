"""Versions of a table of one's own: all of them, and one before that is published again."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.publishing import custom_tables, releases, versions, versions_listing
from ckanext.digitalms.services.custom_tables import drafts, former_version

from .custom_table import visible

__all__ = ["digitalms_dataset_version_list", "digitalms_dataset_version_restore"]


@tk.side_effect_free
def digitalms_dataset_version_list(context: Context, data_dict: Json) -> Json:
    """List the versions of a dataset that was made of somebody's own table, newest first.

    Args:
        id: the dataset, or the name of its table.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has release_id, published_at, rows, is_current, cited_in, files
        (with addresses that stay), schema_url, report_url (of frictionless) and package_url.

    Raises:
        ObjectNotFound: there is no such dataset.
    """
    tk.check_access("digitalms_dataset_version_list", context, data_dict)
    told = schema.asked("digitalms_dataset_version_list", context, data_dict)
    package = visible(context, told["id"])
    found = releases.finished(custom_tables.group_of(package.id))
    page = schema.page_of(found, told)
    return {"count": len(found), "results": [versions_listing.version(release) for release in page]}


def digitalms_dataset_version_restore(context: Context, data_dict: Json) -> Json:
    """Publish an earlier version of a dataset again; the present one stays at its address.

    Title, description and licence stay as they are now; cells and columns are those of the version.

    Args:
        id: the dataset, or the name of its table.
        release_id: the version; by default the one before the present one.
        seen: the version that was the present one; where another one is by now, nothing is published.

    Returns:
        ``{change, id, name, release_id}``; change is ``published``, or ``unchanged`` where it says the same.

    Raises:
        ObjectNotFound: there is no such dataset or version.
        ValidationError: the dataset is internal, the version is the present one, or its files are not there
            any more, keyed ``seen`` where another version is the present one; nothing is changed.
    """
    told = schema.asked("digitalms_dataset_version_restore", context, data_dict)
    tk.check_access("digitalms_dataset_version_restore", context, told)
    package = drafts.own_dataset(told["id"])
    wanted = former_version.Wanted(told.get("release_id"), told.get("seen"))
    try:
        outcome = versions.publish(package.id, lambda: former_version.again(package, wanted))
    except versions.NotPublishedError as refused:
        raise tk.ValidationError({"release_id": [translate(p, tk._) for p in refused.problems]}) from refused
    told = {"id": package.id, "name": package.name, "release_id": outcome.release_id}
    return {"change": outcome.change, **told}
