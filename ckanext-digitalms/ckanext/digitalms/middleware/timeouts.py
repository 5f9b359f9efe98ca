"""A page waits for no service without an end; see :mod:`ckanext.digitalms.services.operation.timeouts`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan.types import CKANApp

from ckanext.digitalms.services.operation import timeouts

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Mark whatever answers a request."""
    inner: Any = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with timeouts.serving():
            answered: Iterable[bytes] = inner(environ, start_response)
            return answered

    app.wsgi_app = answer  # type: ignore[method-assign]
