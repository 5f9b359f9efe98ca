"""What can be counted of a month: of the present one all, of an earlier one what history knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestJob, HarvestSource

from ckanext.digitalms import config
from ckanext.digitalms.model import DatasetQuality, StatementRow
from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.quality import counting, months, rules, searched
from ckanext.digitalms.quality.counting import ALL, Count, Figure
from ckanext.digitalms.services.quality.kept import PUBLIC
from ckanext.digitalms.services.sources.health import failed
from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

from . import described, names, use

NOT_JUDGED = "not_judged"
# what only the present tells: of an earlier month nobody knows it
_OF_TODAY = (Figure.DATASETS, Figure.COMPLETE, Figure.QUALITY)
# sources are nobody's to see but their keepers'; that they are there, and how they run, everybody is told
_LISTED = sa.and_(
    model.Package.type == SOURCE_TYPE,
    model.Package.state == model.State.ACTIVE,
    model.Package.private.is_(False),
)
_USED = {Figure.DOWNLOADS: use.DOWNLOADS, Figure.API_READS: use.READS}


def counted(day: date) -> list[Count]:
    """Return all that the database knows of the month of today; how it is used is told by :func:`used`."""
    return [
        *counting.of_datasets(described.read(), day),
        Count(Figure.MEASURES, ALL, _measures_now()),
        *_quality(),
        *_runs(months.of(day)),
    ]


def past(month: str) -> list[Count]:
    """Return what is known of a month that nobody counted while it was: the rest has no value."""
    end = months.last_day(month)
    measures = len(StatementRow.catalogue(end, config.end_of_day(end)))
    return [
        *(Count(figure, ALL, None) for figure in _OF_TODAY),
        Count(Figure.MEASURES, ALL, measures),
        *_runs(month),
        *used(month, is_counted=False),
    ]


def over(month: str) -> list[Count]:
    """Return what an ended month that was counted has been in all: runs of sources, and how it was used."""
    return [*_runs(month), *used(month)]


def _measures_now() -> int:
    query = sa.select(sa.func.count()).select_from(model.Package)
    return int(model.Session.scalar(query.where(PUBLIC, model.Package.type == MEASURE_TYPE)) or 0)


def _quality() -> Iterator[Count]:
    query = (
        sa.select(DatasetQuality.points)
        .select_from(model.Package)
        .outerjoin(DatasetQuality, DatasetQuality.package_id == model.Package.id)
        .where(PUBLIC)
    )
    points = list(model.Session.scalars(query))
    judged = [one for one in points if one is not None]
    bands = Counter(rules.band(one) for one in judged)
    yield Count(Figure.QUALITY, ALL, sum(judged) if judged else None, len(judged) * rules.MOST)
    yield from (Count(Figure.QUALITY, band.value, bands[band]) for band in rules.Band)
    yield Count(Figure.QUALITY, NOT_JUDGED, len(points) - len(judged))


def _runs(month: str) -> Iterator[Count]:
    """Give the runs of each source that ended in a month, and how many had no error."""
    if not p.plugin_loaded("harvest"):
        return
    begin = months.first_day(month)
    ended = sa.func.timezone(config.time_zone().key, sa.func.timezone("UTC", HarvestJob.finished))
    query = (
        sa.select(model.Package.name, sa.func.count(), sa.func.count().filter(~failed()))
        .select_from(HarvestJob)
        .join(HarvestSource, HarvestSource.id == HarvestJob.source_id)
        .join(model.Package, model.Package.id == HarvestSource.id)
        .where(HarvestJob.status == "Finished", ended >= begin, ended < months.first_day(months.after(month)))
        .where(_LISTED)
        .group_by(model.Package.name)
        .order_by(model.Package.name)
    )
    found = list(model.Session.execute(query))
    yield Count(Figure.HARVEST, ALL, sum(right for _, _, right in found), sum(runs for _, runs, _ in found))
    yield from (Count(Figure.HARVEST, name, right, runs) for name, runs, right in found)


def used(month: str, *, is_counted: bool = True) -> Iterator[Count]:
    """Give downloads, reads and searches of a month.

    Args:
        month: which.
        is_counted: whether somebody counted in it; else what is not there is not known.
    """
    told = use.counts(month)
    is_known = is_counted or bool(told)
    by_kind: dict[str, Counter[str]] = {}
    for (kind, key), number in told.items():
        by_kind.setdefault(kind, Counter())[key] = number
    for figure, kind in _USED.items():
        found = by_kind.get(kind, Counter())
        yield Count(figure, ALL, found.total() if is_known else None)
        yield from (Count(figure, one.key, number) for one, number in names.of_used(found))
    searches = by_kind.get(use.SEARCHES, Counter())
    yield Count(Figure.SEARCHES, ALL, searches[ALL] if is_known else None)
    yield Count(Figure.SEARCHES, counting.NONE, searches[counting.NONE] if is_known else None)
    hidden = _hidden()
    for words, number in by_kind.get(use.NOTHING, Counter()).most_common():
        if number >= searched.LEAST and not hidden.has(words):
            yield Count(Figure.NOTHING, words, number)


def _hidden() -> searched.Hidden:
    """Return the names that are shown nowhere: of what is not public, and of persons."""
    package = model.Package
    is_internal = sa.or_(IS_PUBLIC, _LISTED).is_not(True)
    titles = model.Session.execute(sa.select(package.name, package.title).where(is_internal))
    people = model.Session.execute(sa.select(model.User.name, model.User.fullname))
    return searched.Hidden(text for row in (*titles, *people) for text in row if text)
