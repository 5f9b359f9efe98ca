"""The web server: several processes of waitress on one socket.

They are forked from one that has CKAN (`fork_server.py`): one that is killed is replaced at once.

waitress reads a request as a whole before a thread takes it, and sends an answer on without one, so that slow
senders and readers hold no thread; who is too slow even for that is cut. gunicorn's threads read from the
network themselves, so that four half-sent requests block it, and no setting of it helps.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server

__all__ = ["main"]

PROCESSES = 2
THREADS = 8
_CONNECTIONS = 500  # of each process
_IDLE = 60  # seconds that a connection may be silent
_HEADERS_WITHIN = 15  # seconds
_SLOWEST = 2_000  # bytes a second of a body, after a first minute
_LETTING_GO = 3  # seconds
_MEMORY = 1 << 20  # of a body or an answer; more goes to a file


class Channel(HTTPChannel):  # type: ignore[misc, unused-ignore]
    """A connection that is cut when its request comes too slowly, however steadily."""

    begun = 0.0
    received_bytes = 0

    def received(self, data: bytes) -> Any:
        """Take in a part of a request."""
        if self.request is None:
            self.begun, self.received_bytes = time.time(), 0
        self.received_bytes += len(data)
        return super().received(data)

    def is_too_slow(self, now: float) -> bool:
        """Return whether the request that is coming in should be here by now."""
        if self.request is None:
            return False
        if not self.request.headers_finished:
            return now > self.begun + _HEADERS_WITHIN
        return now > self.begun + _IDLE + self.received_bytes / _SLOWEST


def _serve(end: socket.socket) -> None:
    """Answer requests of a socket that the parent has opened."""
    from ckanext.digitalms import config

    from .wsgi import application  # loaded already

    TcpWSGIServer.channel_class = Channel
    most = 4 * (4 * config.max_upload_bytes() + 10**6)  # above its own limit the application says a sentence
    server: Any = create_server(
        application,
        sockets=[end],
        threads=THREADS,
        connection_limit=_CONNECTIONS,
        channel_timeout=_IDLE,
        cleanup_interval=5,
        asyncore_use_poll=True,
        inbuf_overflow=_MEMORY,
        outbuf_overflow=_MEMORY,
        max_request_body_size=most,
        ident=None,
        # whose word is believed about these is told by the application (middleware/proxies.py)
        clear_untrusted_proxy_headers=False,
    )
    usual = server.maintenance

    def maintenance(now: float) -> None:
        usual(now)
        for channel in list(server.active_channels.values()):
            if channel.is_too_slow(now):
                channel.will_close = True

    server.maintenance = maintenance
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    server.run()


def _end_with(parent: int) -> None:
    """End when the parent was killed; another one may open the socket anew then."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _open(port: int) -> socket.socket:
    end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    latest = time.monotonic() + _LETTING_GO
    while True:
        try:
            end.bind(("127.0.0.1", port))
            break
        except OSError:  # processes of a web server that was killed hold it for a moment
            if time.monotonic() > latest:
                raise
            time.sleep(0.1)
    end.listen(1024)
    return end


def _start(end: socket.socket) -> ForkProcess:
    child = get_context("fork").Process(target=_serve, args=(end,))
    child.start()
    return child


def main(port: str) -> None:
    """Open the port, and keep the processes that answer running until told to stop."""
    end = _open(int(port))
    signal.signal(signal.SIGTERM, _interrupt)
    children = [_start(end) for _ in range(PROCESSES)]
    try:
        while True:
            time.sleep(0.5)
            for place, child in enumerate(children):
                if not child.is_alive():
                    time.sleep(1)
                    children[place] = _start(end)
    except KeyboardInterrupt:
        for child in children:
            child.terminate()
        for child in children:
            child.join(10)
