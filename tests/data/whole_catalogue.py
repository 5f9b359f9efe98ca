"""One of everything that has a page: a catalogue to walk through, and what its things are called."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject
from datastore_state import load_datastore
from stored_state import STATE
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.publishing import releases

TABLE = b"AGS;Ort;Anteil\r\n05515000;Muenster;96,51\r\n05558012;Coesfeld;88,4\r\n"
PROGRESS = "Kennung;Stand;Status\ndms;31.12.2019;in_progress\n"
ODD = ("a\x00b", 'Łódź ’"<x>', "%2e%2e", "x" * 300)


@dataclass
class Things:
    """What there is, by kind: the names in addresses."""

    names: dict[str, str]
    odd: tuple[str, ...] = ODD
    tokens: dict[str, str] = field(default_factory=dict)


def once(personas: dict[str, str], make_measure: Callable[[], object], folder: Path) -> Things:
    """Make one of everything, once for all tests that ask for it; the personas and offices are there.

    Args:
        personas: names of accounts.
        make_measure: makes the measure ``dms``.
        folder: where releases are written to.
    """

    def make() -> Things:
        make_measure()
        return fill(personas)

    things: Things = STATE.once("one of everything", make, folder)
    # the DataStore is not kept
    _store(things.names["resource"])
    for release in releases.all_current():
        load_datastore(release)
    return things


def fill(personas: dict[str, str]) -> Things:
    """Make one of everything; the personas, offices and the measure ``dms`` are there already."""
    names = {
        "measure": "dms",
        "organisation": "citeq",
        "group": factories.Group(name="thema", title="Thema")["name"],
        "user": personas["editor"],
        "unknown": "gibt-es-nicht",
        **_dataset(),
        **_own_table(personas["editor"]),
        **_source(personas["coordinator"]),
        **_deliveries(personas["coordinator"]),
        **_report(personas["coordinator"]),
    }
    published = tk.get_action("digitalms_table_publish")({"user": personas["sysadmin"]}, {})
    names["release"] = published["release_id"]
    _without_pictures()
    model.Session.rollback()
    tokens = {p: factories.APIToken(user=name)["token"] for p, name in personas.items() if name}
    return Things(names, tokens=tokens)


def _report(coordinator: str) -> dict[str, str]:
    """Make the draft of a report."""
    told = {"title": "Bericht", "name": "bericht-2019", "as_of": "2019-03-14"}
    return {"report": tk.get_action("digitalms_report_create")({"user": coordinator}, told)["name"]}


def _without_pictures() -> None:
    """Take away the pictures of other hosts and the English names that CKAN's factories give."""
    for one in (*model.Session.query(model.Group), *model.Session.query(model.User)):
        one.image_url = ""
    for group in model.Session.query(model.Group):
        group.title, group.description = group.name, ""
    model.repo.commit()


def _dataset() -> dict[str, str]:
    group = [{"name": "thema"}]
    told = {"name": "hunde", "title": "Hunde", "notes": "Wie viele", "owner_org": "citeq", "groups": group}
    factories.Dataset(**told, tags=[{"name": "tiere"}])
    link = factories.Resource(
        package_id="hunde", name="Hunde", description="Je Ort", url="http://example.org/h.csv", format="CSV"
    )
    _store(link["id"])
    return {"dataset": "hunde", "resource": link["id"], "tag": "tiere"}


def _store(resource_id: str) -> None:
    tk.get_action("datastore_create")(
        {"ignore_auth": True},
        {"resource_id": resource_id, "force": True, "records": [{"ort": "Hiltrup", "zahl": 3}]},
    )


def _upload(content: bytes, filename: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename)


def _own_table(editor: str) -> dict[str, str]:
    context = {"user": editor}
    told = {"organisation": "citeq", "title": "Anteile", "notes": "Je Ort", "name": "anteile"}
    ids = []
    for filename in ("anteile.csv", "entwurf.csv"):
        given = {**told, "upload": _upload(TABLE, filename)}
        ids.append(tk.get_action("digitalms_dataset_draft_create")(dict(context), given)["id"])
        told = {"organisation": "citeq", "title": "Entwurf", "name": "entwurf"}
    done = tk.get_action("digitalms_dataset_publish")(dict(context), {"id": ids[0]})
    kept = tk.get_action("digitalms_dataset_publish")(dict(context), {"id": ids[1], "as_draft": True})
    package = model.Package.get(done["id"])
    return {
        "own table": done["name"],
        "own resource": package.resources[0].id,
        "own release": done["release_id"],
        "draft": ids[1],
        "draft dataset": kept["name"],
    }


def _source(user: str) -> dict[str, str]:
    told = {"name": "quelle", "title": "Quelle", "url": "https://example.org/a.csv", "owner_org": "citeq"}
    kind = {"source_type": "digitalms_progress", "frequency": "MANUAL"}
    made = tk.get_action("harvest_source_create")({"user": user}, {**told, **kind})
    source = model.Package.get(made["id"])
    job = HarvestJob(source_id=source.id, status="Finished", gather_finished=source.metadata_created)
    job.save()
    HarvestGatherError(message="Zeile 3: der Status „fertig“ ist unbekannt", job=job).save()
    found = HarvestObject(guid="1", content="<a/>", source=job.source, job=job, current=True)
    found.save()
    return {"source": "quelle", "job": job.id, "object": found.id}


def _deliveries(user: str) -> dict[str, str]:
    context = {"user": user}
    progress = tk.get_action("digitalms_delivery_create")(
        dict(context), {"kind": "progress", "content": PROGRESS, "filename": "a.csv", "dry_run": True}
    )
    table = b"measure_id,title\ndms,Neuer Titel\n"
    preview = tk.get_action("digitalms_table_import")(
        dict(context), {"table": "measures", "upload": _upload(table, "measures.csv"), "dry_run": True}
    )
    content = Path(__file__).with_name("report_other_city.html").read_bytes()
    report = tk.get_action("digitalms_report_import_create")(
        dict(context), {"upload": _upload(content, "report.html")}
    )
    return {"delivery": progress["id"], "import": preview["id"], "report draft": report["id"]}
