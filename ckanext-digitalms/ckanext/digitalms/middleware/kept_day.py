"""Whoever looks at a past day stays in it: every address that a page makes has the page's day.

Pages, redirects and forms ask `url_for` for an address, as CKAN's own templates do; there the day is added,
so no page has to think of it. A page that shows nothing of a day says so (`page.html`), and its links still
have the day, so that the way leads back to it. Whoever wants an address without one says so (`NO_DAY`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp
from flask import current_app, g, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from ckanext.digitalms import config
from ckanext.digitalms.moments import IN_ACTIONS, MomentError, readers, the_one
from ckanext.digitalms.publishing.snapshot import site_url

__all__ = ["asked", "install", "kept", "of_day", "with_day"]

_STATIC = "static"
# what is no page: what these give is the same on every day, or is asked for a day by other names
_BLUEPRINTS = frozenset({"api", "digitalms_theme", "digitalms_typeface", "feeds", "util", "webassets"})
_ENDPOINTS = frozenset(
    {
        "datastore.dump",
        "digitalms_api.openapi",
        "digitalms_data.former",  # a release is of its own day
        "digitalms_explorer.own_plot",
        "digitalms_explorer.own_table",
        "digitalms_explorer.stored_table",
        "digitalms_own_tables.current",  # a column may have the name of our parameter
        "digitalms_own_tables.former",
        "digitalms_own_tables.original",
        _STATIC,
        "user.logout",
    }
)
_FILES = (".download", ".download_file", ".public_download")
_OURS = "digitalms_"


def install(app: CKANApp) -> None:
    """Take the day from what CKAN reads, and add it to every address that is made."""
    app.before_request(_hide_from_ckan)
    app.url_for = _keeping(app.url_for)  # type: ignore[method-assign]


def kept() -> Mapping[str, str]:
    """Return the day of this request as its address names it; nothing where it names none to be shown."""
    if not has_request_context():
        return {}
    if "digitalms_day" not in g:
        # what is not there is asked of the static files
        endpoint = str(request.endpoint or _STATIC)
        g.digitalms_day = _read() if endpoint == _STATIC or _has_days(endpoint) else {}
    day: Mapping[str, str] = g.digitalms_day
    return day


def of_day(address: str) -> str:
    """Return an address that somebody has written, of the day of this request where it is a page of ours."""
    root = site_url()
    if not (day := kept()) or not address.startswith(f"{root}/"):
        return address
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(address.removeprefix(root)).path)
    except HTTPException:
        return address
    if not _has_days(str(endpoint)) or not day.keys().isdisjoint(parse_qs(urlsplit(address).query)):
        return address
    return with_day(address)


def with_day(address: str) -> str:
    """Return an address with the day of this request behind what it asks for."""
    told = urlsplit(address)
    return told._replace(query="&".join(filter(None, [told.query, urlencode(kept())]))).geturl()


def asked() -> bool:
    """Return whether this request names a day, even one that cannot be read."""
    kept()
    return bool(g.get("digitalms_day_asked"))


def _read() -> dict[str, str]:
    found = {}
    for name, read in readers(config.today(), config.time_zone()).items():
        texts = request.args.getlist(name)
        g.digitalms_day_asked = g.get("digitalms_day_asked") or any(map(str.strip, texts))
        try:
            if text := the_one(name, texts):
                found[name] = read(text)
        except MomentError:
            continue  # the page says so
    return found


def _has_days(endpoint: str) -> bool:
    """Return whether the address of an endpoint may have a day."""
    blueprint = endpoint.partition(".")[0]
    return not (blueprint in _BLUEPRINTS or endpoint in _ENDPOINTS or endpoint.endswith(_FILES))


def _keeping(make: Callable[..., str]) -> Callable[..., str]:
    def url_for(endpoint: str, **values: Any) -> str:
        # whole addresses that Flask makes are only taken apart, and none of them is a way for people
        if (day := kept()) and not values.get("_external") and _has_days(endpoint):
            values = {**day, **values}
        return make(endpoint, **values)

    return url_for


def _hide_from_ckan() -> None:
    """Take the day from the parameters of CKAN's pages, which would take it for a filter and find nothing."""
    if kept() or asked():
        endpoint = str(tk.request.endpoint or "")
        if not endpoint.startswith(_OURS):
            left = [pair for pair in tk.request.args.items(multi=True) if pair[0] not in IN_ACTIONS]
            tk.request.args = ImmutableMultiDict(left)
