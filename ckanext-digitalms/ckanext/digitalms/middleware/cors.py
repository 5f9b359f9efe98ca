"""Pages of other sites may read what is public here; none acts in anybody's name.

The answer to who asks from another origin never depends on a cookie: credentials are not allowed, so a
browser sends none. An owner who sets CKAN's ``ckan.cors.*`` decides: what CKAN says then stays, and with a
list of origins no others are let in.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import logic
from ckan.types import CKANApp, Response
from flask import current_app

__all__ = ["install"]

_DATA = "/digitalisierung/daten/"
_DESCRIPTION = "/digitalisierung/api"
_BLUEPRINTS = frozenset({"api", "feeds"})
_FILES = frozenset(
    {
        *("datastore.dump", "dataset_resource.download", "resource.download", "file.public_download"),
        *("digitalms_changes.atom", "digitalms_changes.csv", "digitalms_changes.json"),
        *("digitalms_dcat.catalog", "digitalms_dcat.dataset", "digitalms_dcat.measure"),
        *(f"digitalms_measure_files.{name}" for name in ("record", "row", "history")),
        *("digitalms_comparison.csv", "digitalms_comparison.json"),
        *("digitalms_embed.oembed", "digitalms_embed.picture"),
    }
)
_READING = ("GET", "HEAD", "OPTIONS")
_ALLOWED = (
    "Accept",
    "Accept-Language",
    "Content-Type",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Range",
)
_EXPOSED = (
    *("Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "ETag", "Last-Modified"),
    *("Link", "Retry-After"),
)
_MAX_AGE = "7200"  # seconds; browsers keep it no longer
_ORIGIN, _METHODS, _HEADERS = (f"Access-Control-Allow-{name}" for name in ("Origin", "Methods", "Headers"))


def install(app: CKANApp) -> None:
    """Answer preflights before anything is counted, and allow reading as the last thing, after CKAN's own."""
    app.before_request(_preflight)
    app.after_request_funcs[None].insert(0, _allow)


def _preflight() -> Response | None:
    request = tk.request
    if (
        request.method != "OPTIONS"
        or "Access-Control-Request-Method" not in request.headers
        or not _methods()
    ):
        return None
    answer: Response = current_app.response_class(status=204)
    answer.headers["Access-Control-Max-Age"] = _MAX_AGE
    answer.vary.update(["Access-Control-Request-Method", "Access-Control-Request-Headers"])
    return answer


def _allow(answer: Response) -> Response:
    methods = _methods()
    if not methods:
        return answer
    answer.vary.add("Origin")
    if _ORIGIN not in answer.headers:
        if not _is_open() or (tk.request.method == "POST" and "POST" not in methods):
            return answer
        answer.headers[_ORIGIN] = "*"
    answer.headers["Access-Control-Expose-Headers"] = ", ".join(_EXPOSED)
    if tk.request.method == "OPTIONS":
        _add(answer, _METHODS, methods)
        _add(answer, _HEADERS, _ALLOWED)
    return answer


def _is_open() -> bool:
    """Return whether the owner has named no origins of her own."""
    return not tk.aslist(tk.config["ckan.cors.origin_whitelist"])


def _add(answer: Response, header: str, names: tuple[str, ...]) -> None:
    """Put names beside those that CKAN has put there."""
    there = [name.strip() for name in answer.headers.get(header, "").split(",") if name.strip()]
    answer.headers[header] = ", ".join([*there, *(name for name in names if name not in there)])


def _methods() -> tuple[str, ...]:
    """Return how a page of another site may read this address; nothing for pages of people."""
    request = tk.request
    if request.endpoint == "api.action":
        return (*_READING, "POST") if _reads(str((request.view_args or {})["logic_function"])) else _READING
    is_data = request.path.startswith(_DATA) or request.path.startswith(_DESCRIPTION)
    return _READING if is_data or request.blueprint in _BLUEPRINTS or request.endpoint in _FILES else ()


def _reads(action: str) -> bool:
    """Return whether an action only reads; one that is not there says so to everybody."""
    try:
        found = logic.get_action(action)
    except KeyError:
        return True
    return bool(getattr(found, "side_effect_free", False))
