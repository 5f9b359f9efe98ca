"""The addresses of styles and scripts are worked out once, not for every page, and their files kept for good.

webassets looks whether any file of a bundle has changed whenever a page names it: for the sixteen bundles of
a page that took up to a third of its time. Files of an installed program change with its restart.
"""

from __future__ import annotations

import re
from functools import cache

import ckan.plugins.toolkit as tk
from ckan.lib import webassets_tools
from ckan.types import CKANApp, Response

from ckanext.digitalms import theme

__all__ = ["install"]

# webassets writes a hash of what is in a file before its name
_NAMES_ITS_CONTENT = re.compile(r"(.*/)?[0-9a-f]{8}_[^/]+", re.DOTALL)


def install(app: CKANApp) -> None:
    """Let every bundle that is registered remember its addresses; with ``ckan.webassets.debug`` none does."""
    # after CKAN's own function, and ours that keeps what a view says
    app.after_request_funcs[None].insert(0, _keep_for_good)
    if webassets_tools.env.debug:
        return
    for bundle in webassets_tools.env:
        bundle.urls = cache(bundle.urls)


def _keep_for_good(response: Response) -> Response:
    """Let browsers keep what cannot be another file tomorrow."""
    path = (tk.request.view_args or {}).get("path", "") if tk.request.endpoint == "webassets.index" else ""
    if response.status_code in {200, 206, 304} and _NAMES_ITS_CONTENT.fullmatch(path):
        response.headers["Cache-Control"] = theme.FOR_GOOD
    return response
