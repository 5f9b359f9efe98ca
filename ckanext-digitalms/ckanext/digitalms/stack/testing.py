"""Run pytest on services of its own: `python -P -m ckanext.digitalms.stack.testing FOLDER [words]`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from . import ckan_ini, services
from .console import guarded
from .home import Home, State
from .orphans import MARK
from .postgres import Databases
from .server import interruptible, stop
from .supervisor import Supervisor
from .terminal import Terminal

__all__ = ["main"]

_NAMES = Databases("ckan_test", "datastore_test")
_PREPARED = "tests"


def run(home: Home, folder: Path, arguments: list[str], terminal: Terminal) -> int:
    """Start the services, run pytest in the folder, stop the services; give pytest's exit code."""
    lock, state = services.open_home(home)
    supervisor = Supervisor(home, state)
    with lock, interruptible():
        try:
            programs = services.prepare(home, state, terminal, for_tests=True)
            with terminal.step("PostgreSQL, Valkey and Solr for the tests"):
                supervisor.start(programs, lock, foreground=True)
                services.wait(state, supervisor, _NAMES)
                _grant_once(home, state)
            return _pytest(state, folder, arguments)
        finally:
            stop(home)


def _grant_once(home: Home, state: State) -> None:
    if state.prepared_key == _PREPARED:
        return
    # imported here, since it imports CKAN, which costs a second
    from .permissions import grant_datastore_permissions

    grant_datastore_permissions(state, _NAMES)
    state.prepared_key = _PREPARED
    home.save(state)


def _pytest(state: State, folder: Path, arguments: list[str]) -> int:
    command = [sys.executable, str(Path(sys.executable).with_name("pytest")), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
    environment |= ckan_ini.test_addresses(state, _NAMES)
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

    def tests() -> None:
        nonlocal code
        code = run(Home.default(), Path(sys.argv[1]), sys.argv[2:], Terminal())

    sys.exit(guarded(tests) or code)


if __name__ == "__main__":
    main()
