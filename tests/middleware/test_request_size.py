"""Far too much is sent to the running web server: refused with the limit, with flat memory and disk.

Its limits are a tenth of the usual ones; ten times as much is sent each way, and 420 MB some ways.
"""

from __future__ import annotations

import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import Delivery

pytestmark = pytest.mark.usefixtures("catalogue")

LIMIT = 2 * 10**6
FAR_TOO_MUCH, MUCH = 10 * LIMIT, 420 * 10**6
BLOCK = bytes(1 << 20)
# no file that the server writes may be larger: what is read of a request at most, and a little
MOST_ON_DISK = 4 * LIMIT + 10**7
LIMITS = {
    "ckanext.digitalms.upload.max_mb": 2,
    "ckanext.digitalms.request.max_mb": 2,
    "ckan.max_resource_size": 2,
    "ckan.max_image_size": 2,
}
PAGES = "/digitalisierung/datenqualitaet"
START = (
    b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\nAGS;Wert\n"
)


class Server:
    """A gunicorn of one worker with the catalogue of the tests."""

    def __init__(self, folder: Path) -> None:
        log, ini = folder / "log", folder / "ckan.ini"
        lines = "".join(f"{name} = {value}\n" for name, value in LIMITS.items())
        ini.write_text(f"[app:main]\nuse = config:{Path('test.ini').resolve()}\n{lines}", encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--threads", "2"]
        command = [sys.executable, "-P", "-m", "gunicorn", *words, "ckanext.digitalms.stack.wsgi:application"]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "CKAN_INI": str(ini), "TMPDIR": str(folder)},
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_ON_DISK, MOST_ON_DISK)),
        )

    def wait(self) -> None:
        end = time.monotonic() + 90
        while True:
            try:
                self.get("/api/3/action/status_show")
            except requests.RequestException:
                assert self.process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.3)
            else:
                return

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=60)

    def worker_peak(self) -> int:
        """The most memory that a process of the server ever had, in MB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        told = [Path(f"/proc/{one}/status").read_text() for one in (str(self.process.pid), *children)]
        return max(int(re.findall(r"VmHWM:\s+(\d+)", text)[0]) for text in told) // 1000

    def send(self, path: str, token: str, size: int, *, kind: str, is_chunked: bool = False) -> str:
        """Send an endless file of which one never has more than a block; return the answer."""
        length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {size}"
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n{length}\r\n"
        head += "Connection: close\r\n"  # else gunicorn waits for another request
        head += f"Content-Type: {kind}\r\n\r\n"
        start = START if "multipart" in kind else b'{"content": "'
        with socket.create_connection(("127.0.0.1", self.port), timeout=90) as line:
            line.sendall(head.encode())
            sent = 0
            while sent < size:
                block = (start if not sent else BLOCK)[: size - sent]
                line.sendall(b"%x\r\n%b\r\n" % (len(block), block) if is_chunked else block)
                sent += len(block)
            line.sendall(b"0\r\n\r\n" if is_chunked else b"")
            return b"".join(iter(lambda: line.recv(1 << 16), b"")).decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"))
    try:
        one.wait()
        yield one
    finally:
        one.process.terminate()
        one.process.wait(30)


MULTIPART = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("/api/action/digitalms_delivery_create", MULTIPART, MUCH),
        ("/api/action/digitalms_table_import", "application/json", FAR_TOO_MUCH),
        ("/api/action/digitalms_dataset_draft_create", MULTIPART, FAR_TOO_MUCH),
        ("/api/action/digitalms_report_import_create", MULTIPART, FAR_TOO_MUCH),
        ("/api/action/package_search", "application/json", FAR_TOO_MUCH),
        ("/api/3/action/datastore_search", "application/x-www-form-urlencoded", FAR_TOO_MUCH),
        ("/api/action/resource_create", MULTIPART, FAR_TOO_MUCH),
        ("/api/action/package_show", MULTIPART, FAR_TOO_MUCH),
        ("/dataset/new", MULTIPART, FAR_TOO_MUCH),
        ("/user/reset", "application/x-www-form-urlencoded", FAR_TOO_MUCH),
        (f"{PAGES}/versorgung-hochladen", MULTIPART, FAR_TOO_MUCH),
        (f"{PAGES}/hochladen", MULTIPART, FAR_TOO_MUCH),
        (f"{PAGES}/tabelle-einlesen/", MULTIPART, FAR_TOO_MUCH),
        ("/en/digitalisierung/daten/neu", MULTIPART, FAR_TOO_MUCH),
    ],
)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_more_than_is_read(server, personas, path, kind, size, is_chunked):
    """With and without a length that is told before."""
    token = factories.APIToken(user=personas["coordinator"])["token"]
    before = server.worker_peak()
    answer = server.send(path, token, FAR_TOO_MUCH if is_chunked else size, kind=kind, is_chunked=is_chunked)
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 413"), answer[:500]
    sentence = "a file may have at most 2 MB" if path.startswith("/en") else "höchstens "
    if "digital" in path and not path.startswith("/en"):
        sentence = "darf höchstens 2 MB haben"
    told = json.loads(body)["error"]["upload"][0] if path.startswith("/api") else body
    assert sentence in told
    # JSON is read whole before it is understood
    assert server.worker_peak() - before < 60
    model.Session.rollback()
    assert model.Session.query(Delivery).count() == 0
    assert server.get("/api/3/action/status_show").status_code == 200


def test_a_little_too_much_comes_back_to_the_form(server, personas):
    """A file over the limit in a request that can be read: what was typed is not lost."""
    token = factories.APIToken(user=personas["coordinator"])["token"]
    answer = requests.post(
        f"http://127.0.0.1:{server.port}/en{PAGES}/versorgung-hochladen",
        data={"source": "© Bundesnetzagentur", "edition": "2019-06"},
        files={"upload": ("a.csv", bytes(LIMIT + 1))},
        headers={"Authorization": token},
        timeout=60,
    )
    assert answer.status_code == 200
    assert "larger than 2 MB" in answer.text
    assert "© Bundesnetzagentur" in answer.text
    assert model.Session.query(Delivery).count() == 0


@pytest.mark.parametrize("action", ["package_search", "digitalms_measure_list"])
def test_json_that_is_nested_too_deeply(server, action):
    """900 levels and far more, as JSON and as the name of a field: wrong, never an error of the server."""
    address = f"http://127.0.0.1:{server.port}/api/action/{action}"
    for depth in (150, 900, 100_000):
        text = '{"q": ' + "[" * depth + "]" * depth + "}"
        as_json = requests.post(address, data=text, headers={"Content-Type": "application/json"}, timeout=60)
        as_name = requests.post(address, data={text: "1"}, timeout=60)
        assert [as_json.status_code, as_name.status_code] == [400, 400], (as_json.text, as_name.text)
    assert server.get("/api/3/action/status_show").status_code == 200
