"""No request to a page or an action of ours brings in more than a delivery can need.

A web framework spools an upload to the disk, or reads it into memory, before any action sees it. So the
stream itself ends at the limit. What comes after it is read and thrown away for a while: a server that hangs
up in the middle of an upload is told by browsers as a lost connection, and nobody would see the sentence.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, json, jsonify, make_response
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import LimitedStream

from ckanext.digitalms import config

from .handled import page

digitalms_request_size = Blueprint("digitalms_request_size", __name__)

# a delivery may have two files, and JSON writes a letter with up to six
_FILES = 4
_REST = 10**6
_PATIENCE = 20  # seconds
_BLOCK = 1 << 20
_TOO_LARGE = 413


class _Limited(LimitedStream):
    """A stream of which no more than the limit is handed on; more is answered with a sentence."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__(stream, limit, is_max=True)

    def readall(self) -> bytes:
        data = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return data

    def on_exhausted(self) -> None:
        if self.limit and not self._stream.read(1):
            return
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._stream.read(_BLOCK):
            pass
        raise HTTPException(response=_answer())


class _Json:
    """JSON of a request; one that is nested too deeply is as wrong as any other that cannot be read."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str | bytes, **options: Any) -> Any:
        try:
            return json.loads(text, **options)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


@digitalms_request_size.app_url_value_preprocessor
def limit(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Limit what a request to us may bring in, before anything of it is read."""
    action = (values or {}).get("logic_function") if endpoint == "api.action" else None
    if not str(action or endpoint or "").startswith("digitalms_"):
        return
    request = tk.request
    most = _FILES * config.max_upload_bytes() + _REST
    # a file's content may be sent as text, as in JSON
    request.max_form_memory_size = most
    request.json_module = _Json
    is_too_long = (request.content_length or 0) > most
    if is_too_long or request.content_length is None:
        request.environ["wsgi.input"] = _Limited(request.environ["wsgi.input"], 0 if is_too_long else most)


def _answer() -> Response:
    sentence = tk._(
        "More was sent than is read: a file may have at most {limit} MB. Nothing was changed; split the "
        "table, and go back for what you had typed."
    ).format(limit=f"{config.max_upload_bytes() / 10**6:g}")
    if tk.request.endpoint != "api.action":
        body, code = page(_TOO_LARGE, tk._("Too large"), sentence)
        answer: Response = make_response(body, code)
    else:
        error = {"__type": "Validation Error", "upload": [sentence]}
        answer = make_response(jsonify({"success": False, "error": error}), _TOO_LARGE)
    answer.headers["Connection"] = "close"
    return answer
