"""The rows of ``mobile_coverage`` from the editions in the database, made as those of ``coverage`` are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ckanext.digitalms.coverage.edition import ABSENT
from ckanext.digitalms.tables.open_tables import MOBILE_COVERAGE, MOBILE_TABLES

from .coverage_rows import COUNTED, NOW, STATE, SURVEY, EditionsAt, copy_rows, fingerprint_of

_ROWS = f"""
SELECT a.area_code, e.edition, s.technology, s.speed_mbit_s, s.land_use, s.group_code, s.group_name,
       trim_scale(a.shares[s.place]) AS share_percent, {STATE} AS value_state,
       e.area_type, a.area_name, e.source, {SURVEY}
FROM {COUNTED.format(is_mobile="=")} e
CROSS JOIN LATERAL (
    SELECT each.place::int, each.told ->> 0 AS technology, (each.told ->> 1)::int AS speed_mbit_s,
           each.told ->> 2 AS land_use, nullif(each.told ->> 3, '') AS group_code,
           nullif(each.told ->> 4, '') AS group_name
    FROM jsonb_array_elements(e.series) WITH ORDINALITY AS each(told, place)
) s
JOIN digitalms_coverage_area a ON a.edition_id = e.edition_id
WHERE substr(a.states, s.place, 1) <> '{ABSENT}'
ORDER BY a.area_code COLLATE "C", e.edition COLLATE "C", s.technology COLLATE "C", s.speed_mbit_s,
         s.land_use COLLATE "C"
"""  # noqa: S608 - made of our own parts


def write_csv(path: Path, moment: EditionsAt = NOW) -> int:
    """Let the database write the rows of the editions that count, in the order of their key; count them."""
    return copy_rows(path, MOBILE_COVERAGE, _ROWS, moment)


def fingerprint(described: dict[str, Any]) -> str:
    """Return the hash of the editions that count, their schema and what the package says; reads no figure."""
    return fingerprint_of(MOBILE_TABLES, "=", described)
