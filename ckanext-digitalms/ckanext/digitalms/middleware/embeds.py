"""What is made for standing on pages of others: it knows nobody, and is the same for everybody.

A page of another site can lay something over a frame and steer somebody's click, so nothing in a frame may
act in anybody's name. Therefore these addresses read no session and no token, whoever asks is a stranger, and
no answer sets a cookie.
"""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response

__all__ = ["BLUEPRINT", "install", "is_embed"]

BLUEPRINT = "digitalms_embed"
_PATHS = re.compile(r"/digitalisierung/(einbetten/.*|oembed)", re.DOTALL)


def is_embed(path: str) -> bool:
    """Return whether an address (without its language) is of what others embed."""
    return bool(_PATHS.fullmatch(path))


def install(app: CKANApp) -> None:
    """Forget who asks before anybody wants to know; :mod:`.sessions` reads no session for these addresses."""
    app.url_value_preprocessor(_forget)
    app.after_request_funcs[None].insert(0, _without_cookies)


def _forget(endpoint: str | None, values: object) -> None:
    del endpoint, values
    if is_embed(tk.request.path):
        for name in ("Authorization", str(tk.config["apitoken_header_name"])):
            tk.request.environ.pop(f"HTTP_{name.upper().replace('-', '_')}", None)


def _without_cookies(response: Response) -> Response:
    if is_embed(tk.request.path):
        response.vary.discard("Cookie")
        response.headers.remove("Set-Cookie")
    return response
