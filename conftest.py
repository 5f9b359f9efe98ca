"""Fixtures of the whole suite: databases with our migrations, personas, measures."""

from __future__ import annotations

import copy
import gc
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import ckan.cli.cli
import ckan.plugins.toolkit as tk
import counted_attempts
import pytest
import sqlalchemy as sa
import suite_settings  # noqa: F401 - of hypothesis
from ckan import model
from ckan import plugins as p
from ckan.common import config_declaration
from ckan.config import middleware
from ckan.lib import app_globals
from ckan.plugins import core
from ckan.tests import factories
from ckan.tests.helpers import CKANCliRunner, CKANTestApp
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestSource
from faker import Faker
from known_columns import remember
from stored_state import STATE

from ckanext.digitalms.demo import fill

# pytest puts the folder of this file on the path; `harvesters` would then be importable under a second name
sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).parent]

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:  # one of several processes: its own databases, index and place in Valkey
    os.environ.update(json.loads(os.environ["DIGITALMS_TEST_WORKERS"])[int(WORKER.removeprefix("gw"))])
os.environ["CKAN_TEST_WORKER"] = WORKER or "gw0"

STATE.watch()
remember()
# a text that a test does not give is no English sentence among German pages
factories.fake = Faker("la")

PLUGINS = ("digitalms", "harvest")
# options that are read whenever they are needed: a test that sets one needs no plugins of its own
READ_LATE = ("ckanext.digitalms.", "ckan.harvest.", "smtp.")

# what STATE keeps is found again only where the same was made before it
COMMON = ("with_plugins", "catalogue", "office", "open_data", "personas")


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    """By number: on most machines `localhost` is ::1, too, which tests allow no source to be read from."""
    return "127.0.0.1", 0


class Kept:
    """Plugins and web application as one test leaves them to the next.

    CKAN's own fixtures make both anew for every test, which takes a second, more than most tests do.
    """

    def __init__(self) -> None:
        self.application: Any = None
        self.services: dict[str, Any] = {}
        self.settings: dict[str, tuple[Any, Any]] = {}
        self.known: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.more: dict[str, type] = {}

    def load(self, config: Any, more: dict[str, type]) -> None:
        """Make what is not there, and return the configuration what loading the plugins does to it.

        Args:
            more: plugins of a test beside those of test.ini, which its ``provide_plugin`` makes
        """
        found = core._PLUGINS_SERVICE
        if self.application is None or {**found} != self.services or more != self.more:
            self._make(config, more)
            return
        for name, (before, after) in self.settings.items():
            if config.get(name, None) == before:
                config[name] = after
        self._complete(config)

    def _complete(self, config: Any) -> None:
        """Give every option its value and type, which takes CKAN 15 ms: once for the same options."""
        given = _options(config)
        if found := next((full for before, full in self.known if before == given), None):
            config.update(_options(found))
            return
        config_declaration.make_safe(config)
        config_declaration.normalize(config)
        self.known.append((given, _options(config)))

    def _make(self, config: Any, more: dict[str, type]) -> None:
        self.unload()
        before = config.copy()
        config["testing"] = True
        config["ckan.plugins"] = [*tk.aslist(config["ckan.plugins"]), *more]
        # CKAN asks where it is called from; to read every caller's source takes as long as all the rest
        with mock.patch.object(inspect, "stack", partial(inspect.stack, 0)):
            self.application = middleware.make_app(config)
        self.services, self.more = dict(core._PLUGINS_SERVICE), more
        self.settings = {name: (before.get(name), value) for name, value in config.items()}

    def unload(self) -> None:
        """Leave nothing to the next test."""
        self.application = None
        self.known.clear()
        # CKAN would look for a test's own plugin among the installed ones
        with mock.patch.object(core, "_get_service", dict(core._PLUGINS_SERVICE).__getitem__):
            p.unload_all()


def _options(config: Any) -> dict[str, Any]:
    """Return a copy of a configuration that keeps its lists when a test changes one."""
    return {name: copy.copy(value) if isinstance(value, list) else value for name, value in config.items()}


KEPT = Kept()


def is_usual(item: Any) -> bool:
    """Return whether a test sets only options that plugins read late."""
    return all(mark.args[0].startswith(READ_LATE) for mark in item.iter_markers("ckan_config"))


def more_plugins(item: Any) -> dict[str, type]:
    """Return the plugins that a test has beside those of test.ini."""
    return {name: made for mark in item.iter_markers("with_plugins") for name, made in mark.args[0].items()}


def sharing(item: Any) -> tuple[bool, bool, bool, list[str]]:
    """Return what puts tests that can share plugins beside one another, those without any first.

    Among these the long ones come first: the first process begins with them, and the last tests, which are
    given to whichever process has nothing to do, are short.
    """
    needs_plugins = bool({"with_plugins", "app"} & set(item.fixturenames))
    is_long = item.get_closest_marker("long") is not None
    return (needs_plugins and not is_long, not is_long, not is_usual(item), sorted(more_plugins(item)))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is there for good: to search it takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Put tests beside those that share their plugins; let each make first what STATE keeps."""
    items.sort(key=sharing)
    for item in items:
        item.fixturenames.sort(key=lambda name: COMMON.index(name) if name in COMMON else len(COMMON))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Function) -> None:
    """Take the plugins from a test that does not ask for them: it must pass by itself, too."""
    STATE.index.is_shared = "server" in item.fixturenames
    if KEPT.application is not None and not {"with_plugins", "app"} & set(item.fixturenames):
        KEPT.unload()


@pytest.fixture
def with_plugins(request: pytest.FixtureRequest, ckan_config: Any, reset_storages: Any) -> Iterator[None]:
    """Load the plugins as CKAN's own fixture does, unless they are there."""
    more = more_plugins(request.node)
    if is_usual(request.node):
        provide = request.getfixturevalue("provide_plugin")
        for name, made in more.items():
            provide(name, made)
        KEPT.load(ckan_config, more)
        reset_storages()
        yield
    else:
        KEPT.unload()
        request.getfixturevalue("with_plugins")
        yield


@pytest.fixture
def app(request: pytest.FixtureRequest, make_app: Any, with_plugins: Any) -> Any:
    """A client of the web application, which is made once for all tests that can share it."""
    if not is_usual(request.node):
        return make_app()
    _read_settings_of_the_site()
    application = CKANTestApp(KEPT.application)
    middleware._internal_test_request_context = application.flask_app.test_request_context()
    return application


def _read_settings_of_the_site() -> None:
    """Take what the database says over the configuration, as CKAN does, by one query instead of eleven."""
    found = dict(model.Session.query(model.SystemInfo.key, model.SystemInfo.value).all())
    model.Session.commit()
    with mock.patch.object(app_globals.model, "get_system_info", found.get):
        app_globals.reset()


@pytest.fixture
def cli(with_plugins: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> CKANCliRunner:
    """What runs commands, in the application that tests share; CKAN's own makes one for every command."""
    monkeypatch.setattr(ckan.cli, "load_config", lambda _: ckan_config)
    if KEPT.application is not None:
        monkeypatch.setattr(ckan.cli.cli, "make_app", lambda _: KEPT.application)
    return CKANCliRunner(env={"CKAN_INI": ckan_config["__file__"]})


@pytest.fixture
def clean_db(with_plugins: Any, reset_db: Any, migrate_db_for: Any) -> Iterator[None]:
    """Empty every table; CKAN's own fixture knows no plugin's tables, and takes longer."""
    made = model.repo.tables_created_and_initialised
    if made and sa.inspect(model.meta.engine).has_table("digitalms_statement"):
        STATE.empty()
    else:
        _make_tables(reset_db, migrate_db_for)
    yield
    model.Session.rollback()


def _make_tables(reset_db: Any, migrate_db_for: Any) -> None:
    engine = model.meta.engine
    reset_db()
    for plugin in PLUGINS:
        migrate_db_for(plugin)
    if model.meta.engine is not engine:
        model.init_model(engine)  # a migration leaves one that keeps no connections
    STATE.begin()


@pytest.fixture
def clean_index(reset_index: Callable[[], None]) -> None:
    """Empty the index, unless nothing has been written there."""
    STATE.empty_index(reset_index)


@pytest.fixture
def catalogue(clean_db: Any, clean_index: Any) -> None:
    """An empty catalogue: no datasets, no users, an empty index; nobody has failed to sign in."""
    counted_attempts.forget()


@pytest.fixture
def sender(app: Any, personas: dict[str, str]) -> Callable[[str], Callable[..., tuple[int, Any]]]:
    """Make what sends fields and files as the coordinator, to an address or another one.

    It gives code and answer, of the API as what its JSON says; a server error fails the test.
    """
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

    def to(address: str) -> Callable[..., tuple[int, Any]]:
        def post(path: str = address, **data: Any) -> tuple[int, Any]:
            answer = app.post(path, data=data, headers=headers, follow_redirects=False)
            assert answer.status_code < 500, answer.body
            return answer.status_code, json.loads(answer.body) if path.startswith("/api") else answer

        return post

    return to


@pytest.fixture
def office(catalogue: Any) -> dict[str, Any]:
    """The organisation of an office."""
    return STATE.once("office", lambda: factories.Organization(name="citeq", title="citeq"))


@pytest.fixture
def open_data(catalogue: Any) -> dict[str, Any]:
    """The coordinators' organisation."""
    return STATE.once("open_data", lambda: factories.Organization(name="opendata", title="Open Data"))


@pytest.fixture
def demo(catalogue: Any) -> None:
    """The demo with its example history."""

    def make() -> None:
        fill.organisations(None, None)
        fill.measures(fictional=True)

    STATE.once("demo", make)


@pytest.fixture
def report(catalogue: Any) -> None:
    """The demo as the council's report says it, without what is made up."""

    def make() -> None:
        fill.organisations(None, None)
        fill.measures(fictional=False)

    STATE.once("report", make)


def member(organisation: dict[str, Any], capacity: str, name: str) -> dict[str, Any]:
    """Make a user with a role in an organisation."""
    user = factories.User(name=name)
    tk.get_action("organization_member_create")(
        {"ignore_auth": True}, {"id": organisation["id"], "username": name, "role": capacity}
    )
    return user


@pytest.fixture
def personas(office: dict[str, Any], open_data: dict[str, Any]) -> dict[str, str]:
    """User names by persona: anonymous, stranger, editor, other_editor, coordinator, sysadmin."""
    return STATE.once("personas", lambda: _personas(office, open_data))


def _personas(office: dict[str, Any], open_data: dict[str, Any]) -> dict[str, str]:
    other = factories.Organization(name="anderes-amt")
    return {
        "anonymous": "",
        "stranger": factories.User(name="fremde")["name"],
        "editor": member(office, "editor", "editor")["name"],
        "other_editor": member(other, "editor", "andere")["name"],
        "coordinator": member(open_data, "editor", "coordinator")["name"],
        "sysadmin": factories.Sysadmin(name="chef")["name"],
    }


@pytest.fixture
def make_measure(office: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Make a measure with CKAN's own action."""

    def make(**values: Any) -> dict[str, Any]:
        user = values.pop("user", None)
        context = {"user": user} if user else {"ignore_auth": True, "user": ""}
        data = {
            "type": "digitalisierungsmassnahme",
            "name": "dms",
            "title": "Dokumentenmanagement (DMS)",
            "owner_org": office["id"],
            "status": "in_preparation",
            "as_of": "2019-03-14",
            "steps": [
                {"state": "in_preparation", "text": "Rechte und Rollen"},
                {"state": "pending", "text": "Stellen besetzen"},
            ],
            "council_references": [{"reference": "V/0954/2018", "role": "basis"}],
        }
        return tk.get_action("package_create")(context, {**data, **values})

    return make


FREQUENCIES = ("MANUAL", "DAILY", "WEEKLY", "MONTHLY")


@pytest.fixture
def make_sources() -> Callable[..., list[str]]:
    """Make many harvest sources: never run, well, failed, overdue, running, in turn; return their names."""

    def make(count: int, organisation_id: str, first: int = 0) -> list[str]:
        return [_source(number, organisation_id) for number in range(first, first + count)]

    return make


def _source(number: int, organisation_id: str) -> str:
    now = datetime.now(UTC).replace(tzinfo=None)
    title = f"Fortschritt des Fachamts für Angelegenheit {number}"
    package = model.Package(
        name=f"quelle-{number:03d}", title=title, type="harvest", owner_org=organisation_id
    )
    model.Session.add(package)
    model.Session.flush()
    source = HarvestSource(
        id=package.id,
        url=f"https://example.org/{number}.csv",
        title=title,
        type="digitalms_progress",
        frequency=FREQUENCIES[number % 4],
        next_run=now + timedelta(days=1),
    )
    model.Session.add(source)
    model.Session.flush()
    _runs(source, number % 5, now)
    model.repo.commit()
    return str(package.name)


def _runs(source: Any, kind: int, now: datetime) -> None:
    """0: none, 1: well, 2: failed at last, 3: long ago, 4: running."""
    age = timedelta(days=200) if kind == 3 else timedelta(hours=2)
    for place in range(0 if kind == 0 else 12):
        begun = now - age - timedelta(hours=12 - place)
        job = HarvestJob(
            source=source, created=begun, gather_finished=begun, finished=begun, status="Finished"
        )
        model.Session.add(job)
        for error in range(place if kind == 2 else 0):
            model.Session.add(
                HarvestGatherError(message=f"Zeile {error}: <b>falsch</b> " + "x" * 300, job=job)
            )
    if kind == 4:
        model.Session.add(HarvestJob(source=source, created=now, status="Running"))
