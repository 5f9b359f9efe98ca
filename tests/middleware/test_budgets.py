"""Who asks for very much waits; the others, and whole tables, do not; without Redis nobody does."""

from __future__ import annotations

import json
import logging
import socket
import uuid

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.digitalms.middleware import budgets

pytestmark = pytest.mark.usefixtures("catalogue")

SMALL = {"downloads": "2 per minute", "days": "3 per minute", "searches": "4 per minute"}
FROM = [{"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::ffff")]


@pytest.fixture
def small(ckan_config):
    """Budgets that are soon spent, of nobody yet."""
    for kind, text in SMALL.items():
        ckan_config[f"ckanext.digitalms.budget.{kind}"] = text
    ckan_config["ckan.site_id"] = f"test.{uuid.uuid4()}"


def codes(app, path, count, **options):
    return [app.get(path, status=None, **options).status_code for _ in range(count)]


def test_each_budget(app, small, open_data, make_measure, personas):
    """Downloads, days and searches, by page and by API; whole tables and other clients go on."""
    make_measure()
    tk.get_action("digitalms_table_publish")({"ignore_auth": True, "user": ""}, {})
    one, two, net, same_net = FROM
    part = "/digitalisierung/daten/measures.csv?status=done"
    assert codes(app, part, 4, extra_environ=one) == [200, 200, 429, 429]
    assert codes(app, part, 1, extra_environ=two) == [200]
    assert codes(app, "/digitalisierung/daten/measures.csv", 4, extra_environ=one) == [200] * 4
    day = "/digitalisierungsmassnahme/dms?stichtag=2019-03-14"
    assert codes(app, day, 4, extra_environ=one) == [200, 200, 200, 429]
    assert codes(app, "/digitalisierungsmassnahme/dms", 4, extra_environ=one) == [200] * 4
    # a day that is posted counts, however the body is written
    told = {"id": "dms", "cut_off_date": "2019-03-14"}
    asked = [
        app.post("/api/action/digitalms_measure_show", extra_environ=two, **way).status_code
        for way in ({"json": told}, {"data": told}, {"data": {json.dumps(told): ""}}, {"json": told})
    ]
    assert asked == [200, 200, 200, 429]
    show = "/api/action/digitalms_measure_show"
    assert codes(app, show, 4, json=told, extra_environ=same_net) == [200, 200, 200, 429]
    search = "/api/3/action/package_search?facet.field=[%22tags%22]"
    assert codes(app, search, 5, extra_environ=net) == [200, 200, 200, 200, 429]
    assert codes(app, "/dataset/", 1, extra_environ=same_net) == [429]
    # an account has a budget of its own
    token = {"Authorization": factories.APIToken(user=personas["stranger"])["token"]}
    assert codes(app, search, 5, extra_environ=net, headers=token) == [200, 200, 200, 200, 429]
    assert codes(app, search, 1, extra_environ=two, headers=token) == [429]


def test_a_table_of_a_day(app, small, ckan_config, open_data, make_measure):
    """It is worth four parts of a table that is there; what is worth more than all is had once."""
    make_measure()
    tk.get_action("digitalms_table_publish")({"ignore_auth": True, "user": ""}, {})
    ckan_config["ckanext.digitalms.budget.downloads"] = "9 per minute"
    day = "/digitalisierung/daten/measures.csv?stichtag=2019-03-14"
    part = "/digitalisierung/daten/measures.csv?status=done"
    one, two, *_ = FROM
    assert codes(app, day, 3, extra_environ=one) == [200, 200, 429]
    assert codes(app, part, 2, extra_environ=one) == [200, 429]
    ckan_config["ckanext.digitalms.budget.downloads"] = "2 per minute"
    assert codes(app, day, 2, extra_environ=two) == [200, 429]


def test_what_is_said(app, small):
    """The sentence and the seconds, as a page and in JSON."""
    (client, *_) = FROM
    codes(app, "/dataset/", 4, extra_environ=client)
    page = app.get("/dataset/", extra_environ=client, status=429)
    told = app.get("/api/action/package_search", extra_environ=client, status=429)
    wait = int(page.headers["Retry-After"])
    assert 0 < wait <= 62
    assert "sehr viel abgefragt" in page.text
    assert "<h1" in page.text
    assert told.json["success"] is False
    assert "ganze Tabellen" in told.json["error"]["message"]
    assert int(told.headers["Retry-After"]) <= wait
    assert "frame-ancestors 'none'" in told.headers["Content-Security-Policy"]


def test_without_redis(app, small, ckan_config, caplog, monkeypatch):
    """Reading goes on, and one line says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    ckan_config["ckan.redis.url"] = f"redis://127.0.0.1:{closed}/0"
    # a migration in the same process silences every logger that is there
    monkeypatch.setattr(budgets.log, "disabled", False)
    with caplog.at_level(logging.WARNING, logger=budgets.__name__):
        assert codes(app, "/api/action/package_search", 8) == [200] * 8
    lines = [record.message for record in caplog.records if record.name == budgets.__name__]
    assert len(lines) == 1
    assert "budgets are not counted" in lines[0]


def test_without_a_limit(app, small, ckan_config):
    """An empty option switches a budget off; two limits hold side by side."""
    ckan_config["ckanext.digitalms.budget.searches"] = ""
    assert codes(app, "/api/action/package_search", 8) == [200] * 8
    ckan_config["ckanext.digitalms.budget.searches"] = "100 per minute; 2 per hour"
    assert codes(app, "/api/action/package_search", 3) == [200, 200, 429]
