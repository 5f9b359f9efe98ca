"""Reading measures: the catalogue today, on a cut-off date, and as it was known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.council.reference import parse_reference, search_patterns
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures.history import Statement, changes
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.access.internal import states as internal_states
from ckanext.digitalms.services.lookup import find_package

__all__ = ["digitalms_measure_history", "digitalms_measure_list", "digitalms_measure_show"]


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


def catalogue(day: date | None, known_at: datetime | None) -> list[Json]:
    """Return all public measures in the order of the report, with addresses and names of organisations."""
    shown = public_measures(
        StatementRow.catalogue(day, known_at), day or config.today(), config.update_days()
    )
    titles = _organisation_titles({m["organisation"] for m in shown if m["organisation"]})
    return [_with_names(measure, titles) for measure in shown]


def _with_internal(public: list[Json], user: str | None, wanted: Json) -> list[Json]:
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


def _keep(measure: Json, wanted: Json) -> bool:
    checks = (
        "status" not in wanted or measure["status"] == wanted["status"],
        "organisation" not in wanted or measure["organisation"] == wanted["organisation"],
        "delayed" not in wanted or measure["is_delayed"] == wanted["delayed"],
        "reference" not in wanted or _cites(measure, wanted["reference"]),
        "q" not in wanted or wanted["q"].casefold() in _words(measure),
    )
    return all(checks)


def _cites(measure: Json, typed: str) -> bool:
    patterns = search_patterns(typed)
    rows = measure["council_references"]
    cited = [found for row in rows if (found := parse_reference(row["reference"] or "", row["body"] or ""))]
    return any(pattern.matches(reference) for pattern in patterns for reference in cited)


def _words(measure: Json) -> str:
    texts = [measure["title"], measure["notes"], measure["statement"], *measure["keywords"]]
    return " ".join(text for text in texts if text).casefold()


@tk.side_effect_free
def digitalms_measure_list(context: Context, data_dict: Json) -> Json:
    """List the public measures in the order of the council's report.

    Args:
        cut_off_date: the catalogue as it was at the end of this day (YYYY-MM-DD); default today.
        known_at: as we knew it then: a day or a moment (ISO 8601); default now.
        status: only measures with this status.
        organisation: only measures of this organisation: its name, one that it had before, or its id.
        delayed: only delayed measures (true) or the others (false).
        reference: only measures that cite this council paper, in any spelling.
        q: only measures with this text in title, short text, statement or keywords.
        include_internal: also the private measures and drafts that you edit, each at its newest Stand; only
            for today. Each measure then says its ``visibility``: ``public``, ``private``, ``draft``, or
            ``waiting`` (its organisation is not let in yet).
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``: how many there are in all, and the measures asked for.
    """
    tk.check_access("digitalms_measure_list", context, data_dict)
    wanted = schema.validated(context, data_dict, schema.measure_list())
    if "organisation" in wanted:
        wanted["organisation"] = organisations.name_of(wanted["organisation"])
    every = catalogue(*read_point_in_time(wanted))
    if wanted.get("include_internal"):
        every = _with_internal(every, context.get("user"), wanted)
    found = [measure for measure in every if _keep(measure, wanted)]
    return {"count": len(found), "results": found[wanted["offset"] :][: wanted["limit"]]}


@tk.side_effect_free
def digitalms_measure_show(context: Context, data_dict: Json) -> Json:
    """Show a public measure, today or on a cut-off date.

    Args:
        id: the measure's key.
        cut_off_date: as it was at the end of this day.
        known_at: as we knew it then.
        unpublished: the newest Stand, also of a private measure (its office and coordinators).

    Raises:
        ObjectNotFound: there is no such public measure at that moment.
    """
    tk.check_access("digitalms_measure_show", context, data_dict)
    wanted = schema.validated(context, data_dict, schema.measure_show())
    if wanted.get("unpublished"):
        tk.check_access("package_update", context, {"id": wanted["id"]})
        return _unpublished(wanted["id"])
    for measure in catalogue(*read_point_in_time(wanted)):
        if measure["measure_id"] == wanted["id"]:
            return measure
    message = tk._("There is no public measure “{found}” at that time.")
    raise tk.ObjectNotFound(message.format(found=wanted["id"][:60]))


def _unpublished(measure_id: str) -> Json:
    package = find_package(measure_id)
    known = StatementRow.newest_of([package.id]) if package is not None else {}
    if not known:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    shown = public_measures(list(known.values()), config.today(), config.update_days())[0]
    return _with_names(shown, _organisation_titles([shown["organisation"]]))


@tk.side_effect_free
def digitalms_measure_history(context: Context, data_dict: Json) -> Json:
    """List the public statements of a measure, newest first, each with what it changed.

    Args:
        id: the measure's key.
        cut_off_date: only statements up to this day.
        known_at: only statements recorded by then.

    Returns:
        ``{count, results}``; each result has statement_id, as_of, recorded_at, kind, status,
        progress_percent, statement, source, content and changes (field, row, before, after).
    """
    tk.check_access("digitalms_measure_history", context, data_dict)
    wanted = schema.validated(context, data_dict, schema.measure_show())
    day, known_at = read_point_in_time(wanted)
    told = StatementRow.public_history(wanted["id"], day, known_at)
    if not told:
        message = tk._("There is no public measure “{found}” at that time.")
        raise tk.ObjectNotFound(message.format(found=wanted["id"][:60]))
    public = {statement.measure_id for statement in StatementRow.catalogue(None, None)}
    contents = [_without_private_parent(statement.content or {}, public) for statement in told]
    entries = [
        _entry(statement, content, previous)
        for statement, content, previous in zip(told, contents, [None, *contents], strict=False)
    ]
    return {"count": len(entries), "results": entries[::-1]}


def _without_private_parent(content: Json, public: set[str]) -> Json:
    return {**content, "parent_id": content.get("parent_id") if content.get("parent_id") in public else None}


def _entry(statement: Statement, content: Json, previous: Json | None) -> Json:
    told = ("status", "progress_percent", "statement")
    return {
        "statement_id": statement.statement_id,
        "measure_id": statement.measure_id,
        "as_of": statement.as_of.isoformat(),
        "recorded_at": statement.recorded_at.isoformat(),
        "kind": statement.kind,
        "source": statement.source,
        **{name: content.get(name) for name in told},
        "content": content,
        "changes": [vars(change) for change in changes(previous, content)] if previous else [],
    }
