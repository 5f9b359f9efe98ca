"""Who keeps a source, and who coordinates: the mailboxes that its errors go to."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestSource

from ckanext.digitalms import config
from ckanext.digitalms.services.access import coordinators as theirs


@dataclass(frozen=True)
class Contact:
    """A name and a mailbox."""

    name: str
    email: str


def own_options(source_id: str) -> dict[str, object]:
    """Return the configuration of a source; nothing when it is none."""
    source = model.Session.get(HarvestSource, source_id)
    try:
        told = json.loads((source.config if source else "") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def owners(source_id: str, organisation_id: str | None) -> list[Contact]:
    """Return who keeps a source: the mailbox in its configuration, else its organisation's admins or editors.

    Where nobody of these has a mailbox, the coordinators.
    """
    contact = own_options(source_id).get("contact")
    if isinstance(contact, str) and contact:
        return [Contact(contact.partition("@")[0], contact)]
    for capacity in ("admin", "editor"):
        found = _members(organisation_id, (capacity,))
        if found:
            return found
    return coordinators()


def coordinators() -> list[Contact]:
    """Return the mailboxes of the coordinators; where none has one, that of the open tables."""
    organisation = theirs.organisation()
    found = _members(organisation.id if organisation else None, ("admin", "editor"))
    mailbox = config.contact_email()
    return found or ([Contact(config.publisher(), mailbox)] if mailbox else [])


def _members(organisation_id: str | None, capacities: tuple[str, ...]) -> list[Contact]:
    query = (
        sa.select(model.User)
        .join(model.Member, model.Member.table_id == model.User.id)
        .where(
            model.Member.group_id == organisation_id,
            model.Member.table_name == "user",
            model.Member.state == model.State.ACTIVE,
            model.Member.capacity.in_(capacities),
            model.User.state == model.State.ACTIVE,
            model.User.email.is_not(None),
            model.User.email != "",
        )
        .order_by(model.User.name)
    )
    return [Contact(user.fullname or user.name, user.email) for user in model.Session.scalars(query)]
