"""The rows of ``catalogue_figures`` and ``dataset_quality``, as the database keeps them.

Both change once a day, by the run that counts; so a release of them is no part of each change of a measure.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.record import content_hash
from ckanext.digitalms.model import CatalogueFigure, DatasetQuality, Release
from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.quality import rules
from ckanext.digitalms.quality.judging import Score
from ckanext.digitalms.tables.open_tables import (
    ALL_TABLES,
    CATALOGUE_FIGURES,
    DATASET_QUALITY,
    FIGURE_TABLES,
    GROUPS,
    QUALITY_TABLES,
    json_value,
)
from ckanext.digitalms.tables.spec import file_name

from . import folders, writing
from .coverage_rows import NOW, EditionsAt
from .formats import CSV


class Figures:
    """The table of the figures by month."""

    def fingerprint(self, described: dict[str, Any]) -> str:
        """Return the hash of all figures, their schema and what the package says."""
        return _hash(FIGURE_TABLES, [list(row.values()) for row in _figures()], described)

    def write_csv(self, path: Path, moment: EditionsAt = NOW) -> int:
        """Write the table, of a day the months that had begun by then, as known at a moment what was counted.

        Returns:
            how many rows it has.
        """
        last = f"{moment.day:%Y-%m}" if moment.day else "9999-12"
        known = moment.known_at.astimezone(config.time_zone()).date() if moment.known_at else date.max
        rows = (dict(row) for row in _figures() if row["month"] <= last and row["counted_on"] <= known)
        return writing.write_csv(path, ALL_TABLES[CATALOGUE_FIGURES], rows)


class Quality:
    """The table of the points of each dataset."""

    def fingerprint(self, described: dict[str, Any]) -> str:
        """Return the hash of all verdicts, their schema and what the package says."""
        return _hash(QUALITY_TABLES, [list(row) for row in _verdicts()], described)

    def write_csv(self, path: Path, moment: EditionsAt = NOW) -> int:
        """Write the table, of an earlier moment as it was published then; return how many rows it has.

        A verdict is kept until the next, so that of earlier ones only releases tell.
        """
        rows = _published(moment.end) if moment.end else _points()
        return writing.write_csv(path, ALL_TABLES[DATASET_QUALITY], rows)


def _hash(group: str, rows: list[list[Any]], described: dict[str, Any]) -> str:
    schemas = {name: table.schema for name, table in GROUPS[group].items()}
    told = [[json_value(value) for value in row] for row in rows]
    return content_hash({"rows": told, "schemas": schemas, "package": described})


def _figures() -> Iterator[Mapping[str, Any]]:
    table = CatalogueFigure.__table__
    # in the order of their bytes, whatever the database's own order is
    order = (table.c[name].collate("C") for name in ("month", "figure", "key"))
    yield from model.Session.execute(sa.select(table).order_by(*order)).mappings()


def _verdicts() -> Iterator[sa.Row[Any]]:
    query = (
        sa.select(
            model.Package.id,
            model.Package.name,
            DatasetQuality.met,
            DatasetQuality.rules,
            DatasetQuality.judged_on,
        )
        .join(DatasetQuality, DatasetQuality.package_id == model.Package.id)
        .where(IS_PUBLIC)
        .order_by(model.Package.id.collate("C"))
    )
    yield from model.Session.execute(query)


def _published(moment: datetime) -> Iterator[dict[str, Any]]:
    columns = [field["name"] for field in ALL_TABLES[DATASET_QUALITY].fields]
    path = _file_of(moment)
    if path is None:
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: row.get(name) for name in columns}


def _file_of(moment: datetime) -> Path | None:
    """Return the file of the last release until then that is still kept."""
    query = sa.select(Release).where(Release.group == QUALITY_TABLES, Release.current_at <= moment)
    for release in model.Session.scalars(query.order_by(Release.current_at.desc())):
        folder = folders.Folders(config.release_path()).path(release.manifest)
        path = folder / file_name(DATASET_QUALITY, CSV.ending)
        if path.is_file():
            return path
    return None


def _points() -> Iterator[dict[str, Any]]:
    for row in _verdicts():
        for indicator in sorted(rules.INDICATORS, key=lambda one: one.code):
            yield {
                "dataset_id": row.id,
                "indicator": indicator.code,
                "dataset": row.name,
                "dimension": indicator.dimension.value,
                "points": Score(indicator.code, row.met.get(indicator.code)).points,
                "most": indicator.points,
                "rules": row.rules,
                "judged_on": row.judged_on,
            }
