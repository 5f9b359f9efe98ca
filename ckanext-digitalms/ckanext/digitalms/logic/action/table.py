"""Open tables: what there is, publishing them, and judging what was published."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.publishing import last_refusal, listing, release_check, releases
from ckanext.digitalms.tables.open_tables import ALL_TABLES, MEASURE_TABLES, group_of

__all__ = ["digitalms_table_list", "digitalms_table_publish", "digitalms_table_validate"]


@tk.side_effect_free
def digitalms_table_list(context: Context, data_dict: Json) -> Json:
    """List the open tables with their columns, their current release and its files.

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``; each result has name, title, description, fields, dataset, resource_id (of the
        DataStore), release_id, published_at, rows, period, notes, files (format, label, url, size, sha256),
        schema_url, package_url, releases_url and origin: ``{sources, license, attribution, spatial,
        frequency}``, whose the figures are, under which terms, of which area and how often they come.
    """
    tk.check_access("digitalms_table_list", context, data_dict)
    wanted = schema.asked("digitalms_table_list", context, data_dict)
    return schema.paged(listing.tables(), wanted)


def digitalms_table_publish(context: Context, data_dict: Json) -> Json:
    """Publish the open tables now, if what is public differs from the current release (coordinator).

    Returns:
        ``{change, release_id}`` with change ``published`` or ``unchanged``.

    Raises:
        ValidationError: the tables are not what their schemas say; the former release stays.
    """
    tk.check_access("digitalms_table_publish", context, data_dict)
    schema.asked("digitalms_table_publish", context, data_dict)
    outcome = releases.publish_all()
    if outcome.problems:
        raise tk.ValidationError({"tables": [translate(problem, tk._) for problem in outcome.problems]})
    return {"change": outcome.change, "release_id": outcome.release_id}


@tk.side_effect_free
def digitalms_table_validate(context: Context, data_dict: Json) -> Json:
    """Validate the current release of a table with frictionless, as users get it (coordinator).

    Args:
        name: the table.

    Returns:
        ``{name, release_id, is_valid, problems, notes, last_refusal}``; problems are sentences with table,
        row and column; notes say why a table had to be judged row by row, without the fast query;
        last_refusal says when and why the last try to publish was refused, if it was.

    Raises:
        ObjectNotFound: there is no such table, or it has not been published yet.
    """
    tk.check_access("digitalms_table_validate", context, data_dict)
    name = schema.asked("digitalms_table_validate", context, data_dict)["name"]
    group = group_of(name) if name in ALL_TABLES else MEASURE_TABLES
    now = releases.current(group)
    if name not in ALL_TABLES or now is None:
        message = tk._("There is no published table “{found}”. There are: {known}.")
        raise tk.ObjectNotFound(message.format(found=name[:60], known=", ".join(ALL_TABLES)))
    verdict = release_check.validate(releases.all_folders().path(now.manifest), name)
    return {
        "name": name,
        "release_id": now.release_id,
        "is_valid": verdict.is_valid,
        "problems": [translate(problem, tk._) for problem in verdict.problems],
        "notes": [translate(note, tk._) for note in verdict.notes],
        "last_refusal": last_refusal.last(group),
    }
