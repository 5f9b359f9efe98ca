"""Statements: append-only, refused UPDATE and DELETE by a trigger (see the migration)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from ckanext.digitalms.measures.history import Standing, Statement
from ckanext.digitalms.vocabularies import MEASURE_TYPE, Status

from .columns import Moment
from .retraction import Retraction

# Which measures are public now: what was learnt last of them is public, and their organisation is let in.
# Of each measure one row is looked up by an index, so that it costs the same however long its history is.
PUBLIC_NOW = f"""
    SELECT package.id AS package_id FROM package
    JOIN digitalms_admission ON digitalms_admission.organisation_id = package.owner_org
    CROSS JOIN LATERAL (
        SELECT kind, visibility FROM digitalms_statement learnt
        WHERE learnt.package_id = package.id AND NOT EXISTS (
            SELECT 1 FROM digitalms_retraction r WHERE r.statement_id = learnt.statement_id
        )
        ORDER BY statement_id DESC LIMIT 1
    ) last
    WHERE package.type = '{MEASURE_TYPE}'
      AND last.visibility = 'public' AND last.kind NOT IN ('withdrawn', 'tombstone')
"""  # noqa: S608 - made of our own texts only

# The name that the organisation of a statement has today. Statements hold its id, those of before the name
# that it had then; of an organisation that is no more the last name is told.
_ORGANISATION = """(
    SELECT coalesce(
        (SELECT g.name FROM "group" g WHERE g.id = coalesce(had.organisation_id, told.organisation)),
        (SELECT min(last.name) FROM digitalms_organisation_name last
         WHERE last.organisation_id = told.organisation),
        told.organisation)
    FROM (SELECT {row}.content ->> 'organisation' AS organisation) told
    LEFT JOIN digitalms_organisation_name had ON had.name = told.organisation
)"""

KNOWN = "(CAST(:known_at AS timestamptz) IS NULL OR recorded_at <= :known_at)"

# what was taken back counts only for who asks what was known before
COUNTS = """NOT EXISTS (
    SELECT 1 FROM digitalms_retraction retraction WHERE retraction.statement_id = {row}.statement_id
      AND (CAST(:known_at AS timestamptz) IS NULL OR retraction.retracted_at <= :known_at)
)"""

# The catalogue on a day, as known at a moment, in one statement of SQL: of each measure that is public
# now and was public then, the newest public assertion up to that day and moment.
CATALOGUE = f"""
SELECT standing.*, {_ORGANISATION.format(row="standing")} AS organisation
FROM ({PUBLIC_NOW}) public_now
CROSS JOIN LATERAL (
    SELECT kind FROM digitalms_statement learnt
    WHERE package_id = public_now.package_id AND visibility = 'public' AND {KNOWN}
      AND {COUNTS.format(row="learnt")}
    ORDER BY statement_id DESC LIMIT 1
) public_then
CROSS JOIN LATERAL (
    SELECT * FROM digitalms_statement told
    WHERE package_id = public_now.package_id AND visibility = 'public' AND content IS NOT NULL AND {KNOWN}
      AND {COUNTS.format(row="told")} AND (CAST(:day AS date) IS NULL OR as_of <= :day)
    ORDER BY as_of DESC, statement_id DESC LIMIT 1
) standing
WHERE public_then.kind NOT IN ('withdrawn', 'tombstone')
ORDER BY standing.measure_id
"""  # noqa: S608 - as above

_FROM_PUBLIC = f"FROM digitalms_statement s JOIN ({PUBLIC_NOW}) public_now USING (package_id)"
_IS_TOLD = f"""
WHERE s.visibility = 'public' AND s.content IS NOT NULL AND s.kind <> 'upkeep' AND {KNOWN}
  AND {COUNTS.format(row="s")}
  AND (CAST(:day AS date) IS NULL OR s.as_of <= :day)
"""
_OF_PUBLIC = f"{_FROM_PUBLIC} {_IS_TOLD}"

PUBLIC_HISTORY = f"""
SELECT s.*, {_ORGANISATION.format(row="s")} AS organisation {_OF_PUBLIC}
ORDER BY s.measure_id, s.as_of, s.statement_id
"""

# the newest first, with how many there are in all; of several of one day each takes the place of the former
_NEWEST_OF_MEASURE = f"""
SELECT s.*, {_ORGANISATION.format(row="s")} AS organisation, count(*) OVER () AS in_all,
    lead(s.statement_id) OVER (PARTITION BY s.as_of ORDER BY s.statement_id) AS replaced_by {_OF_PUBLIC}
  AND s.measure_id = :measure_id
ORDER BY s.as_of DESC, s.statement_id DESC LIMIT :limit OFFSET :offset
"""

# without the rest of the statements, which is most of what they hold (and would be sorted with them), and
# without those that leave the status as it was; one of each day stays: a day on which something was told
_STATUSES = f"""
WITH told AS MATERIALIZED (
    SELECT s.as_of, s.statement_id, s.measure_id, s.content ->> 'status' AS status {_OF_PUBLIC}
)
SELECT as_of, measure_id, status FROM (
    SELECT told.*, lag(status) OVER (PARTITION BY measure_id ORDER BY as_of, statement_id) AS before,
        row_number() OVER (PARTITION BY as_of ORDER BY statement_id) AS place
    FROM told
) each
WHERE place = 1 OR status IS DISTINCT FROM before
ORDER BY as_of, statement_id
"""  # noqa: S608 - as above

# the values of figures alone: each day once with what was said of it last
_FIGURES = f"""
SELECT DISTINCT ON (s.measure_id, told ->> 'id', told ->> 'day')
    s.measure_id, told ->> 'id' AS indicator_id, CAST(told ->> 'day' AS date) AS day,
    told ->> 'value' AS value
{_FROM_PUBLIC}
CROSS JOIN LATERAL jsonb_path_query(s.content, '$.indicators[*]') told
{_IS_TOLD}
  AND told ->> 'id' <> '' AND told ->> 'day' <> '' AND told ->> 'value' <> ''
  AND (CAST(:day AS date) IS NULL OR CAST(told ->> 'day' AS date) <= :day)
ORDER BY s.measure_id, told ->> 'id', told ->> 'day', s.as_of DESC, s.statement_id DESC
"""


class StatementRow(tk.BaseModel):  # type: ignore[name-defined]
    """A row of ``digitalms_statement``; read and added, never changed."""

    __tablename__ = "digitalms_statement"
    __table_args__ = (
        sa.Index(
            "digitalms_statement_order", "package_id", sa.text("as_of DESC"), sa.text("statement_id DESC")
        ),
        sa.Index("digitalms_statement_learnt", "package_id", sa.text("statement_id DESC")),
        sa.Index("digitalms_statement_measure", "measure_id"),
        sa.Index("digitalms_statement_recorded", "recorded_at"),
    )

    statement_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=True)
    package_id: Mapped[str] = mapped_column(sa.Text)
    measure_id: Mapped[str] = mapped_column(sa.Text)
    as_of: Mapped[date] = mapped_column(sa.Date)
    recorded_at: Mapped[Moment]
    kind: Mapped[str] = mapped_column(sa.Text)
    visibility: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    content_hash: Mapped[str | None] = mapped_column(sa.Text)
    source: Mapped[str | None] = mapped_column(sa.Text)
    author_id: Mapped[str | None] = mapped_column(sa.Text)
    organisation: Mapped[str | None] = column_property(
        sa.literal_column(_ORGANISATION.format(row="digitalms_statement"))
    )

    def read(self) -> Statement:
        """Return the row as the domain's dataclass."""
        return _statement(self)

    @classmethod
    def catalogue(cls, day: date | None = None, known_at: datetime | None = None) -> list[Statement]:
        """Return the public statement of each measure that stood on a day, as known at a moment."""
        return _read(CATALOGUE, day=day, known_at=known_at)

    @classmethod
    def public_history(cls, day: date | None = None, known_at: datetime | None = None) -> list[Statement]:
        """Return all public statements of all measures up to a day, by (measure, as_of, statement_id)."""
        return _read(PUBLIC_HISTORY, day=day, known_at=known_at)

    @classmethod
    def public_page(
        cls, measure_id: str, day: date | None, known_at: datetime | None, limit: int, offset: int
    ) -> tuple[int, list[Statement]]:
        """Return how many public statements of a measure there are, and some of them, the newest first.

        Beyond the last one the number is not known, and none is told.
        """
        told = {"measure_id": measure_id, "day": day, "known_at": known_at, "limit": limit, "offset": offset}
        rows = model.Session.execute(sa.text(_NEWEST_OF_MEASURE), told).all()
        return (rows[0].in_all if rows else 0), [_statement(row) for row in rows]

    @classmethod
    def public_statuses(cls, day: date | None = None, known_at: datetime | None = None) -> list[Standing]:
        """Return the statuses that public statements give measures, by (as_of, statement_id).

        What leaves a status as it was is left out, but for one of each day.
        """
        rows = model.Session.execute(sa.text(_STATUSES), {"day": day, "known_at": known_at})
        of_value = {status.value: status for status in Status}
        return [Standing(row.as_of, row.measure_id, of_value[row.status]) for row in rows]

    @classmethod
    def public_figures(cls, day: date | None = None, known_at: datetime | None = None) -> Sequence[Any]:
        """Return the values that public statements give figures: measure_id, indicator_id, day, value (text).

        Of a figure each day stands there once, with what was said of it last.
        """
        told = {"day": day, "known_at": known_at}
        rows: Sequence[Any] = model.Session.execute(sa.text(_FIGURES), told).all()
        return rows

    @classmethod
    def of_package(cls, package_id: str) -> list[Statement]:
        """Return all statements of a dataset as they were learnt, internal and retracted ones too."""
        query = sa.select(cls).where(cls.package_id == package_id).order_by(cls.statement_id)
        return [row.read() for row in _rows(query)]

    @classmethod
    def counting(cls, package_id: str) -> list[Statement]:
        """Return the statements of a dataset that were not taken back, as they were learnt."""
        query = sa.select(cls).where(cls.package_id == package_id, cls.counts()).order_by(cls.statement_id)
        return [row.read() for row in _rows(query)]

    @classmethod
    def standing(cls, package_id: str) -> list[Statement]:
        """Return the statements of a dataset that say something and were not taken back."""
        return [statement for statement in cls.counting(package_id) if statement.content is not None]

    @classmethod
    def counts(cls) -> sa.ColumnElement[bool]:
        """Return the condition that a statement was not taken back."""
        return ~sa.exists().where(Retraction.statement_id == cls.statement_id)

    @classmethod
    def is_known(cls, measure_id: str) -> bool:
        """Return whether a key is or was that of a measure; one that was taken back with it is free again."""
        return bool(cls.known_among([measure_id]))

    @classmethod
    def known_among(cls, measure_ids: Sequence[str]) -> set[str]:
        """Return which of some keys are or were those of measures; see :meth:`is_known`."""
        told = cls.measure_id.in_(measure_ids), cls.content.is_not(None), cls.counts()
        return set(model.Session.scalars(sa.select(cls.measure_id).where(*told).distinct()))

    @classmethod
    def newest_of(cls, package_ids: Sequence[str]) -> dict[str, Statement]:
        """Return the newest statement with content of each dataset, internal ones too."""
        if not package_ids:
            return {}
        query = (
            sa.select(cls)
            .where(cls.package_id.in_(package_ids), cls.content.is_not(None), cls.counts())
            .distinct(cls.package_id)
            .order_by(cls.package_id, cls.as_of.desc(), cls.statement_id.desc())
        )
        return {row.package_id: row.read() for row in _rows(query)}

    @classmethod
    def last_of(cls, package_ids: Sequence[str]) -> dict[str, Statement]:
        """Return what was learnt last about each dataset: it tells whether the measure is public now."""
        query = (
            sa.select(cls)
            .where(cls.package_id.in_(package_ids), cls.counts())
            .distinct(cls.package_id)
            .order_by(cls.package_id, cls.statement_id.desc())
        )
        return {row.package_id: row.read() for row in _rows(query)}


def _rows(query: sa.Select[tuple[StatementRow]]) -> list[StatementRow]:
    # the session may know the name that an organisation had before
    return list(model.Session.scalars(query.execution_options(populate_existing=True)))


def _read(sql: str, **parameters: object) -> list[Statement]:
    return [_statement(row) for row in model.Session.execute(sa.text(sql), parameters)]


def _statement(row: Any) -> Statement:
    return Statement(
        row.statement_id,
        row.package_id,
        row.measure_id,
        row.as_of,
        row.recorded_at,
        row.kind,
        row.visibility,
        {**row.content, "organisation": row.organisation} if row.content is not None else None,
        row.source,
        getattr(row, "replaced_by", None),
    )
