"""Letting organisations in: official tables, lists and pages show the measures of these only.

An organisation that a coordinator makes is let in at once; any other waits for a coordinator.
"""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.model import Admission
from ckanext.digitalms.services.read_once import read_once

__all__ = ["admit", "admitted", "is_admitted", "refuse"]


def is_admitted(organisation_id: str | None) -> bool:
    """Return whether the measures of an organisation are official."""
    return organisation_id is not None and organisation_id in read_once("admitted", admitted)


def admitted() -> frozenset[str]:
    """Return the ids of all organisations that are let in."""
    return frozenset(model.Session.scalars(sa.select(Admission.organisation_id)))


def admit(organisation_id: str, user_id: str | None) -> None:
    """Let an organisation in; nothing is committed."""
    if not is_admitted(organisation_id):
        model.Session.add(Admission(organisation_id=organisation_id, admitted_by=user_id))


def refuse(organisation_id: str) -> None:
    """Let an organisation in no longer; nothing is committed."""
    row = model.Session.get(Admission, organisation_id)
    if row is not None:
        model.Session.delete(row)
