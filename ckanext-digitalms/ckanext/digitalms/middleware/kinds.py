"""What an address names is there and of the kind that its page is for; else there is no such page.

CKAN's pages take every dataset for a source, every group for an organisation and the other way round, and
fail when the one is not the other.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import CKANApp
from flask import request
from werkzeug.exceptions import NotFound

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.services.access.visible_lists import keywords
from ckanext.digitalms.services.lookup import find_package, is_link
from ckanext.digitalms.storable import is_storable
from ckanext.digitalms.vocabularies import SOURCE_TYPE

# pages of ckanext-harvest that name no type: where the source stands
_SOURCE_PAGES = "harvester"
_NOT_OF_A_SOURCE = {"harvester.object_show"}
# CKAN itself leads from there to the page of the right type
_LEADING = {"dataset.read"}


def install(app: CKANApp) -> None:
    """Look at every address before its page is made."""
    app.before_request(_refuse)


def _refuse() -> None:
    told = request.view_args or {}
    if not all(is_storable(value) for value in told.values() if isinstance(value, str)):
        raise NotFound
    if is_deleted_resource(told.get("resource_id")):
        raise NotFound
    if _leads_nowhere(request.endpoint, told):
        raise NotFound
    if request.endpoint and request.endpoint not in _LEADING and not _fits(request.endpoint, told):
        raise NotFound


def is_deleted_resource(value: Any) -> bool:
    """Return whether a resource was there; CKAN breaks off where another has deleted it meanwhile."""
    found = model.Resource.get(value) if isinstance(value, str) and is_storable(value) else None
    return found is not None and found.state == model.State.DELETED


def _leads_nowhere(endpoint: str | None, told: Json) -> bool:
    """Return whether a resource is no file of ours and has an address that no browser goes to."""
    if not (endpoint or "").endswith("resource.download"):
        return False
    found = model.Resource.get(told["resource_id"])
    return found is not None and found.url_type != "upload" and not is_link(found.url)


def _fits(endpoint: str, told: Json) -> bool:
    blueprint, _, page = endpoint.partition(".")
    name = told.get("id")
    if blueprint == _SOURCE_PAGES and endpoint not in _NOT_OF_A_SOURCE:
        return _is_package(told.get("source") or name, SOURCE_TYPE)
    if name is None:
        return True
    if "package_type" in told:
        return _is_package(name, told["package_type"])
    if "group_type" in told:
        return _is_group(name, is_organization=told["is_organization"])
    if blueprint == "feeds":
        return _has_feed(page, name)
    return True


def _has_feed(page: str, name: str) -> bool:
    if page == "tag":
        return name in keywords(tk.current_user.name)
    return _is_group(name, is_organization=page == "organization")


def _is_package(name: str | None, kind: str) -> bool:
    package = find_package(name)
    return package is not None and package.type == kind


def _is_group(name: str, *, is_organization: bool) -> bool:
    group = model.Group.get(name)
    return group is not None and group.is_organization == is_organization
