"""A service that is away, hung or full is answered with 503 and a sentence, on pages and by the API.

The page needs no database, no session and no search. CKAN's API turns every exception into an answer of its
own, so what an action raised is noted on the way.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, CKANApp, Response
from flask import current_app, g, jsonify, make_response, render_template

from ckanext.digitalms.messages import translate
from ckanext.digitalms.search import deferred_indexing
from ckanext.digitalms.services.operation.failures import FAILURES, Part, failed_part, sentence

from .api_actions import put_around
from .refusals import wants_json

log = logging.getLogger(__name__)

__all__ = ["install"]

_CODE = 503
_RETRY_AFTER = "30"
_FAILED = "digitalms_failed_part"


def install(app: CKANApp) -> None:
    """Answer for services that fail."""
    for kind in FAILURES:
        app.register_error_handler(kind, _handle)
    former: Any = app.error_handler_spec[None][500]
    inner = next(iter(former.values()), None)
    app.register_error_handler(500, functools.partial(_handle_anything, inner))
    put_around(app, _noting)
    app.after_request(_after)


def _handle(error: Exception) -> Response:
    part = failed_part(error)
    if part is None:
        raise error
    return _tell(part, error)


def _handle_anything(inner: Callable[[Exception], Any] | None, error: Exception) -> Any:
    """Answer for what failed before or after a page itself, or what a page of CKAN's made a 500 of."""
    cause = getattr(error, "original_exception", None) or error
    part = failed_part(cause)
    if part is not None:
        return _tell(part, cause)
    return inner(error) if inner else error


def _tell(part: Part, error: Exception) -> Response:
    log.error("%s %s: %s failed: %s", tk.request.method, tk.request.path, part.value, str(error)[:500])
    return _page(part)


def _page(part: Part) -> Response:
    # CKAN notes when a request begins and measures at its end; what failed may have come before
    g.setdefault("__timer", time.time())
    if tk.request.path.startswith("/api/") or wants_json():
        return _json(part)
    if "_login_user" not in g:
        # who asks was not looked up before the failure; templates would do it now, and fail again
        app: Any = current_app
        app.login_manager._update_request_context_with_user()
    text = translate(sentence(part), tk._)
    return _unavailable(make_response(render_template("digitalms/unavailable.html", sentence=text), _CODE))


def _json(part: Part) -> Response:
    error = {"__type": "Service Unavailable", "message": translate(sentence(part), tk._), "part": part.value}
    return _unavailable(make_response(jsonify({"success": False, "error": error}), _CODE))


def _unavailable(answer: Response) -> Response:
    answer.headers["Retry-After"] = _RETRY_AFTER
    answer.headers["Cache-Control"] = "no-store"
    return answer


class _Noted:
    """Notes which part failed, and lets the exception pass."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note a failure."""
        del kind, trace
        part = failed_part(error) if isinstance(error, FAILURES) else None
        if part is not None:
            setattr(g, _FAILED, part)


def _noting(name: str, action: Action) -> Action:
    del name

    @functools.wraps(action)
    def call(context: Any, data_dict: Any) -> Any:
        with _Noted():
            return action(context, data_dict)

    return call


def _after(answer: Response) -> Response:
    part = getattr(g, _FAILED, None)
    if tk.request.endpoint == "api.action":
        if part is not None and answer.status_code >= 400:
            return _json(part)
        if deferred_indexing.is_noted() and answer.is_json and answer.status_code == 200:
            told = {**answer.get_json(), "search": "follows"}
            answer.set_data(jsonify(told).get_data())
    return answer
