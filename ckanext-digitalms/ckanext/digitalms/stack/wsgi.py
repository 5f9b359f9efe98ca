"""CKAN, loaded: the web application for a server of WSGI, `ckanext.digitalms.stack.wsgi:application`.

`CKAN_INI` names the configuration. Loading takes seconds; a process that is forked from one that has done so
is there at once, and shares its memory.
"""

from __future__ import annotations

import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import webassets_tools
from ckan.lib.redis import connect_to_redis
from ckan.model import meta
from ckan.plugins import IForkObserver, PluginImplementations

__all__ = ["application", "share_nothing"]


def _build_assets() -> None:
    """Build styles and scripts: processes and threads that do so at the same moment break off."""
    for bundle in webassets_tools.env or ():
        bundle.urls()


def share_nothing() -> None:
    """Close what only one process may talk through, as CKAN's own worker does before it forks."""
    meta.Session.remove()
    assert meta.engine is not None  # noqa: S101 - tells the type checker what loading has made
    meta.engine.dispose()
    connect_to_redis().connection_pool.disconnect()
    for plugin in PluginImplementations(IForkObserver):
        plugin.before_fork()


application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
_build_assets()
share_nothing()
