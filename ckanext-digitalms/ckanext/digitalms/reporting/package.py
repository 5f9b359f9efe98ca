"""The data of a report as data package (ZIP): tables with Table Schema and for Excel, the report as JSON.

The same report is the same bytes: parts are in order, and none has the time at which it was packed.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from . import canonical
from .data_tables import DataTable, csv_of, tables
from .office_tables import SHAPES, XLSX, for_excel, workbook_of
from .report import Report

__all__ = ["package"]

_BOOK = "tabellen.xlsx"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN = 0o644 << 16


def package(report: Report) -> bytes:
    """Return the data package: its description, the tables as CSV and for Excel, and the report as JSON."""
    told = tables(report)
    contents = {f"{table.name}.csv": csv_of(table) for table in told}
    for_people = {f"excel/{table.name}.csv": for_excel(table) for table in told}
    book = workbook_of(told)
    resources = [
        *(_resource(table, contents[f"{table.name}.csv"]) for table in told),
        *(_for_excel(table, for_people[f"excel/{table.name}.csv"]) for table in told),
        _workbook(book),
    ]
    parts = {
        "datapackage.json": json.dumps(_descriptor(report, resources), ensure_ascii=False, indent=2).encode(),
        **contents,
        **for_people,
        _BOOK: book,
        "report.json": canonical.to_json(report).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, _PLAIN
            archive.writestr(part, content)
    return out.getvalue()


def _descriptor(report: Report, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": report.name,
        "title": report.title,
        "homepage": report.url,
        "created": report.known_at.isoformat(),
        "description": report.method,
        "resources": resources,
    }


def _file(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{canonical.sha256(content)}"}


def _resource(table: DataTable, content: bytes) -> dict[str, Any]:
    fields = [{"name": name, "type": kind, "title": title} for name, kind, title in table.fields]
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_file(content),
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _for_excel(table: DataTable, content: bytes) -> dict[str, Any]:
    fields = [
        {"name": title, "type": kind, "title": title, **SHAPES.get(kind, {})}
        for _, kind, title in table.fields
    ]
    return {
        **_resource(table, content),
        "name": f"{table.name}-excel",
        "title": f"{table.title} (CSV für Excel)",
        "path": f"excel/{table.name}.csv",
        "encoding": "utf-8-sig",
        "dialect": {"csv": {"delimiter": ";"}},
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _workbook(content: bytes) -> dict[str, Any]:
    return {
        "name": "tabellen",
        "title": "Alle Tabellen als Arbeitsmappe",
        "path": _BOOK,
        "scheme": "file",
        "format": "xlsx",
        "mediatype": XLSX,
        **_file(content),
    }
