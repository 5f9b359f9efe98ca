"""A source that is run step by step, as the consumers and the schedule do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ckan import model
from ckan.tests.helpers import call_action
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject

ROOT = Path(__file__).parents[2]


class _Channel:
    def __init__(self, consumer: Any) -> None:
        self.consumer = consumer

    def basic_ack(self, tag: str) -> None:
        """Remove the mark, if the message was taken with one."""
        self.consumer.basic_ack(tag)


@dataclass
class Steps:
    """Runs a source step by step, in this process, as the consumers and the schedule do."""

    source_id: str

    def begin(self) -> str:
        queue.purge_queues()
        return str(call_action("harvest_job_create", source_id=self.source_id, run=True)["id"])

    def gather(self) -> None:
        self._drain(queue.get_gather_consumer(), queue.gather_callback)

    def fetch(self) -> None:
        self._drain(queue.get_fetch_consumer(), queue.fetch_callback)

    def gather_as_worker(self) -> None:
        self._drain(queue.get_gather_consumer(), queue.gather_callback, as_worker=True)

    def fetch_as_worker(self) -> None:
        self._drain(queue.get_fetch_consumer(), queue.fetch_callback, as_worker=True)

    def finish(self) -> None:
        call_action("harvest_jobs_run")

    def run(self) -> HarvestJob:
        """Run all of it and return the finished job."""
        job_id = self.begin()
        self.gather()
        self.fetch()
        self.finish()
        found: HarvestJob = model.Session.get(HarvestJob, job_id)
        assert found.status == "Finished"
        return found

    def _drain(self, consumer: Any, callback: Callable[..., Any], as_worker: bool = False) -> None:
        while True:
            _, header, body = consumer.basic_get(queue="")
            if body is None:
                return
            if as_worker:  # the mark that a worker leaves when it takes a message out
                consumer.redis.set(consumer.persistance_key(body), str(datetime.now()))
            callback(_Channel(consumer), SimpleNamespace(delivery_tag=body), header, body)


def errors_of(job_id: str) -> list[str]:
    """All sentences of a job."""
    found = [e.message for e in model.Session.query(HarvestGatherError).filter_by(harvest_job_id=job_id)]
    for each in model.Session.query(HarvestObject).filter_by(harvest_job_id=job_id):
        found += [error.message for error in each.errors]
    return found


@contextmanager
def consumer(kind: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A consumer of ckanext-harvest in a process of its own."""
    ini = folder / "test.ini"
    own = "ckanext.digitalms.fetch.allowed_networks = 127.0.0.0/8"
    ini.write_text(f"[app:main]\nuse = config:{ROOT / 'test.ini'}\n{own}\n", encoding="utf-8")
    words = [str(Path(sys.executable).with_name("ckan")), "-c", str(ini), "harvester", f"{kind}-consumer"]
    with (folder / f"{kind}.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *words], env=dict(os.environ), stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)
