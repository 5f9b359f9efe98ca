"""Measures that a progress feed does not name any more: only a complete table says anything by that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from pytest_httpserver import HTTPServer
from source_steps import Steps, errors_of

from ckanext.digitalms.model import HarvestIdentity, StatementRow
from ckanext.digitalms.services.deliveries import delivery_list
from ckanext.digitalms.services.sources.identities import (
    known_records,
    missing_records,
    question_decide,
    question_waiting,
)

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
]
HEADER = "measure_id;as_of;status;progress_percent;statement;source\n"
NAMES = [f"m{number}" for number in range(1, 7)]


@pytest.fixture
def feed(
    make_measure: Any, source_of: Callable[..., Steps], office: Any, httpserver: HTTPServer
) -> Callable[..., Steps]:
    """Make six measures, and a source that has reported on each of them."""
    for name in NAMES:
        make_measure(name=name, title=name, steps=[])

    def make(**config: Any) -> Steps:
        serve(httpserver, NAMES)
        steps = source_of("digitalms_progress", httpserver.url_for("/stand.csv"), office["id"], config=config)
        assert errors_of(steps.run().id) == []
        return steps

    return make


def serve(server: HTTPServer, names: list[str], day: str = "31.12.2019", progress: int = 10) -> None:
    rows = "".join(f"{name};{day};;{progress};;\n" for name in names)
    server.clear()
    server.expect_request("/stand.csv").respond_with_data(HEADER + rows)


def statements() -> int:
    model.Session.rollback()
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(StatementRow)) or 0)


def days_pass(days: float) -> None:
    later = HarvestIdentity.gone_since - timedelta(days=days)
    model.Session.execute(
        sa.update(HarvestIdentity).where(HarvestIdentity.gone_since.is_not(None)).values(gone_since=later)
    )
    model.repo.commit()


def gone(steps: Steps) -> list[str]:
    model.Session.rollback()
    return [each.identifier for each in missing_records(steps.source_id)]


def test_a_missing_row_says_nothing_by_itself(feed: Callable[..., Steps], httpserver: HTTPServer) -> None:
    steps = feed()
    serve(httpserver, NAMES[:1], "31.1.2020")
    assert errors_of(steps.run().id) == []
    assert gone(steps) == []


def test_missing_in_a_complete_table(feed: Callable[..., Steps], httpserver: HTTPServer) -> None:
    """The link ends after the grace time; the measure and its history stay as they are."""
    steps = feed(complete=True)
    serve(httpserver, NAMES[:5], "31.1.2020")
    assert errors_of(steps.run().id) == []
    assert gone(steps) == ["m6@2019-12-31"]
    before = (statements(), call_action("package_show", id="m6"))
    days_pass(8)
    assert errors_of(steps.run().id) == []
    assert gone(steps) == []
    assert "m6@2019-12-31" not in known_records(steps.source_id)
    assert (statements(), call_action("package_show", id="m6")) == before


def test_back_again(feed: Callable[..., Steps], httpserver: HTTPServer) -> None:
    steps = feed(complete=True)
    serve(httpserver, NAMES[:5])
    steps.run()
    before = statements()
    serve(httpserver, NAMES)
    assert errors_of(steps.run().id) == []
    assert (gone(steps), statements()) == ([], before)
    serve(httpserver, NAMES[:5])
    steps.run()
    days_pass(8)
    steps.run()
    serve(httpserver, NAMES)
    assert errors_of(steps.run().id) == []
    assert (gone(steps), statements()) == ([], before), "equal content adds nothing"


def test_too_many_wait_for_the_coordinator(feed: Callable[..., Steps], httpserver: HTTPServer) -> None:
    steps = feed(complete=True)
    before = statements()
    serve(httpserver, NAMES[:3], "31.1.2020")
    [sentence] = errors_of(steps.run().id)
    assert "3 of 6 records would vanish" in sentence
    assert (statements(), gone(steps)) == (before, [])
    assert delivery_list(steps.source_id)[0].state == "waiting"
    question = question_waiting(steps.source_id)
    assert question is not None
    question_decide(question, True, None)
    model.repo.commit()
    assert errors_of(steps.run().id) == []
    assert (statements(), len(gone(steps))) == (before + 3, 3)
    assert delivery_list(steps.source_id)[0].state == "accepted"


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_complete_is_true_or_false(source_of: Callable[..., Steps], office: Any, value: Any) -> None:
    with pytest.raises(tk.ValidationError):
        source_of("digitalms_progress", "https://example.org/a.csv", office["id"], config={"complete": value})
