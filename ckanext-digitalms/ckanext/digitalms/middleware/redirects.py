"""Pages of CKAN and ckanext-harvest that make no sense here lead to ours: all of them stand in this list.

Sources have pages of ours, where everything is said and done; a measure has no files of its own; the files of
a table are made by publishing it. What these pages would have written is written by ours, so whatever is
posted to them is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import CKANApp
from flask import current_app

from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.publishing import custom_tables, datasets
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

# CKAN's own helpers are not typed
Page: TypeAlias = Any
Told: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Redirect:
    """Where a page leads to: a page of ours, and its arguments by those of the page that was asked for."""

    endpoint: str
    arguments: Told = field(default_factory=dict)
    fixed: Told = field(default_factory=dict)

    def address(self, told: Told) -> str:
        """Return the address for what was asked for."""
        named = {name: told[asked] for name, asked in self.arguments.items()}
        return str(tk.url_for(self.endpoint, **named, **self.fixed, **NO_DAY))


def _work(work: str, asked: str = "id") -> Redirect:
    return Redirect("digitalms_source_work.ask", {"id": asked}, {"work": work})


_SOURCE = Redirect("digitalms_source.read", {"id": "id"})
_SOURCE_OF_JOB = Redirect("digitalms_source.read", {"id": "source"})
_MEASURE = Redirect("digitalms_measure.read", {"id": "id"})

REDIRECTS: Mapping[str, Redirect] = {
    f"{SOURCE_TYPE}.search": Redirect("digitalms_sources.index"),
    f"{SOURCE_TYPE}.new": Redirect("digitalms_source_form.new"),
    f"{SOURCE_TYPE}.edit": Redirect("digitalms_source_form.edit", {"id": "id"}),
    **{f"{SOURCE_TYPE}.{page}": _SOURCE for page in ("read", "groups", "followers", "resources")},
    **{f"harvester.{page}": _SOURCE for page in ("about", "admin")},
    **{f"harvester.{page}": _SOURCE_OF_JOB for page in ("job_list", "job_show", "job_show_last")},
    "harvester.refresh": _work("ausfuehren"),
    "harvester.job_abort": _work("abbrechen", "source"),
    "harvester.clear": _work("leeren"),
    "harvester.delete": _work("loeschen"),
    f"{SOURCE_TYPE}.delete": _work("loeschen"),
    f"{MEASURE_TYPE}.search": Redirect("digitalms_overview.index"),
    **{f"{MEASURE_TYPE}.{page}": _MEASURE for page in ("groups", "followers", "resources")},
    **{f"group.{page}": Redirect("group.read", {"id": "id"}) for page in ("bulk_process", "followers")},
    "organization.followers": Redirect("organization.read", {"id": "id"}),
    # what CKAN lists of somebody's own stands on the desk, with what is to be done about it
    **{
        f"dashboard.{page}": Redirect("digitalms_desk.index")
        for page in ("datasets", "groups", "organizations")
    },
    "home.about": Redirect("digitalms_city.read", fixed={"page": "ueber"}),
    "util.primer": Redirect("home.index"),
    "util.custom_form_fields": Redirect("home.index"),
}
# every page of the files of a source or measure
BLUEPRINTS: Mapping[str, Redirect] = {
    f"{SOURCE_TYPE}_resource": _SOURCE,
    f"{MEASURE_TYPE}_resource": _MEASURE,
}
# pages that change the files of a dataset by hand
FILES = {"new", "edit", "delete", "edit_view", "views", "resources"}


def install(app: CKANApp) -> None:
    """Look at every address before its page is made."""
    app.before_request(_lead)


def _lead() -> Page:
    """Lead from a page in the list to ours."""
    endpoint, told = tk.request.endpoint or "", tk.request.view_args or {}
    blueprint = endpoint.partition(".")[0]
    found = REDIRECTS.get(endpoint) or BLUEPRINTS.get(blueprint)
    if endpoint == f"{SOURCE_TYPE}.edit" and not _is_source(told):
        return None  # CKAN says that it is not there
    if found is not None:
        return _to(found.address(told))
    if endpoint == "dataset.new" and tk.request.args.get("type") == MEASURE_TYPE:
        return tk.redirect_to("digitalms_editing.new")
    if endpoint == "dataset.new" and _goes_on_with_another(tk.request.form.get("pkg_name")):
        return tk.abort(405)
    return _dataset_page(endpoint, told) if told.get("package_type") == "dataset" and "id" in told else None


def _to(address: str) -> Page:
    if tk.request.method not in {"GET", "HEAD"}:
        return tk.abort(405)
    # what was asked for as it was: a day and all else
    query = tk.request.query_string.decode("ascii", errors="replace")
    return tk.redirect_to(f"{address}?{query}" if query else address)


def _goes_on_with_another(name: str | None) -> bool:
    """Return whether CKAN's form for a new dataset is to go on with what is none, such as a measure."""
    package = find_package(name) if name else None
    return package is not None and package.type != "dataset"


def _is_source(told: Told) -> bool:
    package = find_package(told.get("id"))
    return package is not None and package.type == SOURCE_TYPE


def _dataset_page(endpoint: str, told: Told) -> Page:
    package = find_package(told["id"])
    if package is None or not tk.h.check_access("package_show", {"id": package.id}):
        return None
    if package.type != "dataset":
        return _page_of_type(endpoint, told, package)
    if endpoint.partition(".")[2] in FILES and _is_published(package) and not _is_own(endpoint, package):
        tk.h.flash_notice(tk._("The files of this dataset are made by publishing its table."))
        return _to(tk.url_for("dataset.read", id=package.name, **NO_DAY))
    return None


def _page_of_type(endpoint: str, told: Told, package: model.Package) -> Page:
    """Lead to the same page of what the dataset is, a measure or a source."""
    blueprint, _, page = endpoint.partition(".")
    kind = package.type if blueprint == "dataset" else f"{package.type}_resource"
    if tk.request.method != "GET" or f"{kind}.{page}" not in current_app.view_functions:
        return None
    named = {name: value for name, value in told.items() if name not in {"package_type", "id"}}
    return _to(tk.url_for(f"{kind}.{page}", id=package.name, **named, **NO_DAY))


def _is_own(endpoint: str, package: model.Package) -> bool:
    """Return whether a page is about a table of one's own as a whole, which its office edits and deletes."""
    is_whole = endpoint in {"dataset.edit", "dataset.delete"}
    return is_whole and bool(package.extras.get(custom_tables.MARKER))


def _is_published(package: model.Package) -> bool:
    return bool(package.extras.get(datasets.MARKER) or package.extras.get(custom_tables.MARKER))
