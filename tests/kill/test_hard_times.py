"""Services that hang, slow senders, a full disk: a clear answer within seconds, and all comes back by itself.

``STOP_SECONDS`` says how long each service is stopped with SIGSTOP (60 for a release); ``FULL_DISK=1`` also
fills a small disk.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import find_orphans
from ckanext.digitalms.stack.server import stop
from ckanext.digitalms.stack.supervisor import Supervisor

pytestmark = pytest.mark.kill

STOP_SECONDS = float(os.environ.get("STOP_SECONDS", "8"))
SIZE = 700  # MB of the disk that is filled
CONSOLE = [sys.executable, str(Path(sys.executable).with_name("digitalms"))]
PAGES = ("/digitalisierung", "/dataset/", "/api/action/package_search", "/organization/citeq")


@dataclass
class Catalogue:
    """A running catalogue on a small disk of its own."""

    disk: Path
    port: int
    token: str = ""

    @property
    def home(self) -> Home:
        return Home(self.disk / "home")

    def run(self, *words: str) -> str:
        own = {"DIGITALMS_HOME": str(self.disk / "home"), "PORT": str(self.port)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
        done = subprocess.run([*CONSOLE, *words], env=kept | own, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def get(self, path: str) -> tuple[int, float, str]:
        begun = time.monotonic()
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"http://127.0.0.1:{self.port}{path}", timeout=60)
        return answer.status_code, time.monotonic() - begun, answer.text

    def call(self, action: str, **told: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            address = f"http://127.0.0.1:{self.port}/api/action/{action}"
            return session.post(address, json=told, headers={"Authorization": self.token}, timeout=60)

    def processes(self, name: str) -> list[psutil.Process]:
        found = {one.name: one.pid for one in Supervisor(self.home, self.home.load()).programs()}
        first = psutil.Process(found[name])
        return [first, *first.children(recursive=True)]

    def is_well(self) -> bool:
        with suppress(requests.RequestException):
            return all(self.get(path)[0] == 200 for path in PAGES)
        return False

    def back_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_well():
                return True
            time.sleep(0.5)
        return False


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of its own in memory, where this user may mount one; else a folder."""
    folder = tmp_path_factory.mktemp("hard")
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(words, capture_output=True).returncode == 0
    yield folder
    if is_mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def catalogue(disk: Path) -> Iterator[Catalogue]:
    """A catalogue without the demo, with one dataset."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        made = Catalogue(disk, int(probe.getsockname()[1]))
    try:
        made.run("up", "--no-demo")
        made.token = made.run("token", "admin").split()[-1]
        answer = made.call("package_create", name="eins", title="Zuvor", owner_org="citeq")
        assert answer.status_code == 200, answer.text
        assert made.back_within(60)
        yield made
    finally:
        stop(made.home)


def test_nothing_runs_as_root_and_files_are_closed(catalogue: Catalogue) -> None:
    home = catalogue.home
    running = find_orphans(home, home.load().id)
    assert {"postgres", "java"} <= {process.name() for process in running}
    assert 0 not in {process.uids().real for process in running} or os.geteuid() != 0
    owner = home.root.stat().st_uid
    assert owner != 0 or os.geteuid() != 0
    for folder, _folders, files in os.walk(home.root):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            with suppress(FileNotFoundError):  # what PostgreSQL has just removed
                found = path.lstat()
                assert found.st_mode & 0o077 == 0, path
                assert found.st_uid == owner, path


def test_solr_asks_for_its_password(catalogue: Catalogue) -> None:
    address = f"http://127.0.0.1:{catalogue.home.load().ports['solr']}/solr"
    for path in ("/ckan/select?q=*:*", "/admin/cores", "/ckan/update?commit=true"):
        assert requests.get(address + path, timeout=30).status_code == 401, path


def test_half_sent_requests_hold_nobody_up(catalogue: Catalogue) -> None:
    body = b'POST /api/action/package_search HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{"q"'
    ends = []
    for number in range(50):
        end = socket.create_connection(("127.0.0.1", catalogue.port))
        end.sendall(body if number % 2 else b"GET / HTTP/1.1\r\nHost: x")
        ends.append(end)
    catalogue.get("/digitalisierung")
    assert min(catalogue.get("/digitalisierung")[1] for _ in range(3)) < 2
    ends[0].settimeout(40)
    assert ends[0].recv(10) == b""  # cut
    for end in ends:
        end.close()


@pytest.mark.parametrize("name", ["solr", "valkey", "postgres"])
def test_a_service_that_hangs(catalogue: Catalogue, name: str) -> None:
    stopped = catalogue.processes(name)
    begun = time.monotonic()
    try:
        for process in stopped:
            process.suspend()
        answers = [catalogue.get(path) for path in PAGES * 2]
        time.sleep(max(0.0, STOP_SECONDS - (time.monotonic() - begun)))
    finally:
        for process in reversed(stopped):
            with suppress(psutil.NoSuchProcess):
                process.resume()
    assert {code for code, _, _ in answers} <= {200, 503}
    # five seconds, and what a busy machine adds
    assert max(seconds for _, seconds, _ in answers) < 10
    if name == "postgres":
        assert all(code == 503 and "Datenbank" in text for code, _, text in answers[2:]), answers
    if name == "solr":
        assert [code for code, _, _ in answers[1:3]] == [503, 503]
        assert "Die Suche antwortet zurzeit nicht" in answers[1][2]
    assert catalogue.back_within(30)
    assert catalogue.call("package_patch", id="eins", title=name).status_code == 200


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    block, path = b"x" * (1 << 20), disk / "full"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(block)
    return path


@pytest.mark.skipif(
    "FULL_DISK" not in os.environ,
    reason="reading ends too where PostgreSQL needs a new file for its log just then; FULL_DISK=1 tries it",
)
def test_a_full_disk(catalogue: Catalogue) -> None:
    """Reading goes on, writing is refused with a sentence, and all comes back when there is space."""
    if not os.path.ismount(catalogue.disk):
        pytest.skip("only root, where it may mount, has a small disk to fill")
    filled = fill(catalogue.disk)
    try:
        answer = catalogue.call("package_patch", id="eins", title="Voll")
        assert answer.status_code == 503, answer.text
        assert "Platte" in answer.json()["error"]["message"]
        answers = [catalogue.get(path) for path in PAGES]
        wrong = [
            (path, text[-600:]) for path, (code, _, text) in zip(PAGES, answers, strict=True) if code != 200
        ]
        # a busy machine may be too slow for the patience of a page; the disk must be no reason
        assert not [text for _, text in wrong if "Platte" in text or '"disk"' in text], wrong
        break_the_index(catalogue)
        end_the_logs(catalogue)
        time.sleep(STOP_SECONDS)
        assert Supervisor(catalogue.home, catalogue.home.load()).programs()
        # PostgreSQL itself may have ended, if it needed a new file for its log just then
        assert catalogue.get("/digitalisierung")[0] in {200, 503}
    finally:
        filled.unlink()
    assert catalogue.back_within(60)
    end = time.monotonic() + 90
    while time.monotonic() < end:
        answer = catalogue.call("package_patch", id="eins", title="Danach")
        if answer.status_code == 200 and "search" not in answer.json():
            break
        time.sleep(2)
    assert "search" not in answer.json(), answer.text
    found = catalogue.call("package_search", q="Danach").json()["result"]["results"]
    assert [one["name"] for one in found] == ["eins"]


def break_the_index(catalogue: Catalogue) -> None:
    """Write to Solr past the catalogue until it closes its index."""
    state = catalogue.home.load()
    address = f"http://127.0.0.1:{state.ports['solr']}/solr/ckan/update?commit=true"
    for number in range(4):
        document = {"id": f"x{number}", "index_id": f"x{number}", "site_id": "none", "notes": "wort " * 99}
        requests.post(address, json=[document], auth=("ckan", state.passwords["solr"]), timeout=60)


def end_the_logs(catalogue: Catalogue) -> None:
    """Make the supervisor write to its own log and to a program's."""
    catalogue.processes("worker")[0].kill()
