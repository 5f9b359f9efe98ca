"""A slash too many at the end of an address leads to the page without it, a missing one to the page with it.

Werkzeug adds a slash where a page's address ends with one, but forgets the language, which CKAN has taken
off; the other way round it finds nothing, or takes the last word for the name of something.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from ckan.types import CKANApp
from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.wrappers import Response


def install(app: CKANApp) -> None:
    """Look at addresses that end with a slash."""
    app.before_request(_lead)


def _lead() -> Response | None:
    if request.method not in {"GET", "HEAD"}:
        return None
    if isinstance(request.routing_exception, RequestRedirect):
        path = urlsplit(request.routing_exception.new_url).path
        return redirect(_address(path.removeprefix(request.script_root)), 308)
    if not request.path.endswith("/"):
        return None
    path, found = request.path.rstrip("/"), _page(request.url_rule)
    if not path or (found is not None and not _names_something(found)):
        return None
    rule = _rule_of(path)
    is_meant = rule is not None and (found is None or not _names_something(rule))
    return redirect(_address(quote(path)), 308) if is_meant else None


def _page(rule: Rule | None) -> Rule | None:
    # the rule of static files takes every address
    return None if rule is None or rule.endpoint == "static" else rule


def _names_something(rule: Rule) -> bool:
    return bool(rule.arguments - set(rule.defaults or ()))


def _rule_of(path: str) -> Rule | None:
    adapter = current_app.create_url_adapter(request)
    try:
        rule, _ = adapter.match(path, method="GET", return_rule=True) if adapter else (None, {})
    except HTTPException:
        return None
    return _page(rule)


def _address(path: str) -> str:
    """Return the address of a path, which is quoted, in the language and with the query of this request."""
    environ = request.environ
    language = "" if environ.get("CKAN_LANG_IS_DEFAULT", True) else f"/{environ['CKAN_LANG']}"
    query = request.query_string.decode("ascii", errors="replace")
    # what begins with two slashes would be another host
    return f"/{request.script_root}{language}{path}".replace("//", "/") + (f"?{query}" if query else "")
