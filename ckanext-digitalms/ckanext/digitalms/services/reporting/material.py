"""What a report is made of, read from the catalogue of its day and of that of the report before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.coverage.comparable import comparable
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import coverage_rows
from ckanext.digitalms.reporting.building import Material, decimal, word
from ckanext.digitalms.reporting.report import Coverage, Edition, Point
from ckanext.digitalms.reporting.since import Since
from ckanext.digitalms.services.comparison import compared
from ckanext.digitalms.services.language import in_german
from ckanext.digitalms.services.measures.catalogue import catalogue
from ckanext.digitalms.vocabularies import MEASURE_TYPE, Base, Customer, Technology, ValueState

__all__ = ["material", "without_contact"]

_SPEED, _SHARE = N_("at least {speed} Mbit/s"), N_("share of {base}")
_WITHOUT_CONTACT = sa.text(f"""
SELECT name FROM package WHERE type = '{MEASURE_TYPE}'
  AND coalesce(extras ->> 'contact_function', '') = '' AND coalesce(extras ->> 'contact_email', '') = ''
""")  # noqa: S608 - our own text


def material(as_of: date, known_at: datetime | None, previous: date | None) -> Material:
    """Read what the catalogue tells, labels in German.

    Args:
        as_of: the day of the report.
        known_at: as it was known then; nothing means now.
        previous: the day of the report before, if there is one.
    """
    measures = list(catalogue(as_of, known_at))
    former = {one["measure_id"]: one for one in catalogue(previous, known_at)} if previous else {}
    counted = _counted(measures, as_of, known_at)
    return Material(
        measures=measures,
        former=former,
        series=_series(measures, as_of, known_at),
        coverage={key: _newest(links) for key, links in counted.items()},
        since=_since(former, measures, previous, as_of, known_at) if previous else None,
        say=in_german,
    )


def _since(
    former: Mapping[str, Json],
    measures: Sequence[Json],
    previous: date,
    as_of: date,
    known_at: datetime | None,
) -> Since:
    """Return what the comparison of both days says, as its page shows it."""
    return Since.between(former, measures, compared(previous, as_of, known_at).changes, in_german)


def _series(
    measures: Sequence[Json], as_of: date, known_at: datetime | None
) -> dict[tuple[str, str], tuple[Point, ...]]:
    """Return the values of each figure by day; of several of one day the last one counts."""
    if not any(measure["indicators"] for measure in measures):
        return {}
    found: dict[tuple[str, str], dict[date, Point]] = {}
    for row in StatementRow.public_figures(as_of, known_at):
        value = decimal(row.value)
        if value is not None:
            found.setdefault((row.measure_id, row.indicator_id), {})[row.day] = Point(row.day, value)
    return {key: tuple(points[day] for day in sorted(points)) for key, points in found.items()}


def _counted(measures: Sequence[Json], as_of: date, known_at: datetime | None) -> dict[str, list[Json]]:
    """Return by measure its links to coverage with their figures, by edition."""
    links = [(measure["measure_id"], link) for measure in measures for link in measure["coverage_links"]]
    moment = coverage_rows.EditionsAt(as_of, known_at)
    told = coverage_rows.of_links([link for _, link in links], moment)
    found: dict[str, list[Json]] = {}
    for (key, link), rows in zip(links, told, strict=True):
        found.setdefault(key, []).append({"link": link, "series": plain(rows)})
    return found


def _newest(links: Sequence[Json]) -> tuple[Coverage, ...]:
    return tuple(_share(series) for link in links for series in comparable(link["series"]))


def _edition(row: Mapping[str, Any]) -> Edition:
    is_known = row["share_percent"] is not None
    return Edition(
        edition=row["edition"],
        share_percent=decimal(row["share_percent"]),
        value_state="" if is_known else word(ValueState, row["value_state"], in_german),
        survey=row["survey"] or "",
    )


def _share(series: Sequence[Mapping[str, Any]]) -> Coverage:
    row, last = series[-1], _edition(series[-1])
    words = [
        in_german(_SPEED).format(speed=row["speed_mbit_s"]),
        word(Technology, row["technology"], in_german),
        word(Customer, row["customer"], in_german),
    ]
    share = in_german(_SHARE).format(base=word(Base, row["base"], in_german))
    return Coverage(
        area=row["area_name"] or row["area_code"],
        edition=last.edition,
        definition=f"{share}: {', '.join(words)}",
        share_percent=last.share_percent,
        value_state=last.value_state,
        source=row["source"] or "",
        editions=tuple(map(_edition, series)),
    )


def without_contact() -> frozenset[str]:
    """Return the keys of the measures that name nobody for questions."""
    return frozenset(model.Session.scalars(_WITHOUT_CONTACT))
