"""Every answer tells the browser what it may do with it: nothing but what the catalogue itself brings.

The policy allows no script, style or handler that is written into a page, and no host but this one, so that
words of others that slip into a page stay words. It is the same for every page, without a nonce: a page that
has not changed can be answered with 304.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from werkzeug.datastructures import ImmutableMultiDict

from ckanext.digitalms import config

from . import embeds
from .sessions import FILES

__all__ = ["install", "policy"]

# pages that are made to stand in other pages; CKAN offers the code for that
_EMBEDS = ("resource.view",)
_OURS = "digitalms_"
_OF_ACCOUNTS = {"user", "admin", "api", "dashboard"}
_FILES = FILES | {"file.public_download"}
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_A_YEAR = "max-age=31536000"


def install(app: CKANApp) -> None:
    """Put the headers on every answer; a host that is none ends the start."""
    policy(is_embed=True)
    app.before_request(_answer_with_data_only)
    # the last that is added is called first, so that CKAN's own function comes between these two
    app.after_request(add)
    app.after_request_funcs[None].insert(0, _keep_caching)


def policy(*, is_embed: bool) -> str:
    """Return the Content-Security-Policy of a page."""
    pictures, connections = config.image_hosts(), config.connect_hosts()
    parts = {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *pictures],
        "connect-src": ["'self'", *connections],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'", *config.embedders()] if is_embed else ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in parts.items())


def policy_of_embeds() -> str:
    """Return the policy of what stands on pages of others: any may show it, and it runs nothing."""
    allowed = {
        **dict.fromkeys(("default-src", "script-src", "object-src", "base-uri", "form-action"), "'none'"),
        **dict.fromkeys(("style-src", "font-src"), "'self'"),
        "img-src": "'self' data:",
        "frame-ancestors": "*",
    }
    return "; ".join(f"{name} {source}" for name, source in allowed.items())


def add(response: Response) -> Response:
    """Add what an answer does not say itself."""
    endpoint = str(tk.request.endpoint or "")
    headers = {**_FIXED, "Content-Security-Policy": policy(is_embed=endpoint.endswith(_EMBEDS))}
    if tk.request.blueprint == embeds.BLUEPRINT:
        # a page that isolates itself may show it, too
        headers |= {
            "Content-Security-Policy": policy_of_embeds(),
            "Cross-Origin-Resource-Policy": "cross-origin",
            # everybody may keep it and asks whether it is true: what is withdrawn or blanked goes at once
            "Cache-Control": "public, no-cache",
        }
    if urlsplit(str(tk.config["ckan.site_url"])).scheme == "https":
        headers["Strict-Transport-Security"] = _A_YEAR
    if endpoint == "user.logout" and response.status_code < 400:
        headers["Clear-Site-Data"] = '"cache", "storage"'
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    _say_what_it_is(response, endpoint)
    tk.g.digitalms_caching = response.headers.get("Cache-Control") if endpoint.startswith(_OURS) else None
    return response


def _say_what_it_is(response: Response, endpoint: str) -> None:
    """Name type and encoding where CKAN leaves them to be guessed."""
    if endpoint == "api.i18n_js_translations":
        response.content_type = "application/json; charset=utf-8"
    is_ours = not response.headers.get("Content-Disposition", "").startswith("attachment")
    if is_ours and response.mimetype.endswith(("/xml", "+xml")) and "charset" not in response.mimetype_params:
        response.content_type = f"{response.mimetype}; charset=utf-8"


def _keep_caching(response: Response) -> Response:
    """Put back what a view of ours said of caching; CKAN makes private public, and a year nothing.

    What is made for an account is kept by no proxy and asked for again each time; what is about the account,
    and what the API says to it, is kept nowhere.
    """
    if tk.g.digitalms_caching:
        response.headers["Cache-Control"] = tk.g.digitalms_caching
    elif tk.request.endpoint not in _FILES and tk.current_user.is_authenticated:
        response.cache_control.clear()
        response.cache_control.private = True
        response.cache_control.no_store = tk.request.blueprint in _OF_ACCOUNTS
        response.cache_control.no_cache = True
    return response


def _answer_with_data_only() -> None:
    """Take ``callback`` from a request to the API: its answer would be a script of this host."""
    if tk.request.blueprint == "api" and "callback" in tk.request.args:
        kept = [(name, value) for name, value in tk.request.args.items(multi=True) if name != "callback"]
        tk.request.args = ImmutableMultiDict(kept)
