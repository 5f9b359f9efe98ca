"""The parent of a measure, told to those who may see it; a private parent shows as none to others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .rights import account, is_coordinator

__all__ = ["hide_in_all", "hide_in_dataset", "hide_in_search", "possible"]

_FIELD = "parent_id"
# where the index keeps a whole dataset, by the schema of its type and by CKAN's own
_STORED = ("validated_data_dict", "data_dict")


def possible(user_name: str | None) -> list[tuple[str, str]]:
    """Return key and title of the measures that a user may name as a parent, by title."""
    known = model.Package
    asked = sa.select(known.name, known.title).where(
        known.type == MEASURE_TYPE, known.state == model.State.ACTIVE
    )
    if not is_coordinator(user_name):
        user = account(user_name)
        own = known.owner_org.in_(user.edited if user else ())
        asked = asked.where(sa.or_(IS_PUBLIC, own))
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
    hide_in_all([each for each in results["results"] if isinstance(each, dict)])
    return results


def hide_in_all(datasets: Iterable[dict[str, Any]]) -> None:
    """Take parents that are not public out of datasets as the index keeps them, whoever reads.

    Args:
        datasets: by either schema of CKAN, or fields of the index, in which a whole dataset stands as JSON.
    """
    found = [*datasets]
    stored = [(each, name, json.loads(each[name])) for each in found for name in _STORED if each.get(name)]
    told = [*found, *(dataset for _, _, dataset in stored)]
    public = _public(parent for each in told for parent in _parents(each))
    for each in told:
        if not public.issuperset(_parents(each)):
            _take_out(each)
    for each, name, dataset in stored:
        each[name] = json.dumps(dataset)


def _parents(dataset: Mapping[str, Any]) -> list[str]:
    """Return the parent of a measure; of anything else nothing, whatever its fields are called."""
    if dataset.get("type", MEASURE_TYPE) != MEASURE_TYPE:
        return []
    extras = (each["value"] for each in _extras(dataset) if each["key"] == _FIELD)
    return [parent for parent in (dataset.get(_FIELD), *extras) if parent]


def _take_out(dataset: dict[str, Any]) -> None:
    if _FIELD in dataset:
        dataset[_FIELD] = None
    if _extras(dataset):
        dataset["extras"] = [each for each in dataset["extras"] if each["key"] != _FIELD]


def _extras(dataset: Mapping[str, Any]) -> list[dict[str, Any]]:
    extras = dataset.get("extras")
    return extras if isinstance(extras, list) else []


def _public(names: Iterable[str]) -> set[str]:
    wanted = set(names)
    asked = sa.select(model.Package.name).where(IS_PUBLIC, model.Package.name.in_(wanted))
    return set(model.Session.scalars(asked)) if wanted else wanted
