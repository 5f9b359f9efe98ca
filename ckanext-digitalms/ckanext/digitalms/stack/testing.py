"""Run pytest on services of its own: `python -P -m ckanext.digitalms.stack.testing FOLDER [words]`.

The whole suite is shared among as many processes as there are processors (pytest-xdist); each has databases,
an index and a place in Valkey of its own. What is marked ``alone`` comes after it, in one process. What is
marked ``thorough`` runs with ``--all`` only. Named files or folders run in one process, with all marks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from . import ckan_ini, services, solr, variables
from .console import guarded
from .home import Home, State
from .orphans import MARK
from .postgres import Databases
from .server import interruptible, stop
from .supervisor import Supervisor
from .terminal import Terminal

__all__ = ["main"]

# pytest's arguments, and how many processes share the tests
Part = tuple[list[str], int]
_MEMORY, _PLENTY = Path("/dev/shm"), 6 * 10**9  # noqa: S108 - pytest makes folders of its own in it
_MOST = 8  # processes; Valkey has sixteen places
_EACH = 1_500_000_000  # bytes of memory of one, with its server and browser
_ALONE, _THOROUGH = "alone", "thorough"
_ALL = "--all"  # the thorough ones, too
_INTERRUPTED = 2  # pytest's exit code
# with these somebody chooses tests
_CHOOSING = {"-k", "-m", "-n"}


def _databases(worker: int) -> Databases:
    suffix = f"_{worker}" if worker else ""
    return Databases(f"ckan_test{suffix}", f"datastore_test{suffix}")


def _core(worker: int) -> str:
    return f"{solr.CORE}_{worker}" if worker else solr.CORE


def run(home: Home, folder: Path, arguments: list[str], terminal: Terminal) -> int:
    """Start the services, run pytest in the folder, stop the services; return pytest's exit code."""
    lock, state = services.open_home(home)
    supervisor = Supervisor(home, state)
    parts = _parts(folder, arguments)
    most = range(max(workers for _, workers in parts))
    names, cores = [_databases(one) for one in most], [_core(one) for one in most]
    with lock, interruptible():
        try:
            programs = services.prepare(home, state, terminal, for_tests=True, cores=cores)
            with terminal.step("PostgreSQL, Valkey and Solr for the tests"):
                supervisor.start(programs, lock, foreground=True)
                services.wait(state, supervisor, names, cores)
                _grant_once(home, state, names)
            return _in_turn(parts, lambda words, workers: _pytest(state, folder, words, workers))
        finally:
            stop(home)


def _in_turn(parts: list[Part], run: Callable[[list[str], int], int]) -> int:
    """Run each part, none after somebody has interrupted one; return the first exit code that is not 0."""
    first = 0
    for words, workers in parts:
        code = run(words, workers)
        first = first or code
        if code == _INTERRUPTED:
            break
    return first


def _parts(folder: Path, arguments: list[str]) -> list[Part]:
    """Return what is run one after the other: pytest's arguments, and how many processes share the tests."""
    some = "" if _ALL in arguments else f" and not {_THOROUGH}"
    arguments = [word for word in arguments if word != _ALL]
    if "-n" in arguments:
        return [(arguments, max(1, min(int(arguments[arguments.index("-n") + 1]), _MOST)))]
    if any((folder / word.partition("::")[0]).exists() for word in arguments):
        return [(arguments, 1)]
    workers = _workers()
    # a process that dies is not replaced: its successor would have no databases
    words = ["-n", str(workers), "--dist", "worksteal", "--max-worker-restart", "0"] if workers > 1 else []
    shared = [*words, *arguments]
    if _CHOOSING.intersection(arguments):
        return [(shared, workers)]
    return [
        (["-m", f"not {_ALONE}{some}", *shared], workers),
        (["-m", f"{_ALONE}{some}", *_files_with_alone(folder), *arguments], 1),
    ]


def _workers() -> int:
    """Return how many processes share the tests: as many as there are processors and memory for."""
    memory = psutil.virtual_memory().available // _EACH
    return int(max(1, min(len(os.sched_getaffinity(0)), memory, _MOST)))


def _files_with_alone(folder: Path) -> list[str]:
    """Return the files in which the mark stands: to read all others takes seconds."""
    found = sorted((folder / "tests").rglob("test_*.py"))
    return [str(path.relative_to(folder)) for path in found if f"mark.{_ALONE}" in path.read_text("utf-8")]


def _grant_once(home: Home, state: State, names: list[Databases]) -> None:
    prepared = f"tests of {len(names)}"
    if state.prepared_key == prepared:
        return
    # imported here, since it imports CKAN, which costs a second
    from .permissions import grant_datastore_permissions

    for one in names:
        grant_datastore_permissions(state, one)
    state.prepared_key = prepared
    home.save(state)


def _in_memory() -> dict[str, str]:
    """Let tests write to memory where there is plenty: flushing a disk takes most of what they wait for."""
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return {}
    if os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:  # as in containers: tests start programs there
        return {}
    is_plenty = min(psutil.virtual_memory().available, psutil.disk_usage(str(_MEMORY)).free) >= _PLENTY
    return {"TMPDIR": str(_MEMORY)} if is_plenty else {}


def _pytest(state: State, folder: Path, arguments: list[str], workers: int) -> int:
    command = [sys.executable, str(Path(sys.executable).with_name("pytest")), *arguments]
    environment = variables.kept(os.environ)
    each = [ckan_ini.test_addresses(state, _databases(one), _core(one), one + 1) for one in range(workers)]
    environment |= {**each[0], "DIGITALMS_TEST_WORKERS": json.dumps(each)}
    environment |= _in_memory()
    environment[MARK] = state.id  # what a test leaves behind is ended with the services
    # other programs of the environment (`ckan`, `frictionless`) are found by their names
    programs = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    process = subprocess.Popen(command, cwd=folder, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()  # Ctrl-C has reached pytest already; SIGTERM has not


def main() -> None:
    """Run; the folder with test.ini and tests/ is the first argument, pytest's follow."""
    code = 1
    variables.forget()

    def tests() -> None:
        nonlocal code
        code = run(Home.default(), Path(sys.argv[1]), sys.argv[2:], Terminal())

    sys.exit(guarded(tests) or code)


if __name__ == "__main__":
    main()
