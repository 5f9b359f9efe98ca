"""Real runs of ckanext-harvest: job, gather, fetch, import, through its queue functions and its tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestSource
from pytest_httpserver import HTTPServer

from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.services.deliveries import delivery_create, delivery_list
from ckanext.digitalms.services.sources.health import sources

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]

HEADER = "measure_id;as_of;status;progress_percent;statement;source\n"
GOOD = (
    HEADER
    + "dms;31.12.2019;in_progress;45,5;Übergabe läuft;Bericht\nwlan;31.12.2019;done;100;Fertig;Bericht\n"
)
FEED = [
    {
        "measure_id": "dms",
        "as_of": "2019-12-31",
        "status": "in_progress",
        "progress_percent": 45.5,
        "statement": "Übergabe läuft",
        "source": "Bericht",
    }
]


@pytest.fixture
def measures(make_measure: Callable[..., dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Two measures of the office, one of another."""
    other = factories.Organization(name="stadtnetze")
    return {
        "dms": make_measure(),
        "wlan": make_measure(name="wlan", title="WLAN", steps=[]),
        "mobilfunk": make_measure(name="mobilfunk", title="Mobilfunk", owner_org=other["id"]),
    }


@pytest.fixture
def make_source(office: dict[str, Any]) -> Callable[..., str]:
    """Make a harvest source with ckanext-harvest's own action; return its id."""

    def make(url: str, config: dict[str, str] | None = None, organisation: str = "") -> str:
        user = factories.Sysadmin()
        source = tk.get_action("harvest_source_create")(
            {"user": user["name"]},
            {
                "url": url,
                "name": f"quelle-{len(sources())}",
                "title": "Fortschritt der citeq",
                "source_type": "digitalms_progress",
                "owner_org": organisation or office["id"],
                "config": json.dumps(config or {}),
                "frequency": "WEEKLY",
            },
        )
        return str(source["id"])

    return make


class Channel:
    """Takes the acknowledgement of a message."""

    def basic_ack(self, tag: str) -> None:
        """Nothing is kept."""


def run(source_id: str) -> HarvestJob:
    """Run a source as the consumers and the scheduler do, and return the finished job."""
    queue.purge_queues()
    job = call_action("harvest_job_create", source_id=source_id, run=True)
    drain(queue.get_gather_consumer(), queue.gather_callback)
    drain(queue.get_fetch_consumer(), queue.fetch_callback)
    call_action("harvest_jobs_run")
    found: HarvestJob = model.Session.get(HarvestJob, job["id"])
    assert found.status == "Finished"
    return found


def drain(consumer: Any, callback: Callable[..., Any]) -> None:
    while True:
        _, header, body = consumer.basic_get(queue="")
        if body is None:
            return
        callback(Channel(), SimpleNamespace(delivery_tag=body), header, body)


def errors_of(job: HarvestJob) -> list[str]:
    found = [
        error.message for error in model.Session.query(HarvestGatherError).filter_by(harvest_job_id=job.id)
    ]
    for each in model.Session.query(HarvestObject).filter_by(harvest_job_id=job.id):
        found += [error.message for error in each.errors]
    return found


def statements() -> int:
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(StatementRow)))


def everything() -> tuple[Any, ...]:
    """What a refused delivery must leave as it was."""
    packages = model.Session.execute(
        sa.text("SELECT id, extras::text, metadata_modified FROM package ORDER BY id")
    )
    identities = model.Session.execute(sa.text("SELECT count(*) FROM digitalms_harvest_identity"))
    indexed = tk.get_action("package_search")({"ignore_auth": True}, {"q": "*:*", "sort": "name asc"})[
        "results"
    ]
    return (
        statements(),
        list(packages),
        list(identities),
        [(each["name"], each["metadata_modified"]) for each in indexed],
    )


@contextmanager
def writes(*tables: str) -> Iterator[list[str]]:
    """Collect the SQL that writes to any of these tables."""
    found: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        verb = statement.lstrip().split(" ", 1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and any(table in statement for table in tables):
            found.append(statement)

    engine = model.meta.engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)


def serve(server: HTTPServer, text: str | bytes, **kwargs: Any) -> str:
    data = text.encode("cp1252") if isinstance(text, str) else text
    server.clear()
    server.expect_request("/stand.csv").respond_with_data(data, content_type="text/csv", **kwargs)
    return server.url_for("/stand.csv")


class TestTakenOver:
    def test_a_feed_changes_the_measures(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD))
        before = statements()
        job = run(source)
        assert errors_of(job) == []
        assert statements() == before + 2
        dms = call_action("digitalms_measure_show", id="dms")
        assert (dms["status"], dms["progress_percent"], str(dms["as_of"])[:10]) == (
            "in_progress",
            45.5,
            "2019-12-31",
        )
        assert dms["statement"] == "Übergabe läuft"
        delivery = delivery_list(source)[0]
        assert (delivery.state, delivery.report["rows"], len(delivery.report["changes"])) == (
            "accepted",
            2,
            2,
        )
        assert delivery.report["dialect"]["encoding"] == "cp1252"

    def test_it_is_found_by_search(self, measures: Any, make_source: Any, httpserver: HTTPServer) -> None:
        run(make_source(serve(httpserver, GOOD)))
        found = call_action("package_search", q="Übergabe")["results"]
        assert [each["name"] for each in found] == ["dms"]

    @pytest.mark.parametrize(
        "feed",
        [
            GOOD.encode("utf-16"),
            GOOD.encode("utf-16-le"),
            b"\xfe\xff" + GOOD.encode("utf-16-be"),
            GOOD.encode("utf-16-be"),
            json.dumps(FEED).encode("utf-16"),
            json.dumps(FEED).encode("utf-16-le"),
        ],
        ids=["mark", "little", "big with mark", "big", "JSON with mark", "JSON"],
    )
    def test_a_feed_in_utf_16(
        self, measures: Any, make_source: Any, httpserver: HTTPServer, feed: bytes
    ) -> None:
        job = run(make_source(serve(httpserver, feed)))
        assert errors_of(job) == []
        found = call_action("digitalms_measure_show", id="dms")
        told = (str(found["progress_percent"]), found["statement"])
        assert told == ("45.5", "Übergabe läuft")

    def test_twice_is_no_change(self, measures: Any, make_source: Any, httpserver: HTTPServer) -> None:
        source = make_source(serve(httpserver, GOOD))
        run(source)
        before = everything()
        with writes("package", "resource", "digitalms_", "tag") as found:
            job = run(source)
        # ckanext-harvest indexes the source again when a job ends, which writes nothing
        assert found == []
        assert everything() == before
        assert job.objects == []

    def test_another_file_with_the_same_rows_is_no_change(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD))
        run(source)
        before = everything()
        serve(httpserver, GOOD.replace("45,5", "45,50"))
        job = run(source)
        assert (errors_of(job), everything()[0]) == ([], before[0])
        assert delivery_list(source)[0].state == "unchanged"

    def test_only_changed_rows_are_written(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD))
        run(source)
        before = statements()
        serve(httpserver, GOOD.replace("45,5", "46"))
        run(source)
        assert statements() == before + 1
        assert [c["change"] for c in delivery_list(source)[0].report["changes"]] == ["correction"]

    def test_an_edit_by_hand_is_not_undone_by_the_same_file(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD))
        run(source)
        call_action("digitalms_statement_create", id="dms", as_of="2020-01-02", progress_percent=60)
        run(source)
        assert call_action("digitalms_measure_show", id="dms")["progress_percent"] == 60

    def test_several_days_of_one_measure_build_on_each_other(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        rows = [
            "dms;31.12.2019;;60;Zweiter;",
            "dms;31.10.2019;in_progress;50;Erster;",
            "dms;1.1.2019;planned;;Davor;",
        ]
        source = make_source(serve(httpserver, HEADER + "\n".join(rows)))
        assert errors_of(run(source)) == []
        dms = call_action("digitalms_measure_show", id="dms")
        assert (dms["status"], dms["progress_percent"], dms["statement"]) == ("in_progress", 60, "Zweiter")
        changes = {c["as_of"]: c["change"] for c in delivery_list(source)[0].report["changes"]}
        assert changes == {"2019-01-01": "backdated", "2019-10-31": "new_stand", "2019-12-31": "new_stand"}
        again = make_source(httpserver.url_for("/stand.csv"), {"delimiter": ";"})
        before = statements()
        run(again)
        assert statements() == before

    def test_what_is_said_of_a_rest_is_its_reason(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, HEADER + "dms;31.12.2019;paused;;Haushaltssperre;\n"))
        assert errors_of(run(source)) == []
        assert call_action("digitalms_measure_show", id="dms")["status_reason"] == "Haushaltssperre"
        serve(httpserver, HEADER + "dms;31.1.2020;in_progress;;Es geht weiter;\n")
        assert errors_of(run(source)) == []
        assert not call_action("digitalms_measure_show", id="dms")["status_reason"]

    def test_a_coordinator_runs_and_stops_every_source(
        self, measures: Any, make_source: Any, personas: dict[str, str]
    ) -> None:
        source = make_source("https://example.org/stand.csv")
        for persona, may in (
            ("coordinator", True),
            ("editor", True),
            ("other_editor", False),
            ("stranger", False),
        ):
            context = {"user": personas[persona], "model": model}
            for action, data in (
                ("harvest_job_create", {"source_id": source}),
                ("harvest_source_update", {"id": source}),
                ("harvest_source_delete", {"id": source}),
            ):
                if may:
                    assert tk.check_access(action, dict(context), dict(data))
                else:
                    with pytest.raises(tk.NotAuthorized):
                        tk.check_access(action, dict(context), dict(data))

    def test_the_coordinators_feed_may_write_all(
        self, measures: Any, make_source: Any, open_data: Any, httpserver: HTTPServer
    ) -> None:
        url = serve(httpserver, HEADER + "dms;31.12.2019;;10;;\nmobilfunk;31.12.2019;;20;;\n")
        assert errors_of(run(make_source(url, organisation=open_data["id"]))) == []

    def test_a_stored_delivery_is_harvested_without_http(
        self, measures: Any, make_source: Any, office: Any
    ) -> None:
        told = {"organisation": office["id"]}
        stored = delivery_create("progress", "stand.csv", GOOD.encode(), **told)
        model.repo.commit()
        source = make_source(f"delivery:{stored.id}")
        assert errors_of(run(source)) == []
        assert call_action("digitalms_measure_show", id="wlan")["status"] == "done"

    def test_the_dialect_of_the_source_is_held_to(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD), {"date_format": "%Y-%m-%d"})
        assert "31.12.2019" in errors_of(run(source))[0]


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "cause", "field"),
        [
            ("gibtsnicht;31.12.2019;;10;;", "unknown-measure", "measure_id"),
            ("mobilfunk;31.12.2019;;10;;", "foreign-measure", "measure_id"),
            ("wlan;31.12.2099;;10;;", "future-stand", "as_of"),
            ("wlan;31.12.2019;läuft;10;;", "constraint-enum", "status"),
            ("wlan;31.12.2019;;100;;", "rule-error", "status"),
            ("wlan;31.12.2019;paused;10;;", "rule-error", "statement"),
        ],
    )
    def test_one_bad_row_refuses_all(
        self,
        measures: Any,
        make_source: Any,
        httpserver: HTTPServer,
        row: str,
        cause: str,
        field: str,
        with_request_context: Any,
    ) -> None:
        good = "dms;31.12.2019;in_progress;45,5;Übergabe läuft;Bericht\n"
        source = make_source(serve(httpserver, HEADER + good + row + "\n"))
        before = everything()
        job = run(source)
        assert everything() == before
        delivery = delivery_list(source)[0]
        assert delivery.state == "refused"
        assert [(f["cause"], f["row"], f["field"]) for f in delivery.report["findings"]] == [
            (cause, 3, field)
        ]
        assert f"bericht/{delivery.id}" in errors_of(job)[0]
        assert errors_of(job)[0].startswith("Nichts wurde übernommen: 1 Fehler")

    def test_the_row_with_which_a_rule_breaks_is_named(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        """A measure with open steps cannot be done; its other rows are fine."""
        rows = "dms;31.10.2019;;50;;\ndms;31.12.2019;done;100;;\ndms;1.11.2019;;55;;\n"
        source = make_source(serve(httpserver, HEADER + rows))
        run(source)
        findings = delivery_list(source)[0].report["findings"]
        assert {(f["cause"], f["row"], f["field"]) for f in findings} == {("rule-error", 3, "status")}

    def test_a_refused_file_is_judged_again(
        self, measures: Any, make_measure: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, HEADER + "neu;31.12.2019;;10;;\n"))
        assert errors_of(run(source))
        make_measure(name="neu", title="Neu")
        assert errors_of(run(source)) == []

    def test_a_refusal_after_a_good_run_keeps_the_good_one(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        source = make_source(serve(httpserver, GOOD))
        run(source)
        before = everything()
        serve(httpserver, GOOD.encode() + b"\xff\xfe")
        assert "encoding" not in errors_of(run(source))
        assert everything() == before
        health = sources()[0]
        assert health.last_success is not None
        assert health.has_failed

    @pytest.mark.parametrize(("status", "word"), [(404, "404"), (500, "500"), (403, "403")])
    def test_a_source_that_answers_with_an_error(
        self, measures: Any, make_source: Any, httpserver: HTTPServer, status: int, word: str
    ) -> None:
        source = make_source(serve(httpserver, b"", status=status))
        assert word in errors_of(run(source))[0]
        assert delivery_list(source) == []

    def test_a_redirect_to_a_private_address(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        url = serve(httpserver, b"", status=302, headers={"Location": "http://10.0.0.1/stand.csv"})
        assert "10.0.0.1" in errors_of(run(make_source(url)))[0]

    def test_a_delivery_that_is_not_there(self, measures: Any, make_source: Any) -> None:
        source = make_source("https://example.org/stand.csv")
        model.Session.get(HarvestSource, source).url = "delivery:00000000-0000-0000-0000-000000000000"
        model.repo.commit()
        assert "00000000" in errors_of(run(source))[0]

    def test_an_error_of_our_own_fails_the_run_and_not_the_consumer(
        self, measures: Any, make_source: Any, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ckanext.digitalms.harvesters import progress

        source = make_source(serve(httpserver, GOOD))
        monkeypatch.setattr(progress, "read_progress", lambda *args: 1 / 0)
        before = everything()
        assert len(errors_of(run(source))) == 1
        assert everything() == before

    def test_a_measure_that_changed_between_gather_and_import(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        """The delivery is judged again when it is applied."""
        source = make_source(serve(httpserver, GOOD))
        queue.purge_queues()
        call_action("harvest_job_create", source_id=source, run=True)
        drain(queue.get_gather_consumer(), queue.gather_callback)
        call_action("package_delete", id="wlan")
        before = statements()
        drain(queue.get_fetch_consumer(), queue.fetch_callback)
        assert statements() == before
        assert delivery_list(source)[0].state == "refused"


class TestSources:
    @pytest.mark.parametrize("config", ["{", "[]", '{"trennzeichen": ";"}', '{"delimiter": "^"}'])
    def test_a_wrong_configuration_is_refused_in_the_form(self, office: Any, config: str) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            call_action(
                "harvest_source_create",
                url="https://example.org/stand.csv",
                name="quelle",
                source_type="digitalms_progress",
                owner_org=office["id"],
                config=config,
            )
        assert "config" in refused.value.error_dict

    def test_a_job_without_end_is_finished_by_the_scheduler(self, measures: Any, make_source: Any) -> None:
        """A worker was killed while it gathered; after two hours the job ends with an error."""
        source = make_source("https://example.org/stand.csv")
        job = call_action("harvest_job_create", source_id=source, run=True)
        stuck = model.Session.get(HarvestJob, job["id"])
        stuck.created = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=3)
        stuck.save()
        call_action("harvest_jobs_run")
        assert model.Session.get(HarvestJob, job["id"]).status == "Finished"
        assert sources()[0].runs[-1].errors == 1

    def test_health(self, measures: Any, make_source: Any, httpserver: HTTPServer) -> None:
        source = make_source(serve(httpserver, GOOD))
        now = datetime.now(UTC)
        assert (sources()[0].last_success, sources()[0].is_late(now)) == (None, False), "made just now"
        assert sources()[0].is_late(now + timedelta(days=15))
        run(source)
        health = sources()[0]
        now = datetime.now(UTC)
        assert health.last_success is not None
        assert now - health.last_success < timedelta(minutes=1)
        assert not health.is_late(now)
        assert health.is_late(now + timedelta(days=15))

    def test_the_import_of_a_finished_delivery_changes_nothing(
        self, measures: Any, make_source: Any, httpserver: HTTPServer
    ) -> None:
        """A worker that was killed after the commit is started again."""
        source = make_source(serve(httpserver, GOOD))
        job = run(source)
        before = everything()
        harvester = queue.get_harvester("digitalms_progress")
        assert harvester.import_stage(job.objects[0]) == "unchanged"
        assert everything() == before
        assert model.Session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 1
