"""Many measures with many Stands, put straight into the database: what pages are tried with as they grow."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["add"]

_FIRST = date(2019, 3, 14)
_COPY = """
INSERT INTO digitalms_statement
    (package_id, measure_id, as_of, recorded_at, kind, visibility, content, content_hash, source)
SELECT :package_id, :measure_id, CAST(:first AS date) + n * 7, now() - (:count - n) * interval '1 hour',
       kind, 'public',
       content || jsonb_build_object(
           'measure_id', CAST(:measure_id AS text), 'title', CAST(:title AS text),
           'position', CAST(:place AS int),
           'as_of', CAST(CAST(:first AS date) + n * 7 AS text), 'statement', 'Stand Nummer ' || n),
       md5(:measure_id || n), 'Bericht ' || n
FROM digitalms_statement, generate_series(1, :count) AS n
WHERE statement_id = (SELECT max(statement_id) FROM digitalms_statement WHERE measure_id = :like)
ORDER BY n
"""


def add(like: str, measures: int, statements: int, first: int = 0) -> list[str]:
    """Add measures like one that is there, each with so many Stands a week apart; return their names.

    Args:
        first: the number of the first of them.
    """
    template = model.Package.get(like)
    names = [f"massnahme-{number:04d}" for number in range(first, first + measures)]
    for place, name in enumerate(names, first):
        title = f"Digitalisierungsmaßnahme Nummer {place}"
        last = (_FIRST + timedelta(weeks=statements)).isoformat()
        package = model.Package(
            id=str(uuid.uuid4()),
            name=name,
            title=title,
            type=MEASURE_TYPE,
            owner_org=template.owner_org,
            extras={**template.extras, "as_of": last, "position": str(place + 1)},
        )
        model.Session.add(package)
        model.Session.flush()
        told = {"package_id": package.id, "measure_id": name, "title": title, "place": place + 1}
        model.Session.execute(
            sa.text(_COPY), {**told, "like": like, "count": statements, "first": _FIRST.isoformat()}
        )
    model.repo.commit()
    return names
