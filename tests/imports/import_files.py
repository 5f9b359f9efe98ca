"""Tables of the catalogue as files, and handing them in."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from catalogues import written
from ckan import model

from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import snapshot
from ckanext.digitalms.tables.open_tables import TABLES, Row

GOAL = "5a7b0f6e-0000-4000-8000-000000000001"
MILESTONE = "5a7b0f6e-0000-4000-8000-000000000002"
INDICATOR = "5a7b0f6e-0000-4000-8000-000000000003"
STEP = "5a7b0f6e-0000-4000-8000-000000000004"

OBSTACLE = "5a7b0f6e-0000-4000-8000-000000000011"
PARTNER = "5a7b0f6e-0000-4000-8000-000000000012"
LINK = "5a7b0f6e-0000-4000-8000-000000000013"
SHARE = "5a7b0f6e-0000-4000-8000-000000000014"
LISTS = {
    "obstacles": [{"id": OBSTACLE, "text": "Stelle unbesetzt", "since": "2019-01-15"}],
    "partners": [{"id": PARTNER, "name": "Kreis Coesfeld", "url": "https://example.org/kreis"}],
    "links": [{"id": LINK, "title": "Code for Münster", "url": "https://example.org/code"}],
    "coverage_links": [
        {
            "id": SHARE,
            "area_code": "05515000",
            "technology": "all",
            "speed_mbit_s": "30",
            "customer": "private",
            "base": "households",
        }
    ],
}


def patch(name: str, **values: Any) -> None:
    tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": name, **values})


def rows_of(table: str) -> list[Row]:
    """Return today's rows of a table."""
    model.Session.rollback()
    return TABLES[table].rows(snapshot.source())


def file_of(table: str, ending: str, rows: list[Row] | None = None) -> bytes:
    return written(table, ending, rows_of(table) if rows is None else rows)


def changed_file(table: str, ending: str, column: str, value: Any, **where: Any) -> bytes:
    """Return a table with one cell changed: in the last row that fits."""
    rows = rows_of(table)
    hit = [row for row in rows if all(str(row[name]) == str(told) for name, told in where.items())]
    assert hit, (table, where)
    hit[-1][column] = value
    return file_of(table, ending, rows)


def imported(user: str, content: bytes | list[dict[str, Any]], **told: Any) -> dict[str, Any]:
    """Call the action with a file, or with rows as JSON."""
    data = json.dumps(content).encode() if isinstance(content, list) else content
    answer: dict[str, Any] = tk.get_action("digitalms_table_import")(
        {"user": user}, {"content": data, "filename": "egal.dat", **told}
    )
    model.Session.rollback()
    return answer


def statement_count() -> int:
    model.Session.rollback()
    return model.Session.query(StatementRow).count()


def measure(name: str) -> dict[str, Any]:
    model.Session.rollback()
    shown: dict[str, Any] = tk.get_action("digitalms_measure_show")({}, {"id": name})
    return shown
