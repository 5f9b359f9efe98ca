"""A workbook since 2022 is delivered once and published as editions by sheet and level, cell by cell."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan import model
from coverage_workbook import CLASSES, ROWS, workbook
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.model import CoverageEdition
from ckanext.digitalms.publishing import datasets, releases
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES

pytestmark = pytest.mark.usefixtures("catalogue")
SERIES = [*(("all", str(speed)) for speed in CLASSES), ("ftthb", "1000")]


def deliver(data: bytes, **more: Any) -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    stated = {"customer": "private", "base": "households", "source": "© Bundesnetzagentur"}
    told = {
        "kind": "coverage",
        "upload": FileStorage(io.BytesIO(data), "bba_12_2025.xlsx"),
        "edition": "2025-12",
    }
    answer: dict[str, Any] = tk.get_action("digitalms_delivery_create")(
        {"user": user}, {**stated, **told, **more}
    )
    return answer


def expected() -> dict[tuple[str, str, str], tuple[float | None, str]]:
    """Return share and state of each figure of the sheet, as it was written there."""
    found: dict[tuple[str, str, str], tuple[float | None, str]] = {}
    for row in ROWS:
        for (technology, speed), cell in zip(SERIES, row[6:], strict=True):
            told = cell if isinstance(cell, int | float) else None
            found[row[0], technology, speed] = (told, "not_measured" if told is None else "measured")
    return found


def figures(rows: Any) -> dict[tuple[str, str, str], tuple[float | None, str]]:
    """Return the private households' rows of a table in the same form."""
    return {
        (r["area_code"], r["technology"], str(int(r["speed_mbit_s"]))): (
            None if r["share_percent"] in (None, "") else float(r["share_percent"]),
            r["value_state"],
        )
        for r in rows
        if r["customer"] == "private"
    }


def coded(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a workbook with the codes that stand beside its words."""
    codes = {name.removesuffix("_code"): cell for name, cell in row.items() if name.endswith("_code")}
    # keys of areas are no codes with words
    return {**row, **{name: cell for name, cell in codes.items() if name in row}}


def test_every_cell_in_every_format():
    delivery = deliver(workbook(Schulen="der Schulen"))
    assert (delivery["state"], len(delivery["report"]["changes"])) == ("accepted", 8), delivery
    assert releases.publish_all().change == "published"
    now = releases.current(COVERAGE_TABLES)
    assert now
    folder = releases.all_folders().path(now.manifest)
    rows = list(csv.DictReader(io.StringIO((folder / "coverage.csv").read_text("utf-8"))))
    assert {row["survey"] for row in rows} == {"since_2022"}
    assert {(row["area_code"], row["area_name"]) for row in rows} >= {
        ("05515", "Münster"),
        ("00", "Deutschland"),
    }
    header, *cells = (
        openpyxl.load_workbook(folder / "coverage.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    asked = {"resource_id": datasets.resource_id("coverage", "csv"), "limit": 1000}
    forms = {
        "csv": rows,
        "json": json.loads((folder / "coverage.json").read_bytes()),
        "xlsx": [coded(dict(zip(header, row, strict=True))) for row in cells],
        "datastore": tk.get_action("datastore_search")({"ignore_auth": True}, asked)["records"],
    }
    for name, table in forms.items():
        assert figures(table) == expected(), name


def test_all_its_editions_are_taken_back_together_and_come_back():
    delivery = deliver(workbook())
    assert delivery["state"] == "accepted", delivery
    context = {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    tk.get_action("digitalms_delivery_undo")(context, {"id": delivery["id"]})
    assert model.Session.query(CoverageEdition).filter_by(ended_at=None).count() == 0
    tk.get_action("digitalms_delivery_redo")(context, {"id": delivery["id"]})
    assert model.Session.query(CoverageEdition).filter_by(ended_at=None).count() == 4
    assert deliver(workbook())["state"] == "unchanged"


def test_another_edition_than_stated_is_refused():
    delivery = deliver(workbook(), edition="2025-06")
    assert (delivery["state"], delivery["report"]["summary"]["other-edition"]) == ("refused", 1)
