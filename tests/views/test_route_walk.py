"""Every address of the application that can be read, by everybody: no citizen is the first to open a page.

A new rule is walked by itself; one with an argument that nobody knows here fails until it is named.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import persona_answers
import pytest
import route_arguments
import whole_catalogue
from ckan import model
from fingerprint import fingerprint
from header_checks import header_faults, markup_faults
from lxml import html
from page_checks import problems_of
from persona_answers import PERSONAS
from route_arguments import Arguments
from werkzeug.routing import Rule

pytestmark = [pytest.mark.usefixtures("with_plugins", "catalogue"), pytest.mark.long]

# what is asked for where something else is meant
WRONG = ("organisation", "group", "dataset", "own table", "source", "measure", "user", "draft", "unknown")


class Walk:
    """Goes from address to address and notes what is wrong."""

    def __init__(self, app: Any, things: whole_catalogue.Things) -> None:
        self.app, self.things = app, things
        self.rules = [rule for rule in app.flask_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        self.found: dict[str, set[str]] = defaultdict(set)
        self.seen: dict[tuple[str, str], str] = {}
        self.known_bodies: set[int] = set()
        self.answers: dict[str, list[str]] = {}

    def open(self, address: str, persona: str, language: str = "de") -> str:
        """Open one address, and say what the answer means; the same one is opened once by each persona."""
        if (address, persona) not in self.seen:
            self.seen[address, persona] = self._opened(address, persona, language)
        return self.seen[address, persona]

    def _opened(self, address: str, persona: str, language: str) -> str:
        headers = {"Authorization": self.things.tokens[persona]} if persona != "anonymous" else {}
        try:
            answer = self.app.get(address, headers=headers, follow_redirects=False)
        except Exception as failed:  # noqa: BLE001 - the test application raises what a server answers with 500
            self.found["server errors"].add(f"{address[:200]} ({persona}): {failed!r}"[:400])
            model.Session.remove()
            return "error"
        if answer.status_code >= 500:
            self.found["server errors"].add(f"{address} ({persona}): {answer.status_code}")
        self.found["headers"] |= {f"{fault} ({address}, {persona})" for fault in header_faults(answer)}
        self._look(address, answer, language)
        return persona_answers.word(answer)

    def _look(self, address: str, answer: Any, language: str) -> None:
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or 300 <= answer.status_code < 400:
            return
        body = answer.body
        if hash(body) in self.known_bodies:
            return
        self.known_bodies.add(hash(body))
        if "<html" not in body:
            return  # a piece that a script puts into a page
        page = html.fromstring(body)
        self.found["policy"] |= {f"{fault} ({address})" for fault in markup_faults(page)}
        for problem in problems_of(page, language):
            kind = problem.partition(" ")[0].rstrip(":")
            self.found[kind].add(f"{problem} ({address})")

    def fitting(self, rule: Rule) -> Arguments:
        """Return arguments that there are."""
        return route_arguments.fitting(rule, self.things.names)

    def everything_that_is_there(self) -> None:
        """Open every page with what it is for, as everybody."""
        for rule in self.rules:
            address = route_arguments.address(rule, self.fitting(rule))
            self.answers[f"GET {rule.rule}"] = [self.open(address, persona) for persona in PERSONAS]

    def everything_else(self, step: int) -> None:
        """Open every page that names something with what it is not for: of another kind, unknown, odd.

        Args:
            step: 1 tries all, 3 a third of them, for the next page the next third
        """
        wrong, odd = [self.things.names[name] for name in WRONG], self.things.odd
        for number, rule in enumerate(self.rules):
            fitting = self.fitting(rule)
            values = [*wrong, *odd][number % step :: step]
            for argument in fitting:
                # what is of another kind is mostly asked for as `id`
                for value in values if argument == "id" or len(fitting) == 1 else odd[:2]:
                    self.open(route_arguments.address(rule, {**fitting, argument: value}), "sysadmin")
            for value in odd[:2] if fitting else ():
                self.open(route_arguments.address(rule, dict.fromkeys(fitting, value)), "anonymous")

    def in_english(self) -> None:
        """Open every page once in English."""
        for rule in self.rules:
            if rule.endpoint.partition(".")[0] not in {"home", "static", "api", "webassets"}:
                self.open(f"/en{route_arguments.address(rule, self.fitting(rule))}", "sysadmin", "en")


@pytest.fixture
def walk(app, personas, make_measure, tmp_path, ckan_config, monkeypatch):
    """A walk through a catalogue with one of everything."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    return Walk(app, whole_catalogue.once(personas, make_measure, tmp_path))


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.thorough)])
def test_walk(walk, subtests, step):
    """No page fails, writes, is untranslated, asks other hosts or lacks title, main heading or headers."""
    before = fingerprint()
    walk.everything_that_is_there()
    walk.in_english()
    walk.everything_else(step)
    after = fingerprint()
    for kind in ("server errors", "title", "headings", "lang", "fetches", "English", "headers", "policy"):
        with subtests.test(kind):
            assert sorted(walk.found[kind]) == []
    with subtests.test("who may"):
        persona_answers.compare(walk.answers, ("GET ",))
    with subtests.test("writes"):
        assert {name for name in after if after[name] != before[name]} == set()
