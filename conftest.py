"""Fixtures of the whole suite: databases with our migrations, personas, measures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestSource

# pytest puts the folder of this file on the path; `harvesters` would then be importable under a second name
sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]

PLUGINS = ("digitalms", "harvest")


def set_guard(state: str) -> None:
    """Switch the trigger that keeps statements; only a test may empty that table."""
    if sa.inspect(model.Session.connection()).has_table("digitalms_statement"):
        model.Session.execute(sa.text(f"ALTER TABLE digitalms_statement {state} TRIGGER USER"))
        model.Session.commit()


@pytest.fixture
def clean_db(with_plugins: Any, reset_db: Any, migrate_db_for: Any) -> Iterator[None]:
    """Empty every table; CKAN's own fixture knows no plugin's tables."""
    set_guard("DISABLE")
    reset_db()
    if not sa.inspect(model.Session.connection()).has_table("digitalms_statement"):
        for plugin in PLUGINS:
            migrate_db_for(plugin)
    set_guard("ENABLE")
    yield
    model.Session.rollback()


@pytest.fixture
def catalogue(clean_db: Any, clean_index: Any) -> None:
    """An empty catalogue: no datasets, no users, an empty index."""


@pytest.fixture
def office(catalogue: Any) -> dict[str, Any]:
    """The organisation of an office."""
    return factories.Organization(name="citeq", title="citeq")


@pytest.fixture
def open_data(catalogue: Any) -> dict[str, Any]:
    """The coordinators' organisation."""
    return factories.Organization(name="opendata", title="Open Data")


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
    """Make many harvest sources: never run, well, failed, overdue, running, in turn; give their names."""

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
