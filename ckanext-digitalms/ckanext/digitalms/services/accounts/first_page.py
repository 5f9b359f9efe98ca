"""Where somebody comes to who signs in and was not on the way to any page."""

from __future__ import annotations

from ckan.common import CKANConfig

__all__ = ["lead_to_the_desk"]

_OPTION, _OF_CKAN = "ckan.auth.route_after_login", "dashboard.datasets"
_DESK = "digitalms_desk.index"


def lead_to_the_desk(config: CKANConfig) -> None:
    """Name the desk, unless whoever runs the catalogue has named another page."""
    if config.get(_OPTION, _OF_CKAN) == _OF_CKAN:
        config[_OPTION] = _DESK
