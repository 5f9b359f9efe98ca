"""The coordinators' organisation: the one that has the name of the option, or had it until it was renamed."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.services.read_once import read_once

__all__ = ["ID", "is_theirs", "organisation"]

# The id of the organisation with the name ``:coordinators``. Who has the name today comes before who had it:
# so the option can name another organisation.
ID = """coalesce(
    (SELECT id FROM "group" WHERE id = :coordinators OR name = :coordinators LIMIT 1),
    (SELECT organisation_id FROM digitalms_organisation_name WHERE name = :coordinators)
)"""


def organisation() -> model.Group | None:
    """Return it, or nothing where there is none; a new name takes nobody's role."""
    name = config.coordinator_organisation()
    return read_once(("coordinators", name), lambda: _named(name))


def _named(name: str) -> model.Group | None:
    asked = sa.select(model.Group).where(
        model.Group.is_organization, sa.text(f'"group".id = {ID}').bindparams(coordinators=name)
    )
    found: model.Group | None = model.Session.scalars(asked).first()
    return found


def is_theirs(organisation_id: str | None) -> bool:
    """Return whether an organisation is the coordinators'."""
    theirs = organisation()
    return theirs is not None and organisation_id == theirs.id
