"""What a killed process had open in the database: PostgreSQL hears of its end later, so it is waited for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import psutil
import sqlalchemy as sa
from ckan import model

_LEFT = sa.text("SELECT count(*) FROM pg_stat_activity WHERE client_port = ANY(:ports)")
_WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:name AS regclass)")


def ports_of(pid: int) -> list[int]:
    """Return the local ports of the connections that another process has opened to the database."""
    return sorted(_ports(pid) - _ports(os.getpid()))  # a fork has those of its parent, too


def _ports(pid: int) -> set[int]:
    there = model.meta.engine.url.port
    found = psutil.Process(pid).net_connections("inet")
    return {one.laddr.port for one in found if one.raddr and one.raddr.port == there}


def wait_until_left(ports: list[int]) -> None:
    """Wait until the database has let go of what came from these ports."""
    _wait(lambda: _counted(_LEFT, ports=ports) == 0)


def wait_until_blocked(table: str) -> None:
    """Wait until somebody waits for the lock of a table."""
    _wait(lambda: _counted(_WAITING, name=table) > 0)


def _counted(query: sa.TextClause, **values: object) -> int:
    with model.meta.engine.connect() as connection:
        return int(connection.execute(query, values).scalar_one())


def _wait(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.02)
