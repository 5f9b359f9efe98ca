"""Nonsense in every parameter of every action and page: a sentence, never a server error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan.tests import factories
from werkzeug.routing import AnyConverter

from ckanext.digitalms.logic import action

pytestmark = [pytest.mark.usefixtures("with_plugins", "catalogue")]

PARAMETERS = (
    "id", "note_id", "cut_off_date", "known_at", "status", "status_reason", "organisation", "delayed",
    "reference", "q", "limit", "offset", "as_of", "progress_percent", "steps", "statement", "source",
    "statement_id", "path", "reason", "text", "table", "name", "content", "filename", "upload", "dialect",
    "dry_run", "proposal", "measures", "source_id", "delimiter", "encoding", "decimal_char", "date_format",
    "confirm",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, "", [], {}, [{"x": [1]}], {"a": {"b": "c"}}, -1, 10**30, 1.5, True, "\x00", "\ud83d", "' OR 1=1 --",
    "<script>alert(1)</script>", "🏛️", "../../etc/passwd", "2019-02-31", "x" * 100_000,
)  # fmt: skip
QUERY = (
    "stichtag",
    "bekannt_am",
    "status",
    "organisation",
    "delayed",
    "q",
    "page",
    "limit",
    "offset",
    "reference",
)
TEXTS = (
    "",
    "\x00",
    "%",
    "<script>",
    "' OR 1=1",
    "2019-02-31",
    "9999-99-99",
    "-1",
    "🏛️",
    "x" * 2_000,
    "a:b/c(",
)


class TestActions:
    @pytest.mark.parametrize("name", [n for n in action.__all__ if n.startswith("digitalms_")])
    def test_nonsense(self, app, make_measure, name):
        """As a sysadmin, so that nothing but the action's own checks stands in the way."""
        make_measure()
        headers = {
            "Authorization": factories.SysadminWithToken()["token"],
            "Content-Type": "application/json",
        }
        sent = [dict.fromkeys(PARAMETERS, value) for value in VALUES]
        sent += [{"id": "dms", parameter: value} for parameter in PARAMETERS for value in VALUES[::3]]
        for told in sent:
            answer = app.post(f"/api/action/{name}", data=json.dumps(told), headers=headers)
            assert answer.status_code < 500, str(told)[:300]
            assert "success" in json.loads(answer.body)

    @pytest.mark.parametrize("body", ["", "[]", "5", "null", '"x"', "{", "\xff"])
    def test_bodies(self, app, body):
        """A body that is no object is refused."""
        for name in action.__all__:
            answer = app.post(f"/api/action/{name}", data=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, name


class TestPages:
    def address(self, app, rule, text):
        """An address of a rule with a text for each argument; one of its words where it takes only those."""
        told = {
            name: next(iter(sorted(converter.items)), text) if isinstance(converter, AnyConverter) else text
            for name, converter in rule._converters.items()
        }
        with app.flask_app.test_request_context():
            return app.flask_app.url_map.bind("test.ckan.net").build(rule.endpoint, told)

    def test_nonsense(self, app, make_measure):
        """Every page of ours with nonsense in its address and in every parameter."""
        make_measure()
        rules = [
            rule
            for rule in app.flask_app.url_map.iter_rules()
            if rule.endpoint.startswith("digitalms") and "GET" in rule.methods
        ]
        assert len(rules) > 10
        for rule in rules:
            for text in ("dms", "nirgends", "<script>", "%00", "x" * 500, "🏛️"):
                address = self.address(app, rule, text)
                assert app.get(address, follow_redirects=False).status_code < 500, address
            for parameter in QUERY:
                for text in TEXTS:
                    address = self.address(app, rule, "dms")
                    answer = app.get(address, query_string={parameter: text}, follow_redirects=False)
                    assert answer.status_code < 500, (address, parameter, text)
