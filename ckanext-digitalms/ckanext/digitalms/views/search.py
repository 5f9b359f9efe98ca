"""The catalogue's own search is never historical: a cut-off date is taken off its address, with a word."""

from __future__ import annotations

from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint

from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .pages import redirect

digitalms_search = Blueprint("digitalms_search", __name__)

_HISTORICAL = frozenset({"stichtag", "bekannt_am"})
_SEARCHES = frozenset({"dataset.search", f"{MEASURE_TYPE}.search", "organization.read", "group.read"})


@digitalms_search.before_app_request
def drop_cut_off_date() -> Response | None:
    """Lead to the same search without a cut-off date, which core would take for a filter."""
    request = tk.request
    if request.endpoint not in _SEARCHES or not _HISTORICAL & set(request.args):
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in _HISTORICAL]
    address = tk.url_for(request.endpoint, **(request.view_args or {}))
    tk.h.flash_notice(tk._("Search does not know a Stichtag: it always shows the catalogue of today."))
    return redirect(f"{address}?{urlencode(kept)}" if kept else address)
