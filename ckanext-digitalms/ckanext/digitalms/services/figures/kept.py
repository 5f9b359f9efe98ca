"""The figures of each month: those of ended months as they were then, for good; the present one so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestJob

from ckanext.digitalms import config
from ckanext.digitalms.model import CatalogueFigure, StatementRow
from ckanext.digitalms.quality import months
from ckanext.digitalms.quality.counting import ALL, Count, Figure
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.kept import Kept

from . import live, names, use

_ORDER = {figure.value: place for place, figure in enumerate(Figure)}
_MOST_MONTHS = 240  # of what history knows when counting begins
_WORK = "catalogue figures"


@dataclass(frozen=True)
class Row:
    """A figure of a month, as the open table has it."""

    month: str
    figure: str
    key: str
    label: str
    value: int | None
    total: int | None
    counted_on: date
    is_final: bool


# of the present month: a few hundred rows
_present: Kept[Sequence[Row]] = Kept(20_000, lambda rows: 1 + len(rows))


def until(day: date) -> list[Row]:
    """Return the figures of the months that had ended by a day, and of today's the present month, too.

    They are in the order of months, figures, and in each the most first.
    """
    today = config.today()
    kept = [one for one in _stored() if one.month < months.of(today)]
    if day >= today:
        return [*kept, *present(today)]
    return [one for one in kept if months.last_day(one.month) <= day]


def present(today: date) -> Sequence[Row]:
    """Return the figures of the present month, counted now."""
    month = months.of(today)
    counted = _present.get((month, today), lambda: _rows(month, live.counted(today), today, is_final=False))
    used = _rows(month, live.used(month), today, is_final=False)
    return sorted([*counted, *used], key=_place)


def _stored() -> list[Row]:
    found = model.Session.execute(sa.select(CatalogueFigure.__table__)).mappings()
    return sorted((Row(**row) for row in found), key=_place)


def _place(row: Row) -> tuple[Any, ...]:
    is_part = row.key != ALL
    return row.month, _ORDER.get(row.figure, len(_ORDER)), is_part, -(row.value or 0), row.key


def _rows(month: str, counts: Iterable[Count], day: date, *, is_final: bool) -> list[Row]:
    told = list(counts)
    return [
        Row(month, one.figure.value, one.key, label, one.value, one.total, day, is_final)
        for one, label in zip(told, names.labels(told), strict=True)
    ]


def refresh(today: date) -> None:
    """Count the present month anew, end the months before, and fill in those that nobody counted; commits.

    What is final stays as it is.
    """
    with locks.holding(_WORK):
        present_month = months.of(today)
        for month in months.between(_first(present_month), present_month):
            _end(month, today)
        use.flush(present_month)
        told = [*live.counted(today), *live.used(present_month)]
        _write(present_month, _rows(present_month, told, today, is_final=False))
        model.repo.commit()


def _first(present_month: str) -> str:
    """Return the month to begin with: the last that is final, or the first of which history knows."""
    known = model.Session.scalar(sa.select(sa.func.min(CatalogueFigure.month)))
    open_ = model.Session.scalar(
        sa.select(sa.func.max(CatalogueFigure.month)).where(CatalogueFigure.is_final)
    )
    if known is not None:
        return months.after(open_) if open_ else known
    found = [model.Session.scalar(sa.select(sa.func.min(StatementRow.recorded_at)))]
    if p.plugin_loaded("harvest"):
        found.append(model.Session.scalar(sa.select(sa.func.min(HarvestJob.finished))))
    days = [_day(moment) for moment in found if moment]
    first = months.of(min(days)) if days else present_month
    return max(first, months.before(present_month, _MOST_MONTHS))


def _day(moment: datetime) -> date:
    """Return the city's day; statements come in the zone of the database, runs without one, in UTC."""
    told = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return told.astimezone(config.time_zone()).date()


def _end(month: str, today: date) -> None:
    """Make the figures of an ended month final: as they were counted last in it, uses and runs in full."""
    use.flush(month)
    model.Session.flush()
    kept = [one for one in _stored() if one.month == month]
    if any(one.is_final for one in kept):
        return
    if kept:
        told = _rows(month, live.over(month), today, is_final=True)
        fresh = {one.figure for one in told}
        rows = [Row(**{**asdict(one), "is_final": True}) for one in kept if one.figure not in fresh] + told
    else:
        rows = _rows(month, live.past(month), today, is_final=True)
    _write(month, rows)
    model.repo.commit()
    use.forget(month)


def _write(month: str, rows: Sequence[Row]) -> None:
    model.Session.execute(
        sa.delete(CatalogueFigure).where(CatalogueFigure.month == month, CatalogueFigure.is_final.is_(False))
    )
    model.Session.execute(sa.insert(CatalogueFigure), [asdict(one) for one in rows])
