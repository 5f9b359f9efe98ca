"""What a large delivery costs, in SQL statements; the measures are put straight into the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestSource
from sql_counting import counted

from ckanext.digitalms.services.deliveries import delivery_create, delivery_list
from ckanext.digitalms.vocabularies import MEASURE_TYPE

pytestmark = pytest.mark.usefixtures("catalogue")

MEASURES = 100
# of a delivery of any size: none is sent for each record
FEW = 40
HEADER = "measure_id,as_of,status,progress_percent,statement,source\n"


@pytest.fixture
def source(office: dict[str, Any]) -> str:
    """A source of an office with many measures."""
    for number in range(MEASURES):
        name = f"m-{number}"
        extras = {"status": "planned", "as_of": "2019-01-01"}
        model.Session.add(
            model.Package(name=name, title=name, type=MEASURE_TYPE, owner_org=office["id"], extras=extras)
        )
    model.repo.commit()
    made = tk.get_action("harvest_source_create")(
        {"user": factories.Sysadmin()["name"]},
        {
            "url": "https://example.org/stand.csv",
            "name": "quelle",
            "source_type": "digitalms_progress",
            "owner_org": office["id"],
        },
    )
    return str(made["id"])


@pytest.fixture
def gather(source: str) -> Callable[[str], tuple[list[str], int, HarvestJob]]:
    """Gather a table for the source; return the objects' ids and how many statements that took."""

    def run(table: str) -> tuple[list[str], int, HarvestJob]:
        organisation = model.Package.get(source).owner_org
        stored = delivery_create("progress", "stand.csv", table.encode(), organisation=organisation)
        model.Session.get(HarvestSource, source).url = f"delivery:{stored.id}"
        job = HarvestJob(source=model.Session.get(HarvestSource, source))
        job.save()
        harvester = queue.get_harvester("digitalms_progress")
        objects, count = counted(lambda: queue.gather_stage(harvester, job))
        return objects, count, job

    return run


def table(progress: int, order: int = 1) -> str:
    rows = [f"m-{n},2019-03-14,in_progress,{progress},Text {n},Bericht\n" for n in range(MEASURES)]
    return HEADER + "".join(rows[::order])


def test_gather_of_what_is_known_asks_little_and_writes_nothing(source: str, gather: Any) -> None:
    objects, _, job = gather(table(40))
    assert len(objects) == 1
    assert queue.get_harvester("digitalms_progress").import_stage(job.objects[0]) is True
    again, same_file, _ = gather(table(40))
    other, same_rows, _ = gather(table(40, order=-1))
    assert again == other == []
    assert [delivery.state for delivery in delivery_list(source)] == ["unchanged", "accepted"]
    assert same_file < FEW
    assert same_rows < FEW


def test_one_changed_row_of_many_is_one_statement(source: str, gather: Any) -> None:
    _, _, job = gather(table(40))
    harvester = queue.get_harvester("digitalms_progress")
    harvester.import_stage(job.objects[0])
    stored = sa.text("SELECT count(*) FROM digitalms_statement")
    before = model.Session.scalar(stored)
    _, count, job = gather(table(40).replace("Text 7,", "Neu,"))
    assert harvester.import_stage(job.objects[0]) is True
    assert model.Session.scalar(stored) == before + 1
    assert count < FEW
