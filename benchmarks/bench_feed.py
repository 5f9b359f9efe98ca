"""Memory of a feed of 20,000 records and 100 MB: fetched from a server, compared, made into objects.

Run with ``script/benchmark benchmarks/bench_feed.py``; ``BENCH_FEED`` sets how many records. The first run
finds all of them new, the second none. What is measured is how far the resident memory rises above what it
was before. A limit that is too low refuses the feed before it is read to its end.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import psutil
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject
from pytest_httpserver import HTTPServer
from werkzeug import Response

from ckanext.digitalms.harvesters.base import Run
from ckanext.digitalms.harvesters.deliveries import fetched_file
from ckanext.digitalms.harvesters.records import RecordHarvester, SourceRecord
from ckanext.digitalms.model import HarvestIdentity

RECORDS = int(os.environ.get("BENCH_FEED", "20000"))
SIZE = 5_000  # bytes of a record
MOST_MB = 60


class FeedHarvester(RecordHarvester):
    """One record in each line."""

    harvester_name = "feed"
    harvester_title = "Feed"

    def records(self, run: Run) -> Iterator[SourceRecord]:
        """Read the feed line by line."""
        with fetched_file(run.url) as file:
            for line in file:
                told = json.loads(line)
                yield SourceRecord(told["id"], told["title"], line.decode())

    def dataset(self, record: SourceRecord) -> dict[str, Any]:
        """Return nothing: only the gathering is measured."""
        return {"title": record.title}


pytestmark = [
    pytest.mark.with_plugins({"feed": FeedHarvester}),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.max_mb", 200),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.timeout", 300),
    pytest.mark.usefixtures("catalogue"),
]


@dataclass
class Peak:
    """How far memory rose, in MB, and how long it took."""

    megabytes: float = 0.0
    seconds: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Watch the resident memory of this process."""
    process, peak, over = psutil.Process(), Peak(), threading.Event()
    before, began = process.memory_info().rss, time.perf_counter()

    def watch() -> None:
        while not over.wait(0.01):
            peak.megabytes = max(peak.megabytes, (process.memory_info().rss - before) / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
        peak.seconds = time.perf_counter() - began


def lines() -> Iterator[bytes]:
    """Return the feed, made as it is sent."""
    for number in range(RECORDS):
        told = {"id": f"r{number}", "title": f"Datensatz {number}", "text": f"{number:07d} ä" * (SIZE // 10)}
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def gathered(source_id: str) -> tuple[Peak, HarvestJob]:
    """Gather once."""
    job = HarvestJob(source_id=source_id, status="Running")
    job.save()
    harvester = queue.get_harvester("feed")
    with watched() as peak:
        queue.gather_stage(harvester, job)
    return peak, job


def test_memory(office: dict[str, Any], httpserver: HTTPServer, capsys: Any, ckan_config: Any) -> None:
    """Memory does not grow with the feed; the second run finds nothing new."""
    size = sum(map(len, lines())) / 1e6
    httpserver.expect_request("/feed").respond_with_handler(lambda _: Response(lines()))
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {"name": "feed", "title": "Feed", "url": httpserver.url_for("/feed"), "source_type": "feed"}
    make: Callable[..., Any] = tk.get_action("harvest_source_create")
    source = make({"ignore_auth": True, "user": site_user}, {**told, "owner_org": office["id"]})["id"]
    first, job = gathered(source)
    count = sa.select(sa.func.count()).select_from(HarvestObject)
    assert model.Session.scalar(count.where(HarvestObject.harvest_job_id == job.id)) == RECORDS
    _take_over(source, job.id)
    second, job = gathered(source)
    assert model.Session.scalar(count.where(HarvestObject.harvest_job_id == job.id)) == 0
    ckan_config["ckanext.digitalms.upload.max_mb"] = 50
    refused, job = gathered(source)
    [error] = model.Session.query(HarvestGatherError).filter_by(harvest_job_id=job.id)
    assert "50 MB" in error.message
    with capsys.disabled():
        print(f"\n{RECORDS} records, {size:.0f} MB\n| run | seconds | memory above before |\n|---|---|---|")
        for name, peak in (("all new", first), ("nothing new", second), ("over the limit", refused)):
            print(f"| {name} | {peak.seconds:.1f} | {peak.megabytes:.0f} MB |")
    assert max(first.megabytes, second.megabytes) < MOST_MB


def _take_over(source_id: str, job_id: str) -> None:
    """Note that all were taken over, without making 20,000 datasets."""
    query = sa.select(HarvestObject.guid, HarvestObject.content).where(HarvestObject.harvest_job_id == job_id)
    for guid, content in model.Session.execute(query.execution_options(yield_per=500)):
        record = json.loads(content)
        record.pop("is_gone")
        model.Session.execute(
            sa.insert(HarvestIdentity).values(
                id=f"{source_id}{guid}",
                source_id=source_id,
                identifier=guid,
                title=record["title"],
                content_hash=SourceRecord(**record).content_hash,
            )
        )
    model.repo.commit()
