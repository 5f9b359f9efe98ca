"""What a user may know of: the lists of CKAN that do not ask who reads them are cut down to this.

CKAN hides private datasets themselves, but lists their ids with their organisation, their keywords with
all others, and files of whatever is not private. Labels decide, as for `package_show` and the search.
"""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.digitalms.model.public import IS_PUBLIC

from .permission_labels import PermissionLabels

__all__ = ["files_not_public", "keywords", "visible"]


def visible(packages: Iterable[model.Package], user_name: str | None) -> set[str]:
    """Return the ids of those that a user may see."""
    if user_name and authz.is_sysadmin(user_name):
        return {package.id for package in packages}
    labels = PermissionLabels()
    own = set(labels.get_user_dataset_labels(model.User.get(user_name) if user_name else None))
    return {package.id for package in packages if own.intersection(labels.get_dataset_labels(package))}


def files_not_public() -> set[str]:
    """Return the ids of the files of datasets that are not private, and yet not everybody sees."""
    package = model.Package
    asked = sa.select(model.Resource.id).join(package, package.id == model.Resource.package_id)
    waits = sa.and_(package.state == model.State.ACTIVE, package.private.is_(False), ~IS_PUBLIC)
    return set(model.Session.scalars(asked.where(waits)))


def keywords(user_name: str | None) -> set[str]:
    """Return the keywords of all datasets that a user may see."""
    asked = {"rows": 0, "facet.field": ["tags"], "facet.limit": -1}
    context: Context = {"user": user_name or ""}
    found = tk.get_action("package_search")(
        context, {**asked, "include_private": True, "include_drafts": True}
    )
    return {one["name"] for one in found["search_facets"]["tags"]["items"]}
