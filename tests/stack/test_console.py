"""The console script says what is wrong in one sentence."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ckanext.digitalms.stack.console import guarded
from ckanext.digitalms.stack.errors import StackError
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import MARK, end_orphans, find_orphans


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nothing runs in."""
    home = Home(tmp_path / "home")
    home.create()
    return home


def digitalms(home: Home, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("digitalms")
    environment = os.environ | {"DIGITALMS_HOME": str(home.root)} | variables
    return subprocess.run(
        [sys.executable, str(script), *words], env=environment, capture_output=True, text=True, check=False
    )


def test_a_taken_port_is_a_sentence(home: Home) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = digitalms(home, "up", PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not (home.run / "supervisor.json").exists(), "nothing may have been started"


def test_a_second_server_in_a_home_is_refused(home: Home) -> None:
    with home.lock() as lock:
        assert lock is not None
        done = digitalms(home, "up")
    assert done.returncode == 1
    assert "Another server runs in" in done.stderr
    assert "DIGITALMS_HOME" in done.stderr


@pytest.mark.parametrize(
    "words", [("status",), ("down",), ("token", "admin"), ("publish",), ("import-report", "x")]
)
def test_a_missing_catalogue_is_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = digitalms(Home(tmp_path / "nothing"), *words)
    assert done.returncode == 1
    assert "There is no catalogue in" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_of_a_home_where_nothing_runs(home: Home) -> None:
    home.load()
    done = digitalms(home, "status")
    assert done.returncode == 3
    assert done.stdout.startswith("Nothing runs in")


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = digitalms(Home(tmp_path / "file" / "home"), "up")
    assert done.returncode == 1
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


def test_other_commands_are_forwarded_to_ckan(home: Home) -> None:
    """With all their options, also those that click knows itself."""
    home.load()
    home.ini.write_text("no configuration\n", encoding="utf-8")
    done = digitalms(home, "any-command", "--help", "--dry-run")
    assert done.returncode != 0
    assert re.search(r"ckan|configparser", done.stderr, re.IGNORECASE), (
        "this is CKAN's own complaint about the file"
    )


@pytest.mark.parametrize(
    ("error", "code"), [(StackError("so"), 1), (OSError(28, "full", "/x"), 1), (KeyboardInterrupt(), 130)]
)
def test_errors_become_exit_codes(error: BaseException, code: int) -> None:
    def fail() -> None:
        raise error

    assert guarded(fail) == code


class TestOrphans:
    @pytest.fixture
    def orphan(self, home: Home) -> Iterator[subprocess.Popen[bytes]]:
        """A process of a killed stack, and its child, that do not end politely."""
        code = (
            "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=os.environ | {MARK: home.load().id}, start_new_session=True
        )
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def test_all_of_a_home_are_found_and_ended(
        self, home: Home, orphan: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ckanext.digitalms.stack.orphans._PATIENCE", 1)
        home_id = home.load().id
        while len(psutil.Process(orphan.pid).children()) < 1:
            pass
        child = psutil.Process(orphan.pid).children()[0]
        assert {process.pid for process in find_orphans(home, home_id)} == {orphan.pid, child.pid}
        assert end_orphans(home, home_id) >= 2
        orphan.wait(5)
        assert find_orphans(home, home_id) == []

    def test_those_of_another_home_are_spared(self, home: Home, orphan: subprocess.Popen[bytes]) -> None:
        assert end_orphans(home, "another id") == 0
        assert orphan.poll() is None
