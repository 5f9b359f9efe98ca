"""The settings of a source: what its form has as fields and ckanext-harvest keeps as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.digitalms.validation.dialect import AUTO
from ckanext.digitalms.validation.dialect import OPTIONS as DIALECT

PROGRESS, COVERAGE = "digitalms_progress", "digitalms_coverage"
COMMON = ("contact", "language")
# what each kind of source has as fields, besides how its table is written
OWN: Mapping[str, tuple[str, ...]] = {
    PROGRESS: ("complete",),
    COVERAGE: ("edition", "customer", "base", "source", "shares", "areas"),
}
MORE = "more"  # what has no field, as JSON


def fields_of(source_type: str) -> tuple[str, ...]:
    """Return the names of the fields of a kind of source."""
    return (*COMMON, *(*OWN[source_type], *DIALECT)) if source_type in OWN else COMMON


def to_config(source_type: str, told: Mapping[str, str]) -> dict[str, Any]:
    """Return what is kept of the fields that somebody filled; empty ones and “recognise it” are left out.

    Raises:
        ValueError: what has no field is no JSON object; :class:`json.JSONDecodeError` says where.
    """
    config: dict[str, Any] = {}
    text = told.get(MORE, "").strip()
    if text:
        read = json.loads(text)
        if not isinstance(read, dict):
            raise TypeError(text)
        config |= read
    for name in fields_of(source_type):
        value = told.get(name, "").strip()
        if name == "complete":
            config |= {name: True} if value else {}
        elif value and value != AUTO:
            config[name] = value
    return config


def from_config(source_type: str, config: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a source as its form shows them."""
    names = fields_of(source_type)
    told = {name: "" if config.get(name) is None else str(config[name]) for name in names}
    if "complete" in told:
        told["complete"] = "true" if config.get("complete") is True else ""
    rest = {name: value for name, value in config.items() if name not in names}
    return {**told, MORE: json.dumps(rest, ensure_ascii=False) if rest else ""}
