"""A release of a million rows, and its downloads: against PostgreSQL, CKAN's DataStore and a static server.

Run with ``script/benchmark``; ``BENCH_ROWS`` sets how many rows (about).
"""

from __future__ import annotations

import functools
import http.server
import multiprocessing
import os
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import psutil
import pytest
from bench_coverage import CLASSES, table
from ckan import model
from gunicorn.app.base import BaseApplication
from peak import peak_memory

from ckanext.digitalms.publishing import datasets, datastore, releases
from ckanext.digitalms.tables.open_tables import COVERAGE, COVERAGE_TABLES

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
SERIES = sum(map(len, CLASSES.values()))
DATA = "/digitalisierung/daten"
# figures of one technology and class, and of all technologies but one
SMALL = "technology=all&speed_mbit_s=30"
LARGE = "&".join(f"technology={name}" for name in ("all", "wired", "mobile", "dsl", "ftthb"))
pytestmark = [
    pytest.mark.ckan_config("ckanext.digitalms.publish_on_change", False),
    pytest.mark.ckan_config("ckanext.digitalms.upload.max_mb", 200),
    pytest.mark.usefixtures("with_plugins", "catalogue"),
]


def seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def deliver(areas: int) -> None:
    content, known = table(areas)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {"edition": "2019-06", "customer": "private", "base": "households", "source": "Benchmark"}
    files = {"kind": "coverage", "content": content, "areas": known}
    delivery = tk.get_action("digitalms_delivery_create")({"user": user}, {**files, **told})
    assert delivery["state"] == "accepted"


def copied(path: Path, with_trigger: bool) -> float:
    """Return the seconds of a plain ``COPY``, into a bare table or into one as CKAN's DataStore makes it."""
    from ckanext.datastore.backend import postgres

    now = releases.current(COVERAGE_TABLES)
    assert now
    spec = datasets.datastore_tables(now.manifest)[0][0]
    names = [field["name"] for field in spec.fields]
    with datastore._engine().connect() as connection:
        if with_trigger:
            fields = [datastore._column(field) for field in spec.fields]
            postgres._cache_types(connection.engine)
            context: Any = {"connection": connection}
            postgres.create_table(context, {"resource_id": "probe", "fields": fields}, {})
            postgres._create_fulltext_trigger(connection, "probe")
        else:
            columns = ", ".join(f"{name} text" for name in names)
            connection.exec_driver_sql(f"CREATE TABLE probe ({columns})")
        cursor: Any = connection.connection.cursor()
        command = f"COPY probe ({', '.join(names)}) FROM STDIN WITH (FORMAT csv, HEADER true)"
        with path.open("rb") as file:
            taken = seconds(lambda: cursor.copy_expert(command, file))
        connection.rollback()
    return taken


def read(address: str) -> tuple[float, float, int]:
    """Return the seconds to the first byte and to the last, and how many bytes came."""
    begin = time.perf_counter()
    size = 0
    with urllib.request.urlopen(address) as answer:
        first = 0.0
        while block := answer.read(1 << 16):
            first = first or time.perf_counter() - begin
            size += len(block)
    return first, time.perf_counter() - begin, size


def best(address: str) -> tuple[float, float, int]:
    return min((read(address) for _ in range(3)), key=lambda taken: taken[1])


class _Web(BaseApplication):
    """The catalogue under gunicorn, as it runs."""

    def __init__(self, application: Any, port: int) -> None:
        self.application, self.port = application, port
        super().__init__()

    def load_config(self) -> None:
        told = {"bind": f"127.0.0.1:{self.port}", "worker_class": "gthread", "threads": 8}
        for name, value in told.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # connections are not shared with the process that this one was made from
        for engine in (model.meta.engine, datastore._engine()):
            engine.dispose(close=False)
        return self.application


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Callable[[int], Any]) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server in a process of its own, as far from the reader as the other one."""
    port = free_port()
    process = multiprocessing.get_context("fork").Process(target=command, args=(port,))
    process.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.join()


def static(folder: Path) -> Any:
    def run(port: int) -> None:
        http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(_Quiet, directory=str(folder))
        ).serve_forever()

    return served(run)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def catalogue(app: Any) -> Any:
    return served(lambda port: _Web(app.app, port).run())


def resident(server: psutil.Process) -> float:
    """Return the megabytes of the process that answers."""
    return max(child.memory_info().rss for child in server.children()) / 1e6


def asked(where: str) -> float:
    """Return the seconds in which PostgreSQL copies some rows out of the DataStore's table."""
    resource_id = datasets.resource_id(COVERAGE, "csv")
    with datastore._engine().connect() as connection:
        cursor: Any = connection.connection.cursor()
        command = f'COPY (SELECT * FROM "{resource_id}" WHERE {where}) TO STDOUT (FORMAT csv, HEADER)'
        with Path(os.devnull).open("wb") as nowhere:
            return min(seconds(lambda: cursor.copy_expert(command, nowhere)) for _ in range(3))


def line(work: str, ours: float, peer: float, unit: str) -> None:
    print(f"| {work} | {ours:.2f} s | {peer:.2f} s | {unit.format(ours / peer, peer / ours)} |")


def test_publish_and_download(
    tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    base = tmp_path / "releases"
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(base))
    deliver(-(-ROWS // SERIES))
    before, most, whole = peak_memory(lambda: seconds(lambda: releases.publish(COVERAGE_TABLES)))
    now = releases.current(COVERAGE_TABLES)
    assert now
    folder = releases.all_folders().path(now.manifest)
    rows = now.manifest["rows"][COVERAGE]
    print(f"\npublish {rows} rows: {whole:.1f} s (limit 60), {most:.0f} MB at most, {before:.0f} before")
    tables = datasets.datastore_tables(now.manifest)
    staged = seconds(lambda: datastore.stage(folder, "probe", tables))
    datastore.clear_staged()
    path = folder / "coverage.csv"
    print("| work | ours | peer | |\n|---|---|---|---|")
    line("DataStore: against COPY into a bare table", staged, copied(path, with_trigger=False), "{0:.1f} ×")
    trigger = copied(path, with_trigger=True)
    line("DataStore: against COPY under CKAN's trigger", staged, trigger, "{1:.1f} × faster")
    with catalogue(app) as (site, server), static(folder) as (plain, _):
        for ending in ("csv", "json"):
            ours, peer = best(f"{site}{DATA}/coverage.{ending}"), best(f"{plain}/coverage.{ending}")
            assert ours[2] == peer[2]
            line(f"whole {ending}: against a static server", ours[1], peer[1], "{0:.2f} ×")
            dump = f"{site}/datastore/dump/{datasets.resource_id(COVERAGE, 'csv')}?format={ending}"
            line(f"whole {ending}: against /datastore/dump", ours[1], read(dump)[1], "{1:.0f} × faster")
        at_first = resident(server)
        for choice in (SMALL, LARGE):
            where = " AND ".join(
                f"{name} IN ({', '.join(repr(value) for key, value in pairs(choice) if key == name)})"
                for name in dict(pairs(choice))
            )
            peer = asked(where)
            for ending in ("csv", "json"):
                first, last, size = best(f"{site}{DATA}/coverage.{ending}?{choice}")
                work = (
                    f"{size / 10**6:.0f} MB of {ending} by a filter (first byte {first:.2f} s): against COPY"
                )
                line(work, last, peer, "{0:.1f} ×")
        print(f"memory of the web process {at_first:.0f} MB, after filters {resident(server):.0f} MB")


def pairs(choice: str) -> list[tuple[str, str]]:
    return [(part.split("=")[0], part.split("=")[1]) for part in choice.split("&")]
