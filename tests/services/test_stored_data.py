"""The page on privacy names every table that holds something of persons, and the times that are set."""

from __future__ import annotations

import re
from typing import Any

import ckan.model  # noqa: F401 - its tables
import pytest
from ckan.model.meta import metadata

import ckanext.digitalms.model  # noqa: F401 - as above
from ckanext.digitalms.services import stored_data

# how columns are called that name a person, or say what one did
_OF_PERSONS = re.compile(
    r".*(user|author|mail|maintainer|creator|account|recipient|sender|person|follower|fullname|phone).*"
    r"|.*_by|owner_id|last_active|password|apikey"
)
# by the column that says of what kind it is: a member may be a user
_BY_KIND = {"member"}


def of_persons() -> set[str]:
    """Return the tables with a column that holds something of persons."""
    found = {
        name
        for name, table in metadata.tables.items()
        if any(_OF_PERSONS.fullmatch(column.name) for column in table.columns)
    }
    # a table is there before its plugin is
    return (found | _BY_KIND) - {"activity", "activity_detail", "authorization_group_user"}


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_every_table_that_holds_persons_is_named() -> None:
    told = {
        table for kept in (*stored_data.of_readers(), *stored_data.of_accounts()) for table in kept.tables
    }
    assert sorted(of_persons() - told) == []
    assert sorted(told - set(metadata.tables)) == []


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_times_are_those_that_are_set(app: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = app.get("/digitalisierung/datenschutz").text
    assert "365 Tage" in page
    assert "24 h nach der letzten Benutzung" in page
    assert "Netzadresse" in page
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.retention.notices_days", 77)
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.session.hours", 3)
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.budget.searches", "500 per 2 day")
    page = app.get("/digitalisierung/datenschutz").text
    assert "77 Tage" in page
    assert "3 h nach der letzten Benutzung" in page
    assert "4 Tage" in page
    for kind in ("searches", "days", "downloads"):
        monkeypatch.setitem(ckan_config, f"ckanext.digitalms.budget.{kind}", "")
    assert "überlasten" not in app.get("/digitalisierung/datenschutz").text


@pytest.mark.usefixtures("with_plugins", "catalogue")
def test_cookies_are_as_the_page_says(app: Any) -> None:
    """A page sets no cookie, and one with a form sets the one that is named."""
    browser = app.test_client()
    page = browser.get("/digitalisierung/datenschutz")
    assert "Set-Cookie" not in page.headers
    cookie = browser.get("/user/login").headers["Set-Cookie"].partition("=")[0]
    assert f"„{cookie}“" in page.text
