"""What changes something comes from our own pages, or is identified by a token.

Two guards. A request with a session's cookie must carry the token of the session: CKAN would otherwise exempt
a view for good as soon as anybody without a session has asked for it. And what a browser says of where a
request comes from (`Sec-Fetch-Site`, `Origin`) is believed, for sign-in too, where there is no session yet.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from flask import current_app, g
from flask_wtf.csrf import CSRFError

from .refusals import refuse
from .sessions import is_unreadable

__all__ = ["Exemptions", "install"]

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_OWN_SITES = {"same-origin", "none"}
_WITHOUT_SESSION = {
    "user.login",
    "user.register",
    "user.request_reset",
    "digitalms_mcp.call",
    "user.perform_reset",
}


class Exemptions(set[str]):
    """The views that need no token: those from the start, and in a request that has no session, all.

    Nothing is added later, whatever CKAN asks for while it serves.
    """

    def add(self, view: str) -> None:
        """Leave it: an exemption holds for one request, not for all that come after it."""

    def __contains__(self, view: object) -> bool:
        return super().__contains__(view) or not _has_session() or _has_token()


def install(app: CKANApp) -> None:
    """Seal the exemptions, and look where each request comes from."""
    protection = app.extensions["csrf"]
    protection._exempt_views = Exemptions(protection._exempt_views)
    app.before_request(_refuse_other_sites)
    app.register_error_handler(CSRFError, _refuse_without_token)


def _has_session() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in tk.request.cookies


def _has_token() -> bool:
    return bool(g.get("login_via_auth_header")) and bool(tk.current_user.is_authenticated)


def _refuse_other_sites() -> Response | None:
    request = tk.request
    is_guarded = bool(request.cookies) or request.endpoint in _WITHOUT_SESSION
    if request.method not in _UNSAFE or not is_guarded or _is_from_here():
        return None
    sentence = tk._(
        "This was sent by the page of another site, so nothing was changed. If you want it, open this "
        "catalogue and do it here."
    )
    return refuse(403, tk._("Not allowed"), sentence)


def _is_from_here() -> bool:
    """Return whether the browser says so; a program, which says nothing, cannot be led by another page."""
    headers = tk.request.headers
    if site := headers.get("Sec-Fetch-Site"):
        return site in _OWN_SITES
    origin = headers.get("Origin")
    own = {tk.request.host, urlsplit(str(tk.config["ckan.site_url"])).netloc}
    return origin is None or urlsplit(origin).netloc in own


def _refuse_without_token(error: Exception) -> Response:
    del error
    if tk.request.endpoint == "user.login" and tk.current_user.is_authenticated:
        # in another tab; the page of sign-in leads on
        signed_in: Response = tk.redirect_to("user.login", **tk.request.args.to_dict())
        return signed_in
    if is_unreadable():
        sentence = tk._(
            "Sign-ins cannot be read just now, so nothing was changed. Wait a minute and send it again; what "
            "is public can be read meanwhile."
        )
        return refuse(503, tk._("Not possible just now"), sentence)
    sentence = tk._(
        "The page was open for too long, or you have signed in or out meanwhile, so nothing was changed. "
        "Go back, load the page anew and send it again; copy longer texts before."
    )
    return refuse(400, tk._("This page is too old"), sentence)
