"""What the address of a harvest source may be, for whoever makes or changes one."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.sources import address
from ckanext.digitalms.storable import plain_id

from .health import is_coordinator_organisation

__all__ = ["check"]


def check(told: dict[str, Any], source: model.Package | None) -> None:
    """Refuse an address with a secret, another scheme than http(s), or another office's delivery.

    Actions of ckanext-harvest write what they are given to a log before they call those of CKAN, which can be
    called by themselves: so both ask here.

    Args:
        source: as it is so far.

    Raises:
        tk.ValidationError: for the field ``url``.
    """
    url = told.get("url")
    if not isinstance(url, str) or not url.strip():
        return  # the schema asks for it
    try:
        address.check(url.strip())
    except address.AddressError as error:
        raise tk.ValidationError({"url": [translate(error.message, tk._)]}) from error
    stored = address.DELIVERY.fullmatch(url.strip())
    organisation = _organisation_of(told, source)
    if stored is None or is_coordinator_organisation(organisation):
        return
    delivery = model.Session.get(Delivery, stored["id"])
    if delivery is None or organisation is None or delivery.organisation != organisation:
        message = tk._("There is no delivery “{found}” of this organisation.")
        raise tk.ValidationError({"url": [message.format(found=stored["id"])]})


def _organisation_of(told: dict[str, Any], package: model.Package | None) -> str | None:
    """Return the id of the organisation that a source will have."""
    group = model.Group.get(plain_id(told.get("owner_org")) or None)
    return group.id if group is not None else package.owner_org if package is not None else None
