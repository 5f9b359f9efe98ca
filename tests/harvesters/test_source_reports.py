"""What is told of sources: complete lists of errors, and as few queries for a hundred sources as for one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests.helpers import call_action
from pytest_httpserver import HTTPServer
from source_steps import Steps
from sql_counting import counted

from ckanext.digitalms.messages import Message
from ckanext.digitalms.services.sources.errors import errors_of_run
from ckanext.digitalms.services.sources.findings import finding_keep
from ckanext.digitalms.services.sources.health import sources
from ckanext.digitalms.sources import trend
from ckanext.digitalms.sources.errors import RunError, digest, grouped, to_csv

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]
HEADER = "measure_id;as_of;status;progress_percent;statement;source\n"


def token(user: str) -> dict[str, str]:
    made = call_action("api_token_create", context={"user": user, "ignore_auth": True}, user=user, name="t")
    return {"Authorization": made["token"]}


class TestComplete:
    def test_a_table_with_more_than_twenty_errors(
        self,
        make_measure: Any,
        source_of: Callable[..., Steps],
        office: Any,
        personas: dict[str, str],
        httpserver: HTTPServer,
        app: Any,
    ) -> None:
        make_measure()
        rows = "".join(f"unbekannt-{number};31.12.2019;;10;;\n" for number in range(300))
        httpserver.expect_request("/t.csv").respond_with_data(HEADER + rows + "dms;31.12.2019;läuft;;;\n")
        config = {"contact": "fachamt@example.org"}
        steps = source_of("digitalms_progress", httpserver.url_for("/t.csv"), office["id"], config=config)
        job = steps.run()
        assert len(errors_of_run(job.id)) == 301
        assert sources()[0].runs[-1].errors == 301
        address = f"/digitalisierung/datenqualitaet/quelle/{sources()[0].name}"
        page = app.get(address, headers=token(personas["editor"])).body
        assert "Die ersten 100 von 300" in page
        assert "fachamt@example.org" in page
        answer = app.get(f"{address}/fehler.csv", headers=token(personas["editor"]))
        found = list(csv.DictReader(io.StringIO(answer.body.lstrip("\ufeff")), delimiter=";"))
        assert len(found) == 301
        last = found[-1]
        assert (last["Datensatz"], last["Zeile"], last["Feld"]) == ("t.csv", "302", "status")
        assert last["Ansprechstelle"] == "fachamt@example.org"
        assert all(row["Was ist zu tun?"] for row in found)
        shown = call_action("digitalms_source_show", id=steps.source_id, limit=1000)
        assert shown["errors"]["count"] == len(shown["errors"]["results"]) == 301

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "other_editor"])
    def test_only_for_those_who_keep_the_source(
        self,
        source_of: Callable[..., Steps],
        office: Any,
        personas: dict[str, str],
        app: Any,
        persona: str,
    ) -> None:
        source_of("digitalms_progress", "https://example.org/t.csv", office["id"])
        headers = token(personas[persona]) if personas[persona] else {}
        address = f"/digitalisierung/datenqualitaet/quelle/{sources()[0].name}"
        assert app.get(address, headers=headers).status_code == 200
        refused = app.get(f"{address}/fehler.csv", headers=headers, follow_redirects=False)
        assert refused.status_code in {302, 403}

    def test_the_same_error_of_a_run_is_kept_once(self, source_of: Callable[..., Steps], office: Any) -> None:
        """A run that goes on after a crash meets the same error again."""
        for _ in range(2):
            finding_keep("a", "b", "bad-record", Message("x {y}", {"y": 1}), record="r", field="f")
        assert len(errors_of_run("b")) == 1


def test_grouped_by_cause_the_most_frequent_first() -> None:
    errors = [RunError(cause, cause, Message("m"), Message("r")) for cause in ("a", "b", "b")]
    assert [(group.cause, len(group.errors)) for group in grouped(errors)] == [("b", 2), ("a", 1)]


def test_the_digest_is_of_the_errors_not_of_their_order() -> None:
    one, two = (RunError("a", "a", Message("m"), Message("r"), record=name) for name in "xy")
    assert digest([one, two]) == digest([two, one, one])
    assert digest([one]) != digest([two])


def test_formulas_in_errors_are_harmless_in_excel() -> None:
    table = to_csv([RunError("a", "a", Message("m"), Message("r"), found="=1+1")], str)
    assert ";'=1+1;" in table


def test_the_plot_says_what_it_shows() -> None:
    plot = trend.svg([0, 3, 1], 'Fehler: "0", <3>')
    assert plot.count("<rect") == 3
    assert "<3>" not in plot
    assert trend.svg([0], "x").count("<rect") == 1


def test_a_hundred_sources_need_no_more_queries_than_two(
    office: Any, make_sources: Callable[..., list[str]]
) -> None:
    make_sources(2, office["id"])  # the second has runs
    _, few = counted(sources)
    make_sources(99, office["id"], first=2)
    found, many = counted(sources)
    assert many <= few
    assert len(found) == 101
