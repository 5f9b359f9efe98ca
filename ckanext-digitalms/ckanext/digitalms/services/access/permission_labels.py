"""Who may see a dataset, for CKAN's ``package_show`` and its search alike.

A measure of an organisation that is not let in is kept as a private one is. A harvest source is seen by those
who keep it and by nobody else: its address, configuration and contacts are not public. Coordinators see
what is private of measures, sources and tables of ours.
"""

from __future__ import annotations

from ckan import model
from ckan.lib.plugins import DefaultPermissionLabels

from ckanext.digitalms.publishing.custom_tables import MARKER
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

from .admission import is_admitted
from .rights import account, is_coordinator

__all__ = ["PermissionLabels", "is_public"]

COORDINATOR, EDITOR = "digitalms-coordinator", "digitalms-editor-"


class PermissionLabels(DefaultPermissionLabels):
    """CKAN's labels, with ours for what we keep."""

    def get_dataset_labels(self, dataset_obj: model.Package) -> list[str]:
        """Return the labels of a dataset; who has one of them sees it."""
        if dataset_obj.type == SOURCE_TYPE:
            return [COORDINATOR, f"{EDITOR}{dataset_obj.owner_org}"]
        labels: list[str] = super().get_dataset_labels(dataset_obj)
        if (
            dataset_obj.type == MEASURE_TYPE
            and labels == ["public"]
            and not is_admitted(dataset_obj.owner_org)
        ):
            labels = [_kept_by(dataset_obj)]
        is_ours = dataset_obj.type == MEASURE_TYPE or MARKER in dataset_obj.extras
        return [COORDINATOR, *labels] if is_ours and labels != ["public"] else labels

    def get_user_dataset_labels(self, user_obj: model.User) -> list[str]:
        """Return the labels of a user."""
        labels: list[str] = super().get_user_dataset_labels(user_obj)
        if user_obj is None or user_obj.is_anonymous:
            return labels
        if is_coordinator(user_obj.name):
            labels.append(COORDINATOR)
        user = account(user_obj.name)
        return [*labels, *(f"{EDITOR}{one}" for one in sorted(user.edited))] if user else labels


def is_public(dataset: model.Package) -> bool:
    """Return whether everybody sees a dataset; of many at once ``model/public.py`` says the same."""
    return PermissionLabels().get_dataset_labels(dataset) == ["public"]


def _kept_by(dataset: model.Package) -> str:
    return f"member-{dataset.owner_org}" if dataset.owner_org else f"creator-{dataset.creator_user_id}"
