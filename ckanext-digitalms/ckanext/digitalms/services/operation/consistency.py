"""Whether dataset, newest statement, index, releases and frozen reports agree, and sources still deliver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ckan import model

from ckanext.digitalms.measures.history import changes
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.search import index
from ckanext.digitalms.services.measures import statements
from ckanext.digitalms.services.measures.hooks import measure_of
from ckanext.digitalms.services.reporting import freezing
from ckanext.digitalms.services.sources.health import sources
from ckanext.digitalms.vocabularies import MEASURE_TYPE


def problems() -> list[Message]:
    """List what does not agree; an empty list is a sound catalogue."""
    return [*_datasets(), *_index(), *releases.problems(), *freezing.problems(), *_sources()]


def _datasets() -> Iterator[Message]:
    """Compare each measure with its history; only what differs is looked at again, locked for that."""
    query = model.Session.query(model.Package).filter(model.Package.type == MEASURE_TYPE)
    packages = query.all()
    told = statements.histories([package.id for package in packages])
    differing = [package.id for package in packages if any(_history(package, told[package.id]))]
    model.Session.rollback()
    locked = statements.told_so_far(differing)
    again = query.filter(model.Package.id.in_(differing)).order_by(model.Package.name)
    found = [one for package in again for one in _history(package, locked[package.id])]
    model.Session.rollback()  # nobody who saves waits for what else is compared
    yield from found


def _history(package: model.Package, told: statements.Told) -> Iterator[Message]:
    known = told.newest
    if known is None:
        if package.state == model.State.DELETED:
            return  # it was made by what was taken back
        yield Message(N_("{measure}: there is no statement."), {"measure": package.name})
        return
    stored = measure_of(package).content()
    if known.content != stored:
        names = ", ".join(sorted({c.field for c in changes(known.content, stored)})) or "as_of"
        text = N_("{measure}: the dataset differs from the newest statement in {fields}.")
        yield Message(text, {"measure": package.name, "fields": names})
    if statements.is_public(package) != told.is_public:
        text = N_("{measure}: the history says otherwise whether the measure is public.")
        yield Message(text, {"measure": package.name})


def _index() -> Iterator[Message]:
    difference = index.compare()
    if difference.count:
        text = N_("Search index: {missing} missing, {stale} outdated, {surplus} left over.")
        values: dict[str, object] = {
            "missing": len(difference.missing),
            "stale": len(difference.stale),
            "surplus": len(difference.surplus),
        }
        yield Message(text, values)


def _sources() -> Iterator[Message]:
    now = datetime.now(UTC)
    for source in sources():
        if source.is_late(now):
            text = N_("Source {source}: the last success ({moment}) is older than twice its frequency.")
            last: object = source.last_success or Message(N_("never"))
            told = f"{last:%Y-%m-%d %H:%M} UTC" if isinstance(last, datetime) else last
            yield Message(text, {"source": source.title, "moment": told})
