"""Nonsense for every action and every page, whoever sends it: a sentence, and never a server error.

Each test fills one catalogue and asks all of it. The suite asks the same questions each time; with
``DIGITALMS_FUZZ=2000`` (see script/nightly) so many more are made at random, anew each time.
"""

from __future__ import annotations

import inspect
import itertools
import json
import os
import re
import socket
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import route_arguments
import whole_catalogue
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from ckan import logic, model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from ckanext.digitalms.middleware.api_input import NO_ACTIONS

pytestmark = [pytest.mark.usefixtures("with_plugins", "catalogue"), pytest.mark.long]

LONG_RUN = int(os.environ.get("DIGITALMS_FUZZ", "0"))
ROUND = 250  # questions of a long run to one catalogue: as sysadmin they destroy much
PERSONAS = ("anonymous", "stranger", "editor", "sysadmin")
# what would speak to a mail server, or wait for a queue
NOT_ASKED = {"send_email_notifications", "user_invite"}
_DOCUMENTED = re.compile(r":param (?:\w+ )?([\w.]+)\s*:|^ {4,12}([a-z_]+): ", re.MULTILINE)
_KNOWN = re.compile(r"(?:Bekannt sind|Known are): ([^\"]*)\.")
_READ = re.compile(
    r"""(?:args|params|values)(?:\.(?:get|getlist|pop)\(|\[)\s*u?["']([\w.\-]+)["']|^\s+u?["'](\w+)["']:\s*\[""",
    re.MULTILINE,
)
_FIELDS = re.compile(r'<(?:input|select|textarea)[^>]*?\bname="([^"]+)"')
COMMON = ("id", "name", "q", "limit", "offset")
# what is meant, for the others while one is nonsense
MEANT = {
    "id": "dms",
    "organisation": "citeq",
    "owner_org": "citeq",
    "table": "measures",
    "name": "measures",
    "reference": "V/0954/2018",
    "text": "V/0954/2018",
    "as_of": "2019-12-31",
    "path": "title",
    "reason": "Probe",
}
DEEP: Any = json.loads("[" * 90 + "]" * 90)
NASTY: tuple[Any, ...] = (
    *("", "x", "dms", "citeq", "a\0b", "\ud800", "x" * 5000, "10" * 15, "-1", "0", "true", "1e999", "NaN"),
    *("9999-12-31", "0001-01-01T00:00:00+14:00", "Łódź %s {x} \\evil", "[]", "{", '"', "*:*", "a:b:c (", "_"),
    *("' OR 1=1 --", "<script>alert(1)</script>", "🏛️", "../../etc/passwd", "2019-02-31", "x" * 100_000),
    *(None, True, 5, -1, 2.5, 10**30, -(2**63), [], {}, [[]], [{}], ["dms", None], {"id": "dms"}),
    *({"a": {"b": [1]}}, [{"x": [1]}], DEEP, {"a": DEEP}),
)
# of addresses and forms
TEXTS = (
    *("", "\x00", "%", "<script>", "' OR 1=1", "2019-02-31", "9999-99-99", "-1", "🏛️", "x" * 2000, "a:b/c("),
    *("1" * 5000, "+5", "٣", "1_0", " 7 ", "1e9", "[" * 400, '{"a":' * 200, "\\\\evil", "dms", "[]", "{}"),
)
QUERY = (
    *(
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
    ),
    *("facet.field", "sort", "came_from", "next", "ext_x", "_status_limit", "fl", "rows", "start", "format"),
    *(
        "incomplete",
        "resource_id",
        "filters",
        "full_text",
        "bom",
        "order_by",
        "tags",
        "groups",
        "package_type",
    ),
)
FORM = (
    *(
        "id",
        "name",
        "title",
        "url",
        "save",
        "email",
        "password1",
        "password2",
        "old_password",
        "users",
        "role",
    ),
    *("capacity", "package", "datasets", "bulk_action.private", "resource_id", "stage", "reason", "decision"),
    *(
        "status",
        "token",
        "username",
        "dataset_id",
        "expires_in",
        "unit",
        "confirm",
        "upload",
        "remember",
        "login",
    ),
)

# pages of CKAN that hand what stands in their address on to Solr
SEARCHING = frozenset(
    {"dataset.search", "group.read", "organization.read", "organization.bulk_process", "dashboard.datasets"}
)
REFUSED_BY_SOLR = ({"sort": "\x00"}, {"page": "107374184"})

LEAVES = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)
STRINGS = st.sampled_from(TEXTS) | st.text(max_size=40) | st.integers().map(str) | st.floats().map(str)


class Asking:
    """Asks a filled catalogue, and notes each server error."""

    def __init__(self, app: Any, things: whole_catalogue.Things) -> None:
        self.client = app.test_client(use_cookies=False)
        self.things = things
        self.rules = sorted(app.flask_app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        self.found: list[str] = []
        self.parameters = {name: self._parameters(name) for name in actions()}
        self.fields: dict[str, tuple[str, ...]] = {}

    def send(self, method: str, address: str, persona: str, **told: Any) -> Any:
        """Send a request; return the answer, or nothing where the server broke off."""
        token = self.things.tokens.get(persona)
        headers = {"Authorization": token} if token else {}
        try:
            answer = self.client.open(address, method=method, headers=headers, follow_redirects=False, **told)
        except Exception as failed:  # noqa: BLE001 - the test application raises what a server answers with 500
            model.Session.remove()
            self._note(method, address, persona, told, repr(failed))
            return None
        if answer.status_code >= 500:
            self._note(method, address, persona, told, answer.body)
        return answer

    def _note(self, method: str, address: str, persona: str, told: Any, why: str) -> None:
        self.found.append(f"{method} {address[:200]} ({persona}) {str(told)[:300]}: {why[:300]}")

    def call(self, action: str, persona: str, data: Any) -> Any:
        """Call an action."""
        told = data if isinstance(data, str) else json.dumps(data)
        address = f"/api/action/{action}"
        return self.send("POST", address, persona, data=told, content_type="application/json")

    def _parameters(self, action: str) -> tuple[str, ...]:
        """Return the names an action knows: ours say so when asked for another one, others in their words."""
        if action.startswith("digitalms_"):
            told = _KNOWN.search(self.call(action, "sysadmin", {"gibt-es-nicht": 1}).body)
            if told:
                return tuple(told[1].split(", "))
        words = inspect.getdoc(logic.get_action(action)) or ""
        found = [one or other for one, other in _DOCUMENTED.findall(words)]
        return tuple(dict.fromkeys([*found, *COMMON]))

    def address(self, rule: Rule) -> str:
        """Return the address of a page with what there is."""
        return route_arguments.address(rule, route_arguments.fitting(rule, self.things.names))

    def form(self, rule: Rule) -> tuple[str, ...]:
        """Return the fields of the form that stands on the page itself, and those that forms often have."""
        address = self.address(rule)
        if address not in self.fields:
            page = self.send("GET", address, "sysadmin") if "GET" in (rule.methods or ()) else None
            found = _FIELDS.findall(page.body) if page is not None else []
            self.fields[address] = tuple(dict.fromkeys([*found, *FORM]))
        return self.fields[address]


def actions() -> list[str]:
    """Every action there is, CKAN's, harvest's, the DataStore's and ours."""
    logic.get_action("package_show")
    return sorted(set(logic._actions) - NO_ACTIONS - NOT_ASKED)


@pytest.fixture
def asking(
    app: Any, personas: dict[str, str], make_measure: Any, tmp_path: Any, ckan_config: Any, monkeypatch: Any
) -> Asking:
    """A catalogue with one of everything, and nobody who is told to wait."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    for kind in ("downloads", "days", "searches"):
        monkeypatch.setitem(ckan_config, f"ckanext.digitalms.budget.{kind}", "")
    return Asking(app, whole_catalogue.once(personas, make_measure, tmp_path))


def _in_turn(values: tuple[Any, ...]) -> Iterator[Any]:
    return itertools.cycle(values)


def test_actions(asking):
    """Each parameter that an action of ours knows is nonsense once in turn; the rest is what is meant.

    CKAN's actions are given nothing, what is meant by a stranger, and one value for all that they know.
    """
    values = _in_turn(NASTY)
    for action, names in asking.parameters.items():
        meant = {name: MEANT[name] for name in names if name in MEANT}
        for data in ({}, meant):
            asking.call(action, "anonymous", data)
        told = next(values)
        asking.call(action, PERSONAS[len(action) % 4], dict.fromkeys(names, told))
        if not action.startswith("digitalms_"):
            continue
        for name in names:
            for _ in range(3):
                answer = asking.call(action, "sysadmin", {**meant, name: next(values)})
                assert answer is None or "success" in json.loads(answer.body), (action, name)
        asking.call(action, "sysadmin", {**meant, "gibt-es-nicht": told})
    for action in asking.parameters:
        asking.call(action, "sysadmin", {})
    for body in ("", "[]", "5", "null", '"x"', "{", "\xff"):
        for action in list(asking.parameters)[:: 9 if LONG_RUN == 0 else 1]:
            asking.call(action, "sysadmin", body)
    assert asking.found == []


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that takes every mail: without one, a link for a new password is answered with 503."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{port}")
    monkeypatch.setitem(tk.config, "smtp.mail_from", "katalog@example.org")
    yield
    controller.stop()


@pytest.mark.usefixtures("mail_server")
@pytest.mark.parametrize(
    "readers",
    [1, pytest.param(2, marks=pytest.mark.thorough)],
    ids=["a stranger or who may do most", "both"],
)
def test_pages(asking, readers):
    """Every page, read and written to, by a stranger and by whoever may do most; writing comes last."""
    texts, names, personas = _in_turn(TEXTS), _in_turn(QUERY), _in_turn(("anonymous", "sysadmin"))
    reading = [rule for rule in asking.rules if "GET" in (rule.methods or ())]
    writing = [
        rule for rule in asking.rules if "POST" in (rule.methods or ()) and rule.endpoint != "api.action"
    ]
    assert len(reading) > 200
    assert len(writing) > 80
    for rule in reading:
        address = asking.address(rule)
        for persona in itertools.islice(personas, readers):
            told = {next(names): next(texts) for _ in range(4)}
            asking.send("GET", address, persona, query_string=told)
    for address in [asking.address(rule) for rule in reading if rule.endpoint in SEARCHING]:
        for told in REFUSED_BY_SOLR:
            asking.send("GET", address, "sysadmin", query_string=told)
    for text in TEXTS:
        for name in ("facet.field", "page", "limit"):
            asking.send("GET", "/api/action/package_search", "anonymous", query_string={name: text})
            if readers > 1 or name == "page":
                asking.send("GET", "/dataset/", "anonymous", query_string={name: text})
    for rule in writing:
        address, fields = asking.address(rule), asking.form(rule)
        some = fields[len(address) % 2 :: 2]
        asking.send("POST", address, "anonymous", data={})
        for form in ({}, {name: next(texts) for name in some}, dict.fromkeys(fields, next(texts))):
            asking.send("POST", address, "sysadmin", data=form)
    assert asking.found == []


@pytest.mark.thorough
def test_what_each_page_reads_of_its_address(asking, app):
    """Each parameter that the module of a page reads, with nonsense in turn, and alone.

    So no other one is refused before it. It is the code that says what is read.
    """
    texts, personas = _in_turn(TEXTS), _in_turn(("anonymous", "sysadmin"))
    for rule in asking.rules:
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("resource.download"):
            continue
        address = asking.address(rule)
        for name in parameters_read(app.flask_app.view_functions[rule.endpoint]):
            for _ in range(5):
                asking.send("GET", address, next(personas), query_string={name: next(texts)})
    assert asking.found == []


def parameters_read(view: Any) -> list[str]:
    """Return the parameters that the module of a view reads or has in a schema."""
    view = inspect.unwrap(view)
    module = inspect.getmodule(getattr(view, "view_class", view))
    if module is None or module.__name__.startswith("flask"):
        return []
    return sorted({name for names in _READ.findall(inspect.getsource(module)) for name in names if name})


@st.composite
def questions(draw: Any, asking: Asking) -> tuple[str, str, str, dict[str, Any]]:
    """What is asked, how, by whom, and values for some of what it knows; seldom for what it does not."""
    persona = draw(st.sampled_from(PERSONAS))
    if draw(st.booleans()):
        action = draw(st.sampled_from(list(asking.parameters)))
        names = st.sampled_from(asking.parameters[action])
        known = draw(st.lists(names, max_size=4, unique=True))
        told = {name: MEANT[name] for name in asking.parameters[action] if name in MEANT}
        told = told if draw(st.booleans()) else {}
        return "action", action, persona, {**told, **{name: draw(VALUES) for name in known}}
    rule = draw(st.sampled_from(asking.rules))
    method = draw(st.sampled_from(sorted({"GET", "POST"} & set(rule.methods or ())) or ["GET"]))
    names = QUERY if method == "GET" else asking.form(rule)
    chosen = draw(st.lists(st.sampled_from(names), max_size=6, unique=True))
    return method, asking.address(rule), persona, {name: draw(STRINGS) for name in chosen}


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(max(1, LONG_RUN // ROUND)))
def test_generated(asking, part):
    """Generated values, lists and objects for actions, and texts for pages."""

    @settings(
        max_examples=ROUND if LONG_RUN else 60,
        derandomize=not LONG_RUN,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(questions(asking))
    def check(question: tuple[str, str, str, dict[str, Any]]) -> None:
        kind, what, persona, told = question
        asking.found.clear()
        if kind == "action":
            asking.call(what, persona, told)
        else:
            asking.send(kind, what, persona, **{"query_string" if kind == "GET" else "data": told})
        assert asking.found == []

    check()
