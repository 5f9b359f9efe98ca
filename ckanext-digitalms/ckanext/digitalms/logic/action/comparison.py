"""What changed between two days of the catalogue, and day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.comparison.change import Change
from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.comparison.summary import between, summary
from ckanext.digitalms.council.reference import (
    CouncilReference,
    ReferenceRefusedError,
    parse_reference_field,
)
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.services import change_feed, organisations
from ckanext.digitalms.services.comparison import Compared, compared, figures_of
from ckanext.digitalms.services.measures.catalogue import addresses, catalogue, read_point_in_time

__all__ = ["digitalms_catalogue_change_list", "digitalms_comparison_show"]

_SWAPPED = N_("{first} lies after {last}: name the earlier day first.")
_FILTERS = frozenset({"organisation", "status", "measure"})
_TOLD = ("field", "row", "name", "before", "after", "days", "times", "reason", "outcome", "breaks")


@tk.side_effect_free
def digitalms_comparison_show(context: Context, data_dict: Json) -> Json:
    """Compare the public catalogue of two days: what is new, finished, reached, late, moved and the like.

    Args:
        from: the earlier day (YYYY-MM-DD); its end counts.
        to: the later day; default today.
        known_at: as both days were known then: a day or a moment (ISO 8601); default now.
        from_known_at: as the earlier day was known then, such as by its report; default ``known_at``.
        organisation: only measures of this organisation: its name, one that it had before, or its id.
        status: only measures that have this status on the later day, or one of several (a list).
        kind: only changes of this kind, or of one of several: new, finished, reached, late, moved, status,
            wording, added, gone, goal, indicator, coverage or other.
        measure: only changes of the measure with this key.
        include_figures: also the figure of each change of one, as ``figure``.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results, summary, kinds, organisations, from, to, known_at, from_known_at}``: how many there
        are, those that are asked for in the order of the catalogue, what all of them come to in one sentence,
        how many there are of each kind (whatever kind is asked for), of which organisations there are changes
        (name and title, whatever is asked for), and the days. A result has kind, measure_id, title,
        organisation, organisation_title, status, url, field (of the record, such as ``vision``; of a row,
        such as ``milestones.latest``; a list where a whole row came or went), row (its id), name (of the
        row), before, after, days (by how many a date moved, or how late something is), times (how often it
        moved in between), reason, outcome (of a goal), breaks (the series of the figures breaks in between)
        and sentence; if asked for, figure: null, or the figure as ``digitalms_indicator_list`` tells it, on
        the later day and without its series.

    Raises:
        ObjectNotFound: there is no such public measure on the later day.
        ValidationError: a day is none or to come, or the first lies after the second.
    """
    tk.check_access("digitalms_comparison_show", context, data_dict)
    wanted = schema.asked("digitalms_comparison_show", context, data_dict)
    first, last = date.fromisoformat(wanted["from"]), _last(wanted)
    if first > last:
        message = Message(_SWAPPED, {"first": first, "last": last})
        raise tk.ValidationError({"from": [translate(message, tk._)]})
    known = (read_point_in_time({"known_at": wanted.get(name)})[1] for name in ("known_at", "from_known_at"))
    found = compared(first, last, *known)
    if "measure" in wanted and wanted["measure"] not in found.measures:
        _refuse_unknown(wanted["measure"], last, wanted)
    return _answer(found, wanted, every=bool(context.get("for_view")))


def _answer(found: Compared, wanted: Json, *, every: bool) -> Json:
    of_measures = _of_measures(found, wanted)
    changes = [one for one in of_measures if "kind" not in wanted or one.kind in wanted["kind"]]
    kinds = Counter(one.kind for one in of_measures)
    is_all = len(changes) == len(found.changes)
    told = found.sentence if is_all else between(found.first, found.last, changes)
    return {
        "count": len(changes),
        "results": _shown(found, changes if every else list(schema.page_of(changes, wanted)), wanted),
        "summary": translate(told, tk._),
        "kinds": {kind.value: kinds[kind] for kind in ChangeKind if kinds[kind]},
        "organisations": _organisations(found),
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "known_at": wanted.get("known_at"),
        "from_known_at": wanted.get("from_known_at"),
    }


def _last(wanted: Json) -> date:
    return date.fromisoformat(wanted["to"]) if wanted.get("to") else config.today()


def _refuse_unknown(key: str, last: date, wanted: Json) -> None:
    moment = {"cut_off_date": last.isoformat(), "known_at": wanted.get("known_at")}
    if key not in catalogue(*read_point_in_time(moment)).keys:
        message = tk._("There is no public measure “{found}” at that time.")
        raise tk.ObjectNotFound(message.format(found=key[:60]))


def _of_measures(found: Compared, wanted: Json) -> list[Change]:
    """Return the changes of the measures that are asked for."""
    office = organisations.name_of(wanted["organisation"]) if "organisation" in wanted else None
    if not _FILTERS & wanted.keys():
        return list(found.changes)
    keys = {
        key
        for key, told in found.measures.items()
        if (office is None or told["organisation"] == office)
        and ("status" not in wanted or told["status"] in wanted["status"])
        and wanted.get("measure", key) == key
    }
    return [one for one in found.changes if one.measure_id in keys]


def _organisations(found: Compared) -> list[Json]:
    titles = {told["organisation"]: told["organisation_title"] for told in found.measures.values()}
    named = [{"name": name, "title": title} for name, title in titles.items() if name]
    return sorted(named, key=lambda one: str(one["title"]).casefold())


def _shown(found: Compared, changes: list[Change], wanted: Json) -> list[Json]:
    address, spoken = addresses(), cache(tk._)
    with_figures = bool(wanted.get("include_figures"))
    return [
        {
            "kind": one.kind.value,
            "measure_id": one.measure_id,
            **found.measures[one.measure_id],
            "url": address(one.measure_id),
            **{name: getattr(one, name) for name in _TOLD},
            "sentence": translate(one.sentence, spoken),
            **({"figure": found.figures.get(one.row or "")} if with_figures else {}),
        }
        for one in changes
    ]


@tk.side_effect_free
def digitalms_catalogue_change_list(context: Context, data_dict: Json) -> Json:
    """List what changed in the public catalogue, in the order in which it was learnt, the newest first.

    Args:
        measure: only of the measure with this key.
        organisation: only of measures that this organisation has today: its name, a former one, or its id.
        reference: only of measures that cite, or once cited, this council paper, in any spelling.
        cut_off_date: only what is of a Stand up to this day.
        known_at: only what was learnt by then: a day or a moment (ISO 8601).
        include_figures: also the figure of each change of one, as ``figure``.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the newest.

    Returns:
        ``{count, results, cut_off_date, known_at}``; a result is a statement, or a milestone that became
        late by time alone: id (stays the same), learnt_at, day (the Stand, or the day on which it became
        late), kind (of the statement, or ``late``), statement_id, measure_id, title, organisation,
        organisation_title, status, url, statement (the words of the Stand), source, summary (what it
        changed, in one sentence) and changes, as those of ``digitalms_comparison_show``; a figure is as that
        statement told it.

    Raises:
        ValidationError: this is no number of a paper.
    """
    tk.check_access("digitalms_catalogue_change_list", context, data_dict)
    wanted = schema.asked("digitalms_catalogue_change_list", context, data_dict)
    keys = {wanted["measure"]} if "measure" in wanted else None
    if "reference" in wanted:
        citing = change_feed.that_cite(_paper(wanted["reference"]))
        keys = citing if keys is None else keys & citing
    office = organisations.name_of(wanted["organisation"]) if "organisation" in wanted else None
    found = change_feed.entries(keys, office, *read_point_in_time(wanted))
    told = change_feed.told(schema.page_of(found, wanted))
    titles = change_feed.titles(statement for _, statement, _ in told)
    address = addresses()
    results = [_entry(*one, titles, address) for one in told]
    if wanted.get("include_figures"):
        _add_figures(results, told)
    return schema.dated({"count": len(found), "results": results}, wanted)


def _add_figures(
    results: list[Json], told: Sequence[tuple[change_feed.Entry, Statement, list[Change]]]
) -> None:
    """Lay the figures beside their changes."""
    for result, (entry, statement, changes) in zip(results, told, strict=True):
        found = figures_of(changes, {entry.measure_id: statement.content or {}}, config.today())
        for change in result["changes"]:
            change["figure"] = found.get(change["row"] or "")


def _paper(typed: str) -> CouncilReference:
    try:
        found = parse_reference_field(typed, config.council_body()).reference
    except ReferenceRefusedError as refused:
        raise tk.ValidationError({"reference": [translate(refused.message, tk._)]}) from refused
    if isinstance(found, CouncilReference):
        return found
    raise tk.ValidationError({"reference": [tk._("This names no paper: enter its number.")]})


def _entry(
    entry: change_feed.Entry,
    statement: Statement,
    changes: list[Change],
    titles: Mapping[str, str],
    address: Callable[[str], str],
) -> Json:
    content = statement.content or {}
    office, is_late = content.get("organisation"), entry.kind == change_feed.LATE
    told = summary(changes)
    return {
        "id": (
            f"late/{entry.measure_id}/{entry.milestone_id}/{entry.day.isoformat()}"
            if is_late
            else f"statement/{entry.statement_id}"
        ),
        "learnt_at": entry.moment.isoformat(),
        "day": entry.day.isoformat(),
        "kind": entry.kind,
        "statement_id": entry.statement_id,
        "measure_id": entry.measure_id,
        "title": content.get("title"),
        "organisation": office,
        "organisation_title": titles.get(office or "", office),
        "status": content.get("status"),
        "url": address(entry.measure_id),
        "statement": None if is_late else content.get("statement"),
        "source": None if is_late else statement.source,
        "summary": translate(told, tk._) if told else tk._("nothing else"),
        "changes": [
            {
                "kind": one.kind.value,
                **{name: getattr(one, name) for name in _TOLD},
                "sentence": translate(one.sentence, tk._),
            }
            for one in changes
        ],
    }
