"""Harvest twice = nothing, for every harvester; and no doubles after a crash, for coverage (kill -9)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import dead_connections
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestJob
from pytest_httpserver import HTTPServer
from source_steps import Steps, consumer, errors_of

from ckanext.digitalms.model import CoverageArea, CoverageEdition, Delivery
from ckanext.digitalms.services.locks import is_held, object_lock
from ckanext.digitalms.services.sources import jobs as harvest_jobs
from ckanext.digitalms.services.sources import run_due

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]
AREAS = json.dumps({"features": [{"properties": {"AGS": "05515000", "GEN": "Münster"}}]})
COVERAGE = "AGS;alle Technologien ≥ 30 Mbit/s\n05515000;96.51\n"
PROGRESS = "measure_id;as_of;status;progress_percent;statement;source\ndms;31.12.2019;;45;Läuft;A\n"
OURS = ("package", "resource", "digitalms_", "tag", "member")


@pytest.fixture
def coverage(source_of: Callable[..., Steps], open_data: Any, httpserver: HTTPServer) -> Steps:
    httpserver.expect_request("/grenzen.geojson").respond_with_data(AREAS)
    httpserver.expect_request("/t.csv").respond_with_data(COVERAGE)
    about = {"edition": "2019-06", "customer": "private", "base": "households", "source": "© BNetzA"}
    config = {**about, "areas": httpserver.url_for("/grenzen.geojson")}
    return source_of("digitalms_coverage", httpserver.url_for("/t.csv"), open_data["id"], config=config)


@pytest.fixture
def progress(
    make_measure: Any, source_of: Callable[..., Steps], office: Any, httpserver: HTTPServer
) -> Steps:
    make_measure()
    httpserver.expect_request("/p.csv").respond_with_data(PROGRESS)
    config = {"complete": True}
    return source_of("digitalms_progress", httpserver.url_for("/p.csv"), office["id"], config=config)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the SQL that writes a row of the catalogue's tables or ours."""
    found: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        verb = statement.lstrip().split(" ", 1)[0].upper()
        wrote = verb in {"INSERT", "UPDATE", "DELETE"} and cursor.rowcount != 0
        if wrote and any(table in statement for table in OURS):
            found.append(statement)

    sa.event.listen(model.meta.engine, "after_cursor_execute", listen)
    try:
        yield found
    finally:
        sa.event.remove(model.meta.engine, "after_cursor_execute", listen)


@pytest.mark.parametrize("kind", ["progress", "coverage"])
def test_twice_is_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    """No statement, no dataset, no delivery, no identity, no harvest object."""
    steps: Steps = request.getfixturevalue(kind)
    first = steps.run()
    assert (errors_of(first.id), len(first.objects)) == ([], 1)
    with writes() as found:
        second = steps.run()
    assert (errors_of(second.id), found, second.objects) == ([], [], [])


def test_coverage_killed_in_its_import(
    coverage: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the edition is there after the kill, and all of it once after the run went on."""
    monkeypatch.setattr(harvest_jobs, "PATIENCE", timedelta(0))
    job_id = coverage.begin()
    coverage.gather()
    model.Session.rollback()
    [each] = model.Session.get(HarvestJob, job_id).objects
    work = object_lock(each.id)
    with model.meta.engine.begin() as other, consumer("fetch", tmp_path) as worker:
        other.execute(sa.text("LOCK TABLE digitalms_coverage_area IN SHARE ROW EXCLUSIVE MODE"))
        end = time.monotonic() + 60
        while not is_held(work):
            assert time.monotonic() < end
            time.sleep(0.1)
        dead_connections.wait_until_blocked("digitalms_coverage_area")
        ports = dead_connections.ports_of(worker.pid)
        worker.kill()
        worker.wait(30)
    dead_connections.wait_until_left(ports)
    assert counts() == (0, 0, 1)
    assert "the worker died" in str(run_due.run_due()[0])
    coverage.fetch()
    run_due.run_due()
    model.Session.expire_all()
    assert (model.Session.get(HarvestJob, job_id).status, errors_of(job_id)) == ("Finished", [])
    assert counts() == (1, 1, 1)
    assert coverage.run().objects == []


def counts() -> tuple[int, ...]:
    """Editions, areas, deliveries."""
    model.Session.rollback()
    tables = (CoverageEdition, CoverageArea, Delivery)
    return tuple(model.Session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables)
