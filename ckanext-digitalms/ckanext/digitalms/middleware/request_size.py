"""No request brings in more than it can need.

A web framework spools an upload to the disk, or reads it into memory, before any action sees it. So each
request has a limit of its own, by endpoint and action: Flask's, but for what comes without a length. What
comes after it is read and thrown away for a while: a server that hangs up in the middle of an upload is told
by browsers as a lost connection, and nobody would see the sentence.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from flask import g
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_

from . import request_json
from .refusals import is_api, refuse

__all__ = ["install"]

# a delivery may have two files, and JSON writes a letter with up to six
_FILES = 4
_REST = 10**6
_PATIENCE = 20  # seconds
_BLOCK = 1 << 20
_TOO_LARGE = 413
_FILE = N_(
    "More was sent than is read: a file may have at most {limit} MB. Nothing was changed; split the "
    "table, and go back for what you had typed."
)
_REQUEST = N_(
    "More was sent than is read: a request may bring in at most {limit} MB. Nothing was changed; send "
    "less at a time, and go back for what you had typed."
)


@dataclass(frozen=True, slots=True)
class _Limit:
    """How many bytes are read, how many of these into memory, and what is said of it."""

    most: int
    in_memory: int
    sentence: str
    told: float  # MB


class _Endless(LimitedStream):
    """A stream whose length nobody told: werkzeug would give the part up to the limit for the whole."""

    def readall(self) -> bytes:
        data = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return data

    def on_exhausted(self) -> None:
        if self._stream.read(1):
            raise RequestEntityTooLarge


def install(app: CKANApp) -> None:
    """Limit every request before anything of it is read."""
    app.url_value_preprocessor(limit)
    app.before_request(_refuse_deep_form)
    app.register_error_handler(RequestEntityTooLarge, _too_large)


def limit(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Limit what a request may bring in."""
    action = (values or {}).get("logic_function") if endpoint == "api.action" else None
    told = g.digitalms_limit = _limit_of(str(action or endpoint or ""))
    request = tk.request
    request.json_module = request_json
    request.max_form_memory_size = told.in_memory
    if request.content_length is None:
        request.environ["wsgi.input"] = _Endless(request.environ["wsgi.input"], told.most, is_max=True)
    else:
        request.max_content_length = told.most


def _limit_of(name: str) -> _Limit:
    """Tell the limit of an endpoint or action: files come as such, or as text to our own."""
    if name.startswith("digitalms_"):
        most = _FILES * config.max_upload_bytes() + _REST
        return _Limit(most, most, _FILE, config.max_upload_bytes() / 10**6)
    in_memory = config.max_request_bytes()
    if tk.request.mimetype == "multipart/form-data":
        file = config.max_resource_bytes()
        return _Limit(file + in_memory, in_memory, _FILE, file / 10**6)
    return _Limit(in_memory, in_memory, _REQUEST, in_memory / 10**6)


def _too_large(error: RequestEntityTooLarge) -> Response:
    """Read what still comes, and answer with a sentence; also where only the fields are too long."""
    del error
    told, stream = g.digitalms_limit, tk.request.environ["wsgi.input"]
    is_all = stream.is_exhausted if isinstance(stream, _Endless) else tk.request.content_length > told.most
    if not is_all:
        told = _Limit(told.most, told.in_memory, _REQUEST, config.max_request_bytes() / 10**6)
    _read_on(stream._stream if isinstance(stream, _Endless) else stream)
    sentence = tk._(told.sentence).format(limit=f"{told.told:g}")
    answer = refuse(_TOO_LARGE, tk._("Too large"), sentence, upload=[sentence])
    answer.headers["Connection"] = "close"
    return answer


def _read_on(stream: IO[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and stream.read(_BLOCK):
        pass


def _refuse_deep_form() -> Response | None:
    """Look at JSON that comes as the only name of a form, which CKAN reads itself."""
    names = list(tk.request.form) if is_api() else []
    if len(names) == 1 and names[0][:1] in "[{":
        try:
            request_json.told_by(names[0])
        except request_json.DeepJsonError:
            return refuse(400, tk._("This does not fit"), tk._(request_json.DEEP))
    return None
