"""CKAN is loaded once, and whoever asks gets a process that has it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from ckanext.digitalms.stack import forked, schedule

ROOT = Path(__file__).parents[2]
WORDS = ("digitalms", "harvest", "run")


class Loaded:
    """A fork server in a home of its own, whose path is longer than the address of a socket may be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "run").mkdir(parents=True)
        self.environment = os.environ | {"DIGITALMS_HOME": str(folder), "CKAN_INI": str(ROOT / "test.ini")}
        self.process = self.start()
        self.has_answered = False

    def start(self) -> subprocess.Popen[bytes]:
        return self._run([sys.executable, "-P", "-m", "ckanext.digitalms.stack.fork_server"])

    def ask(self, *words: str) -> subprocess.Popen[bytes]:
        return self._run(forked.command(*words))

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def children(self) -> list[psutil.Process]:
        """The processes that were made, without those that have just ended."""
        found = psutil.Process(self.process.pid).children()
        return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]

    def wait_for(self, count: int) -> list[psutil.Process]:
        end = time.monotonic() + 60
        while len(found := self.children()) != count:
            assert time.monotonic() < end, found
            time.sleep(0.05)
        return found

    def begun(self, name: str) -> psutil.Process:
        """Wait until the one process that was made has told so; before that whoever asks would ask again."""
        end = time.monotonic() + 60
        while True:
            found = self.children()
            if [child.name() for child in found] == [name]:
                return found[0]
            assert time.monotonic() < end, found
            time.sleep(0.05)

    def end_others(self) -> None:
        """Kill all that was asked for and is there yet: it would go on in the database of other tests."""
        for process in psutil.process_iter(["environ"]):
            home = (process.info["environ"] or {}).get("DIGITALMS_HOME")
            if home == str(self.folder) and process.pid != self.process.pid:
                with suppress(psutil.NoSuchProcess):
                    process.kill()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    made = Loaded(tmp_path_factory.mktemp("home") / ("ein sehr langer Name " * 6).strip())
    yield made
    made.process.kill()
    made.process.wait()
    made.end_others()


@pytest.fixture
def ready(loaded: Loaded) -> Iterator[Loaded]:
    """One that has loaded CKAN: on the way it starts other programs, which are children for a moment, too."""
    if not loaded.has_answered:
        assert loaded.ask(*WORDS).wait(90) == 0
        loaded.has_answered = True
    yield loaded
    loaded.end_others()


@pytest.mark.usefixtures("catalogue")
class TestForkServer:
    def test_what_is_said_and_the_exit_code(self, loaded: Loaded) -> None:
        """Also what is asked while CKAN is still being loaded."""
        done = loaded.ask(*WORDS)
        wrong = loaded.ask("digitalms", "publish", "--nonsense")
        assert (done.communicate(timeout=90), done.returncode) == ((b"", None), 0)
        said, _ = wrong.communicate(timeout=90)
        assert wrong.returncode == 2
        assert said.startswith(b"Usage: ckan digitalms publish"), said
        loaded.has_answered = True

    def test_no_connection_is_shared(self, ready: Loaded) -> None:
        assert ready.ask(*WORDS).wait(90) == 0
        assert psutil.Process(ready.process.pid).net_connections("inet") == []

    def test_the_web_servers_processes_share_only_the_port(self, ready: Loaded) -> None:
        """A connection to the database that two of them use mixes up their answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        asked = ready.ask("web", str(port))
        (parent,) = ready.wait_for(1)
        end = time.monotonic() + 60
        while len(parent.children()) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert {one.status for one in parent.net_connections("inet")} == {"LISTEN"}
        address = f"http://127.0.0.1:{port}"
        paths = (
            "/digitalisierung",
            "/dataset/",
            "/",
            "/digitalisierung/definitionen",
            "/en/organization/",
            "/api/3/action/package_list",
        )
        with ThreadPoolExecutor(12) as people:
            codes = list(
                people.map(lambda path: requests.get(address + path, timeout=60).status_code, paths * 4)
            )
        asked.terminate()
        assert asked.wait(30) == 0
        assert set(codes) == {200}

    def test_signals_are_passed_on(self, ready: Loaded) -> None:
        asked = ready.ask("jobs", "worker")
        ready.begun("worker")
        asked.terminate()
        asked.wait(30)
        ready.wait_for(0)

    def test_who_is_killed_takes_the_other_along(self, ready: Loaded) -> None:
        asked = ready.ask("harvester", "fetch-consumer")
        ready.begun("fetch-consumer")
        asked.kill()
        ready.wait_for(0)
        asked = ready.ask("harvester", "fetch-consumer")
        ready.begun("fetch-consumer").kill()
        assert asked.wait(30) == 1

    def test_what_it_has_made_itself_does_not_stand_for_it(self, ready: Loaded) -> None:
        """A worker that is killed leaves its scheduler behind, and whoever asked still hears of the end."""
        asked = ready.ask("jobs", "worker")
        child = ready.begun("worker")
        end = time.monotonic() + 30
        while not (others := child.children(recursive=True)):
            assert time.monotonic() < end
            time.sleep(0.05)
        child.kill()
        try:
            assert asked.wait(30) == 1
            assert any(one.is_running() for one in others)
        finally:
            for one in others:
                with suppress(psutil.NoSuchProcess):
                    one.kill()

    def test_what_runs_outlives_it_and_asking_waits_for_the_next(self, ready: Loaded) -> None:
        asked = ready.ask("harvester", "gather-consumer")
        child = ready.begun("gather-consumer")
        ready.process.kill()
        ready.process.wait()
        later = ready.ask(*WORDS)
        time.sleep(1)
        assert (child.is_running(), asked.poll(), later.poll()) == (True, None, None)
        ready.process = ready.start()
        assert later.wait(90) == 0
        asked.kill()
        child.wait(30)

    def test_the_schedule_asks_it(self, ready: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
        said: list[str] = []
        for level in ("error", "info"):
            monkeypatch.setattr(schedule.log, level, lambda text, *words: said.append(text % words))
        monkeypatch.setenv("DIGITALMS_HOME", str(ready.folder))
        monkeypatch.chdir(ready.folder)
        assert schedule.run("harvest", "run")
        assert not schedule.run("publish", "--nonsense")
        assert said[0].startswith("harvest run: done")
        assert said[1].startswith("publish --nonsense failed (2): Usage: ckan digitalms publish")


def test_without_a_fork_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALMS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(forked, "_PATIENCE", 0.2)
    monkeypatch.setattr(sys, "argv", ["forked", *WORDS])
    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit, match=r"There is no fork server: see log/ckan\.log"):
        forked.main()
    assert signal.getsignal(signal.SIGTERM) is former
