"""A whole stack of its own is killed in every way, and comes back."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import find_orphans
from ckanext.digitalms.stack.server import stop
from ckanext.digitalms.stack.supervisor import ProgramStatus, Supervisor, read_record

pytestmark = pytest.mark.long

READY = 180


class Stack:
    """A server that runs in the background at first, then in the foreground, as script/server runs it."""

    def __init__(self, home: Home, port: int) -> None:
        self.home, self.port = home, port
        self.process: subprocess.Popen[str] | None = None

    def up(self, *words: str) -> tuple[float, str]:
        """Start, and return the seconds until it was ready and all that it printed before."""
        script = Path(sys.executable).with_name("digitalms")
        environment = os.environ | {"DIGITALMS_HOME": str(self.home.root), "PORT": str(self.port)}
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, str(script), "up", "--foreground", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        printed: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            printed.append(line)
            if line == f"ready: http://localhost:{self.port}\n":
                return time.monotonic() - begin, "".join(printed)
        raise AssertionError("".join(printed))

    def members(self) -> list[psutil.Process]:
        """Every process of the stack."""
        return find_orphans(self.home, self.home.load().id)

    def programs(self) -> dict[str, ProgramStatus]:
        """What the supervisor says."""
        found = Supervisor(self.home, self.home.load()).programs()
        return {program.name: program for program in found}

    def action(self, name: str) -> object:
        """Ask the API."""
        address = f"http://127.0.0.1:{self.port}/api/3/action/{name}"
        response = requests.get(address, timeout=30)
        response.raise_for_status()
        return response.json()["result"]

    def kill(self, process: psutil.Process) -> None:
        """Kill -9; what died by itself meanwhile is as well."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture(scope="module")
def stack(demo_home: tuple[Home, int], demo_runs: Callable[[], None]) -> Iterator[Stack]:
    """A running stack with the demo, in a folder with a space."""
    demo_runs()
    stack = Stack(*demo_home)
    yield stack
    stop(stack.home)
    if stack.process is not None:
        stack.process.wait(60)
    assert stack.members() == []


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException):
            if condition():
                return True
        time.sleep(0.2)
    return False


def all_run(stack: Stack) -> bool:
    return {program.state for program in stack.programs().values()} == {"RUNNING"}


def test_everything_runs(stack: Stack) -> None:
    assert set(stack.programs()) == {
        "postgres",
        "valkey",
        "solr",
        "ckan",
        "web",
        "worker",
        "harvest-gather",
        "harvest-fetch",
        "schedule",
    }
    assert eventually(lambda: all_run(stack))


@pytest.mark.parametrize("name", ["ckan", "worker", "web", "postgres", "valkey", "solr", "harvest-fetch"])
def test_a_killed_part_is_restarted(stack: Stack, name: str) -> None:
    before = stack.programs()[name].pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    def is_back() -> bool:  # it counts as running when it has lasted five seconds: see the next test
        program = stack.programs()[name]
        return program.state in ("STARTING", "RUNNING") and program.pid not in (None, before)

    assert eventually(is_back)
    assert eventually(lambda: bool(stack.action("package_search")))


def test_what_was_restarted_lasts(stack: Stack) -> None:
    assert eventually(lambda: all_run(stack))


def test_everything_killed_comes_back_with_its_data(
    stack: Stack, record_property: Callable[[str, object], None]
) -> None:
    before = stack.action("package_list")
    assert before
    for process in stack.members():
        stack.kill(process)
    seconds, printed = stack.up()
    record_property("start after a kill, s", round(seconds, 1))
    assert stack.action("package_list") == before
    assert "admin" not in printed, "the accounts' passwords are shown once"


@pytest.mark.parametrize("spared", ["services", "supervisor"])
def test_orphans_of_what_was_killed_do_not_hinder_the_next_start(stack: Stack, spared: str) -> None:
    record = read_record(stack.home)
    assert record is not None
    orphans = {process.pid for process in stack.members()}
    if spared == "services":
        os.kill(record.pid, signal.SIGKILL)
    stack.process.kill()
    stack.process.wait(10)
    stack.up()
    assert not orphans & {process.pid for process in stack.members()}
    assert stack.action("package_list")


def test_an_ordinary_stop_and_a_start_in_the_background(stack: Stack) -> None:
    """Ctrl-C; then up, status, token, a refused second up, down."""
    before = stack.action("package_list")
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(60) == 0
    assert stack.members() == []
    up = digitalms(stack, "up")
    assert up.returncode == 0, up.stderr
    assert up.stdout.splitlines()[-1] == f"ready: http://localhost:{stack.port}"
    assert stack.action("package_list") == before
    status = digitalms(stack, "status")
    assert status.returncode == 0
    assert all(name in status.stdout for name in ("postgres", "solr", "web", "schedule"))
    assert "Another server runs in" in digitalms(stack, "up").stderr
    token = digitalms(stack, "token", "admin").stdout.strip()
    address = f"http://127.0.0.1:{stack.port}/api/3/action/user_show?id=admin"
    shown = requests.get(address, headers={"Authorization": token}, timeout=30).json()["result"]
    assert shown["sysadmin"]
    assert digitalms(stack, "down").returncode == 0
    assert stack.members() == []
    assert "Nothing was running" in digitalms(stack, "down").stdout


def digitalms(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("digitalms")
    environment = os.environ | {"DIGITALMS_HOME": str(stack.home.root), "PORT": str(stack.port)}
    return subprocess.run(
        [sys.executable, str(script), *words], env=environment, capture_output=True, text=True, check=False
    )
