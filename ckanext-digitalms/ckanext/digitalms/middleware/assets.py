"""The addresses of styles and scripts are worked out once, not for every page.

webassets looks whether any file of a bundle has changed whenever a page names it: for the sixteen bundles of
a page that took up to a third of its time. Files of an installed program change with its restart.
"""

from __future__ import annotations

from functools import cache

from ckan.lib import webassets_tools
from ckan.types import CKANApp


def install(app: CKANApp) -> None:
    """Let every bundle that is registered remember its addresses; with ``ckan.webassets.debug`` none does."""
    del app
    if webassets_tools.env.debug:
        return
    for bundle in webassets_tools.env:
        bundle.urls = cache(bundle.urls)
