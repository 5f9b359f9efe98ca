"""Releases: which of them are cited and so stay, and what is taken out of them."""

from __future__ import annotations

from collections.abc import Sequence

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import custom_tables, listing, release_diff, releases
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.redaction import scope, withdrawn_measures
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.tables.spec import TableSpec

__all__ = [
    "digitalms_measure_release_list",
    "digitalms_release_cite",
    "digitalms_release_diff",
    "digitalms_release_list",
    "digitalms_release_remove_measure",
]


@tk.side_effect_free
def digitalms_measure_release_list(context: Context, data_dict: Json) -> Json:
    """List the releases that name a measure, newest first (its office and the coordinators).

    A measure that was made private or deleted stays in those that were made while it was public.

    Args:
        id: the measure's key or id, also of one that was deleted or purged.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, title, is_public, has_page}``; each result has release_id, published_at,
        is_current and cited_in. ``has_page`` is false where the measure was deleted.

    Raises:
        ObjectNotFound: there was no such measure.
    """
    tk.check_access("digitalms_measure_release_list", context, data_dict)
    told = schema.asked("digitalms_measure_release_list", context, data_dict)
    package_id = scope.package_id_of(told["id"])
    package = model.Package.get(package_id)
    return {
        **schema.paged(withdrawn_measures.releases_of(package_id), told),
        "title": package.title if package else told["id"],
        "is_public": withdrawn_measures.is_public(package_id),
        "has_page": package is not None and package.state == model.State.ACTIVE,
    }


@tk.side_effect_free
def digitalms_release_list(context: Context, data_dict: Json) -> Json:
    """List the releases of a table that are there, newest first.

    Args:
        table: an open table; default ``measures``, whose releases have all tables of measures.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the newest.

    Returns:
        ``{count, results}``; each result has release_id, published_at, is_current, rows, period, notes,
        cited_in, origin (as of :func:`digitalms_table_list`), files (with addresses that stay, size and
        sha256) and package_url.

    Raises:
        ValidationError: there is no such table.
    """
    tk.check_access("digitalms_release_list", context, data_dict)
    told = schema.asked("digitalms_release_list", context, data_dict)
    found = listing.releases_of(told["table"])
    results = [listing.release(told["table"], one) for one in schema.page_of(found, told)]
    return {"count": len(found), "results": results}


@tk.side_effect_free
def digitalms_release_diff(context: Context, data_dict: Json) -> Json:
    """Compare two releases of a table: rows added, changed and removed, by the table's key.

    Args:
        table: an open table, or that of an office; default ``measures``.
        before: the id of the earlier release; default the one that came before ``after``.
        after: the id of the later one; default the current release.
        limit: at most this many rows, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{table, before, after, counts, columns_added, columns_removed, count, results}``: counts by added,
        changed, removed and unchanged; each result has change, key, before and after: of a changed row the
        columns that differ, of an added or removed one all of them.

    Raises:
        ObjectNotFound: there is no such release of this table, or only one.
        ValidationError: there is no such table.
    """
    tk.check_access("digitalms_release_diff", context, data_dict)
    told = schema.asked("digitalms_release_diff", context, data_dict)
    table = told["table"]
    found, spec = _versions(context, table)
    after = _release(found, told.get("after") or (found[0].release_id if found else ""))
    older = [one for one in found if one.created_at < after.created_at]
    if not told.get("before") and not older:
        raise tk.ObjectNotFound(tk._("There is no release of this table before that one."))
    before = _release(found, told.get("before") or older[0].release_id)
    earlier, later = (releases.all_folders().path(one.manifest) for one in (before, after))
    compared = release_diff.difference(spec, earlier, later, told["limit"], told["offset"])
    counts = {name: compared.counts.get(name, 0) for name in ("added", "changed", "removed", "unchanged")}
    _, added, removed = compared.columns
    return {
        "table": table,
        "before": before.release_id,
        "after": after.release_id,
        "counts": counts,
        "columns_added": added,
        "columns_removed": removed,
        "count": sum(counts.values()) - counts["unchanged"],
        "results": compared.rows,
    }


def _versions(context: Context, table: str) -> tuple[list[Release], TableSpec]:
    """Return the releases of a table, newest first, and what it is today."""
    if table in ALL_TABLES:
        return listing.releases_of(table), ALL_TABLES[table]
    package = custom_tables.find(table)
    if package is None:
        text = tk._("There is no table “{found}”. Open tables are: {known}.")
        raise tk.ValidationError({"table": [text.format(found=table[:60], known=", ".join(ALL_TABLES))]})
    tk.check_access("package_show", context, {"id": package.id})
    found = releases.finished(custom_tables.group_of(package.id))
    return found, custom_tables.spec_of(found[0].manifest) if found else TableSpec(table, {"fields": []})


def _release(found: Sequence[Release], release_id: str) -> Release:
    for one in found:
        if one.release_id == release_id:
            return one
    if release_retention.removed(release_id):
        raise tk.ObjectNotFound(tk._("The release “{found}” is kept no more.").format(found=release_id[:60]))
    message = tk._("There is no release “{found}” of this table; its page lists all of them.")
    raise tk.ObjectNotFound(message.format(found=release_id[:60]))


def digitalms_release_cite(context: Context, data_dict: Json) -> Json:
    """Note where a release is cited, so that the rule for old releases never leaves it out (coordinator).

    Args:
        release_id: of the release.
        cited_in: where it is cited, e.g. ``V/0123/2027``; an empty text takes that back.

    Returns:
        ``{release_id, cited_in}``.

    Raises:
        ObjectNotFound: there is no such release.
    """
    tk.check_access("digitalms_release_cite", context, data_dict)
    told = schema.asked("digitalms_release_cite", context, data_dict)
    with locks.all_publishing():
        release = release_retention.cite(told["release_id"], told.get("cited_in") or "")
        if release is None:
            message = tk._("There is no release “{found}”.")
            raise tk.ObjectNotFound(message.format(found=told["release_id"][:60]))
        answer = {"release_id": release.release_id, "cited_in": release_retention.cited(release)}
        model.repo.commit()
    return answer


def digitalms_release_remove_measure(context: Context, data_dict: Json) -> Json:
    """Take the rows of a measure that is public no more out of every release (coordinator).

    By itself such a measure stays in the releases that were made while it was public. Each release that
    had rows of it gets new files, a new hash and a note with the day and the reason, cited ones, too.

    Args:
        id: the measure's key or id, also of one that was deleted or purged.
        reason: why; it is shown with the release.
        dry_run: only say which releases have rows of it.

    Returns:
        ``{measure_ids, dry_run, releases}``, each release with release_id, cited_in and the number of
        changed rows by table (``tables``; ``files`` is empty).

    Raises:
        ObjectNotFound: there was no such measure.
        ValidationError: it is public, or there is no reason.
    """
    tk.check_access("digitalms_release_remove_measure", context, data_dict)
    told = schema.asked("digitalms_release_remove_measure", context, data_dict)
    reason = told.get("reason") or ""
    if not reason and not told["dry_run"]:
        raise tk.ValidationError({"reason": [tk._("Say why: it is shown with every release.")]})
    return withdrawn_measures.remove(told["id"], reason, dry_run=told["dry_run"])
