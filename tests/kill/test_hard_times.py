"""Services that hang, slow senders, a full disk: a clear answer within seconds, and all comes back by itself.

``STOP_SECONDS`` says how long each service is stopped with SIGSTOP (60 for a release).
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import psycopg2
import pytest
import requests

from ckanext.digitalms.stack import postgres
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import find_orphans
from ckanext.digitalms.stack.server import stop
from ckanext.digitalms.stack.supervisor import Supervisor

pytestmark = pytest.mark.alone

STOP_SECONDS = float(os.environ.get("STOP_SECONDS", "5"))
SIZE = 900  # MB of the disk that is filled
CONSOLE = [sys.executable, str(Path(sys.executable).with_name("digitalms"))]
PAGES = ("/digitalisierung", "/dataset/", "/api/action/package_search", "/organization/citeq")


@dataclass
class Catalogue:
    """A running catalogue on a small disk of its own."""

    disk: Path
    port: int
    token: str = ""
    starting: float = 5.0  # seconds that the services take to start on this machine
    browser: requests.Session = field(default_factory=requests.Session)  # of somebody who signs in

    @property
    def home(self) -> Home:
        return Home(self.disk / "home")

    @property
    def back_in(self) -> float:
        """Return within how many seconds all is back: 30 on a machine that starts the services in 5."""
        return 25 + max(5.0, self.starting)

    def run(self, *words: str) -> str:
        own = {"DIGITALMS_HOME": str(self.disk / "home"), "PORT": str(self.port)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
        done = subprocess.run([*CONSOLE, *words], env=kept | own, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, **headers: str) -> tuple[int, float, str]:
        begun = time.monotonic()
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(self.address(path), timeout=90, headers=headers)
        return answer.status_code, time.monotonic() - begun, answer.text

    def sign_in(self) -> None:
        lines = (self.home.accounts).read_text("utf-8").splitlines()
        password = dict(line.split() for line in lines if line and not line.startswith("#"))["admin"]
        self.browser.trust_env = False
        page = self.browser.get(self.address("/user/login"), timeout=60).text
        token = re.search(r'name="_csrf_token"[^>]*?(?:value|content)="([^"]+)"', page)
        assert token, page
        typed = {"login": "admin", "password": password, "_csrf_token": token[1]}
        self.browser.post(self.address("/user/login"), data=typed, timeout=60)

    def ask_all(self) -> list[tuple[str, int, float, str]]:
        """Open the pages as a stranger, with a token and signed in; return path, status, seconds, text."""
        found = []
        for path in PAGES:
            found.append((path, *self.get(path)))
            found.append((path, *self.get(path, Authorization=self.token)))
            begun = time.monotonic()
            answer = self.browser.get(self.address(path), timeout=90)
            found.append((path, answer.status_code, time.monotonic() - begun, answer.text))
        return found

    def usual_seconds(self) -> float:
        """Return what a page takes on this machine just now, with nothing in its way."""
        return max(seconds for _, _, seconds, _ in self.ask_all())

    def call(self, action: str, **told: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Authorization": self.token}
            return session.post(
                self.address(f"/api/action/{action}"), json=told, headers=headers, timeout=150
            )

    def processes(self, name: str) -> list[psutil.Process]:
        """The process of a part, those that it has made, and the process of CKAN that it stands for."""
        state = self.home.load()
        found = {one.name: one.pid for one in Supervisor(self.home, state).programs()}
        first = psutil.Process(found[name])
        forked = [one for one in find_orphans(self.home, state.id) if one.name() == name]
        return [first, *first.children(recursive=True), *forked]

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
        said = re.search(r"PostgreSQL, Valkey and Solr\s+([0-9.]+) s", made.run("up", "--no-demo"))
        assert said
        made.starting = float(said[1])
        made.token = made.run("token", "admin").split()[-1]
        answer = made.call("package_create", name="eins", title="Zuvor", owner_org="citeq")
        assert answer.status_code == 200, answer.text
        assert made.back_within(60)
        made.sign_in()
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


@pytest.fixture(scope="module")
def cut(catalogue: Catalogue) -> Iterator[Callable[[], bytes]]:
    """A request that is never sent to its end; gives what is read from it in the end."""
    with (
        socket.create_connection(("127.0.0.1", catalogue.port), timeout=40) as end,
        ThreadPoolExecutor(1) as pool,
    ):
        end.sendall(b"GET / HTTP/1.1\r\nHost: x")
        yield pool.submit(end.recv, 10).result


def test_half_sent_requests_hold_nobody_up(catalogue: Catalogue, cut: Callable[[], bytes]) -> None:
    body = b'POST /api/action/package_search HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{"q"'
    ends = []
    for number in range(50):
        end = socket.create_connection(("127.0.0.1", catalogue.port))
        end.sendall(body if number % 2 else b"GET / HTTP/1.1\r\nHost: x")
        ends.append(end)
    catalogue.get("/digitalisierung")
    assert min(catalogue.get("/digitalisierung")[1] for _ in range(3)) < 2
    for end in ends:
        end.close()


@contextmanager
def stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """Stop processes for a while; they end neither themselves nor what they hold."""
    begun = time.monotonic()
    try:
        for process in processes:
            process.suspend()
        yield
        time.sleep(max(0.0, STOP_SECONDS - (time.monotonic() - begun)))
    finally:
        for process in reversed(processes):
            with suppress(psutil.NoSuchProcess):
                process.resume()


thorough = pytest.mark.thorough


@pytest.mark.parametrize(
    "name", [*(pytest.param(name, marks=thorough) for name in ("solr", "valkey", "worker")), "postgres"]
)
def test_a_service_that_hangs(catalogue: Catalogue, name: str) -> None:
    usual = catalogue.usual_seconds()
    with stopped(catalogue.processes(name)):
        answers = catalogue.ask_all()
    # a page waits three seconds for a service, once; the rest is what it takes on a busy machine anyway
    assert max(seconds for _, _, seconds, _ in answers) < 5 + usual
    told = {path: text for path, code, _, text in answers if code == 503}
    assert {code for _, code, _, _ in answers} <= {200, 503}
    if name == "postgres":
        assert all(code == 503 and "Datenbank" in text for _, code, _, text in answers[2:]), answers
    elif name == "solr":
        assert {"/dataset/", "/api/action/package_search"} <= set(told)
        assert "Die Suche antwortet zurzeit nicht" in told["/dataset/"]
    else:  # who was signed in is a stranger for a while
        assert not told
    assert catalogue.back_within(30)
    assert catalogue.call("package_patch", id="eins", title=name).status_code == 200
    assert "Abmelden" in catalogue.browser.get(catalogue.address("/digitalisierung"), timeout=60).text


@thorough
def test_a_web_server_that_hangs(catalogue: Catalogue) -> None:
    """With one process of it nobody notices; with all of it what was asked is answered when it goes on."""
    usual = catalogue.usual_seconds()
    asking, parent, first, *others = catalogue.processes("web")
    with stopped([first]):
        answers = [catalogue.get(path) for path in PAGES]
    assert {code for code, _, _ in answers} == {200}
    assert max(seconds for _, seconds, _ in answers) < 5 + usual
    with ThreadPoolExecutor(1) as pool:
        with stopped([asking, parent, first, *others]):
            asked = pool.submit(catalogue.call, "package_patch", id="eins", title="Angehalten")
            time.sleep(1)
            assert not asked.done()
        assert asked.result().status_code == 200
    assert catalogue.back_within(30)
    assert catalogue.call("package_show", id="eins").json()["result"]["title"] == "Angehalten"


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    block, path = b"x" * (1 << 20), disk / "full"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(block)
    return path


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Take every byte that becomes free, as a log that nobody turns over does."""
    path, ended = disk / "full", threading.Event()

    def take(file: BinaryIO) -> None:
        while not ended.is_set():
            try:
                file.write(b"x" * 65_536)
            except OSError:
                time.sleep(0.05)

    with path.open("wb", buffering=0) as file:
        taking = threading.Thread(target=take, args=(file,))
        taking.start()
        try:
            while shutil.disk_usage(disk).free > 65_536:
                time.sleep(0.05)
            yield
        finally:
            ended.set()
            taking.join()
            path.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root, where it may mount, has a small disk to fill")
def test_a_full_disk(catalogue: Catalogue) -> None:
    """Reading goes on, writing is refused with a sentence, and all comes back when there is space."""
    if not os.path.ismount(catalogue.disk):
        pytest.skip("this root may not mount a small disk to fill")
    postmaster = catalogue.processes("postgres")[0]
    with full(catalogue.disk):
        for word in ("Platte", "disk"):
            path = "/api/action/package_patch" if word == "Platte" else "/en/api/action/package_patch"
            answer = catalogue.browser.post(
                catalogue.address(path),
                json={"id": "eins", "title": "Voll"},
                headers={"Authorization": catalogue.token},
                timeout=60,
            )
            assert answer.status_code == 503, answer.text
            assert word in answer.json()["error"]["message"]
        end = time.monotonic() + max(10.0, STOP_SECONDS)
        use_up_the_log(catalogue)
        break_the_index(catalogue)
        end_the_logs(catalogue)
        refused = catalogue.call("digitalms_table_publish")
        assert (refused.status_code, refused.json()["error"]["part"]) == (503, "disk"), refused.text
        while True:
            wrong = [
                (path, text[-600:])
                for path, code, _, text in catalogue.ask_all()
                # a busy machine may be too slow for the patience of a page; the disk must be no reason
                if code != 200 and not (code == 503 and "Suche antwortet" in text)
            ]
            assert not wrong
            if time.monotonic() > end:
                break
        assert postmaster.is_running()
        assert not list(catalogue.home.storage.glob("digitalms/releases/*/"))
    begun = time.monotonic()
    for number in itertools.count():  # CKAN would do nothing for the same title
        answer = catalogue.call("package_patch", id="eins", title=f"Danach {number}")
        if answer.status_code == 200 and "search" not in answer.json():
            break
        assert time.monotonic() - begun < catalogue.back_in, answer.text
        time.sleep(0.5)
    assert catalogue.back_within(catalogue.back_in - (time.monotonic() - begun))
    found = catalogue.call("package_search", q="Danach").json()["result"]["results"]
    assert [one["name"] for one in found] == ["eins"], answer.text
    assert catalogue.call("digitalms_table_publish").status_code == 200
    assert max(log.stat().st_size for log in catalogue.home.log.iterdir()) < 11 * 10**6


def test_half_sent_requests_are_cut(catalogue: Catalogue, cut: Callable[[], bytes]) -> None:
    """Within forty seconds; what is asked above has gone by meanwhile."""
    assert cut() == b""


@thorough
def test_a_full_disk_keeps_a_little_for_a_start(catalogue: Catalogue) -> None:
    """A PostgreSQL that was killed comes back on the space that is given up when the disk is full."""
    if not os.path.ismount(catalogue.disk):
        pytest.skip("only root, where it may mount, has a small disk to fill")
    wait_for(catalogue.home.reserve.exists)
    filled = fill(catalogue.disk)
    try:
        wait_for(lambda: not catalogue.home.reserve.exists())
        catalogue.processes("postgres")[0].kill()
        assert catalogue.back_within(catalogue.back_in)
        assert catalogue.call("package_patch", id="eins", title="Voll").status_code == 503
    finally:
        filled.unlink()
    wait_for(catalogue.home.reserve.exists)
    assert catalogue.call("package_patch", id="eins", title="Leer").status_code == 200


def wait_for(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.2)


def use_up_the_log(catalogue: Catalogue) -> None:
    """Let PostgreSQL begin as many new files of its log as it has; what fails shows later."""
    with suppress(psycopg2.Error), postgres.connect(catalogue.home.load()) as cursor:
        for _ in range(12):
            cursor.execute("select pg_logical_emit_message(false, 'test', 'x'), pg_switch_wal()")
            cursor.execute("checkpoint")


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
