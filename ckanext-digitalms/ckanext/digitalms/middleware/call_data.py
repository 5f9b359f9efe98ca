"""What a call of the API gives to its action: what CKAN itself reads from address and body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.api import _get_request_data
from werkzeug.exceptions import BadRequest

__all__ = ["given"]


def given() -> Mapping[str, Any]:
    """Return the parameters of the call by their names, however they are written; what is no call has none.

    CKAN reads the body of a GET, too, where the address asks for nothing; and of a call that has both, one.
    """
    if tk.request.endpoint != "api.action":
        return {}
    try:
        action = tk.get_action(str((tk.request.view_args or {})["logic_function"]))
        is_reading = bool(getattr(action, "side_effect_free", False))
        told: Mapping[str, Any] = _get_request_data(try_url_params=is_reading)
    except (KeyError, ValueError, RecursionError, BadRequest):  # the API says so itself
        return {}
    return told
