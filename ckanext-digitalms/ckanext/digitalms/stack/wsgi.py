"""The web application for a server of WSGI: `ckanext.digitalms.stack.wsgi:application` with CKAN_INI set."""

from __future__ import annotations

import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

__all__ = ["application"]

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
