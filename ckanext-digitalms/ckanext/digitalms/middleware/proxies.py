"""Who asks, when a proxy of one's own stands in front and tells it (`X-Forwarded-For`, `X-Forwarded-Proto`).

Only what this many proxies have added is believed; the rest is written by whoever asks.
"""

from __future__ import annotations

from ckan.types import CKANApp
from werkzeug.middleware.proxy_fix import ProxyFix

from ckanext.digitalms import config

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Let `request.remote_addr` be the address of who asks."""
    if count := config.proxies():
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)
