"""Downloads, reads by the interface and searches are counted, and nothing of who asked.

Counted is what strangers got whole or from its beginning: no HEAD, no 304, no part that begins later.
Programs that say they are search engines or watch servers are left out; what they call themselves is looked
at and kept nowhere. Who is signed in works here and is not counted either.
"""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response

from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.quality.counting import ALL, NONE
from ckanext.digitalms.services.figures import names, use

from .call_data import given

__all__ = ["install"]

_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|uptime|pingdom|nagios|zabbix|"
    r"facebookexternalhit|bingpreview|mediapartners|feedfetcher|lighthouse",
    re.IGNORECASE,
)
_UPLOADED = re.compile(r"(\w+_)?resource\.download")
_READS = re.compile(r"digitalms_\w+_(list|show|history|diff)|(package|datastore)_search|package_show")
_SEARCH = "digitalms_search.index"


def install(app: CKANApp) -> None:
    """Count when the answer is known."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    if not _is_counted(response):
        return response
    endpoint, told = str(tk.request.endpoint or ""), tk.request.view_args or {}
    if endpoint == _SEARCH:
        _search()
    elif endpoint == "api.action":
        if key := _read(str(told["logic_function"])):
            use.count(use.READS, key)
    elif key := _file(endpoint, told):
        use.count(use.DOWNLOADS, key)
    return response


def _is_counted(response: Response) -> bool:
    if response.status_code not in {200, 206} or tk.current_user.is_authenticated:
        return False
    if tk.request.method not in ({"GET", "POST"} if tk.request.endpoint == "api.action" else {"GET"}):
        return False
    begins = [begin for begin, _ in (tk.request.range.ranges if tk.request.range else [])]
    if response.status_code == 206 and begins and begins[0] != 0:
        return False
    return not _ROBOTS.search(tk.request.user_agent.string)


def _file(endpoint: str, told: dict[str, Any]) -> str | None:
    """Return what a file is of, or nothing for what is no file with data."""
    if endpoint.startswith("digitalms_measure_files."):
        return names.MEASURE_FILES
    if _UPLOADED.fullmatch(endpoint):
        return names.of_resource(told["resource_id"])
    blueprint, _, view = endpoint.partition(".")
    prefix = {"digitalms_data": "", "digitalms_own_tables": names.OWN}.get(blueprint)
    if prefix is None or view not in {"current", "former"}:
        return None
    table, _, ending = str(told["name"]).partition(".")
    return f"{prefix}{table}" if ending in FORMATS else None


def _read(action: str) -> str | None:
    """Return what an action read: a table where that is known, else the action."""
    if not _READS.fullmatch(action):
        return None
    told = given() if action == "datastore_search" else {}
    # the DataStore takes both names, and the first where both are there
    table = names.of_resource(told.get("id") or told.get("resource_id"))
    return table or f"{names.ACTION}{action}"


def _search() -> None:
    """Count a search that the page of the search showed, and what it found nothing for."""
    typed, number = tk.g.get("digitalms_searched", ("", None))
    if number is None:
        return
    use.count(use.SEARCHES, ALL)
    if number == 0:
        use.count(use.SEARCHES, NONE)
        use.nothing_found(typed)
