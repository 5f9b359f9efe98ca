"""Every `ckan -c ckan.ini …` line of the page for operators runs as it stands there, on the tests' services.

One line of CKAN's own and one of ours run as programs, the others so in the nightly tests: CKAN needs seconds
to start for each.

What starts or stops the embedded server is tried by ``tests/stack/test_kill.py`` and ``tests/kill``, what
installs the package by ``tests/stack/test_packaging.py``.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import factories

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^(?:\$ |[\d*/]+ [\d*/]+ [\d*/]+ [\d*/]+ [\d*/]+ +)?(ckan -c ckan\.ini .+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(?:console|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONFIGURATION_FOLDER = "/var/solr/data/ckan/conf"
STAY = ("jobs worker", "gather-consumer", "fetch-consumer")
LINES = [
    line
    for block in BLOCK.findall((ROOT / "docs" / "operate.md").read_text(encoding="utf-8"))
    for line in LINE.findall(block)
]


@pytest.fixture
def folder(catalogue: Any, tmp_path: Path) -> Path:
    """A folder with the ckan.ini that the page speaks of, and the account NAME."""
    (tmp_path / "ckan.ini").write_text(f"[app:main]\nuse = config:{ROOT / 'test.ini'}\n", encoding="utf-8")
    factories.User(name="name")
    return tmp_path


def connected() -> set[int]:
    """Return who else is connected with the database."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with model.meta.engine.connect() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def program(line: str, folder: Path) -> list[str]:
    words = shlex.split(line.replace(CONFIGURATION_FOLDER, str(folder)).replace("NAME", "name"))
    return [str(Path(sys.executable).with_name(words[0])), *words[1:]]


def test_lines_are_found() -> None:
    assert len(LINES) >= 10, LINES


ENDING = [line for line in LINES if not line.endswith(STAY)]
PROGRAMS = [next(line for line in ENDING if word in line) for word in ("db upgrade", "digitalms setup")]


@pytest.mark.parametrize("line", [line for line in ENDING if line not in PROGRAMS])
def test_line_ends_well(folder: Path, cli: Any, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    done = cli.invoke(ckan, program(line, folder)[1:])
    assert done.exit_code == 0, done.output


def thorough(line: str) -> Any:
    return line if line in PROGRAMS else pytest.param(line, marks=pytest.mark.thorough)


@pytest.mark.parametrize("line", [thorough(line) for line in ENDING])
def test_program_ends_well(folder: Path, line: str) -> None:
    done = subprocess.run(
        program(line, folder), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def eventually(happens: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def is_waiting(pid: int) -> bool:
    """Return whether a process has ended, or asked for its queue and does nothing any more for a moment."""
    try:
        process = psutil.Process(pid)
        asked = {one.raddr.port for one in process.net_connections() if one.raddr}
    except psutil.Error:
        return True
    return urlsplit(os.environ["CKAN_REDIS_URL"]).port in asked and not process.cpu_percent(0.2)


def test_processes_stay(folder: Path) -> None:
    """Worker and consumers, started as the page says, still run when they have had time to fail."""
    # as the page's configuration has it
    queue = os.environ["CKAN_REDIS_URL"].partition("?")[0]
    environment = {**os.environ, "CKAN_REDIS_URL": f"{queue}?socket_timeout=1000000"}
    processes, before = {}, connected()
    for number, line in enumerate(line for line in LINES if line.endswith(STAY)):
        with (folder / f"{number}.log").open("wb") as log:
            processes[line] = subprocess.Popen(
                program(line, folder),
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    try:
        assert len(processes) == len(STAY)
        # what fails does so when it is loaded, or when it asks for its queue
        assert eventually(lambda: all(is_waiting(process.pid) for process in processes.values()))
        time.sleep(1)
        ended = [line for line, process in processes.items() if process.poll() is not None]
    finally:
        for process in processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    # the database works on for who was killed, and would meet the next test
    end = time.monotonic() + 30
    while connected() - before and time.monotonic() < end:
        time.sleep(0.1)
    assert not ended, [log.read_text() for log in folder.glob("*.log")]
