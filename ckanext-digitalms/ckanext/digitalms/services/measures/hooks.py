"""What happens when CKAN changes a dataset; called by the plugin's hooks and CKAN's chained actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan import model
from ckan.types import Context

from ckanext.digitalms.measures.record import measure_from_validated
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from . import statements


def is_measure(package: model.Package | None) -> bool:
    """Return whether a dataset is a measure."""
    return package is not None and package.type == MEASURE_TYPE


def author_of(context: Context) -> str | None:
    """Return the id of the acting user."""
    user = model.User.get(context.get("user") or "")
    return user.id if user else None


def organisation_name(package: model.Package) -> str | None:
    """Return the name of the owner organisation."""
    group = model.Group.get(package.owner_org) if package.owner_org else None
    return group.name if group else None


def record_dataset(context: Context, data: Mapping[str, Any]) -> None:
    """Record a created or changed measure, inside the transaction of the change."""
    package = model.Package.get(data["id"])
    if package is None or not is_measure(package):
        return
    measure = measure_from_validated(data, organisation_name(package))
    statements.record(package, measure, author_of(context))


def measure_of(package: model.Package) -> Any:
    """Read a stored dataset's record without the cost of ``package_show``."""
    tags = [{"name": tag.name} for tag in package.get_tags()]
    extras = [{"key": key, "value": value} for key, value in package.extras.items()]
    data = {
        "name": package.name,
        "title": package.title,
        "notes": package.notes,
        "tags": tags,
        "extras": extras,
    }
    return measure_from_validated(data, organisation_name(package))
