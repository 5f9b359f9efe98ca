"""Releases: which of them are cited and so stay, and what is taken out of them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import retention as release_retention
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.redaction import withdrawn_measures

__all__ = ["digitalms_release_cite", "digitalms_release_remove_measure"]


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
        changed rows by table.

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
