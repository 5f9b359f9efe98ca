"""Helpers for what is said of a dataset: where it comes from, what it lacks, how good that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from . import config
from .publishing.snapshot import site_url
from .vocabularies import Frequency

__all__ = [
    "digitalms_dcat_findings",
    "digitalms_frequency",
    "digitalms_is_elsewhere",
    "digitalms_is_web",
    "digitalms_quality",
    "digitalms_shows_quality",
    "digitalms_typed_rows",
]

_WEB = re.compile(r"https?://[^\s/]")


def digitalms_is_web(address: Any) -> bool:
    """Return whether something is an address that a link may lead to."""
    return isinstance(address, str) and bool(_WEB.match(address))


def digitalms_is_elsewhere(address: Any) -> bool:
    """Return whether a link to an address leads out of this catalogue, which is no source of itself."""
    return digitalms_is_web(address) and not str(address).startswith(site_url())


def digitalms_frequency(value: str | None) -> str:
    """Say how often data are renewed, which stands there as an address of the European vocabulary."""
    found = next((one for one in Frequency if one.value == value), None)
    return str(tk._(found.label)) if found else value or "–"


def digitalms_typed_rows(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return rows as a form that was refused has them: ``NAME-0-FIELD``."""
    rows: dict[str, dict[str, Any]] = {}
    for key in sorted(data):
        first, _, rest = str(key).partition("-")
        number, _, field = rest.partition("-")
        if first == name and field:
            rows.setdefault(number, {})[field] = data[key]
    return [row for row in rows.values() if any(row.values())]


def digitalms_dcat_findings(dataset: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return what a dataset or measure lacks for other portals; nothing for who may not change it.

    Each has the ``url`` of the field that mends it, where there is one and the reader may change it.

    Args:
        dataset: with id, name, type and organisation.
    """
    try:
        found = tk.get_action("digitalms_dcat_check")({"user": tk.current_user.name}, {"id": dataset["id"]})
    except tk.NotAuthorized:
        return None
    except tk.ValidationError as error:
        return [{"severity": "Hint", "field": "", "sentence": str(error.error_dict["shapes"][0])}]
    return [{**one, "url": _field_address(one["field"], dataset)} for one in found["results"]]


def _field_address(field: str, dataset: Mapping[str, Any]) -> str:
    of, _, name = field.rpartition(".")
    if of:
        office = (dataset.get("organization") or {}).get("name")
        if not office or not tk.h.check_access("organization_update", {"id": office}):
            return ""
        return f"{tk.h.url_for('organization.edit', id=office)}#field-{name}"
    if not field:
        return ""
    if dataset["type"] != "dataset":
        return f"{tk.h.url_for('digitalms_editing.edit', id=dataset['name'])}#field-{field}"
    if field == "resources":
        return str(tk.h.url_for("dataset.resources", id=dataset["name"]))
    place = {"owner_org": "organizations"}.get(field, field)
    return f"{tk.h.url_for('dataset.edit', id=dataset['name'])}#field-{place}"


def digitalms_shows_quality() -> bool:
    """Return whether the city shows the points of public datasets to everybody."""
    return config.shows_quality()


def digitalms_quality(dataset: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the points of a dataset; nothing for whom they are not shown to."""
    asked = {"id": dataset["id"]}
    try:
        found = tk.get_action("digitalms_quality_show")({"user": tk.current_user.name}, asked)
    except (tk.NotAuthorized, tk.ValidationError):
        return None  # that the rules cannot be read is said where they are named
    # who may change a dataset is told how; who reads it, what it has
    may_mend = not config.shows_quality() or tk.h.check_access("digitalms_dcat_check", asked)
    results = [{**one, "url": _field_address(one["field"], dataset)} for one in found["results"]]
    return {**found, "results": results, "may_mend": may_mend}
