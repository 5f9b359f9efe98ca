"""What was learnt of public measures, in the order in which it was learnt, and what time alone made late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.vocabularies import JUDGED

from .statement import COUNTS, KNOWN, PUBLIC_NOW, StatementRow

__all__ = ["Cited", "Late", "Learnt", "cited", "contents", "late", "learnt"]

_TOLD = f"""
    SELECT s.statement_id, s.package_id, s.measure_id, s.as_of, s.recorded_at, s.kind, s.content,
        lag(s.statement_id) OVER in_time AS before_id,
        lead(s.as_of) OVER in_time AS until,
        min(s.statement_id) OVER (PARTITION BY s.package_id) = s.statement_id AS is_first
    FROM digitalms_statement s JOIN ({PUBLIC_NOW}) public_now USING (package_id)
    WHERE s.visibility = 'public' AND s.content IS NOT NULL AND s.kind <> 'upkeep' AND {KNOWN}
      AND {COUNTS.format(row="s")}
    WINDOW in_time AS (PARTITION BY s.package_id ORDER BY s.as_of, s.statement_id)
"""  # noqa: S608 - made of our own texts only
_LEARNT = f"""
SELECT statement_id, measure_id, as_of, recorded_at, kind, before_id, is_first FROM ({_TOLD}) told
ORDER BY recorded_at DESC, statement_id DESC
"""  # noqa: S608 - as above
# the day after the last one of a milestone, if the Stand of then was known before it and still stood
_LATE = f"""
SELECT statement_id, measure_id, milestone ->> 'id' AS milestone_id, (milestone ->> 'latest')::date + 1 AS day
FROM ({_TOLD}) told CROSS JOIN LATERAL jsonb_array_elements(content -> 'milestones') AS milestone
WHERE (until IS NULL OR until > as_of + 1) AND content ->> 'status' = ANY(:judged)
  AND (milestone ->> 'latest')::date + 1 > as_of AND (milestone ->> 'latest')::date < :today
  AND (until IS NULL OR (milestone ->> 'latest')::date + 1 < until)
  AND coalesce((milestone ->> 'met_on')::date > (milestone ->> 'latest')::date + 1, true)
  AND recorded_at < ((milestone ->> 'latest')::date + 1)::timestamp AT TIME ZONE :zone
"""  # noqa: S608 - as above
_CITED = f"""
SELECT DISTINCT measure_id, paper ->> 'reference' AS reference, coalesce(paper ->> 'body', '') AS body
FROM ({_TOLD}) told CROSS JOIN LATERAL jsonb_array_elements(content -> 'council_references') AS paper
WHERE paper ->> 'reference' IS NOT NULL
"""  # noqa: S608 - as above
_NOW = {"known_at": None}


@dataclass(frozen=True)
class Learnt:
    """A public statement, and the one before it in the history of its measure."""

    statement_id: int
    measure_id: str
    as_of: date
    recorded_at: datetime
    kind: str
    before_id: int | None
    is_first: bool


@dataclass(frozen=True)
class Late:
    """A milestone of the statement that stood on a day: it became late on that day."""

    statement_id: int
    measure_id: str
    milestone_id: str
    day: date


@dataclass(frozen=True)
class Cited:
    """That a measure cites, or once cited, a council paper."""

    measure_id: str
    reference: str
    body: str


def learnt() -> list[Learnt]:
    """Return all public statements that count and are news, the one learnt last first."""
    return [Learnt(*row) for row in model.Session.execute(sa.text(_LEARNT), _NOW)]


def late(today: date, zone: str) -> list[Late]:
    """Return which milestones became late by time alone, up to a day in a time zone."""
    told = {**_NOW, "today": today, "zone": zone, "judged": [status.value for status in JUDGED]}
    return [Late(*row) for row in model.Session.execute(sa.text(_LATE), told)]


def cited() -> list[Cited]:
    """Return which council papers public measures cite or once cited."""
    return [Cited(*row) for row in model.Session.execute(sa.text(_CITED), _NOW)]


def contents(statement_ids: Collection[int]) -> dict[int, Statement]:
    """Return statements by their number."""
    query = sa.select(StatementRow).where(StatementRow.statement_id.in_(statement_ids))
    rows = model.Session.scalars(query.execution_options(populate_existing=True))
    return {row.statement_id: row.read() for row in rows}
