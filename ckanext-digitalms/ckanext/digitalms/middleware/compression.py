"""Texts are packed (gzip) for whoever takes them so: pages, the API, styles, scripts, filtered tables.

A length tells what is twice in a packed text (BREACH). So what is one person's is packed only where nothing
of the request can stand beside it. Whole files are left alone: a release has packed copies beside its own,
and of what somebody uploaded a reader may go on where it broke off.
"""

from __future__ import annotations

from threading import Lock

import ckan.plugins.toolkit as tk
from cachetools import LRUCache
from ckan.types import CKANApp, Response
from flask import g, session
from flask_compress import Compress

from .sessions import FILES
from .uploads import is_sealed

__all__ = ["Kept", "install"]

_TYPES = [
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "text/n3",
    "text/plain",
    "text/turtle",
    "text/xml",
    "application/atom+xml",
    "application/geo+json",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/rdf+xml",
    "application/schema+json",
    "application/xml",
    "image/svg+xml",
]
_SMALLEST = 500  # bytes; less is one packet anyway
_LEVEL = 5  # a fifth faster than 6, and three in a hundred more bytes
_MEMORY = 6_000_000  # bytes of packed texts in each process
_LARGEST = 2_000_000  # bytes of a style or script that is packed at once, to be kept


class Kept:
    """What was packed and has a mark (ETag), for the next who asks; the longest unused makes room."""

    def __init__(self, memory: int = _MEMORY) -> None:
        self._packed: LRUCache[str, bytes] = LRUCache(memory, getsizeof=len)
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Return what is kept."""
        with self._lock:
            return self._packed.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep what has a mark, unless it is larger than all that is kept."""
        if not key.endswith(";") and len(value) <= self._packed.maxsize:
            with self._lock:
                self._packed[key] = value


def install(app: CKANApp) -> None:
    """Pack as the last thing that is done to an answer."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=_LEVEL,
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_MIN_SIZE=_SMALLEST,
        COMPRESS_CACHE_BACKEND=Kept,
        COMPRESS_CACHE_KEY=lambda _request: g.digitalms_packed_as,
    )
    packing = Compress(app)

    def pack(response: Response) -> Response:
        if response.mimetype not in _TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if not _is_to_be_packed(response):
            return response
        g.digitalms_packed_as = _name_of(response)
        packed: Response = packing.after_request(response)
        return packed

    app.after_request_funcs[None].insert(0, pack)


def _name_of(response: Response) -> str:
    """Name what is packed: a mark stands for the content of one address only (RFC 9110, 8.8.3)."""
    mark, _ = response.get_etag()
    return f"{tk.request.environ.get('CKAN_LANG')} {tk.request.url} {mark}" if mark else ""


def _is_to_be_packed(response: Response) -> bool:
    request = tk.request
    if request.range or not request.accept_encodings["gzip"] or response.status_code != 200:
        return False
    if is_sealed(response) or (response.direct_passthrough and not _is_read_at_once(response)):
        return False
    return not _tells_secrets(response)


def _is_read_at_once(response: Response) -> bool:
    """Read a style or script, which is packed once for all; other files are sent by the server."""
    length = response.content_length or 0
    if tk.request.endpoint not in FILES or length > _LARGEST or "X-Sendfile" in response.headers:
        return False
    response.direct_passthrough = False
    response.get_data()
    return True


def _tells_secrets(response: Response) -> bool:
    """Return whether words of the request may stand beside what is only for whoever asks."""
    request = tk.request
    if response.mimetype != "text/html" and response.cache_control.public:
        return False
    has_words = bool(request.query_string) or request.method not in {"GET", "HEAD"}
    return has_words and bool(session)
