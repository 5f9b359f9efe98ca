"""The catalogue of a day: what is public today, on a cut-off date, and as it was known at a point in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.plot import Column, columns
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services.access.internal import states as internal_states
from ckanext.digitalms.services.lookup import find_package

__all__ = ["catalogue", "read_point_in_time", "status_columns", "unpublished", "with_internal"]


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


def catalogue(day: date | None, known_at: datetime | None, only: str | None = None) -> list[Json]:
    """Return all public measures in the order of the report, with addresses and names of organisations.

    Args:
        day: the cut-off date, or today.
        known_at: as it was known then, or now.
        only: the key of the one measure that is asked for.
    """
    shown = public_measures(
        StatementRow.catalogue(day, known_at), day or config.today(), config.update_days(), only
    )
    titles = _organisation_titles({m["organisation"] for m in shown if m["organisation"]})
    return [_with_names(measure, titles) for measure in shown]


def with_internal(public: list[Json], user: str | None, wanted: Json) -> list[Json]:
    """Add what only those who keep it see; what is public stays as everybody sees it."""
    if wanted.get("cut_off_date") or wanted.get("known_at"):
        message = tk._("What is internal has no past to be shown: leave out the day, or this.")
        raise tk.ValidationError({"include_internal": [message]})
    states = internal_states(user)
    internal = StatementRow.newest_of(list(states)).values()
    shown = {one["measure_id"]: {**one, "visibility": "public"} for one in public}
    arranged = public_measures(
        [*StatementRow.catalogue(None, None), *internal], config.today(), config.update_days()
    )
    own = {one.measure_id: states[one.package_id] for one in internal}
    titles = _organisation_titles({m["organisation"] for m in arranged if m["organisation"]})
    return [
        shown.get(m["measure_id"]) or {**_with_names(m, titles), "visibility": own[m["measure_id"]]}
        for m in arranged
    ]


def _organisation_titles(names: Iterable[str]) -> dict[str, str]:
    query = model.Session.query(model.Group.name, model.Group.title).filter(model.Group.name.in_(list(names)))
    return {name: title or name for name, title in query}


def _with_names(measure: Json, titles: dict[str, str]) -> Json:
    organisation = measure["organisation"]
    return {
        **measure,
        "organisation_title": titles.get(organisation, organisation),
        "url": tk.url_for(
            "digitalms_measure.read", id=measure["measure_id"], _external=True, locale="default"
        ),
    }


def unpublished(measure_id: str) -> Json:
    """Return a measure at its newest Stand, public or not; raises ``ObjectNotFound``."""
    package = find_package(measure_id)
    known = StatementRow.newest_of([package.id]) if package is not None else {}
    if not known:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    shown = public_measures(list(known.values()), config.today(), config.update_days())[0]
    return _with_names(shown, _organisation_titles([shown["organisation"]]))


def status_columns(day: date | None, known_at: datetime | None) -> list[Column]:
    """Return how many public measures had each status on each day, up to a day."""
    return columns(StatementRow.public_statuses(day, known_at), day or config.today())
