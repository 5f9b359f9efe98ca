"""CKAN's lists that do not ask who reads them: ids and names of datasets, keywords, and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.services.access import private_parents, visible_lists
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

Action = Callable[[Context, dict[str, Any]], Any]

__all__ = [
    "member_list",
    "package_list",
    "resource_search",
    "tag_autocomplete",
    "tag_list",
    "tag_search",
    "tag_show",
]

_PAGES = ("limit", "offset")


@tk.side_effect_free
@tk.chained_action
def package_list(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Return the names of what everybody may see: no harvest sources, no measures that are not official."""
    told = original_action(context, data_dict)
    ours = sa.select(model.Package).where(model.Package.type.in_([MEASURE_TYPE, SOURCE_TYPE]))
    packages = model.Session.scalars(ours).all()
    public = visible_lists.visible(packages, None)
    hidden = {package.name for package in packages if package.id not in public}
    return [name for name in told if name not in hidden]


@tk.side_effect_free
@tk.chained_action
def member_list(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Return the ids of datasets only to those who may see them."""
    told = original_action(context, data_dict)
    if context.get("ignore_auth"):
        return told
    ids = [row[0] for row in told if row[1] == "package"]
    packages = model.Session.scalars(sa.select(model.Package).where(model.Package.id.in_(ids)))
    seen = visible_lists.visible(packages, context.get("user"))
    return [row for row in told if row[1] != "package" or row[0] in seen]


@tk.side_effect_free
@tk.chained_action
def tag_list(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Return the keywords of what the user may see."""
    told = original_action(context, data_dict)
    seen = _seen(context, data_dict)
    return told if seen is None else _of(told, seen)


@tk.side_effect_free
@tk.chained_action
def tag_search(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Find keywords of what the user may see."""
    seen = _seen(context, data_dict)
    if seen is None:
        return original_action(context, data_dict)
    found = _of(original_action(context, _without_pages(data_dict))["results"], seen)
    return {"count": len(found), "results": _page(found, data_dict)}


@tk.side_effect_free
@tk.chained_action
def tag_autocomplete(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Find keywords of what the user may see."""
    seen = _seen(context, data_dict)
    if seen is None:
        return original_action(context, data_dict)
    return _page(_of(original_action(context, _without_pages(data_dict)), seen), data_dict)


@tk.side_effect_free
@tk.chained_action
def tag_show(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Show a keyword of what the user may see."""
    told = original_action(context, data_dict)
    seen = None if told["vocabulary_id"] else _seen(context, {})
    if seen is not None and told["name"] not in seen:
        raise tk.ObjectNotFound
    if told.get("packages") and not context.get("ignore_auth"):
        told["packages"] = _datasets(told["packages"], context.get("user"))
    return told


def _datasets(told: list[dict[str, Any]], user: str | None) -> list[dict[str, Any]]:
    """Return what may be seen of datasets that CKAN took from the index without asking who reads."""
    ids = [each["id"] for each in told]
    packages = model.Session.scalars(sa.select(model.Package).where(model.Package.id.in_(ids)))
    seen = visible_lists.visible(packages, user)
    found = [each for each in told if each["id"] in seen]
    private_parents.hide_in_all(found)
    return found


@tk.side_effect_free
@tk.chained_action
def resource_search(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Find files of public datasets; CKAN takes for public what is not private."""
    told = original_action(context, data_dict)
    hidden = visible_lists.files_not_public() if told["count"] else set()
    if not hidden:
        return told
    every = original_action(context, _without_pages(data_dict))["results"]
    found = [each for each in every if (each["id"] if isinstance(each, dict) else each.id) not in hidden]
    return {"count": len(found), "results": _page(found, data_dict)}


def _seen(context: Context, data_dict: dict[str, Any]) -> set[str] | None:
    """Return the keywords that the user may know; ``None``: all, as of those that a sysadmin lists."""
    is_open = context.get("ignore_auth") or data_dict.get("vocabulary_id")
    return None if is_open else visible_lists.keywords(context.get("user"))


def _of(tags: list[Any], seen: set[str]) -> list[Any]:
    """Return those that may be known of keywords, told as objects or by their names."""
    return [tag for tag in tags if (tag["name"] if isinstance(tag, dict) else tag) in seen]


def _without_pages(data_dict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data_dict.items() if name not in _PAGES}


def _page(found: list[Any], data_dict: dict[str, Any]) -> list[Any]:
    limit, offset = (data_dict.get(name) for name in _PAGES)
    start = int(offset or 0)
    return found[start : start + int(limit) if limit is not None else None]
