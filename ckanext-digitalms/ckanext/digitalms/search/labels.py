"""Who finds which dataset: CKAN's own labels, and one for what the coordinators keep besides."""

from __future__ import annotations

from typing import Final

from ckan import model
from ckan.lib.plugins import DefaultPermissionLabels

from ckanext.digitalms.logic.rights import is_coordinator, is_kept_by_coordinators

COORDINATORS: Final = "digitalms-coordinators"
_CKAN = DefaultPermissionLabels()


def of_dataset(package: model.Package) -> list[str]:
    """Give the labels of a dataset; with any of them a user sees it."""
    labels = list(_CKAN.get_dataset_labels(package))
    is_internal = "public" not in labels
    return [*labels, COORDINATORS] if is_internal and is_kept_by_coordinators(package) else labels


def of_user(user: model.User | None) -> list[str]:
    """Give the labels of a user."""
    labels = list(_CKAN.get_user_dataset_labels(user))
    return [*labels, COORDINATORS] if user and is_coordinator(user.name) else labels
