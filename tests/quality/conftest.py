"""What tests of quality share: the demo with open tables and a table of an office."""

from __future__ import annotations

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from stored_state import STATE

from ckanext.digitalms.publishing import releases
from ckanext.digitalms.tables.open_tables import SYNONYM_TABLES


@pytest.fixture
def published(demo):
    """The demo with its open tables and one of an office."""

    def make():
        user = factories.Sysadmin()["name"]
        releases.publish()
        releases.publish(SYNONYM_TABLES)
        draft = call_action(
            "digitalms_dataset_draft_create",
            {"user": user},
            content="Standort;Anzahl\nNord;3\nSüd;5\n",
            filename="staender.csv",
            title="Fahrradständer",
            organisation="opendata",
        )
        call_action("digitalms_dataset_publish", {"user": user}, id=draft["id"])

    STATE.once("demo with a table for points", make)
