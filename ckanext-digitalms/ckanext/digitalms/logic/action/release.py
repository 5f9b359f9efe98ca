"""Releases: which of them are cited and so stay, and what is taken out of them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.redaction import scope, withdrawn_measures

__all__ = ["digitalms_measure_release_list", "digitalms_release_cite", "digitalms_release_remove_measure"]


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
    told = schema.validated(context, data_dict, {**schema.by_id(), **schema.page()})
    package_id = scope.package_id_of(told["id"])
    package = model.Package.get(package_id)
    return {
        **schema.paged(withdrawn_measures.releases_of(package_id), told),
        "title": package.title if package else told["id"],
        "is_public": withdrawn_measures.is_public(package_id),
        "has_page": package is not None and package.state == model.State.ACTIVE,
    }


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
    told = schema.validated(context, data_dict, schema.release_cite())
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
        changed rows by table.

    Raises:
        ObjectNotFound: there was no such measure.
        ValidationError: it is public, or there is no reason.
    """
    tk.check_access("digitalms_release_remove_measure", context, data_dict)
    told = schema.validated(context, data_dict, schema.redaction.remove_measure())
    reason = told.get("reason") or ""
    if not reason and not told["dry_run"]:
        raise tk.ValidationError({"reason": [tk._("Say why: it is shown with every release.")]})
    return withdrawn_measures.remove(told["id"], reason, dry_run=told["dry_run"])
