"""A row of a table of one's own is blanked: what was handed in is told, and cannot be used any more."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import Delivery

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

TABLE = "name;betrag\r\nQerika Mustermann;11\r\nQotto Beispiel;22\r\n"
WHY = "nichts mehr übernommen oder veröffentlicht werden"


@pytest.fixture
def handed_in(tmp_path, personas, make_measure, ckan_config, monkeypatch):
    """A published table, and what was handed in and is not taken over: by kind its id."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    user = personas["coordinator"]

    def act(name: str, /, **told: Any) -> Any:
        return tk.get_action(name)({"user": user}, told)["id"]

    make_measure()
    told = {"content": TABLE, "filename": "leute.csv", "title": "Leute"}
    act(
        "digitalms_dataset_publish",
        id=act("digitalms_dataset_draft_create", organisation="citeq", name="leute", **told),
    )
    rows = json.dumps([{"measure_id": "dms", "title": "DMS von Qerika Mustermann"}])
    progress = "measure_id,as_of,statement\ndms,2019-07-01,Qerika Mustermann kommt\n"
    return {
        "draft": act("digitalms_dataset_draft_create", dataset="leute", **told),
        "table": act("digitalms_table_import", table="measures", content=rows, dry_run=True),
        "progress": act("digitalms_delivery_create", content=progress, dry_run=True),
    }


def test_what_was_handed_in_says_that_it_was_blanked(handed_in, personas, app):
    """Which day, and that nothing becomes of it, on each page; the actions refuse it with the same words."""
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    addresses = {
        "draft": "/digitalisierung/daten/neu/",
        "table": "/digitalisierung/datenqualitaet/tabelle-einlesen/",
        "progress": "/digitalisierung/datenqualitaet/bericht/",
    }

    def page(kind: str) -> Any:
        body = app.get(addresses[kind] + handed_in[kind], headers=headers).body
        return BeautifulSoup(body, "html.parser").find("main")

    for kind in handed_in:
        assert WHY not in page(kind).text, kind
    call_action("digitalms_redact", table="leute", row={"name": "Qerika Mustermann"}, reason="Person")
    today = date.fromisoformat(_blanked_on()).strftime("%d.%m.%Y")
    draft = page("draft")
    assert f"am {today}" in draft.find(class_="alert").text
    assert "ist nicht mehr da" in draft.find(class_="alert").text
    assert draft.find(value="publish") is draft.find(value="save") is None
    assert draft.find("a", href="/digitalisierung/daten/neu?datensatz=leute")
    call_action("digitalms_redact", text="Qerika Mustermann", reason="Person")
    for kind, button in (("draft", "publish"), ("table", "uebernehmen"), ("progress", "uebernehmen")):
        told = page(kind)
        assert WHY in told.find(class_="alert").text, kind
        assert f"am {today}" in told.find(class_="alert").text, kind
        assert button not in str(told), kind
    _refused(handed_in, personas["coordinator"])
    told = {"user": personas["coordinator"]}, {"id": handed_in["draft"], "notes": "bleibt"}
    assert tk.get_action("digitalms_dataset_draft_update")(*told)["metadata"]["notes"] == "bleibt"


def _blanked_on() -> str:
    found = model.Session.query(Delivery).filter(Delivery.kind == "dataset", Delivery.size == 0).first()
    return str(found.about["blanked_on"])


def _refused(handed_in: dict[str, str], user: str) -> None:
    for name, told in (
        ("digitalms_dataset_publish", {"id": handed_in["draft"]}),
        ("digitalms_dataset_publish", {"id": handed_in["draft"], "as_draft": True}),
        ("digitalms_dataset_draft_update", {"id": handed_in["draft"], "delimiter": ","}),
        ("digitalms_table_import", {"import_id": handed_in["table"]}),
        ("digitalms_delivery_create", {"delivery_id": handed_in["progress"]}),
    ):
        with pytest.raises(tk.ValidationError) as refused:
            tk.get_action(name)({"user": user}, told)
        assert "Something was blanked in this file on" in str(refused.value.error_dict), name
    assert call_action("package_show", id="dms")["title"] == "Dokumentenmanagement (DMS)"
