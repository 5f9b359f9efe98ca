"""Where the open tables come from: what is declared of each, as configuration and data complete it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ckanext.digitalms import config, duck
from ckanext.digitalms.coverage.extent import extent
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.tables.open_tables import ALL_TABLES, COVERAGE, OpenTable
from ckanext.digitalms.tables.origin import SOURCE_TERMS, DataSource, Extent, License, Origin
from ckanext.digitalms.tables.spec import TableSpec, file_name
from ckanext.digitalms.vocabularies import Frequency

from . import licenses, writing

if TYPE_CHECKING:
    from .package import Publisher

# what a manifest says of each of its tables
ORIGINS = "origins"


def license_of(license_id: str) -> License:
    """Return a licence of our list; one that it does not know is its id alone."""
    found = licenses.known().get(license_id, {})
    return License(
        str(found.get("spdx") or license_id), str(found.get("title") or ""), str(found.get("url") or "")
    )


def license_id_of(told: Mapping[str, Any]) -> str:
    """Return the id in CKAN's list for the terms of an origin: without a code, those of the source."""
    name = told["license"].get("name")
    by_code = {one["spdx"]: one["id"] for one in reversed(licenses.known().values()) if one["spdx"]}
    return by_code.get(name, name) if name else SOURCE_TERMS


def declared(table: OpenTable, publisher: Publisher) -> Origin:
    """Return what holds of a table whatever is in it."""
    if table.foreign:
        return table.foreign.origin(terms=_coverage_terms())
    return _of_the_city(table, publisher)


def of_release(table: OpenTable, folder: Path, publisher: Publisher) -> Origin:
    """Return what holds of a table that was written to a folder: its editions tell of their sources."""
    if not table.foreign:
        return _of_the_city(table, publisher)
    sources, places = _told(table, folder)
    return table.foreign.origin(sources, extent(places), _coverage_terms())


def of_editions(words: Iterable[str]) -> Json:
    """Return whose figures of coverage are shown, by what their editions say, the newest first."""
    foreign = ALL_TABLES[COVERAGE].foreign
    distinct = list(dict.fromkeys(words))
    return foreign.origin(distinct, terms=_coverage_terms()).to_json() if foreign else {}


def told(table: OpenTable, manifest: Mapping[str, Any] | None, publisher: Publisher) -> Json:
    """Return the origin as a release tells it; one of before it did tells what is declared."""
    known = (manifest or {}).get(ORIGINS, {}).get(table.name)
    return dict(known) if known else declared(table, publisher).to_json()


def _of_the_city(table: OpenTable, publisher: Publisher) -> Origin:
    terms = license_of(publisher.license_id)
    attribution = ", ".join(part for part in (f"Quelle: {publisher.name}", table.title, terms.title) if part)
    source = DataSource(publisher.name, f"{publisher.site_url}/digitalisierung", terms, attribution)
    return Origin((source,), terms, Extent(config.city(), (publisher.area_code,)), Frequency.CONTINUOUS)


def _coverage_terms() -> License | None:
    code = config.coverage_license_id()
    return license_of(code) if code else None


def _told(table: TableSpec, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the wordings of sources, the one of the newest edition first, and the names of places."""
    path = folder / file_name(table.name, "csv")
    with duck.lent() as database:
        rows = writing.read(path, table)
        by_edition = f"SELECT source FROM {rows} GROUP BY source ORDER BY max(edition) DESC, source"  # noqa: S608 - our own columns
        by_place = f"SELECT area_code, min(area_name) FROM {rows} GROUP BY area_code"  # noqa: S608 - our own columns
        sources = [words for (words,) in database.execute(by_edition).fetchall() if words]
        return sources, dict(database.execute(by_place).fetchall())
