"""Releases: which of them are cited, and so stay."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import releases, thinning

Answer = dict[str, Any]

__all__ = ["digitalms_release_cite"]


def digitalms_release_cite(context: Context, data_dict: Answer) -> Answer:
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
    with releases.locked():
        release = thinning.cite(told["release_id"], told.get("cited_in") or "")
        if release is None:
            message = tk._("There is no release “{found}”.")
            raise tk.ObjectNotFound(message.format(found=told["release_id"][:60]))
        answer = {"release_id": release.release_id, "cited_in": thinning.cited(release)}
        model.repo.commit()
    return answer
