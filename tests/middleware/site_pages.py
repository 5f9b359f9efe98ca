"""A catalogue with one of everything."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from werkzeug.datastructures import FileStorage


def uploaded(content: bytes, name: str) -> FileStorage:
    """Return a file as a form sends it."""
    return FileStorage(io.BytesIO(content), name)


def fill(personas: dict[str, str], make_measure: Any, make_sources: Any) -> dict[str, dict[str, str]]:
    """Make one of everything; return the arguments of addresses by blueprint."""
    context = {"user": personas["sysadmin"]}
    office = model.Group.get("citeq")
    measure = make_measure()
    make_measure(name="unter", parent_id="dms", title="Teil")
    dataset = factories.Dataset(name="daten", owner_org=office.id, notes="*Text*", private=False)
    resource = tk.get_action("resource_create")(
        context, {"package_id": dataset["id"], "name": "Datei", "upload": uploaded(b"a\n1\n", "a.csv")}
    )
    file = tk.get_action("resource_create")(
        context, {"package_id": measure["id"], "url": "https://example.org/a"}
    )
    factories.Group(name="gruppe")
    source = make_sources(3, office.id)[2]
    tk.get_action("digitalms_table_publish")(context, {})
    job = model.Session.execute(sa.text("SELECT id FROM harvest_job LIMIT 1")).scalar_one()
    draft = tk.get_action("digitalms_dataset_draft_create")(
        context, {"content": "Schule;Zahl\nA;1\nB;2\n", "filename": "schulen.csv", "organisation": "citeq"}
    )
    delivery = tk.get_action("digitalms_delivery_create")(
        context,
        {"content": "measure_id,as_of,status\ndms,2019-05-01,nix\n", "filename": "f.csv", "kind": "progress"},
    )
    tables = {"name": "measures.csv", "table": "measures", "draft_id": draft["id"], "id": delivery["id"]}
    return {
        "": {"style": "normal", "lang": "de", "logic_function": "status_show", "ver": "3", "mark": "alt"},
        "dataset": {"id": dataset["name"], "resource_id": resource["id"], "filename": "a.csv"},
        "digitalisierungsmassnahme": {"id": measure["name"], "resource_id": file["id"], "filename": "a"},
        "digitalms": {**tables, "reference": "V/0954/2018"},
        "digitalms_measure": {"id": measure["name"]},
        "digitalms_measure_fields": {"id": measure["name"]},
        "digitalms_editing": {"id": measure["name"]},
        "digitalms_figure_entry": {"id": measure["name"]},
        "digitalms_news": {"id": measure["name"]},
        "digitalms_source": {"id": source},
        "digitalms_source_form": {"id": source},
        "organization": {"id": office.name},
        "group": {"id": "gruppe"},
        "harvest": {"id": source},
        "harvester": {"id": job, "source": source},
        "user": {"id": personas["editor"]},
        "datastore": {"id": dataset["name"], "resource_id": resource["id"]},
        "feeds": {"id": office.name},
    }
