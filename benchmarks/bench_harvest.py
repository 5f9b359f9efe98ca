"""Harvest against ckanext-harvest's stock CKAN harvester, in one run on the same services.

Run with ``script/benchmark``; ``BENCH_RECORDS`` sets how many records (2,000 by default). Each line is a
ratio: what theirs takes for a record, divided by what ours takes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestJob, HarvestObject
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ckanext.digitalms.model import Release, StatementRow

RECORDS = int(os.environ.get("BENCH_RECORDS", "2000"))
PLUGINS = "digitalms datastore scheming_datasets harvest ckan_harvester digitalms_progress_harvester"
OURS = "digitalms_progress"
pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
    pytest.mark.ckan_config("ckanext.digitalms.publish_on_change", False),
    pytest.mark.usefixtures("with_plugins", "catalogue"),
]


@dataclass
class Figure:
    """What a harvest took: seconds and statements of SQL, in all."""

    seconds: float = 0.0
    statements: int = 0
    gather: float = 0.0


@contextmanager
def measured(figure: Figure) -> Iterator[None]:
    """Count time and SQL of a block."""
    engine = model.Session.get_bind()

    def count(*_: Any) -> None:
        figure.statements += 1

    sa.event.listen(engine, "before_cursor_execute", count)
    begin = time.perf_counter()
    try:
        yield
    finally:
        figure.seconds += time.perf_counter() - begin
        sa.event.remove(engine, "before_cursor_execute", count)


def make_source(kind: str, url: str, organisation: str) -> str:
    """Make a harvest source."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context = {"ignore_auth": True, "user": site_user}
    told = {"name": kind, "title": kind, "url": url, "source_type": kind, "owner_org": organisation}
    return str(tk.get_action("harvest_source_create")(context, told)["id"])


def harvest(kind: str, source_id: str) -> Figure:
    """Run a source once: gather, then fetch and import of each object, as the consumers do."""
    figure = Figure()
    harvester = next(h for h in p.PluginImplementations(IHarvester) if h.info()["name"] == kind)
    job = HarvestJob()
    job.source_id = source_id
    job.status = "Running"
    job.save()
    job_id = job.id
    with measured(figure):
        begin = time.perf_counter()
        ids = queue.gather_stage(harvester, job)
        figure.gather = time.perf_counter() - begin
        for object_id in ids or []:
            queue.fetch_and_import_stages(harvester, model.Session.get(HarvestObject, object_id))
    model.Session.commit()
    failed = model.Session.query(HarvestObject).filter_by(harvest_job_id=job_id, state="ERROR").count()
    assert failed == 0
    model.Session.get(HarvestJob, job_id).status = "Finished"
    model.Session.commit()
    return figure


def fake_ckan(server: HTTPServer, state: dict[str, str]) -> None:
    """Serve as many datasets as there are measures, as CKAN's API does."""

    def search(request: Request) -> Response:
        told = parse_qs(request.query_string.decode())
        start, rows = int(told.get("start", ["0"])[0]), int(told.get("rows", ["100"])[0])
        results = [dataset(n, state["word"]) for n in range(start, min(start + rows, RECORDS))]
        answer = {"success": True, "result": {"count": RECORDS, "results": results}}
        return Response(json.dumps(answer), content_type="application/json")

    for prefix in ("/api/action", "/api/3/action", "/api/2/action"):
        server.expect_request(f"{prefix}/package_search").respond_with_handler(search)


def dataset(number: int, word: str) -> dict[str, Any]:
    """Return a dataset with about as much in it as a row of progress has."""
    modified = f"2026-01-0{1 if word == 'eins' else 2}T00:00:00"
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": f"peer-{number}",
        "title": f"Datensatz {number}",
        "type": "dataset",
        "notes": f"Stand {word}",
        "metadata_modified": modified,
        "metadata_created": "2026-01-01T00:00:00",
        "state": "active",
        "private": False,
        "license_id": "cc-by",
        "tags": [],
        "groups": [],
        "extras": [],
        "resources": [],
    }


def feed(day: str, word: str) -> bytes:
    """Return a progress table with a row for each measure."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["measure_id", "as_of", "status", "progress_percent", "statement", "source"])
    for number in range(RECORDS):
        table.writerow([f"m-{number}", day, "in_progress", number % 100, f"Stand {word}", "Fachamt"])
    return text.getvalue().encode()


def line(name: str, theirs: Figure, ours: Figure) -> str:
    """Return one row of the table."""
    per = 1000 / RECORDS
    times, queries = theirs.seconds / ours.seconds, theirs.statements / max(ours.statements, 1)
    return (
        f"| {name} | {theirs.seconds * per:.1f} ms, {theirs.statements / RECORDS:.1f} SQL "
        f"| {ours.seconds * per:.1f} ms, {ours.statements / RECORDS:.1f} SQL "
        f"| {times:.1f} × time, {queries:.1f} × SQL |"
    )


def test_harvest(
    make_measure: Callable[..., Any], office: dict[str, Any], httpserver: HTTPServer, capsys: Any
) -> None:
    """Create, change and leave unchanged."""
    for number in range(RECORDS):
        make_measure(name=f"m-{number}", title=f"Maßnahme {number}", as_of="2026-01-01")
    state = {"word": "eins"}
    fake_ckan(httpserver, state)
    theirs = make_source("ckan", httpserver.url_for("/").rstrip("/"), office["id"])
    table = {"body": feed("2026-02-01", "eins")}
    httpserver.expect_request("/feed.csv").respond_with_handler(
        lambda _: Response(table["body"], content_type="text/csv")
    )
    ours = make_source(OURS, httpserver.url_for("/feed.csv"), office["id"])
    rows = [line("create", harvest("ckan", theirs), harvest(OURS, ours))]
    state["word"], table["body"] = "zwei", feed("2026-03-01", "zwei")
    rows.append(line("change", harvest("ckan", theirs), harvest(OURS, ours)))
    rows.append(unchanged(ours))
    assert model.Session.query(StatementRow).count() == 3 * RECORDS
    with capsys.disabled():
        print(f"\n{RECORDS} records\n| harvest | stock CKAN harvester | ours | ratio |\n|---|---|---|---|")
        print("\n".join(rows))


def unchanged(source_id: str) -> str:
    """Harvest the same again and count what was written."""
    counts = (written(), model.Session.query(Release).count())
    figure = harvest(OURS, source_id)
    assert (written(), model.Session.query(Release).count()) == counts
    return f"| unchanged | – | {figure.gather * 1000 / RECORDS:.3f} ms in gather, 0 writes | – |"


def written() -> tuple[int, ...]:
    """Count the rows ever written to what must stay as it is."""
    query = sa.text(
        "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables "
        "WHERE relname IN ('package', 'resource', 'digitalms_statement', 'digitalms_release') ORDER BY 1"
    )
    model.Session.commit()
    model.Session.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
    model.Session.execute(sa.text("SELECT pg_stat_force_next_flush()"))
    return tuple(number for _, number in model.Session.execute(query))
