"""Whether the recorded supervisor lives is known, whatever the clock of the system does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ckanext.digitalms.stack import lifetime
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.supervisor import Record, Supervisor, read_record


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor without programs, which was started by this process in the foreground."""
    home = Home(tmp_path / "home")
    home.create()
    state = home.load()
    home.assign_ports(state)
    started = Supervisor(home, state)
    lock = home.lock()
    assert lock is not None
    with lock:
        started.start([], lock, foreground=True)
        yield started
        started.stop()


def record_of(home: Home) -> Record:
    record = read_record(home)
    assert record is not None
    return record


def test_a_step_of_the_clock(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil's time of start moves with the clock; the supervisor lives, is not abandoned, and is ended."""
    begun = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: begun(process) + 3600)
    record = record_of(supervisor.home)
    assert record.is_alive()
    assert not record.is_abandoned()
    supervisor.stop()
    assert not record.is_alive()
    assert supervisor._process is not None
    # by itself, or before it could
    assert supervisor._process.wait(30) in {0, -signal.SIGTERM}


def test_another_process_of_the_same_number(supervisor: Supervisor) -> None:
    record = record_of(supervisor.home)
    path = supervisor.home.run / "supervisor.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**told, "pid": os.getpid(), "front_pid": record.pid}), "utf-8")
    assert not record_of(supervisor.home).is_alive()
    assert record_of(supervisor.home).is_abandoned()
    path.write_text(json.dumps(told), "utf-8")


def test_a_record_of_an_older_version(tmp_path: Path) -> None:
    """It has psutil's times, as systems have that do not say how often they were started."""
    home = Home(tmp_path)
    home.create()
    times = {"created": psutil.Process().create_time(), "front_created": psutil.Process().create_time() - 1}
    told = {"pid": os.getpid(), "front_pid": os.getpid(), **times}
    (home.run / "supervisor.json").write_text(json.dumps(told), "utf-8")
    assert record_of(home).is_alive()
    assert record_of(home).is_abandoned()


def test_one_that_has_ended_and_is_not_waited_for() -> None:
    """It is told when it began, and it is dead."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    since = lifetime.begun(process.pid)
    assert isinstance(since, str)
    assert not Record(process.pid, since).is_alive()
    process.wait()
    assert not Record(process.pid, since).is_alive()


def test_a_system_that_tells_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There it is psutil's time."""
    monkeypatch.setattr(lifetime, "_PROC", tmp_path)
    since = lifetime.begun(os.getpid())
    assert since == psutil.Process().create_time()
    assert Record(os.getpid(), since).is_alive()
