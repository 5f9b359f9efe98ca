"""The data package of a release: what the tables are, whose, under which licence, with their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ckanext.digitalms.tables.open_tables import (
    COVERAGE_TABLES,
    FIGURE_TABLES,
    GROUPS,
    MEASURE_TABLES,
    MOBILE_TABLES,
    QUALITY_TABLES,
    SYNONYM_TABLES,
    json_value,
)
from ckanext.digitalms.tables.origin import SOURCE_TERMS
from ckanext.digitalms.tables.spec import TableSpec, file_name

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
        (
            "Die Versorgung mit Breitband nach Gebiet, Technologie, Geschwindigkeit und Ausgabe. "
            "Reihenbruch: Der Breitbandatlas wird seit 2022 anders erhoben; Ausgaben davor und danach "
            "(Spalte survey) sind nicht miteinander vergleichbar."
        ),
        ("Breitband", "Versorgung"),
    ),
    MOBILE_TABLES: (
        "mobilfunkversorgung",
        "Mobilfunkversorgung nach Flächenart",
        (
            "Die Versorgung mit Mobilfunk nach Gebiet, Art der Fläche, Technologie und Ausgabe. "
            "Reihenbruch: Der Breitbandatlas wird seit 2022 anders erhoben; Ausgaben davor und danach "
            "(Spalte survey) sind nicht miteinander vergleichbar."
        ),
        ("Mobilfunk", "Versorgung"),
    ),
    SYNONYM_TABLES: (
        "suchwoerter",
        "Suchwörter",
        "Was Wörter in der Suche dieses Katalogs außer sich selbst bedeuten, und woher das genommen ist.",
        ("Open Data", "Suche"),
    ),
    FIGURE_TABLES: (
        "katalog-in-zahlen",
        "Der Katalog in Zahlen",
        "Was der Katalog Monat für Monat hatte und wie er genutzt wurde, ohne Daten von Personen.",
        ("Open Data", "Zeitreihe"),
    ),
    QUALITY_TABLES: (
        "datenqualitaet",
        "Qualität der Beschreibungen",
        "Die Punkte von data.europa.eu für die Beschreibung jedes Datensatzes, mit der Fassung der Regeln.",
        ("Open Data", "Datenqualität"),
    ),
}
SCHEMA_ENDING = "schema.json"
# what a package, or a table in it, says of where it comes from
OF_ORIGIN = ("licenses", "sources", "attribution", "spatial", "frequency")


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
    told: Mapping[str, Mapping[str, Any]],
    group: str = MEASURE_TABLES,
) -> bytes:
    """Return ``datapackage.json``.

    Args:
        release_id: the version.
        created: when the release was made.
        publisher: whose it is.
        files: size and sha256 of each file by name.
        told: where each table comes from, as its origin's JSON.
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
            "title": f"{title}: {_whose(told, publisher)}",
            "description": description,
            "homepage": f"{publisher.site_url}/digitalisierung/daten/",
            "version": release_id,
            "created": json_value(created),
            **_shared(told),
            "contributors": [contributor],
            "keywords": [*keywords, *_areas(told)],
            "resources": list(described_files(GROUPS[group].values(), files, told)),
        }
    )


def origin_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an origin as a data package, or a table in it, tells it."""
    shown = {
        "licenses": [packaged_license(told["license"])],
        "sources": [_packaged_source(one) for one in told["sources"]],
        "attribution": told["attribution"],
        "spatial": told["spatial"],
        "frequency": told["frequency"],
    }
    return {name: value for name, value in shown.items() if value and value != {"title": "", "codes": []}}


def packaged_license(told: Mapping[str, str]) -> dict[str, str]:
    """Return terms as a data package takes them: with a name or a path, which words alone have not."""
    if "name" in told or "path" in told:
        return dict(told)
    return {"name": SOURCE_TERMS, **told}


def _packaged_source(told: Mapping[str, Any]) -> dict[str, Any]:
    if "license" not in told:
        return dict(told)
    return {**told, "license": packaged_license(told["license"])}


def _shared(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what holds of a whole package: sources and terms of all its tables, each once."""
    if not told:
        return {}
    each = [origin_of(one) for one in told.values()]
    sources = _distinct(
        {name: value for name, value in source.items() if name != "attribution" or len(each) == 1}
        for one in each
        for source in one["sources"]
    )
    terms = _distinct(terms for one in each for terms in one["licenses"])
    named = "; ".join(dict.fromkeys(one["attribution"] for one in each)) if len(each) == 1 else ""
    rest: dict[str, Any] = {name: each[0][name] for name in ("spatial", "frequency") if name in each[0]}
    return {"licenses": terms, "sources": sources, **({"attribution": named} if named else {}), **rest}


def _distinct(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({json.dumps(one, sort_keys=True): one for one in told}.values())


def _whose(told: Mapping[str, Mapping[str, Any]], publisher: Publisher) -> str:
    """Return what stands behind the title: the city, or the area that the figures of somebody else are of."""
    titles = {source["title"] for one in told.values() for source in one["sources"]}
    areas = {one["spatial"]["title"] for one in told.values()}
    return publisher.name if not areas or titles <= {publisher.name} else ", ".join(sorted(areas))


def _areas(told: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(code for one in told.values() for code in one["spatial"]["codes"] if code))


def described_files(
    tables: Iterable[TableSpec],
    files: Mapping[str, Mapping[str, Any]],
    told: Mapping[str, Mapping[str, Any]],
) -> Iterable[dict[str, Any]]:
    """Return the resources of a data package: the CSV files of some tables with their schemas and origins."""
    for table in tables:
        if file_name(table.name, "csv") not in files:
            continue  # a release of before there was this table
        origin = origin_of(told[table.name]) if table.name in told else {}
        described = {"title": table.title, "description": table.description, **origin}
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
