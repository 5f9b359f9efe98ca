"""What an organisation says for all its datasets, where a dataset says nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.read_once import read_once

# the fields of a dataset that an organisation may say for all of its own; kept as extras of the organisation
DEFAULTS = (
    "theme",
    "contributor_id",
    "political_level",
    "frequency",
    "availability",
    "hvd_category",
    "model_dataset",
)
# those of them that say several words of a list
SEVERAL = ("theme", "hvd_category")


@dataclass(frozen=True)
class Office:
    """An organisation: its id, its title, and what it says for its datasets."""

    id: str
    title: str
    defaults: Mapping[str, str] = field(default_factory=dict)


def every() -> dict[str, Office]:
    """Return all organisations by their id; read once until something is written."""
    return read_once("dcat_offices", _read)


def _read() -> dict[str, Office]:
    return {
        row.id: Office(row.id, row.title or row.name, _defaults(row.extras or {}))
        for row in organisations.every()
    }


def _defaults(extras: Mapping[str, object]) -> dict[str, str]:
    return {name: str(extras[name]) for name in DEFAULTS if extras.get(name)}
