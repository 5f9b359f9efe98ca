"""The name of an office's table means that table for good, whatever else is called like it later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "personas")


@pytest.fixture
def table(tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A published table whose dataset was given another address."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    told = {"content": "AGS;Wert\n05515000;1\n", "filename": "schulen.csv", "organisation": "citeq"}
    draft = call_action("digitalms_dataset_draft_create", name="schulen", **told)
    done: dict[str, Any] = call_action("digitalms_dataset_publish", id=draft["id"])
    call_action("package_patch", id=done["id"], name="schulen-neu")
    return done


def test_a_dataset_that_is_called_like_it(app: Any, table: dict[str, Any]) -> None:
    office = factories.Organization(name="schulamt-b")
    editor = factories.User()
    call_action("organization_member_create", id=office["id"], username=editor["name"], role="editor")
    factories.Dataset(name="schulen", owner_org=office["id"])
    assert "05515000" in app.get("/digitalisierung/tabelle/datensatz/schulen").body
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("digitalms_dataset_draft_create")(
            {"user": editor["name"]}, {"dataset": "schulen", "content": "AGS;Wert\n05515000;2\n"}
        )
