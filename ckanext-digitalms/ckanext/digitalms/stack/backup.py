"""Backup of a running catalogue into one file, and restore into an empty home.

A backup holds both databases as pg_dump writes them, uploads and releases, the owner's settings, the first
accounts and the key that API tokens are signed with. Search index, queue and logs are made anew.

It holds the lock of publishing, so that release files, datasets and DataStore are of one release. Edits go
on: pg_dump sees the catalogue of one moment. Files are copied after the database, and files of uploads and
releases are never written twice, so whatever the database names is there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg2

from . import postgres, unfinished
from .archive import FORMAT, Manifest, Writer, extract, read
from .errors import StackError
from .home import Home, State
from .orphans import end_orphans
from .postgres import Databases
from .server import interruptible, stop
from .supervisor import Supervisor, read_record
from .terminal import Terminal

__all__ = ["back_up", "restore"]

_NAMES = Databases()
_DUMPS = {"database/ckan.dump": _NAMES.ckan, "database/datastore.dump": _NAMES.datastore}
_OWN_FILES = ("ckan.ini", "accounts.txt")
_UNFINISHED = ".new-"
_PATIENCE = 90
# the same as in services/locks.py, which needs CKAN; a test compares them
PUBLISH_LOCK = "select pg_advisory_lock(hashtextextended('digitalms:publish', 0))"


def back_up(home: Home, target: Path, terminal: Terminal) -> None:
    """Write a backup of a running catalogue.

    Raises:
        StackError: nothing runs, or the file is there already.
        KeyboardInterrupt: it was ended; nothing is left of it.
    """
    state = home.load()
    record = read_record(home)
    if record is None or not record.is_alive():
        raise StackError(f"Nothing runs in {home.root}: start it with `digitalms up`, then make the backup.")
    if target.exists():
        raise StackError(f"{target} is there already and is not written over: choose another name.")
    try:
        with interruptible(), unfinished.working_on(home, target) as (folder, part):
            descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                _write(home, state, Writer(file, _manifest(state)), folder, terminal)
                file.flush()
                os.fsync(file.fileno())
            _name(part, target)
    except FileExistsError as error:
        raise StackError(
            f"{target} is there already and is not written over: choose another name."
        ) from error
    terminal.say(f"{target}: {target.stat().st_size / 10**6:.1f} MB. It holds passwords: keep it like one.")


def _name(part: Path, target: Path) -> None:
    """Give a finished backup its name; what came there meanwhile is never replaced.

    Raises:
        FileExistsError: there is something of that name.
    """
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # sticks and shares have no second names for a file
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(target)


def _manifest(state: State) -> Manifest:
    created = datetime.now(UTC).isoformat(timespec="seconds")
    secret_key = state.passwords["secret_key"]
    return Manifest(FORMAT, version("ckanext-digitalms"), created, state.site_id, secret_key)


def _write(home: Home, state: State, writer: Writer, folder: Path, terminal: Terminal) -> None:
    with _publishing_waits(state):
        with terminal.step("Databases"):
            for name, database in _DUMPS.items():
                dump = folder / Path(name).name
                with dump.open("wb") as file:
                    _run(state, "pg_dump", "--format=custom", database, stdout=file)
                writer.add(dump, name)
        with terminal.step("Uploads, releases and settings"):
            for name in _OWN_FILES:
                writer.add(home.root / name, name)
            for path in _stored(home.storage):
                writer.add(path, str(path.relative_to(home.root)))
    writer.close()


def _stored(storage: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(storage):
        names[:] = sorted(name for name in names if not name.startswith(_UNFINISHED))
        yield from (Path(folder) / name for name in sorted(files) if not (Path(folder) / name).is_symlink())


@contextlib.contextmanager
def _publishing_waits(state: State) -> Iterator[None]:
    try:
        with postgres.connect(state, _NAMES.ckan) as cursor:
            cursor.execute(PUBLISH_LOCK)
            yield
    except psycopg2.OperationalError as error:
        raise StackError(f"The database did not answer: {error}. See `digitalms status`.") from error


def _run(state: State, program: str, *words: str, stdout: object = None, stdin: object = None) -> None:
    command = [str(postgres.binary(program)), *words]
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(state.ports["postgres"]), "PGUSER": "postgres"}
    environment = {**os.environ, **where, "PGPASSWORD": state.passwords["postgres"]}
    done = subprocess.run(
        command,
        env=environment,
        cwd="/",
        stdin=stdin or subprocess.DEVNULL,  # type: ignore[call-overload]
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-3:]
        raise StackError(f"{program} failed: {' '.join(said)}")


def restore(home: Home, source: Path, terminal: Terminal) -> None:
    """Make a home from a backup; it is complete or it is not there.

    All of it is made in a folder beside, and put in place by one rename.

    Raises:
        StackError: the file cannot be used, or the home is not empty.
    """
    if home.root.is_mount():
        raise StackError(
            f"{home.root} is a disk of its own, and a restore puts a whole folder in place: choose a folder "
            "in it with DIGITALMS_HOME=FOLDER."
        )
    if home.root.exists() and any(home.root.iterdir()):
        raise StackError(
            f"{home.root} is not empty, and a restore replaces nothing: choose another folder with "
            "DIGITALMS_HOME=FOLDER, or move this one away."
        )
    if not source.is_file():
        raise StackError(f"There is no file {source}.")
    with terminal.step("The backup is whole"):
        manifest = read(source, version("ckanext-digitalms"))
    home.root.parent.mkdir(parents=True, exist_ok=True)
    _clear_interrupted(home)
    beside = Home(home.root.with_name(f".{home.root.name}.restore-{os.getpid()}"))
    try:
        with interruptible():
            _fill(beside, source, manifest, terminal)
        beside.root.rename(home.root)
    finally:
        shutil.rmtree(beside.root, ignore_errors=True)
    terminal.say(f"Restored into {home.root}. Start it with `digitalms up`; search is made anew then.")


def _fill(home: Home, source: Path, manifest: Manifest, terminal: Terminal) -> None:
    home.create()
    state = home.load()
    state.passwords["secret_key"] = manifest.secret_key
    state.restored_site_id = manifest.site_id
    lock = home.lock()
    if lock is None:
        raise StackError(f"Another restore into {home.root} runs: wait for it.")
    with lock:
        with terminal.step("Uploads, releases and settings"):
            extract(source, manifest, home.root)
        home.assign_ports(state)
        postgres.prepare(home, state)
        supervisor = Supervisor(home, state)
        try:
            with terminal.step("Databases"):
                supervisor.start([postgres.program(home, state)], lock, foreground=True)
                postgres.wait(state, _PATIENCE, supervisor.check_alive)
                postgres.create_databases(state, _NAMES)
                for name, database in _DUMPS.items():
                    with (home.root / name).open("rb") as file:
                        _run(state, "pg_restore", "--exit-on-error", f"--dbname={database}", stdin=file)
        finally:
            stop(home)
    shutil.rmtree(home.root / "database")


def _clear_interrupted(home: Home) -> None:
    """Remove what a restore that was killed has left beside."""
    for folder in home.root.parent.glob(f".{home.root.name}.restore-*"):
        left, number = Home(folder), folder.name.rpartition("-")[2]
        if unfinished.is_alive(number):
            raise StackError(
                f"Another restore into {home.root} runs (process {number}): wait for it. If there is none, "
                f"remove {folder}."
            )
        if left.state_file.exists():
            end_orphans(left, left.load().id)
        shutil.rmtree(folder, ignore_errors=True)
