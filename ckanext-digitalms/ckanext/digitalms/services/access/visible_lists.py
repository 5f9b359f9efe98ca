"""What a user may know of: the lists of CKAN that do not ask who reads them are cut down to this.

CKAN hides private datasets themselves, but lists their ids with their organisation, and their keywords with
all others. Labels decide, as for `package_show` and the search.
"""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context

from .permission_labels import PermissionLabels

__all__ = ["keywords", "visible"]


def visible(packages: Iterable[model.Package], user_name: str | None) -> set[str]:
    """Return the ids of those that a user may see."""
    if user_name and authz.is_sysadmin(user_name):
        return {package.id for package in packages}
    labels = PermissionLabels()
    own = set(labels.get_user_dataset_labels(model.User.get(user_name) if user_name else None))
    return {package.id for package in packages if own.intersection(labels.get_dataset_labels(package))}


def keywords(user_name: str | None) -> set[str]:
    """Return the keywords of all datasets that a user may see."""
    asked = {"rows": 0, "facet.field": ["tags"], "facet.limit": -1}
    context: Context = {"user": user_name or ""}
    found = tk.get_action("package_search")(
        context, {**asked, "include_private": True, "include_drafts": True}
    )
    return {one["name"] for one in found["search_facets"]["tags"]["items"]}
