"""The parent of a measure, told to those who may see it; a private parent shows as none to others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .permission_labels import PermissionLabels
from .rights import account, is_coordinator

__all__ = ["hide_in_dataset", "hide_in_search", "possible"]


def possible(user_name: str | None) -> list[tuple[str, str]]:
    """Return key and title of the measures that a user may name as a parent, by title."""
    known = model.Package
    asked = sa.select(known.name, known.title).where(
        known.type == MEASURE_TYPE, known.state == model.State.ACTIVE
    )
    if not is_coordinator(user_name):
        user = account(user_name)
        own = known.owner_org.in_(user.edited if user else ())
        asked = asked.where(sa.or_(known.private.is_(False), own))
    return list(model.Session.execute(asked.order_by(known.title, known.name)).tuples())


def hide_in_dataset(context: Context, dataset: dict[str, Any]) -> None:
    """Take a parent out of ``package_show`` that the user sees no more than the measure's keepers let."""
    if dataset.get("type") != MEASURE_TYPE or not dataset.get("parent_id") or context.get("ignore_auth"):
        return
    asked: Context = {"user": context.get("user", "")}
    sees = _may(asked, "package_show", dataset["parent_id"])
    if not sees and not _may(asked, "package_update", dataset["id"]):
        dataset["parent_id"] = None


def _may(context: Context, action: str, package_id: str) -> bool:
    try:
        return bool(tk.check_access(action, dict(context), {"id": package_id}))
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False


def hide_in_search(results: dict[str, Any]) -> dict[str, Any]:
    """Take parents out of the results of a search that are not public, whoever searches."""
    children = [each for each in results["results"] if isinstance(each, dict) and each.get("parent_id")]
    public = _public(each["parent_id"] for each in children)
    for child in children:
        if child["parent_id"] not in public:
            child["parent_id"] = None
    return results


def _public(names: Iterable[str]) -> set[str]:
    asked = sa.select(model.Package).where(model.Package.name.in_(set(names)))
    labels = PermissionLabels()
    found = model.Session.scalars(asked)
    return {package.name for package in found if labels.get_dataset_labels(package) == ["public"]}
