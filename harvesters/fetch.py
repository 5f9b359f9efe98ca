"""The guarded fetch: every address that somebody typed is fetched here and nowhere else.

The host's address is resolved once, checked, and connected to (so no second answer of the name service
counts); redirects are followed by hand with the same check; the body is read as it comes, up to a size;
a watch closes the connection when the time is over, also on a server that sends a byte now and then.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.message import Message as Header
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ProtocolError

from ckanext.digitalms.shared import N_, Message, masked

from .addresses import Network, Resolver, Target, checked, resolve
from .fetch_errors import (
    CutError,
    FetchError,
    NotFoundError,
    RedirectsError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    UnreadableHeadersError,
    WaitError,
    WebPageError,
    certificate,
    check_status,
    cut,
    not_packed,
)
from .packed import CutShortError, NotPackedError, Unpacker

__all__ = [
    "CutError",
    "FetchError",
    "FetchLimits",
    "Fetched",
    "NotFoundError",
    "RedirectsError",
    "StatusError",
    "TooLargeError",
    "TooSlowError",
    "UnreachableError",
    "UnreadableHeadersError",
    "WaitError",
    "WebPageError",
    "fetch",
    "fetch_into",
]

MAX_REDIRECTS = 5
CHUNK = 65_536
_LOOKED_AT = 2_000  # bytes in which a web page is recognised
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*(<!doctype html|<html)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class FetchLimits:
    """What a fetch may take.

    Args:
        max_bytes: of the body, unpacked.
        seconds: for everything together, redirects included.
        allowed_networks: private networks that may be fetched from.
    """

    max_bytes: int
    seconds: float
    allowed_networks: tuple[Network, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """A fetched file."""

    content: bytes
    url: str
    filename: str
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(url: str, limits: FetchLimits, resolver: Resolver = resolve, secret: str = "") -> Fetched:
    """Fetch a file into memory; raises as :func:`fetch_into`."""
    body = BytesIO()
    return replace(fetch_into(body, url, limits, resolver, secret), content=body.getvalue())


def fetch_into(
    sink: BinaryIO, url: str, limits: FetchLimits, resolver: Resolver = resolve, secret: str = ""
) -> Fetched:
    """Fetch a file, as it comes, into another one; ``content`` stays empty.

    A secret is the header ``Authorization``; it is told to the host of the address and, after a redirect, to
    no other one.

    Raises:
        FailItem: an :class:`AddressRefusedError`, :class:`UnknownHostError` or :class:`FetchError`, each
            with a sentence for the source's owner. What was written until then is no whole file.
    """
    watch, first = _Watch(limits.seconds), None
    for _ in range(MAX_REDIRECTS + 1):
        target = checked(url, limits.allowed_networks, resolver)
        site = urlsplit(target.url)[:2]
        first = first or site
        told = secret if site == first else ""
        with watch.running(), _translated(target, watch), _get(target, watch, told) as response:
            if not response.is_redirect:
                return _read(response, target, limits, watch, sink)
            # bytes of UTF-8, which the library reads as Latin-1
            goal = response.headers["location"].encode("latin-1").decode("utf-8")
            url = urljoin(target.url, goal)
    text = N_("“{url}” redirects more than {limit} times: use the address at which the file really is.")
    raise RedirectsError(Message(text, {"url": masked(target.url)[:200], "limit": MAX_REDIRECTS}))


class _Watch:
    """Closes the sockets when the time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds
        self.is_over = False
        self._sockets: list[socket.socket] = []

    @property
    def left(self) -> float:
        return max(0.05, self.deadline - time.monotonic())

    def add(self, sock: socket.socket) -> None:
        self._sockets.append(sock)

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = threading.Timer(self.left, self._close)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _close(self) -> None:
        self.is_over = True
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _PinnedAdapter(HTTPAdapter):
    """Connects to the checked address, and asks (and checks the certificate) for the host's name."""

    def __init__(self, target: Target, watch: _Watch) -> None:
        self.target, self.watch = target, watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self.watch.add)

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        host["host"] = self.target.ip
        if self.target.scheme == "https":
            names = {"server_hostname": self.target.host, "assert_hostname": self.target.host}
            return host, {**pool, **names}
        return host, pool


def _pools(opened: Callable[[socket.socket], None]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            opened(sock)
            return sock

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            opened(sock)
            return sock

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


@contextmanager
def _get(target: Target, watch: _Watch, secret: str) -> Iterator[requests.Response]:
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc may lead elsewhere
        session.verify = (
            os.environ.get("REQUESTS_CA_BUNDLE") or True
        )  # a city may have authorities of its own
        session.mount(f"{target.scheme}://", _PinnedAdapter(target, watch))
        headers = {
            "Host": urlsplit(target.url).netloc,
            "Accept": "text/csv, application/json, */*;q=0.8",
            "Accept-Encoding": "identity",
            "User-Agent": "ckanext-digitalms",
            **({"Authorization": secret} if secret else {}),
        }
        timeout = (min(watch.left, 10), watch.left)
        with session.get(
            target.url, headers=headers, timeout=timeout, stream=True, allow_redirects=False
        ) as response:
            yield response


@contextmanager
def _translated(target: Target, watch: _Watch) -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, HTTPError, OSError) as error:
        values: dict[str, object] = {"url": masked(target.url)[:200], "seconds": f"{watch.seconds:g}"}
        if watch.is_over or isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
            text = N_(
                "“{url}” did not deliver within {seconds} seconds: "
                "let the operator of the source see to it; the next run tries again."
            )
            raise TooSlowError(Message(text, values)) from error
        if isinstance(error, requests.exceptions.SSLError):
            raise UnreachableError(certificate(error, target.url)) from error
        text = N_("“{url}” cannot be reached or breaks off: let the operator of the source see to it.")
        raise UnreachableError(Message(text, values)) from error
    except ValueError as error:  # of whoever reads a header: us, requests, the standard library
        text = N_(
            "The server of “{url}” sends headers that cannot be read (Content-Length, Location or "
            "Content-Disposition): let its operator see to it."
        )
        raise UnreadableHeadersError(Message(text, {"url": masked(target.url)[:200]})) from error


def _read(
    response: requests.Response, target: Target, limits: FetchLimits, watch: _Watch, sink: BinaryIO
) -> Fetched:
    check_status(response, target.url)
    start, size = b"", 0
    declared = _declared(response)
    for part in _unpacked(response, target, watch) if declared <= limits.max_bytes else ():
        size += len(part)
        if size > limits.max_bytes:
            break
        start = start if len(start) >= _LOOKED_AT else start + part[:_LOOKED_AT]
        sink.write(part)
    if max(declared, size) > limits.max_bytes:
        text = N_(
            "“{url}” is larger than {limit} MB, the most that is fetched: deliver the table in parts, "
            "or let the operator raise ckanext.digitalms.upload.max_mb."
        )
        raise TooLargeError(
            Message(text, {"url": masked(target.url)[:200], "limit": f"{limits.max_bytes / 10**6:g}"})
        )
    if _is_web_page(response, start[:_LOOKED_AT]):
        text = N_(
            "“{url}” gives a web page instead of a table: "
            "use the address of the file itself; a page may also mean that one has to sign in."
        )
        raise WebPageError(Message(text, {"url": masked(target.url)[:200]}))
    return Fetched(b"", target.url, _filename(response, target), dict(response.headers))


def _declared(response: requests.Response) -> int:
    """Return how long the body says it is, 0 if it does not, or says what is no number.

    Raises:
        ValueError: it is longer than any number that is read.
    """
    told, length = response.headers.get("content-length", "").strip(), response.raw.length_remaining
    if told.isdecimal() and length is None and not response.raw.chunked:
        raise ValueError(f"Content-Length: {told[:40]}")
    return int(length or 0)


def _unpacked(response: requests.Response, target: Target, watch: _Watch) -> Iterator[bytes]:
    """Yield the text of a body to its end; raises :class:`CutError` where it ends before that."""
    unpacker = Unpacker(response.headers.get("content-encoding", "").strip().lower())
    found, expected = 0, response.raw.length_remaining
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            found += len(chunk)
            yield from unpacker.feed(chunk)
        if watch.is_over:
            raise requests.Timeout
        unpacker.end()
    except NotPackedError as error:
        raise CutError(not_packed(target.url, error.encoding)) from error
    except (CutShortError, ProtocolError) as error:
        if watch.is_over:
            raise requests.Timeout from error
        raise CutError(cut(target.url, found, expected)) from error


def _is_web_page(response: requests.Response, start: bytes) -> bool:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    # a page in UTF-16 has a NUL in every other place and a mark in front
    shown = start.removeprefix(b"\xef\xbb\xbf")
    shown = shown[2:].replace(b"\0", b"") if shown.startswith((b"\xff\xfe", b"\xfe\xff")) else shown
    return kind in {"text/html", "application/xhtml+xml"} or bool(_HTML.match(shown))


def _filename(response: requests.Response, target: Target) -> str:
    header = Header()
    header["content-disposition"] = response.headers.get("content-disposition", "")
    told = header.get_filename() or unquote(urlsplit(target.url).path)
    return PurePosixPath(told.replace("\\", "/")).name[:200] or target.host
