"""Large deliveries are checked and taken over by jobs, which outlive browser and worker."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import redis
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories

from ckanext.digitalms.model import CoverageEdition, Delivery
from ckanext.digitalms.services import delivery_work, locks, progress
from ckanext.digitalms.services.deliveries import delivery_get

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.job_kb", 0),
]

TABLE = "staat;verf_100_16;verf_100_30\nDeutschland;89.1;80\n"
STATED = {"edition": "2018-12", "customer": "private", "base": "households", "source": "© BNetzA"}
PAGE = "/digitalisierung/datenqualitaet"


@pytest.fixture(autouse=True)
def no_jobs():
    """Begin with an empty queue."""
    jobs.get_queue().empty()


def deliver(personas: dict[str, str], content: str = TABLE, **more: Any) -> dict[str, Any]:
    told = {"kind": "coverage", "content": content, **STATED, "background": True, **more}
    answer: dict[str, Any] = tk.get_action("digitalms_delivery_create")(
        {"user": personas["coordinator"]}, told
    )
    return answer


def queued() -> list[Any]:
    return [tuple(job.args) for job in jobs.get_queue().jobs if job.func_name.endswith("delivery_work.run")]


def editions() -> int:
    model.Session.rollback()
    return model.Session.query(CoverageEdition).count()


class TestJobs:
    def test_a_check_and_then_the_taking_over(self, personas):
        delivery = deliver(personas, dry_run=True)
        assert (delivery["report"], delivery["work"]["what"], delivery["work"]["failed"]) == (
            None,
            "check",
            False,
        )
        [(identifier,)] = queued()
        assert identifier == delivery["id"]
        delivery_work.run(identifier)
        model.Session.rollback()
        shown = tk.get_action("digitalms_delivery_show")(
            {"user": personas["coordinator"]}, {"id": identifier}
        )
        assert (shown["state"], shown["work"], shown["report"]["changed"]) == ("received", None, 1)
        assert editions() == 0
        told = {"delivery_id": identifier, "background": True}
        begun = tk.get_action("digitalms_delivery_create")({"user": personas["coordinator"]}, told)
        assert begun["work"]["what"] == "take_over"
        delivery_work.run(identifier)
        assert (delivery_get(identifier).state, editions()) == ("accepted", 1)
        delivery_work.run(identifier)
        assert editions() == 1

    def test_what_is_wrong_is_refused_by_the_job(self, personas):
        delivery = deliver(personas, TABLE.replace("89.1", "x"), dry_run=True)
        delivery_work.run(delivery["id"])
        model.Session.rollback()
        assert delivery_get(delivery["id"]).state == "refused"

    def test_a_second_one_meanwhile_is_refused(self, personas):
        delivery = deliver(personas, dry_run=True)
        with pytest.raises(tk.ValidationError, match="at this moment"):
            deliver(personas, delivery_id=delivery["id"])

    def test_a_small_file_is_read_at_once(self, personas, ckan_config):
        ckan_config["ckanext.digitalms.upload.job_kb"] = 4000
        assert deliver(personas, dry_run=True)["report"]["changed"] == 1
        assert queued() == []

    def test_how_far_it_is(self, personas):
        delivery = deliver(personas, dry_run=True)
        with progress.heard(lambda part: delivery_work._keep(delivery["id"], part)):
            progress.tell(0.42)
        shown = tk.get_action("digitalms_delivery_show")(
            {"user": personas["coordinator"]}, {"id": delivery["id"]}
        )
        assert shown["work"]["percent"] == 42


class TestDeadWorkers:
    def late(self, identifier: str, tries: int, *, is_queued: bool = False) -> None:
        """Let a delivery look as a worker left it that died, or has not come to it, two minutes ago."""
        delivery = delivery_get(identifier)
        at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
        delivery.of_any = {**delivery.of_any, "work": {**delivery.of_any["work"], "at": at, "tries": tries}}
        model.repo.commit()
        if not is_queued:
            jobs.get_queue().empty()

    def test_one_that_only_waits_is_left(self, personas):
        """For as long as it is in the queue, and for the moment until the worker that took it out begins."""
        delivery = deliver(personas, dry_run=True)
        self.late(delivery["id"], 0, is_queued=True)
        assert [delivery_work.resume() for _ in range(2)] == [[], []]
        assert queued() == [(delivery["id"],)]
        jobs.get_queue().empty()  # a worker takes it out
        assert delivery_work.resume() == []
        assert queued() == []
        connect_to_redis().delete(delivery_work._seen(delivery["id"]))  # as time does
        [said] = delivery_work.resume()
        assert "no longer in the queue" in str(said)
        assert queued() == [(delivery["id"],)]

    def test_without_the_queue_nobody_knows(self, personas, monkeypatch):
        """What cannot be looked for is not said to be dead, and could not be queued again."""
        delivery = deliver(personas, dry_run=True)
        self.late(delivery["id"], 1)

        def away(*_: Any) -> Any:
            raise redis.ConnectionError

        monkeypatch.setattr(delivery_work.background, "is_queued", away)
        assert delivery_work.resume() == []

    def test_it_is_begun_again(self, personas):
        delivery = deliver(personas, dry_run=True)
        assert delivery_work.resume() == []  # it was only just begun
        self.late(delivery["id"], 1)
        [said] = delivery_work.resume()
        assert "read again" in str(said)
        assert queued() == [(delivery["id"],)]
        assert delivery_work.resume() == []
        delivery_work.run(delivery["id"])
        model.Session.rollback()
        assert delivery_get(delivery["id"]).report["changed"] == 1

    def test_one_that_is_at_work_is_left(self, personas):
        delivery = deliver(personas, dry_run=True)
        self.late(delivery["id"], 1)
        with locks.holding(f"digitalms-delivery:{delivery['id']}"):
            assert delivery_work.resume() == []
            delivery_work.run(delivery["id"])
        assert delivery_get(delivery["id"]).report is None

    def test_after_three_deaths_it_is_told(self, app, personas):
        delivery = deliver(personas, dry_run=True)
        self.late(delivery["id"], 3)
        assert delivery_work.resume() == []
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
        page = app.get(f"{PAGE}/bericht/{delivery['id']}", headers=headers)
        assert "mehrmals versucht" in page.body
        assert "Refresh" not in page.headers


def test_the_page_shows_how_far_it_is_and_loads_itself_again(app, personas):
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    data = {**STATED, "upload": (io.BytesIO(TABLE.encode()), "a.csv")}
    sent = app.post(f"{PAGE}/versorgung-hochladen", data=data, headers=headers, follow_redirects=False)
    address = sent.headers["location"]
    page = app.get(address, headers=headers)
    assert "Die Tabelle wird geprüft" in page.body
    assert page.headers["Refresh"] == "3"
    identifier = model.Session.scalars(sa.select(Delivery.id)).one()
    delivery_work.run(identifier)
    done = app.get(address, headers=headers)
    assert "neue Ausgabe" in done.body
    assert "Refresh" not in done.headers
