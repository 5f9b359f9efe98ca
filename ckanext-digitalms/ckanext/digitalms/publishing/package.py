"""The data package of a release: what the tables are, whose, under which licence, with their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES, GROUPS, MEASURE_TABLES, json_value
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import licenses
from .formats import FORMATS, excel_schema

PACKAGE_FILE = "datapackage.json"
# name, title, description and keywords of each group's package
_DESCRIBED = {
    MEASURE_TABLES: (
        "digitalisierungsmassnahmen",
        "Digitalisierungsmaßnahmen",
        "Die Digitalisierungsmaßnahmen mit Stand, Verlauf, Plan, Ist und Ratsbezügen.",
        ("Digitalisierung", "Verwaltung", "Rat"),
    ),
    COVERAGE_TABLES: (
        "breitbandversorgung",
        "Breitbandversorgung",
        "Die Versorgung mit Breitband nach Gebiet, Technologie, Geschwindigkeit und Ausgabe.",
        ("Breitband", "Versorgung"),
    ),
}
SCHEMA_ENDING = "schema.json"


@dataclass(frozen=True)
class Publisher:
    """Who publishes, under which licence, and where."""

    name: str
    email: str
    license_id: str
    area_code: str
    site_url: str

    def described(self) -> dict[str, Any]:
        """Return what belongs to a release's content."""
        return asdict(self)


def package_name(group: str) -> str:
    """Return the name under which the current package of a group is found."""
    return PACKAGE_FILE if group == MEASURE_TABLES else f"{group}.{PACKAGE_FILE}"


def schema_bytes(table: TableSpec) -> bytes:
    """Return a table's schema as a file of its own."""
    return json_bytes({**table.schema, "$schema": "https://datapackage.org/profiles/2.0/tableschema.json"})


def descriptor(
    release_id: str,
    created: datetime,
    publisher: Publisher,
    files: Mapping[str, Mapping[str, Any]],
    group: str = MEASURE_TABLES,
) -> bytes:
    """Return ``datapackage.json``.

    Args:
        release_id: the version.
        created: when the release was made.
        publisher: whose it is.
        files: size and sha256 of each file by name.
        group: of the tables.
    """
    name, title, description, keywords = _DESCRIBED[group]
    contributor = {"title": publisher.name, "role": "publisher", "roles": ["publisher"]}
    if publisher.email:
        contributor["email"] = publisher.email
    return json_bytes(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": name,
            "title": f"{title}: {publisher.name}",
            "description": description,
            "homepage": f"{publisher.site_url}/digitalisierung/daten/",
            "version": release_id,
            "created": json_value(created),
            "licenses": [license_of(publisher.license_id)],
            "contributors": [contributor],
            "keywords": [*keywords, publisher.area_code],
            "resources": list(described_files(GROUPS[group].values(), files)),
        }
    )


def license_of(license_id: str) -> dict[str, str]:
    """Return a licence as a data package names it."""
    found = licenses.known().get(license_id, {})
    told = {"name": found.get("spdx"), "title": found.get("title"), "path": found.get("url")}
    return {"name": license_id, **{key: text for key, text in told.items() if text}}


def described_files(
    tables: Iterable[TableSpec], files: Mapping[str, Mapping[str, Any]]
) -> Iterable[dict[str, Any]]:
    """Return the resources of a data package: the CSV files of some tables with their schemas."""
    for table in tables:
        if file_name(table.name, "csv") not in files:
            continue  # a release of before there was this table
        described = {"title": table.title, "description": table.description}
        csv_name, excel_name = file_name(table.name, "csv"), file_name(table.name, "excel.csv")
        yield {
            "name": table.name,
            **described,
            **_file(csv_name, files[csv_name], "utf-8"),
            "schema": {n: v for n, v in table.schema.items() if n not in {"name", "title", "description"}},
        }
        yield {
            "name": f"{table.name}-excel",
            **described,
            "title": f"{table.title} ({FORMATS['excel.csv'].german})",
            **_file(excel_name, files[excel_name], "utf-8-sig"),
            "dialect": {"csv": {"delimiter": ";"}},
            "schema": excel_schema(table),
        }


def _file(name: str, told: Mapping[str, Any], encoding: str) -> dict[str, Any]:
    return {
        "type": "table",
        "path": name,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": encoding,
        "bytes": told["size"],
        "hash": f"sha256:{told['sha256']}",
    }


def json_bytes(value: Any) -> bytes:
    """Write JSON as it stands in a release."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
