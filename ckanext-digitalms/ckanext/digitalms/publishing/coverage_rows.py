"""The rows of ``coverage`` from the editions in the database, and what tells whether they have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.coverage.edition import LAND_USE, MEASURED, NOT_MEASURED, SUPPRESSED
from ckanext.digitalms.coverage.surveys import BEFORE, BREAK, SINCE
from ckanext.digitalms.measures.record import content_hash
from ckanext.digitalms.tables.open_tables import ALL_TABLES, COVERAGE, COVERAGE_TABLES, GROUPS, Row
from ckanext.digitalms.tables.origin import BREITBANDATLAS

from . import writing

# the state of a share as a table says it
STATE = f"""
       CASE substr(a.states, s.place, 1)
            WHEN '{MEASURED}' THEN 'measured' WHEN '{NOT_MEASURED}' THEN 'not_measured'
            WHEN '{SUPPRESSED}' THEN 'suppressed' END
"""
# whose the figures are, of one method or the other; nothing of a source of its own
SURVEY = f"""
       CASE WHEN lower(e.source) ~ '{"|".join(BREITBANDATLAS.known_by)}'
            THEN CASE WHEN e.edition < '{BREAK}' THEN '{BEFORE}' ELSE '{SINCE}' END END AS survey
"""
# text is put in order by its bytes, so that every database gives the same rows in the same order
_COLUMNS = f"""
       a.area_code, e.edition, e.customer, s.technology, e.direction, s.speed_mbit_s, e.base,
       trim_scale(a.shares[s.place]) AS share_percent,
       {STATE} AS value_state,
       e.area_type, a.area_name, e.source, {SURVEY}
"""
# those that counted at a moment, and whose month had come on a day; those of mobile coverage are a table of
# their own
COUNTED = f"""(
    SELECT * FROM digitalms_coverage_edition
    WHERE base {{is_mobile}} '{LAND_USE}'
      AND (CASE WHEN CAST(:known_at AS timestamptz) IS NULL THEN ended_at IS NULL
           ELSE recorded_at <= :known_at AND (ended_at IS NULL OR ended_at > :known_at) END)
      AND (CAST(:month AS text) IS NULL OR edition <= :month)
)"""  # noqa: S608 - made of our own parts
_COUNTED = COUNTED.format(is_mobile="<>")
_OF_EDITIONS = """
FROM {editions} e
CROSS JOIN LATERAL (
    SELECT each.place::int, each.told ->> 0 AS technology, (each.told ->> 1)::int AS speed_mbit_s
    FROM jsonb_array_elements(e.series) WITH ORDINALITY AS each(told, place)
) s
"""
_FROM = f"{_OF_EDITIONS} JOIN digitalms_coverage_area a ON a.edition_id = e.edition_id"
_SELECT = f"SELECT {_COLUMNS} {_FROM}"
# the key of a row, by which they are in order
_KEY = {
    "area_code": 'a.area_code COLLATE "C"',
    "edition": 'e.edition COLLATE "C"',
    "customer": 'e.customer COLLATE "C"',
    "technology": 's.technology COLLATE "C"',
    "direction": 'e.direction COLLATE "C"',
    "speed_mbit_s": "s.speed_mbit_s",
    "base": 'e.base COLLATE "C"',
}
_ORDER = f"""
ORDER BY {", ".join(_KEY.values())}
"""
# beyond a key; the first part alone is what the index knows
_AFTER = f"""({", ".join(_KEY.values())}) > ({", ".join(f":after_{name}" for name in _KEY)})
    AND {_KEY["area_code"]} >= :after_area_code"""
# the figures of many links at once; what a link leaves open may be anything
_OF_LINKS = f"""
SELECT asked.link, {_COLUMNS} {_FROM.format(editions=_COUNTED)}
JOIN jsonb_to_recordset(CAST(:links AS jsonb)) AS asked(
    link int, area_code text, technology text, speed_mbit_s int, customer text, base text
) ON {_KEY["area_code"]} = asked.area_code AND e.customer = coalesce(asked.customer, e.customer)
    AND s.technology = coalesce(asked.technology, s.technology)
    AND s.speed_mbit_s = coalesce(asked.speed_mbit_s, s.speed_mbit_s)
    AND e.base = coalesce(asked.base, e.base)
{_ORDER}
"""
# what figures are asked for by; each name is a column
FILTERS = {
    "area_code": f"{_KEY['area_code']} = :area_code",
    "edition": "e.edition = :edition",
    "customer": "e.customer = :customer",
    "technology": "s.technology = :technology",
    "base": "e.base = :base",
    "speed_mbit_s": "s.speed_mbit_s = :speed_mbit_s",
}
_EDITIONS = f"""
SELECT edition, customer, base, direction, area_type, source, content_hash
FROM digitalms_coverage_edition WHERE ended_at IS NULL AND base {{is_mobile}} '{LAND_USE}'
ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608 - made of our own parts


@dataclass(frozen=True)
class EditionsAt:
    """Which editions count: those until the month of a day, as was known at a moment; by default now."""

    day: date | None = None
    known_at: datetime | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return the parameters of a query."""
        return {"month": f"{self.day:%Y-%m}" if self.day else None, "known_at": self.known_at}

    @property
    def end(self) -> datetime | None:
        """Return the moment until which anything counts; nothing for now."""
        ends = [config.end_of_day(self.day)] if self.day else []
        return min([*ends, *([self.known_at] if self.known_at else [])], default=None)


NOW = EditionsAt()


def write_csv(path: Path, moment: EditionsAt = NOW) -> int:
    """Let the database write the rows of the editions that count, in the order of their key; count them."""
    return copy_rows(path, COVERAGE, _SELECT.format(editions=_COUNTED) + _ORDER, moment)


def copy_rows(path: Path, table: str, asked: str, moment: EditionsAt) -> int:
    """Let the database write what a query of editions gives as a table's CSV file; return how many rows."""
    for name in moment.values:
        asked = asked.replace(f":{name}", f"%({name})s")
    cursor: Any = model.Session.connection().connection.cursor()
    rows = cursor.mogrify(asked, moment.values).decode()
    with NamedTemporaryFile(dir=path.parent) as raw:
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)", raw)
        raw.flush()
        writing.rewrite_csv(path, Path(raw.name), ALL_TABLES[table])
    return int(cursor.rowcount)


# how many rows there are: those of an edition are its areas times its series
_COUNT = """
SELECT coalesce(sum(areas), 0) {from_series} JOIN (
    SELECT edition_id, count(*) AS areas FROM digitalms_coverage_area a {of_areas} GROUP BY edition_id
) a ON a.edition_id = e.edition_id {where}
"""


def count(filters: Mapping[str, Any], moment: EditionsAt = NOW) -> int:
    """Count the rows that some of :data:`FILTERS` choose, without making them."""
    others = [FILTERS[name] for name in filters if name != "area_code"]
    asked = _COUNT.format(
        from_series=_OF_EDITIONS.format(editions=_COUNTED),
        of_areas=_where([FILTERS["area_code"]] if "area_code" in filters else []),
        where=_where(others),
    )
    return int(model.Session.execute(sa.text(asked), {**filters, **moment.values}).scalar_one())


def page(
    filters: Mapping[str, Any],
    limit: int,
    offset: int,
    after: Sequence[Any] | None = None,
    moment: EditionsAt = NOW,
) -> list[Row]:
    """Return a page of the rows that some of :data:`FILTERS` choose, in the order of the key.

    Args:
        filters: with the value of each.
        limit: how many.
        offset: how many are left out first; the database passes by all of them.
        after: the key of the row behind which the page begins, wherever that is.
        moment: of which editions.
    """
    values = {**filters, **moment.values, "limit": limit, "offset": offset}
    wanted = [FILTERS[name] for name in filters]
    if after is not None:
        wanted.append(_AFTER)
        values |= {f"after_{name}": value for name, value in zip(_KEY, after, strict=True)}
    rows = _SELECT.format(editions=_COUNTED)
    asked = sa.text(f"{rows} {_where(wanted)} {_ORDER}LIMIT :limit OFFSET :offset")
    return [dict(row) for row in model.Session.execute(asked, values).mappings()]


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def cursor_of(row: Row) -> str:
    """Return what stands for a row, so that a page can begin behind it."""
    return ",".join(str(row[name]) for name in _KEY)


def read_cursor(text: str) -> list[Any]:
    """Return the key that :func:`cursor_of` wrote; raises :class:`ValueError`."""
    told = dict(zip(_KEY, text.split(","), strict=True))
    return [int(value) if name == "speed_mbit_s" else value for name, value in told.items()]


def of_links(links: Sequence[Mapping[str, Any]], moment: EditionsAt = NOW) -> list[list[Row]]:
    """Return the figures of each link that a measure has to coverage, in the order of the links."""
    found: list[list[Row]] = [[] for _ in links]
    if links:
        told = json.dumps([{**link, "link": place} for place, link in enumerate(links)])
        values = {"links": told, **moment.values}
        for row in model.Session.execute(sa.text(_OF_LINKS), values).mappings():
            found[row["link"]].append({name: value for name, value in row.items() if name != "link"})
    return found


def fingerprint(described: dict[str, Any]) -> str:
    """Return the hash of the editions that count, their schema and what the package says; reads no figure."""
    return fingerprint_of(COVERAGE_TABLES, "<>", described)


def fingerprint_of(group: str, is_mobile: str, described: dict[str, Any]) -> str:
    """Return the hash of what a group of editions is made from."""
    asked = sa.text(_EDITIONS.format(is_mobile=is_mobile))
    editions = [list(row) for row in model.Session.execute(asked)]
    schemas = {name: table.schema for name, table in GROUPS[group].items()}
    return content_hash({"editions": editions, "schemas": schemas, "package": described})
