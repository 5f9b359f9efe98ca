"""Fixtures of the whole suite: databases with our migrations, personas, measures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

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
