"""The coordinators' organisation: the one that has the name of the option, or had it until it was renamed."""

from __future__ import annotations

from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.model import OrganisationName

__all__ = ["is_theirs", "organisation"]


def organisation() -> model.Group | None:
    """Return it, or nothing where there is none; a new name takes nobody's role.

    Who has the name today comes before who had it: so the option can name another organisation.
    """
    name = config.coordinator_organisation()
    found: model.Group | None = model.Group.get(name)
    if found is not None:
        return found if found.is_organization else None
    had = model.Session.get(OrganisationName, name)
    return model.Group.get(had.organisation_id) if had else None


def is_theirs(organisation_id: str | None) -> bool:
    """Return whether an organisation is the coordinators'."""
    theirs = organisation()
    return theirs is not None and organisation_id == theirs.id
