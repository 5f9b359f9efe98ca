"""A real server and a real browser: the server runs as a process of its own on the test databases."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from configparser import RawConfigParser
from functools import partial
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from chromium import CHROMIUM, MISSING
from ckan.tests import factories
from stored_state import STATE

from ckanext.digitalms.demo import fill

ROOT = Path(__file__).parents[2]
WIDE, NARROW, PHONE = (
    {"width": 1280, "height": 900},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)
PASSWORD = "nur-im-test-2019"
# as over a bad line on an old phone, `SLOW_BROWSER=1 script/test tests/browser`: finds what looks too early
SLOW = bool(os.environ.get("SLOW_BROWSER"))
LATENCY_MS, BYTES_PER_SECOND, TIMES_SLOWER = 150, 200_000, 4


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, and say so where there is none."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=MISSING))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _write_ini(path: Path, address: str) -> None:
    """Write the suite's configuration for a server that people use: with its address, not in test mode."""
    settings = RawConfigParser()
    settings.optionxform = str  # type: ignore[assignment, method-assign]
    settings.read(ROOT / "test.ini", encoding="utf-8")
    (path.parent / "files").mkdir(exist_ok=True)
    changes = {
        "testing": "false",
        "ckan.site_url": address,
        "here": str(ROOT),
        "ckan.harvest.mq.type": "redis",
        "ckanext.digitalms.publish_on_change": "false",
        "ckanext.digitalms.mcp": "true",
        "ckan.files.storage.test.type": "ckan:fs",
        "ckan.files.storage.test.path": str(path.parent / "files"),
        "ckanext.digitalms.release_path": str(path.parent / "releases"),
        "ckan.storage_path": str(path.parent),
    }
    for name, value in changes.items():
        settings.set("app:main", name, value)
    with path.open("w", encoding="utf-8") as file:
        settings.write(file)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the web application as in production; return its address."""
    folder = tmp_path_factory.mktemp("server")
    address = f"http://127.0.0.1:{_free_port()}"
    _write_ini(folder / "ckan.ini", address)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        address.removeprefix("http://"),
        "--workers",
        "1",
        "--threads",
        "4",
        "--timeout",
        "120",
        "ckanext.digitalms.stack.wsgi:application",
    ]
    environment = {**os.environ, "CKAN_INI": str(folder / "ckan.ini")}
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, f"{address}/api/action/status_show", log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    pytest.fail(f"the server did not come up: {log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start Debian's Chromium once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # a test server may run as root, where Chromium's own sandbox cannot
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        # Bootstrap scrolls smoothly: a click loses its link when the page moves between button down and up
        browser.new_context = partial(_context, browser.new_context)
        yield browser
        browser.close()


def _context(new_context: Any, **options: Any) -> Any:
    context = new_context(reduced_motion="reduce", **options)
    if SLOW:
        context.on("page", _slow_down)
    return context


def _slow_down(page: Any) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )


@pytest.fixture
def empty(catalogue: Any, server: str) -> str:
    """An empty catalogue; its address."""
    return server


@pytest.fixture
def filled(catalogue: Any, server: str) -> str:
    """The demo with its example history, and accounts for office and coordinators; its address."""
    STATE.once("demo with accounts", _fill)
    return server


def _fill() -> None:
    for name in ("bearbeiterin", "koordinator"):
        factories.User(name=name, password=PASSWORD)
    fill.organisations("koordinator", "bearbeiterin")
    fill.measures(fictional=True)
    report = {
        "title": "Bericht 2019",
        "as_of": "2020-03-14",
        "previous": "2019-03-14",
        "name": "bericht-2019",
    }
    tk.get_action("digitalms_report_create")({"user": "koordinator"}, report)


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Open a page as nobody or as somebody: ``visit(address, user=None, size=WIDE)``."""
    contexts = []

    def open_page(address: str, user: str | None = None, size: dict[str, int] = WIDE) -> Any:
        context = chromium.new_context(viewport=size, locale="de-DE", base_url=address)
        contexts.append(context)
        page = context.new_page()
        if user:
            page.goto("/user/login")
            page.fill("input[name=login]", user)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/digitalisierung/schreibtisch/")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def dataset() -> Any:
    """Read a measure as it is stored."""

    def read(name: str) -> dict[str, Any]:
        from ckan import model

        model.Session.rollback()
        model.Session.expire_all()
        return tk.get_action("package_show")({"ignore_auth": True}, {"id": name})

    return read
