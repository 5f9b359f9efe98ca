"""The catalogue of a day: what is public today, on a cut-off date, and as it was known at a point in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.plot import Column, columns
from ckanext.digitalms.measures.presentation import Arranged
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.services.access.internal import states as internal_states
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.organisations import titles_of
from ckanext.digitalms.services.read_once import read_once

from . import statements

__all__ = [
    "Catalogue",
    "addresses",
    "catalogue",
    "public_statements",
    "read_point_in_time",
    "status_columns",
    "unpublished",
    "with_internal",
]


def read_point_in_time(data_dict: Json) -> tuple[date | None, datetime | None]:
    """Read ``cut_off_date`` and ``known_at``; a day means its end in the city's time zone."""
    day = data_dict.get("cut_off_date")
    known = data_dict.get("known_at")
    return (date.fromisoformat(day) if day else None, _point_in_time(known) if known else None)


def _point_in_time(text: str) -> datetime:
    if len(text) == len("2019-03-14"):
        return config.end_of_day(date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=config.time_zone())).astimezone(UTC)


@dataclass(frozen=True)
class Catalogue:
    """The measures of a day: their keys in the order of the report, and each as it is told.

    A measure is built when it is asked for, so that nobody waits for those that are not shown.
    """

    keys: Sequence[str]
    parent_of: Callable[[str], str | None]
    show: Callable[[str], Json]

    def __iter__(self) -> Iterator[Json]:
        """Go through all measures."""
        return map(self.show, self.keys)


def catalogue(day: date | None = None, known_at: datetime | None = None) -> Catalogue:
    """Return all public measures, with addresses and names of organisations.

    Args:
        day: the cut-off date, or today.
        known_at: as it was known then, or now.
    """
    key = ("catalogue", day, known_at)
    return read_once(key, lambda: _catalogue(public_statements(day, known_at), day))


def public_statements(day: date | None = None, known_at: datetime | None = None) -> list[Statement]:
    """Return what counts of each public measure on a day, as it was known then."""
    return read_once(("statements", day, known_at), lambda: StatementRow.catalogue(day, known_at))


def with_internal(public: Catalogue, user: str | None, wanted: Json) -> Catalogue:
    """Add what only those who keep it see; what is public stays as everybody sees it."""
    if wanted.get("cut_off_date") or wanted.get("known_at"):
        message = tk._("What is internal has no past to be shown: leave out the day, or this.")
        raise tk.ValidationError({"include_internal": [message]})
    states = read_once(("internal", user), lambda: internal_states(user))
    newest = read_once(("internal statements", user), lambda: StatementRow.newest_of(list(states)))
    kept = list(newest.values())
    own = {one.measure_id: states[one.package_id] for one in kept}
    known = frozenset(public.keys)
    every = _catalogue([*public_statements(), *kept], None) if kept else public

    def show(key: str) -> Json:
        if key in known:
            return {**public.show(key), "visibility": "public"}
        return {**every.show(key), "visibility": own[key]}

    return Catalogue(every.keys, every.parent_of, show)


def _catalogue(statements: Iterable[Statement], day: date | None) -> Catalogue:
    arranged = Arranged(statements, day or config.today(), config.rhythm())
    titles = titles_of(arranged.organisations)
    address, built = addresses(), cache(arranged.show)

    def show(key: str) -> Json:
        measure = built(key)
        organisation = measure["organisation"]
        title = titles.get(organisation, organisation)
        return {**measure, "organisation_title": title, "url": address(key)}

    return Catalogue(list(arranged.places), arranged.parent_of, show)


def addresses() -> Callable[[str], str]:
    """Return what gives the address of a measure; CKAN takes its time for each."""
    some = tk.url_for("digitalms_measure.read", id="x", _external=True, locale="default", **NO_DAY)
    return lambda key: f"{some[:-1]}{key}"


def unpublished(measure_id: str, day: date | None = None) -> Json:
    """Return a measure at the Stand of a day or its newest one, public or not; raises ``ObjectNotFound``."""
    package = find_package(measure_id)
    stood = _stood(package.id, day) if package is not None else None
    if stood is None:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    return next(iter(_catalogue([stood], day)))


def _stood(package_id: str, day: date | None) -> Statement | None:
    """Return what stood on a day; for one before the first Stand that one, as whoever adds to it begins."""
    if day is None:
        return StatementRow.newest_of([package_id]).get(package_id)
    return statements.standing_on(package_id, day) or statements.first_of(package_id)


def status_columns(day: date | None, known_at: datetime | None) -> list[Column]:
    """Return how many public measures had each status on each day, up to a day."""
    return columns(StatementRow.public_statuses(day, known_at), day or config.today())
