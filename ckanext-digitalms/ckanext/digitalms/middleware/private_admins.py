"""The names of an organisation's admins are shown to whom its members are shown; CKAN asks nobody."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Ask before the page."""
    app.before_request(_ask)


def _ask() -> None:
    if str(tk.request.endpoint).endswith(".admins"):
        try:
            tk.check_access("member_list", {}, {"id": (tk.request.view_args or {}).get("id")})
        except tk.NotAuthorized as error:
            tk.abort(403, str(error))
