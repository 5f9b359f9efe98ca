"""Reading measures: the catalogue today, on a cut-off date, and as it was known at a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.council.reference import reference_of, search_patterns
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures import goal_facts, revisions
from ckanext.digitalms.measures.history import Statement, changes
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing import coverage_rows
from ckanext.digitalms.search.found import in_texts
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.access.admission import is_admitted
from ckanext.digitalms.services.catalogue_search import measures_found
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.catalogue import (
    catalogue,
    read_point_in_time,
    unpublished,
    with_internal,
)

__all__ = ["digitalms_measure_history", "digitalms_measure_list", "digitalms_measure_show"]


# what is looked for in measures themselves
_FILTERS = frozenset({"status", "organisation", "delayed", "reference", "q"})


def _keep(measure: Json, wanted: Json) -> bool:
    checks = (
        "status" not in wanted or measure["status"] in wanted["status"],
        "organisation" not in wanted or measure["organisation"] == wanted["organisation"],
        "delayed" not in wanted or measure["is_delayed"] == wanted["delayed"],
        "reference" not in wanted or _cites(measure, wanted["reference"]),
        "q" not in wanted or wanted["q"](measure),
    )
    return all(checks)


def _cites(measure: Json, typed: str) -> bool:
    patterns = search_patterns(typed)
    rows = measure["council_references"]
    cited = [found for row in rows if (found := reference_of(row["reference"] or "", row["body"] or ""))]
    as_it_stands = "-".join(typed.split())
    return any(
        str(reference) == as_it_stands or any(pattern.matches(reference) for pattern in patterns)
        for reference in cited
    )


def _found(user: str | None, wanted: Json) -> Callable[[Json], bool]:
    """Return what tells of a measure whether the search finds it, today or on the day that is asked for."""
    if wanted.get("cut_off_date") or wanted.get("known_at"):
        return in_texts(wanted["q"])
    keys = measures_found(wanted["q"], user, with_internal=bool(wanted.get("include_internal")))
    return lambda measure: measure["measure_id"] in keys


@tk.side_effect_free
def digitalms_measure_list(context: Context, data_dict: Json) -> Json:
    """List the public measures in the order of the council's report.

    Args:
        cut_off_date: the catalogue as it was at the end of this day (YYYY-MM-DD); default today.
        known_at: as we knew it then: a day or a moment (ISO 8601); default now.
        status: only measures with this status, or with one of several (a list; in an address repeated).
        organisation: only measures of this organisation: its name, one that it had before, or its id.
        delayed: only delayed measures (true) or the others (false).
        parent: only the parts of this measure.
        reference: only measures that cite this council paper, in any spelling.
        q: only measures that the search of the catalogue finds for these words; for a past day those in whose
            record of that day each of them stands.
        include_internal: also the private measures and drafts that you edit, each at its newest Stand; only
            for today. Each measure then says its ``visibility``: ``public``, ``private``, ``draft``, or
            ``waiting`` (its organisation is not let in yet).
        include_coverage: also ``coverage``: of each link to counted coverage ``{link, series}``, its figures
            in the order of their editions, up to the month of ``cut_off_date``.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results, cut_off_date, known_at}``: how many there are in all, the measures asked for, and
        of which point in time (null: now).
    """
    tk.check_access("digitalms_measure_list", context, data_dict)
    wanted = schema.asked("digitalms_measure_list", context, data_dict)
    if "organisation" in wanted:
        wanted["organisation"] = organisations.name_of(wanted["organisation"])
    if "q" in wanted:
        wanted["q"] = _found(context.get("user"), wanted)
    every = catalogue(*read_point_in_time(wanted))
    if wanted.get("include_internal"):
        every = with_internal(every, context.get("user"), wanted)
    keys = [key for key in every.keys if wanted.get("parent") in {None, every.parent_of(key)}]
    if _FILTERS & wanted.keys():
        keys = [key for key in keys if _keep(every.show(key), wanted)]
    shown = [every.show(key) for key in schema.page_of(keys, wanted)]
    if wanted.get("include_coverage"):
        shown = _with_coverage(shown, wanted)
    return schema.dated({"count": len(keys), "results": shown}, wanted)


def _with_coverage(measures: list[Json], wanted: Json) -> list[Json]:
    links = [link for measure in measures for link in measure["coverage_links"]]
    moment = coverage_rows.EditionsAt(*read_point_in_time(wanted))
    series = iter(coverage_rows.of_links(links, moment))
    told = [[{"link": link, "series": plain(next(series))} for link in m["coverage_links"]] for m in measures]
    return [{**measure, "coverage": coverage} for measure, coverage in zip(measures, told, strict=True)]


@tk.side_effect_free
def digitalms_measure_show(context: Context, data_dict: Json) -> Json:
    """Show a public measure, today or on a cut-off date; ``cut_off_date`` and ``known_at`` in it say which.

    Args:
        id: the measure's key.
        cut_off_date: as it was at the end of this day.
        known_at: as we knew it then.
        unpublished: the newest Stand, or that of the cut-off date, also of a private measure (its office and
            coordinators); before the first Stand that one.
        include_coverage: also ``coverage``, as in the list.
        include_dataset: also ``dataset``, what is no part of the history: contact_function, contact_email,
            private, state, metadata_modified and is_admitted, as they are today.

    Raises:
        ObjectNotFound: there is no such public measure at that moment.
    """
    tk.check_access("digitalms_measure_show", context, data_dict)
    wanted = schema.asked("digitalms_measure_show", context, data_dict)
    if wanted.get("unpublished"):
        tk.check_access("package_update", context, {"id": wanted["id"]})
        measure = unpublished(wanted["id"], read_point_in_time(wanted)[0])
    else:
        measure = _public(wanted)
    if wanted.get("include_coverage"):
        measure = _with_coverage([measure], wanted)[0]
    if wanted.get("include_dataset"):
        measure = {**measure, "dataset": _dataset(measure, is_public=not wanted.get("unpublished"))}
    return schema.dated(measure, wanted)


def _public(wanted: Json) -> Json:
    found = catalogue(*read_point_in_time(wanted))
    if wanted["id"] not in found.keys:
        message = tk._("There is no public measure “{found}” at that time.")
        raise tk.ObjectNotFound(message.format(found=wanted["id"][:60]))
    return found.show(wanted["id"])


def _dataset(measure: Json, *, is_public: bool) -> Json:
    package = find_package(measure["measure_id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure["measure_id"]))
    return {
        **{name: package.extras.get(name) for name in ("contact_function", "contact_email")},
        "private": package.private,
        "state": package.state,
        "metadata_modified": package.metadata_modified.isoformat(),
        "is_admitted": is_public or is_admitted(package.owner_org),
    }


@tk.side_effect_free
def digitalms_measure_history(context: Context, data_dict: Json) -> Json:
    """List the public statements of a measure, newest first, each with what it changed.

    Args:
        id: the measure's key.
        cut_off_date: only statements up to this day.
        known_at: only statements recorded by then.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the newest.

    Returns:
        ``{count, results, promises, goals, cut_off_date, known_at}``; each result has statement_id, as_of,
        recorded_at, kind, status, progress_percent, statement, source, content, changes (field, row, before,
        after) and replaced_by: the statement_id of the correction that took its place, else nothing.
        ``promises`` has for each milestone the first latest day that it got (milestone_id, first_latest,
        as_of), how many days later it is now, and its shifts (as_of, old_latest, new_latest, days, reason),
        whatever part of the history is asked. ``goals`` has every goal that it had, by year: id, year, text,
        indicator, indicator_id, target, actual, state, removed_on (since when it is no part any more) and
        reviews (review_date, outcome, reason, reference, successors: the texts of the goals that took its
        place).
    """
    tk.check_access("digitalms_measure_history", context, data_dict)
    wanted = schema.asked("digitalms_measure_history", context, data_dict)
    key, moment = wanted["id"], read_point_in_time(wanted)
    # what a statement changed is told against the one before it
    count, told = StatementRow.public_page(key, *moment, wanted["limit"] + 1, wanted["offset"])
    if not told:
        count, _ = StatementRow.public_page(key, *moment, 1, 0)
    if not count:
        message = tk._("There is no public measure “{found}” at that time.")
        raise tk.ObjectNotFound(message.format(found=key[:60]))
    public = _public_parents(told)
    contents = [_without_private_parent(statement.content or {}, public) for statement in told]
    entries = [
        _entry(statement, content, previous)
        for statement, content, previous in zip(told, contents, [*contents[1:], None], strict=False)
    ]
    whole = told if len(told) == count else StatementRow.public_page(key, *moment, count, 0)[1]
    answer = {"count": count, "results": entries[: wanted["limit"]], **_over_time(whole)}
    return schema.dated(answer, wanted)


_GOAL = ("id", "year", "text", "indicator", "indicator_id", "target", "actual")
_REVIEW = ("review_date", "outcome", "reason", "reference")


def _over_time(told: Sequence[Statement]) -> Json:
    history = revisions.stands(told)
    return {"promises": _promises(history), "goals": [_goal(one) for one in goal_facts.facts(history)]}


def _goal(one: goal_facts.GoalFacts) -> Json:
    return {
        **{name: plain(getattr(one.goal, name)) for name in _GOAL},
        "state": one.state.value,
        "removed_on": plain(one.removed_on),
        "reviews": [
            {
                **{name: plain(getattr(judged.review, name)) for name in _REVIEW},
                "successors": list(judged.successors),
            }
            for judged in one.reviews
        ],
    }


_SHIFT = ("as_of", "old_latest", "new_latest", "days", "reason")


def _promises(history: Sequence[revisions.Stand]) -> list[Json]:
    return [
        {
            "milestone_id": promise.milestone_id,
            "first_latest": plain(promise.latest),
            "as_of": plain(promise.as_of),
            "days": promise.days,
            "shifts": [
                {
                    name: plain(getattr(shift, name))
                    for name in ("as_of", "old_latest", "new_latest", "days", "reason")
                }
                for shift in promise.shifts
            ],
        }
        for promise in revisions.promises(history).values()
    ]


def _public_parents(told: Sequence[Statement]) -> set[str]:
    """Return which of the parents that statements name are public now."""
    named = {parent for one in told if (parent := (one.content or {}).get("parent_id"))}
    return named.intersection(catalogue().keys) if named else named


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
        "replaced_by": statement.replaced_by,
        **{name: content.get(name) for name in told},
        "content": content,
        "changes": [vars(change) for change in changes(previous, content)] if previous else [],
    }
