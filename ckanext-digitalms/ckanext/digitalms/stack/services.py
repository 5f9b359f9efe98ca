"""The three services together: PostgreSQL, Valkey, Solr."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from . import postgres, solr, unfinished, valkey
from .errors import StackError
from .home import Home, State
from .jars import fetch_jars, jar_folder, read_lock
from .libmagic import ensure_libmagic
from .orphans import end_orphans
from .postgres import Databases
from .program import Program
from .reserve import keep_reserve
from .supervisor import Supervisor, read_record
from .terminal import Terminal

__all__ = ["open_home", "prepare", "wait"]

_PATIENCE = 90


def open_home(home: Home) -> tuple[IO[str], State]:
    """Take the home for this start: alone, and with nothing of an earlier one still alive.

    Raises:
        StackError: Another server runs in this home.
    """
    home.create()
    unfinished.clear(home)
    keep_reserve(home)  # what follows writes
    state = home.load()
    lock = home.lock() or _take_over(home, state)
    if lock is None:
        record = read_record(home)
        who = f" (process {record.pid})" if record and record.is_alive() else ""
        raise StackError(
            f"Another server runs in {home.root} already{who}. End it with `digitalms down`, "
            "or use a folder of its own for a second one: DIGITALMS_HOME=FOLDER PORT=5001."
        )
    end_orphans(home, state.id)
    return lock, state


def _take_over(home: Home, state: State) -> IO[str] | None:
    """End a supervisor whose process in the foreground was killed, and take the lock that it held."""
    record = read_record(home)
    if record is None or not record.is_alive() or not record.is_abandoned():
        return None
    Supervisor(home, state).stop()
    return home.lock()


def prepare(
    home: Home,
    state: State,
    terminal: Terminal,
    *,
    for_tests: bool = False,
    cores: Sequence[str] = (solr.CORE,),
) -> list[Program]:
    """Bring the jars, write all configuration, and say what to run."""
    ensure_libmagic()
    jars = _jars(home, terminal)
    home.assign_ports(state)
    postgres.prepare(home, state)
    valkey.prepare(home, state)
    solr.prepare(home, state, cores)
    return [
        postgres.program(home, state, for_tests=for_tests),
        valkey.program(home),
        solr.program(home, jars, for_tests=for_tests),
    ]


def _jars(home: Home, terminal: Terminal) -> list[Path]:
    lock = read_lock()
    with terminal.downloads("Solr's libraries", len(lock)) as progress:
        return fetch_jars(
            jar_folder(home.root), lock, progress=lambda _path: progress.advance(progress.task_ids[0])
        )


def wait(
    state: State,
    supervisor: Supervisor,
    names: Sequence[Databases],
    cores: Sequence[str] = (solr.CORE,),
) -> None:
    """Wait until all three answer; make the databases meanwhile."""
    postgres.wait(state, _PATIENCE, supervisor.check_alive)
    for pair in names:
        postgres.create_databases(state, pair)
    valkey.wait(state, _PATIENCE, supervisor.check_alive)
    for core in cores:
        solr.wait(state, _PATIENCE, supervisor.check_alive, core)
