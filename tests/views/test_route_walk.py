"""Every address of the application that can be read, by everybody: no citizen is the first to open a page.

A new rule is walked by itself; one with an argument that nobody knows here fails until it is named.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
import whole_catalogue
from ckan import model
from fingerprint import fingerprint
from page_checks import problems
from werkzeug.routing import Rule

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PERSONAS = ("anonymous", "stranger", "editor", "coordinator", "sysadmin")
Arguments = dict[str, str]

_DATASET = {"id": "dataset", "resource_id": "resource", "view_id": "unknown", "filename": "unknown"}
_MEASURE = {**_DATASET, "id": "measure"}
_SOURCE = {**_DATASET, "id": "source", "source": "source"}
# by blueprint or endpoint: what each argument is there, in the words of `whole_catalogue`
FITTING: dict[str, dict[str, str]] = {
    "dataset": _DATASET,
    "resource": _DATASET,
    "dataset_resource": _DATASET,
    "datastore": _DATASET,
    "digitalisierungsmassnahme": _MEASURE,
    "digitalisierungsmassnahme_resource": _MEASURE,
    "digitalms_measure": _MEASURE,
    "digitalms_editing": _MEASURE,
    "digitalms_withdrawn": _MEASURE,
    "digitalms_organisations": {"id": "organisation"},
    "harvest": _SOURCE,
    "harvest_resource": _SOURCE,
    "harvester": _SOURCE,
    "harvester.job_show": {"source": "source", "id": "job"},
    "harvester.job_abort": {"source": "source", "id": "job"},
    "harvester.object_show": {"id": "object"},
    "digitalms_source": _SOURCE,
    "digitalms_source_work": _SOURCE,
    "digitalms_sources": {"id": "delivery"},
    "digitalms_table_import": {"id": "import"},
    "digitalms_report_import": {"draft_id": "report draft"},
    "digitalms_own_tables": {"draft_id": "draft", "table": "own table", "release_id": "own release"},
    "digitalms_data": {"release_id": "release"},
    "group": {"id": "group"},
    "organization": {"id": "organisation"},
    "user": {"id": "user"},
    "feeds.group": {"id": "group"},
    "feeds.organization": {"id": "organisation"},
    "feeds.tag": {"id": "tag"},
    "file": {"id": "unknown"},
}
# by endpoint and argument: the value itself
LITERAL = {
    "api.action": {"logic_function": "digitalms_measure_list"},
    "api": {"lang": "de", "ver": "2"},
    "digitalms_own_tables.current": {"name": "anteile.csv"},
    "digitalms_own_tables.former": {"name": "anteile.csv"},
    "digitalms_data": {"name": "measures.csv", "table": "measures"},
    "digitalms_council": {"reference": "V/0954/2018"},
    "digitalms_typeface": {"style": "normal"},
    "digitalms_source_work": {"work": "leeren"},
    "digitalms_theme": {"mark": "unknown"},
    "static": {"filename": "robots.txt"},
    "webassets": {"path": "x.css"},
    "home": {"path": "about"},
    "file": {"storage_name": "test", "location": "x", "token": "x"},
}
# what is asked for where something else is meant
WRONG = ("organisation", "group", "dataset", "own table", "source", "measure", "user", "draft", "unknown")


class Walk:
    """Goes from address to address and notes what is wrong."""

    def __init__(self, app: Any, things: whole_catalogue.Things) -> None:
        self.app, self.things = app, things
        self.rules = [rule for rule in app.flask_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        self.found: dict[str, set[str]] = defaultdict(set)
        self.seen: set[tuple[str, str]] = set()
        self.known_bodies: set[int] = set()
        self.walked: set[str] = set()

    def open(self, address: str, persona: str, language: str = "de") -> int:
        """Open one address; the same one is opened once by each persona."""
        if (address, persona) in self.seen:
            return 0
        self.seen.add((address, persona))
        headers = {"Authorization": self.things.tokens[persona]} if persona != "anonymous" else {}
        try:
            answer = self.app.get(address, headers=headers, follow_redirects=False)
        except Exception as failed:  # noqa: BLE001 - the test application raises what a server answers with 500
            self.found["server errors"].add(f"{address[:200]} ({persona}): {failed!r}"[:400])
            model.Session.remove()
            return 500
        if answer.status_code >= 500:
            self.found["server errors"].add(f"{address} ({persona}): {answer.status_code}")
        self._look(address, answer, language)
        return int(answer.status_code)

    def _look(self, address: str, answer: Any, language: str) -> None:
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or 300 <= answer.status_code < 400:
            return
        body = answer.body
        if hash(body) in self.known_bodies:
            return
        self.known_bodies.add(hash(body))
        for problem in problems(body, language):
            kind = problem.partition(" ")[0].rstrip(":")
            self.found[kind].add(f"{problem} ({address})")

    def fitting(self, rule: Rule) -> Arguments:
        """Give arguments that there are."""
        blueprint = rule.endpoint.partition(".")[0]
        names = {**FITTING.get(blueprint, {}), **FITTING.get(rule.endpoint, {})}
        literal = {**LITERAL.get(blueprint, {}), **LITERAL.get(rule.endpoint, {})}
        told = {}
        for argument in rule.arguments - set(rule.defaults or ()):
            assert argument in names or argument in literal, f"{rule.rule}: what is {argument}?"
            told[argument] = literal.get(argument) or self.things.names[names[argument]]
        return told

    def address(self, rule: Rule, told: Arguments) -> str:
        """Give the address of a rule with arguments; of none where the rule takes no such argument."""
        try:
            built = rule.build({**(rule.defaults or {}), **told}, append_unknown=False)
        except ValueError:
            built = None
        return "/" if built is None else built[1]

    def everything_that_is_there(self) -> None:
        """Open every page with what it is for, as everybody."""
        for rule in self.rules:
            for persona in PERSONAS:
                if self.open(self.address(rule, self.fitting(rule)), persona) == 200:
                    self.walked.add(rule.endpoint)

    def everything_else(self) -> None:
        """Open every page that names something with what it is not for: of another kind, unknown, odd."""
        wrong, odd = [self.things.names[name] for name in WRONG], self.things.odd
        for rule in self.rules:
            fitting = self.fitting(rule)
            for argument in fitting:
                # what is of another kind is mostly asked for as `id`
                for value in (*wrong, *odd) if argument == "id" or len(fitting) == 1 else odd[:2]:
                    self.open(self.address(rule, {**fitting, argument: value}), "sysadmin")
            for value in odd[:2] if fitting else ():
                self.open(self.address(rule, dict.fromkeys(fitting, value)), "anonymous")

    def in_english(self) -> None:
        """Open every page once in English."""
        for rule in self.rules:
            if rule.endpoint.partition(".")[0] not in {"home", "static", "api", "webassets"}:
                self.open(f"/en{self.address(rule, self.fitting(rule))}", "sysadmin", "en")


@pytest.fixture
def walk(app, personas, make_measure, tmp_path, ckan_config, monkeypatch):
    """A walk through a catalogue with one of everything."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    make_measure()
    return Walk(app, whole_catalogue.fill(personas))


def test_walk(walk, subtests):
    """No page fails, is untranslated, has no title, asks another host or writes anything."""
    before = fingerprint()
    walk.everything_that_is_there()
    walk.in_english()
    walk.everything_else()
    after = fingerprint()
    for kind in ("server errors", "title", "lang", "fetches", "English"):
        with subtests.test(kind):
            assert sorted(walk.found[kind]) == []
    with subtests.test("writes"):
        assert {name for name in after if after[name] != before[name]} == set()
