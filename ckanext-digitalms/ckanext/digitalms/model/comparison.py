"""Which moves of dates there were between two days, from Stand to Stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.measures.revisions import Shift

from .statement import COUNTS, KNOWN, PUBLIC_NOW

__all__ = ["shifts_between"]

# Of each measure the Stands from the one that stood on the first day to the last day: of several statements
# about one day the last one. A date has moved where two Stands, one after the other, say another one.
_SHIFTS = f"""
WITH stands AS (
    SELECT DISTINCT ON (s.package_id, s.as_of)
        s.package_id, s.measure_id, s.as_of, s.statement_id, s.content -> 'milestones' AS milestones
    FROM digitalms_statement s JOIN ({PUBLIC_NOW}) public_now USING (package_id)
    WHERE s.visibility = 'public' AND s.content IS NOT NULL AND {KNOWN} AND {COUNTS.format(row="s")}
      AND s.measure_id = ANY(:keys) AND s.as_of <= :last
      AND s.as_of >= coalesce((
        SELECT max(stood.as_of) FROM digitalms_statement stood
        WHERE stood.package_id = s.package_id AND stood.visibility = 'public' AND stood.content IS NOT NULL
          AND stood.as_of <= :first AND {KNOWN} AND {COUNTS.format(row="stood")}
      ), s.as_of)
    ORDER BY s.package_id, s.as_of, s.statement_id DESC
), placed AS (
    SELECT stands.*, row_number() OVER (PARTITION BY package_id ORDER BY as_of) AS place FROM stands
), told AS (
    SELECT placed.*, row ->> 'id' AS row_id, row ->> 'latest' AS latest, row ->> 'reason' AS reason,
        lag(row ->> 'latest') OVER of_row AS former, lag(place) OVER of_row AS former_place
    FROM placed CROSS JOIN LATERAL jsonb_array_elements(milestones) AS row
    WHERE row ->> 'id' = ANY(:rows)
    WINDOW of_row AS (PARTITION BY package_id, row ->> 'id' ORDER BY place)
)
SELECT measure_id, row_id, statement_id, as_of, former::date, latest::date, reason FROM told
WHERE former IS NOT NULL AND latest IS DISTINCT FROM former AND former_place = place - 1 AND as_of > :first
ORDER BY as_of, statement_id
"""  # noqa: S608 - made of our own texts only


def shifts_between(
    milestones: Collection[tuple[str, str]], first: date, last: date, known_at: datetime | None
) -> list[Shift]:
    """Return the moves of milestones after one day and up to another, in the order of their Stands.

    Args:
        milestones: measure and id of each.
        first: the earlier day.
        last: the later day.
        known_at: as it was known then, or now.
    """
    keys, rows = {key for key, _ in milestones}, {row for _, row in milestones}
    told = {"keys": list(keys), "rows": list(rows), "first": first, "last": last, "known_at": known_at}
    return [Shift(*row) for row in model.Session.execute(sa.text(_SHIFTS), told)]
