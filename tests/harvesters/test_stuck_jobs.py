"""Jobs that are stuck: the worker is killed in every stage, the message is lost, nothing happens any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan as ckan_command
from ckan.tests.helpers import call_action
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from pytest_httpserver import HTTPServer
from source_steps import Steps, consumer, errors_of
from werkzeug import Request, Response

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery, HarvestIdentity, StatementRow
from ckanext.digitalms.services.locks import holding, if_free, is_held, job_lock, object_lock
from ckanext.digitalms.services.sources import jobs as harvest_jobs
from ckanext.digitalms.services.sources import run_due
from ckanext.digitalms.services.sources.queue import GATHER, HarvestQueue

ROOT = Path(__file__).parents[2]
TABLE = "measure_id;as_of;status;progress_percent;statement;source\ndms;31.12.2019;in_progress;45;Läuft;A\n"
pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]


@pytest.fixture
def steps(make_measure: Any, source_of: Callable[..., Steps], office: Any, httpserver: HTTPServer) -> Steps:
    """A source with one changed measure."""
    make_measure()
    httpserver.expect_request("/stand.csv").respond_with_data(TABLE)
    return source_of("digitalms_progress", httpserver.url_for("/stand.csv"), office["id"])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead worker is told at once, not after half a minute."""
    monkeypatch.setattr(harvest_jobs, "PATIENCE", timedelta(0))
    monkeypatch.setattr(harvest_jobs, "NEVER_SENT", timedelta(0))


def job_of(job_id: str) -> HarvestJob:
    model.Session.rollback()
    model.Session.expire_all()
    found: HarvestJob = model.Session.get(HarvestJob, job_id)
    return found


def said() -> list[str]:
    return [str(each) for each in run_due.run_due()]


def written() -> tuple[int, int, int]:
    """Statements, deliveries and identities."""
    model.Session.rollback()
    tables = (StatementRow, Delivery, HarvestIdentity)
    counts = [model.Session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
    return (int(counts[0]), int(counts[1]), int(counts[2]))


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.1)


def state_of(job_id: str) -> str | None:
    model.Session.rollback()
    query = sa.select(HarvestObject.state).where(HarvestObject.harvest_job_id == job_id)
    return model.Session.scalar(query)


@pytest.mark.usefixtures("at_once")
class TestKilled:
    """Each worker really dies by kill -9; the schedule's command says so, and the run ends well, once."""

    def ends_well(self, steps: Steps, job_id: str) -> None:
        steps.gather()
        steps.fetch()
        assert said() == []
        assert (job_of(job_id).status, errors_of(job_id)) == ("Finished", [])
        assert call_action("digitalms_measure_show", id="dms")["progress_percent"] == 45
        assert written() == (2, 1, 1)
        assert said() == []

    def test_in_gather(self, steps: Steps, httpserver: HTTPServer, tmp_path: Path) -> None:
        asked, go_on = Event(), Event()

        def slow(request: Request) -> Response:
            asked.set()
            go_on.wait(60)
            return Response(TABLE)

        httpserver.clear()
        httpserver.expect_ordered_request("/stand.csv").respond_with_handler(slow)
        httpserver.expect_request("/stand.csv").respond_with_data(TABLE)
        job_id = steps.begin()
        with consumer("gather", tmp_path) as worker:
            assert asked.wait(60)
            assert said() == [], "a living worker is left alone"
            worker.kill()
            worker.wait(30)
        go_on.set()
        wait_for(lambda: not is_held(job_lock(job_id)))
        [sentence] = said()
        assert "the worker died during the run" in sentence
        self.ends_well(steps, job_id)

    def test_in_fetch(self, steps: Steps, tmp_path: Path) -> None:
        job_id = steps.begin()
        steps.gather()
        [each] = job_of(job_id).objects
        with holding(object_lock(each.id)), consumer("fetch", tmp_path) as worker:
            wait_for(lambda: state_of(job_id) == "FETCH")
            worker.kill()
            worker.wait(30)
        [sentence] = said()
        assert "the worker died during the run" in sentence
        self.ends_well(steps, job_id)

    def test_in_import(self, steps: Steps, tmp_path: Path) -> None:
        job_id = steps.begin()
        steps.gather()
        [each] = job_of(job_id).objects
        work = object_lock(each.id)
        with model.meta.engine.begin() as other, consumer("fetch", tmp_path) as worker:
            other.execute(sa.text("LOCK TABLE digitalms_statement IN SHARE ROW EXCLUSIVE MODE"))
            wait_for(lambda: state_of(job_id) == "IMPORT" and is_held(work))
            assert said() == [], "a living worker is left alone"
            worker.kill()
            worker.wait(30)
        wait_for(lambda: not is_held(work))
        [sentence] = said()
        assert "the worker died during the run" in sentence
        self.ends_well(steps, job_id)


@pytest.mark.usefixtures("at_once")
class TestLost:
    def test_a_message_that_was_lost(self, steps: Steps) -> None:
        job_id = steps.begin()
        queue.purge_queues()
        assert "never begun" in said()[0]
        steps.gather()
        steps.fetch()
        assert said() == []
        assert (job_of(job_id).status, written()) == ("Finished", (2, 1, 1))

    def test_a_job_that_was_never_sent(self, steps: Steps) -> None:
        queue.purge_queues()
        job_id = call_action("harvest_job_create", source_id=steps.source_id, run=False)["id"]
        assert "never begun" in said()[0]
        steps.gather()
        steps.fetch()
        assert said() == []
        assert job_of(job_id).status == "Finished"

    def test_a_job_that_waits_in_the_queue_is_left_alone(self, steps: Steps) -> None:
        steps.begin()
        assert said() == []

    def test_a_deadly_job_is_ended(self, steps: Steps) -> None:
        """A worker that dies each time (out of memory) does not die for ever."""
        job_id = steps.begin()
        gatherings = queue.get_gather_consumer()
        for _ in range(harvest_jobs.MOST_DEATHS):
            take(gatherings)
            assert "the worker died" in said()[0]
        take(gatherings)
        assert "died 4 times" in said()[0]
        assert job_of(job_id).status == "Finished"
        assert "died 4 times" in errors_of(job_id)[0]
        assert not HarvestQueue(GATHER).has(job_id)

    def test_an_ended_job_is_not_gathered_again(self, steps: Steps) -> None:
        """ckanext-harvest alone puts it back into the queue after two hours."""
        job_id = steps.begin()
        take(queue.get_gather_consumer())
        job = job_of(job_id)
        job.status = "Finished"
        job.save()
        assert said() == []
        assert not HarvestQueue(GATHER).has(job_id)

    def test_a_job_of_a_source_that_was_deleted(self, steps: Steps) -> None:
        job_id = steps.begin()
        call_action("harvest_source_delete", id=steps.source_id)
        said()
        assert job_of(job_id).status == "Finished"

    def test_an_object_given_up_says_why(self, steps: Steps) -> None:
        job_id = steps.begin()
        steps.gather()
        [each] = job_of(job_id).objects
        each.retry_times = 4
        each.save()
        steps.fetch()
        assert said() == []
        assert "tried 5 times" in errors_of(job_id)[0]
        assert (job_of(job_id).status, written()[0]) == ("Finished", 1)


def take(consumer: Any) -> None:
    """Take a message out as a worker does that dies with it: its mark stays."""
    _, _, body = consumer.basic_get(queue="")
    consumer.redis.set(consumer.persistance_key(body), str(datetime.now() - timedelta(seconds=1)))


class TestTimeout:
    def test_it_is_set_by_default(self) -> None:
        assert config.harvest_timeout() == 120

    @pytest.mark.ckan_config("ckan.harvest.timeout", "60")
    def test_a_job_in_which_nothing_happens_is_ended(self, steps: Steps) -> None:
        job_id = steps.begin()
        steps.gather()
        age(job_id, timedelta(minutes=59))
        assert said() == []
        assert job_of(job_id).status == "Running"
        age(job_id, timedelta(minutes=61))
        [sentence] = said()
        assert "60 minutes" in sentence
        assert "citeq" in sentence
        job = job_of(job_id)
        assert (job.status, [each.state for each in job.objects]) == ("Finished", ["ERROR"])
        [shown] = errors_of(job_id)
        assert shown.startswith("The run of")
        steps.fetch()
        assert written()[0] == 1, "what waited of it is not taken over afterwards"

    def test_the_next_run_takes_over(self, steps: Steps) -> None:
        job_id = steps.begin()
        steps.gather()
        age(job_id, timedelta(minutes=121))
        said()
        assert errors_of(str(steps.run().id)) == []
        assert written() == (2, 1, 1)

    def test_the_command_says_so(self, steps: Steps, cli: Any) -> None:
        age(steps.begin(), timedelta(minutes=121))
        done = cli.invoke(ckan_command, ["digitalms", "harvest", "run"])
        assert done.exit_code == 0, done.output
        assert "120 Minuten" in done.output

    def test_two_at_once(self) -> None:
        with if_free(run_due.LOCK) as is_free:
            assert is_free
            assert "Another harvest run" in said()[0]


def age(job_id: str, by: timedelta) -> None:
    past = datetime.now(UTC).replace(tzinfo=None) - by
    job = job_of(job_id)
    job.created = past
    job.gather_finished = past if job.gather_finished else None
    job.save()


class TestLock:
    def test_it_is_held_while_work_goes_on(self) -> None:
        assert not is_held("a")
        with holding("a"):
            assert is_held("a")
            assert not is_held("b")
        assert not is_held("a")

    def test_a_failure_gives_it_back(self) -> None:
        with pytest.raises(ZeroDivisionError), holding("a"):
            1 / 0  # noqa: B018
        assert not is_held("a")
