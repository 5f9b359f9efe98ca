"""Where a table is used."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.publishing import custom_tables, datasets, listing, releases
from ckanext.digitalms.services import table_uses
from ckanext.digitalms.tables.open_tables import ALL_TABLES

__all__ = ["digitalms_table_use_list"]

_PAGES = {"report": ("digitalms_reports.read", "name"), "measure": ("digitalms_measure.read", "id")}


@tk.side_effect_free
def digitalms_table_use_list(context: Context, data_dict: Json) -> Json:
    """List where a table is used: reports, papers, measures and pages; embeds on other sites are not counted.

    Args:
        table: an open table, or that of an office (a private one for its office).
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``; each result has kind (report: a frozen one cites a release; paper: a coordinator
        noted it; measure: its record names the table's address, or is linked to coverage; page: it is made
        from the table), title and url, which is null of a paper.

    Raises:
        ValidationError: there is no such table.
    """
    tk.check_access("digitalms_table_use_list", context, data_dict)
    told = schema.asked("digitalms_table_use_list", context, data_dict)
    table = told["table"]
    if table in ALL_TABLES:
        package, found = datasets.find(table), listing.releases_of(table)
    else:
        package = custom_tables.find(table)
        if package is None:
            text = tk._("There is no table “{found}”. Open tables are: {known}.")
            raise tk.ValidationError({"table": [text.format(found=table[:60], known=", ".join(ALL_TABLES))]})
        tk.check_access("package_show", context, {"id": package.id})
        found = releases.finished(custom_tables.group_of(package.id))
    every = table_uses.uses(table, package.name if package else None, found)
    return schema.paged([_told(one) for one in every], told)


def _told(use: Json) -> Json:
    kind, anchor = use["kind"], f"#{use['anchor']}" if use["anchor"] else ""
    title = use["title"]
    told = {"kind": kind, "title": tk._(title) if kind == "page" else title}
    if kind == "paper":
        return {**told, "url": None}
    endpoint, name = _PAGES.get(kind, (use["key"], ""))
    named = {name: use["key"]} if name else {}
    return {**told, "url": f"{tk.url_for(endpoint, _external=True, **named, **NO_DAY)}{anchor}"}
