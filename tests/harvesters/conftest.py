"""What tests of sources share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from source_steps import Steps


@pytest.fixture
def source_of() -> Callable[..., Steps]:
    """Make a harvest source and return its steps."""

    def make(kind: str, url: str, organisation: str, **told: Any) -> Steps:
        user = factories.Sysadmin()
        count = model.Session.query(model.Package).count()
        source = tk.get_action("harvest_source_create")(
            {"user": user["name"]},
            {
                "url": url,
                "name": f"quelle-{count}",
                "title": "Fortschritt der citeq",
                "source_type": kind,
                "owner_org": organisation,
                "frequency": "MANUAL",
                **told,
                "config": json.dumps(told.get("config") or {}),
            },
        )
        return Steps(str(source["id"]))

    return make
