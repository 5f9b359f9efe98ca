"""The open tables: each is declared here once, with the dataset it is published as and where rows come from.

This module knows neither CKAN nor a database: rows of measures are made from public ones (the dicts of
:mod:`..measures.presentation`) and public statements (:mod:`.measure_rows`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import Any

from ckanext.digitalms.measures.record import plain

from . import measure_rows
from .measure_rows import Row as Row
from .measure_rows import Rows as Rows
from .measure_rows import Source as Source
from .origin import BREITBANDATLAS, ForeignOrigin
from .spec import OF_KEYS, OF_WORDS, TableSpec


def _none(source: Source) -> Iterable[Row]:
    del source
    return ()


@dataclass(frozen=True)
class OpenTable(TableSpec):
    """A table that is published.

    Args:
        dataset: the name of the dataset it is first published as; later the dataset is known by its marker.
        make: gives the rows of a table that is made in memory.
        keywords: of the dataset.
        foreign: whose its figures are; without it they are the city's.
    """

    dataset: str = ""
    make: Callable[[Source], Iterable[Row]] = field(default=_none, repr=False)
    keywords: tuple[str, ...] = ()
    foreign: ForeignOrigin | None = None

    @classmethod
    def declared(cls, name: str, dataset: str, *keywords: str, **more: Any) -> OpenTable:
        """Declare a table with the Table Schema in ``schemas/table``."""
        text = files("ckanext.digitalms.schemas").joinpath("table", f"{name}.json").read_text("utf-8")
        return cls(name, json.loads(text), dataset=dataset, keywords=keywords, **more)

    def rows(self, source: Source) -> Rows:
        """Make the rows: exactly the columns of the schema, in its order, a repeated key only once."""
        names = [one["name"] for one in self.fields]
        key = self.schema["primaryKey"]
        rows = {
            tuple(row[k] for k in key): {n: row.get(n) for n in names} for row in _backwards(self, source)
        }
        return list(rows.values())[::-1]


def _backwards(table: OpenTable, source: Source) -> Rows:
    # so that the first of several rows with the same key is the one that stays
    return list(table.make(source))[::-1]


def json_value(value: Any) -> Any:
    """Return a value as JSON tells it: days and moments as ISO 8601, moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return plain(value)


# the group is released as one: all its tables are of the same moment
MEASURE_TABLES = "measures"
_declared = OpenTable.declared
_WORD = "Digitalisierung"
TABLES = {
    table.name: table
    for table in (
        _declared(
            "measures",
            "massnahmen",
            _WORD,
            "Verwaltung",
            "Rat",
            make=measure_rows.measures,
            lists={"council_references": OF_KEYS, "keywords": OF_WORDS},
        ),
        _declared(
            "status_series", "massnahmen-statusreihe", _WORD, "Zeitreihe", make=measure_rows.status_series
        ),
        _declared("steps", "massnahmen-plan-ist", _WORD, "Verwaltung", make=measure_rows.steps),
        _declared("milestones", "massnahmen-meilensteine", _WORD, "Termine", make=measure_rows.milestones),
        _declared(
            "milestone_shifts",
            "massnahmen-terminverschiebungen",
            _WORD,
            "Termine",
            "Zeitreihe",
            make=measure_rows.milestone_shifts,
        ),
        _declared("obstacles", "massnahmen-hindernisse", _WORD, "Verwaltung", make=measure_rows.obstacles),
        _declared(
            "partners",
            "massnahmen-partner",
            _WORD,
            "Verwaltung",
            make=partial(measure_rows.own_rows, "partners", "partner_id"),
        ),
        _declared(
            "links", "massnahmen-verweise", _WORD, make=partial(measure_rows.own_rows, "links", "link_id")
        ),
        _declared(
            "coverage_links",
            "massnahmen-versorgung",
            _WORD,
            "Breitband",
            make=partial(measure_rows.own_rows, "coverage_links", "coverage_link_id"),
        ),
        _declared("goals", "massnahmen-jahresziele", _WORD, "Verwaltung", make=measure_rows.goals),
        _declared(
            "goal_reviews",
            "massnahmen-zielpruefungen",
            _WORD,
            "Zeitreihe",
            make=measure_rows.goal_reviews,
            lists={"successor_ids": OF_KEYS},
        ),
        _declared("indicators", "massnahmen-kennzahlen", _WORD, "Zeitreihe", make=measure_rows.indicators),
        _declared(
            "council_references", "massnahmen-ratsbezuege", _WORD, "Rat", make=measure_rows.council_references
        ),
    )
}


# coverage comes and is corrected by edition, and is large: a release of its own, written by the database
COVERAGE_TABLES = "coverage"
COVERAGE = "coverage"
# of mobile networks by kind of area; comes from other files at other times, so it is released by itself
MOBILE_TABLES = "mobile_coverage"
MOBILE_COVERAGE = "mobile_coverage"
# what words of the search mean besides: coordinators keep it, measures say nothing of it
SYNONYM_TABLES = SEARCH_SYNONYMS = "search_synonyms"
# the catalogue's own figures: counted once a day, not with each change of a measure
FIGURE_TABLES = CATALOGUE_FIGURES = "catalogue_figures"
QUALITY_TABLES = DATASET_QUALITY = "dataset_quality"
_plain = partial(_declared, has_full_text=False)
_foreign = partial(_plain, foreign=BREITBANDATLAS)
GROUPS = {
    MEASURE_TABLES: TABLES,
    COVERAGE_TABLES: {COVERAGE: _foreign(COVERAGE, "breitbandversorgung", "Breitband", "Versorgung")},
    MOBILE_TABLES: {
        MOBILE_COVERAGE: _foreign(MOBILE_COVERAGE, "mobilfunkversorgung", "Mobilfunk", "Versorgung")
    },
    SYNONYM_TABLES: {SEARCH_SYNONYMS: _plain(SEARCH_SYNONYMS, "suchwoerter", "Open Data", "Suche")},
    FIGURE_TABLES: {CATALOGUE_FIGURES: _declared(CATALOGUE_FIGURES, "katalog-in-zahlen", "Open Data")},
    QUALITY_TABLES: {DATASET_QUALITY: _plain(DATASET_QUALITY, "datenqualitaet", "Open Data")},
}
ALL_TABLES = {name: table for tables in GROUPS.values() for name, table in tables.items()}


def group_of(table: str) -> str:
    """Return the group that a table is released with; raises ``KeyError`` for none."""
    return next(group for group, tables in GROUPS.items() if tables.get(table) is ALL_TABLES[table])


def all_rows(source: Source) -> dict[str, Rows]:
    """Make the rows of every table of measures."""
    return {name: table.rows(source) for name, table in TABLES.items()}
