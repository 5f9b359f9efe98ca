"""Reports that go out: made, edited, looked at, frozen, corrected, withdrawn."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures.keys import words_of
from ckanext.digitalms.model import CouncilReport, ReportVersion
from ckanext.digitalms.reporting.settings import Settings
from ckanext.digitalms.services import delivery_work, organisations
from ckanext.digitalms.services.access.rights import account, is_coordinator
from ckanext.digitalms.services.measures.catalogue import catalogue
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.reporting import changing, checking, drafts, files, freezing, shown
from ckanext.digitalms.services.reporting.making import made

__all__ = [
    "digitalms_report_check",
    "digitalms_report_check_list",
    "digitalms_report_correct",
    "digitalms_report_create",
    "digitalms_report_file",
    "digitalms_report_freeze",
    "digitalms_report_gaps",
    "digitalms_report_list",
    "digitalms_report_show",
    "digitalms_report_update",
    "digitalms_report_withdraw",
]


def digitalms_report_create(context: Context, data_dict: Json) -> Json:
    """Begin a report of a day; it is seen by coordinators only until it is frozen (coordinators).

    Args:
        title: what it is called.
        name: its key in addresses, 2 to 100 small letters, digits, hyphens; by default made of the title.
        type: the report type: council (default), interim, funder, or one of the city's own.
        as_of: the day whose catalogue it tells; default today.
        previous: the report before: its name, or a day; without it nothing is said of changes.
        number: of the paper, such as V/0123/2020; no two reports have the same.
        measures: the keys of the measures in their order; by default all.
        organisation: instead of keys: the measures of this organisation.
        status: instead of keys: the measures with this status, or one of several.
        delayed: instead of keys: only delayed measures (true) or the others (false).

    Returns:
        the report, as ``digitalms_report_show`` gives its draft.

    Raises:
        ValidationError: keyed by field.
    """
    tk.check_access("digitalms_report_create", context, data_dict)
    told = schema.asked("digitalms_report_create", context, data_dict)
    told["as_of"] = date.fromisoformat(told["as_of"])
    told["name"] = told.get("name") or _free_name(told["title"])
    drafts.check_days(told["as_of"], drafts.previous_of(told.get("previous"))[0])
    row = drafts.create(told, Settings(measures=_wanted(told)), author_of(context))
    return shown.whole(row, None, made(row), is_maker=True)


def _free_name(title: str) -> str:
    words = words_of(title)[:90].strip("-")
    is_fit = drafts.NAME.fullmatch(words) and words not in schema.report.TAKEN
    return drafts.free_name(words if is_fit else f"bericht-{words}".strip("-"))


def _wanted(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that are told: those that are named, or those that a filter chooses."""
    on_day = catalogue(told["as_of"])
    if told.get("measures"):
        return changing.keys_of(told["measures"], frozenset(on_day.keys), told["as_of"])
    if not {"organisation", "status", "delayed"} & told.keys():
        return ()
    organisation = organisations.name_of(told["organisation"]) if told.get("organisation") else None
    found = changing.by_filter(on_day, organisation, told.get("status"), told.get("delayed"))
    if not found:
        sentence = tk._("No measure of that day is chosen by this: choose others, or all.")
        raise tk.ValidationError({"measures": [sentence]})
    return found


def digitalms_report_update(context: Context, data_dict: Json) -> Json:
    """Change the draft of a report; what is left out stays, and what is frozen is not touched (coordinators).

    Args:
        id: the report's name.
        seen: the revision that was read; where another has come, nothing is written.
        title, as_of, previous, number: as when it was made.
        subject: the Betrifft.
        office, contact, mailbox: who answers for it: an office, a function, and its mailbox.
        is_public: whether the paper is a public one.
        consultations: the Beratungsfolge: ``[{day, body, kind, result}]``.
        measures: the keys in their order.
        introduction, outlook, method, summary: texts; what equals the generated text stays generated.
        texts: of measures: ``[{measure_id, remark, asked, sentences}]``; ``sentences`` take the place of the
            generated ones, one a line.
        left: gaps that stay: ``[{gap, reason, seen}]``, by the key that ``digitalms_report_gaps`` gives;
            without a reason it is a gap again; where another reason stands there than ``seen``, the one that
            was read (optional), nothing is written.
        decision, reasons, finances: Beschlussvorschlag, Begründung and finanzielle Auswirkungen of the paper.

    Returns:
        the draft.

    Raises:
        ValidationError: keyed by field, ``seen`` where somebody else was faster.
    """
    tk.check_access("digitalms_report_update", context, data_dict)
    told = schema.asked("digitalms_report_update", context, data_dict)
    row = drafts.find_free(context, told["id"], "id")
    drafts.refuse_overtaken(row, told.get("seen"))
    try:
        settings = changing.change(row, made(row), told)
    except tk.ValidationError:
        model.Session.rollback()
        raise
    drafts.save(row, settings)
    return shown.whole(row, None, made(row), is_maker=True)


@tk.side_effect_free
def digitalms_report_show(context: Context, data_dict: Json) -> Json:
    """Show a report: its newest frozen version, or for coordinators its draft.

    Args:
        id: the report's name.
        version: a frozen version; by default the newest.
        draft: the draft of now (coordinators); by default where nothing is frozen yet.
        only_head: only what is said of it, without the report itself.

    Returns:
        name, title, type, type_title, as_of, number, state (draft, frozen, withdrawn), version, versions
        (newest first: version, state, title, number, as_of, known_at, frozen_at, sha256, files, releases,
        corrects, reason, notes, withdrawn_at, withdrawn_because), shown (the version that is told; null: the
        draft), formats (the forms that it is there in), and report: the report itself, nothing where it was
        withdrawn. For coordinators also revision,
        previous, settings (what was typed) and work: what a job does with it (what, percent, failed, errors),
        else null.

    Raises:
        ObjectNotFound: there is no such report, or nothing of it is frozen.
    """
    tk.check_access("digitalms_report_show", context, data_dict)
    told = schema.asked("digitalms_report_show", context, data_dict)
    row, is_maker = drafts.find(told["id"]), is_coordinator(context.get("user"))
    chosen = _chosen(row, told, is_maker=is_maker)
    if told.get("only_head"):
        return {
            **shown.whole(row, None, None, is_maker=is_maker),
            "shown": chosen.version if chosen else None,
        }
    return shown.whole(row, chosen, made(row) if chosen is None else None, is_maker=is_maker)


def _chosen(row: CouncilReport, told: Mapping[str, Any], *, is_maker: bool) -> ReportVersion | None:
    """Return the version that is asked for, or nothing for the draft, of which only its makers learn."""
    number = told.get("version")
    if number and (is_maker or drafts.is_frozen(row.name)):
        return drafts.version_of(row.name, number)
    chosen = None if number or told.get("draft") else drafts.newest(row.name)
    if chosen is None and not is_maker:
        raise drafts.unknown(row.name)
    return chosen


@tk.side_effect_free
def digitalms_report_list(context: Context, data_dict: Json) -> Json:
    """List the reports, newest day first: frozen ones; for coordinators drafts, too.

    Args:
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results}``; each result has name, title, type, type_title, as_of, number, state, version and
        frozen_at.
    """
    tk.check_access("digitalms_report_list", context, data_dict)
    told = schema.asked("digitalms_report_list", context, data_dict)
    is_maker = is_coordinator(context.get("user"))
    count, rows = drafts.page(with_drafts=is_maker, **{name: told[name] for name in ("limit", "offset")})
    return {"count": count, "results": [shown.head(row, found, is_maker=is_maker) for row, found in rows]}


@tk.side_effect_free
def digitalms_report_gaps(context: Context, data_dict: Json) -> Json:
    """List what is missing in the measures of a report (coordinators).

    Args:
        id: the report's name.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, open, title, as_of, results}``; each result has key, kind, label, measure_id, title of the
        measure, message, and reason: why it is left as it is, else nothing. ``open`` counts those that have
        none.
    """
    tk.check_access("digitalms_report_gaps", context, data_dict)
    told = schema.asked("digitalms_report_gaps", context, data_dict)
    row = drafts.find(told["id"])
    now = made(row)
    found = [shown.gap(gap, now.settings.left) for gap in now.gaps()]
    count = sum(one["reason"] is None for one in found)
    return {**schema.paged(found, told), "open": count, "title": row.title, "as_of": row.as_of.isoformat()}


def digitalms_report_freeze(context: Context, data_dict: Json) -> Json:
    """Freeze a report: from now on it is public and never changes (coordinators).

    Its files are rendered and kept, with the SHA-256 of each and of the report. A report without a number
    gets one of the form B-2020-1. The current releases of the open tables are cited, so that they stay.

    Args:
        id: the report's name.
        seen: the revision that was looked at; where another has come, nothing is frozen.
        background: do not wait where the report has many measures: a job does it, and ``work`` of the answer,
            which has no ``report`` then, says how far it is (true or false).

    A form that takes more memory or time than it may is left out, and ``notes`` say which and why.

    Returns:
        the report, as ``digitalms_report_show`` gives it.

    Raises:
        ValidationError: keyed ``id`` where it is frozen already, ``seen`` where somebody changed it.
    """
    tk.check_access("digitalms_report_freeze", context, data_dict)
    told = schema.asked("digitalms_report_freeze", context, data_dict)
    if (row := _handed_over(context, "digitalms_report_freeze", told)) is not None:
        return shown.whole(row, None, None, is_maker=True)
    frozen = freezing.freeze(told["id"], told.get("seen"), author_of(context))
    return shown.whole(drafts.find(told["id"]), frozen, None, is_maker=True)


def _handed_over(context: Context, action: str, told: Json) -> CouncilReport | None:
    """Have a job freeze a report of many measures where nobody wants to wait; return the report then."""
    row = drafts.find(told["id"])
    delivery_work.refuse_at_work(context, row, "id")
    count = len(drafts.settings_of(row).measures or catalogue(row.as_of).keys)
    if not (delivery_work.may_wait(context, told) and delivery_work.are_many(count)):
        return None
    asked = {name: value for name, value in told.items() if name != "background"}
    row = drafts.find_free(context, told["id"], "id")
    delivery_work.begin(row, delivery_work.FREEZE, context["user"], delivery_work.Call(action, asked))
    return row


def digitalms_report_correct(context: Context, data_dict: Json) -> Json:
    """Freeze the draft as a new version, which names the last one and says why (coordinators).

    Args:
        id: the report's name.
        reason: why it is corrected; it is public.
        seen, background: as for :func:`digitalms_report_freeze`.

    Returns:
        the report, as ``digitalms_report_show`` gives it.

    Raises:
        ValidationError: keyed ``id`` where nothing is frozen yet, or nothing differs, ``seen`` where somebody
            changed it.
    """
    tk.check_access("digitalms_report_correct", context, data_dict)
    told = schema.asked("digitalms_report_correct", context, data_dict)
    if (row := _handed_over(context, "digitalms_report_correct", told)) is not None:
        return shown.whole(row, None, None, is_maker=True)
    frozen = freezing.correct(told["id"], told["reason"], told.get("seen"), author_of(context))
    return shown.whole(drafts.find(told["id"]), frozen, None, is_maker=True)


def digitalms_report_withdraw(context: Context, data_dict: Json) -> Json:
    """Withdraw a version: its page stays and says so, its files are no longer given (coordinators).

    Args:
        id: the report's name.
        version: by default the newest.
        reason: why; it is public.

    Returns:
        the report, as ``digitalms_report_show`` gives it.

    Raises:
        ValidationError: keyed ``version`` where it is withdrawn already.
    """
    tk.check_access("digitalms_report_withdraw", context, data_dict)
    told = schema.asked("digitalms_report_withdraw", context, data_dict)
    found = freezing.withdraw(told["id"], told.get("version"), told["reason"])
    return shown.whole(drafts.find(told["id"]), found, None, is_maker=True)


@tk.side_effect_free
def digitalms_report_file(context: Context, data_dict: Json) -> Json:
    """Return a file of a report: one that is kept with a frozen version, or for coordinators of the draft.

    Args:
        id: the report's name.
        format: html, json, zip, or what else there is (``files`` of a version tells); ``original`` is the
            paper that came in, for coordinators.
        version: a frozen version; by default the newest, or of a report that is not frozen its draft.

    Returns:
        filename, media_type, sha256, version (null: of the draft), frozen_at, and content (Base64).

    Raises:
        ObjectNotFound: there is no such report, version or format, or it was withdrawn.
        ValidationError: keyed ``format``: a draft cannot be given in this form, and why.
    """
    tk.check_access("digitalms_report_file", context, data_dict)
    told = schema.asked("digitalms_report_file", context, data_dict)
    row, is_maker = drafts.find(told["id"]), is_coordinator(context.get("user"))
    chosen = _chosen(row, told, is_maker=is_maker)
    if told["format"] == files.ORIGINAL and not is_maker:
        found = None  # comments and what was struck out in a paper of an office are nobody else's
    elif chosen:
        found = files.kept(chosen, told["format"])
    else:
        found = files.rendered(made(row).report, told["format"])
    if found is None:
        sentence = tk._("This report has no file of the form “{found}”.")
        raise tk.ObjectNotFound(sentence.format(found=told["format"][:40]))
    about, content = found
    return {
        **about,
        "version": chosen.version if chosen else None,
        "frozen_at": chosen.frozen_at.isoformat() if chosen else None,
        "content": b64encode(content).decode(),
    }


@tk.side_effect_free
def digitalms_report_check_list(context: Context, data_dict: Json) -> Json:
    """List what the draft of a report says of the measures that you keep, and which of it is checked.

    Args:
        id: the report's name.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, checked, title, as_of, columns, sections, results}``; each result has measure_id, title,
        organisation_title, statement_id, is_checked, checks (role: office or coordinator, on) and content:
        what the report says of it, in its sections (kind, title) and the columns of its table. A check counts
        for the statement that was looked at; a later one is to be checked anew.

    Raises:
        ObjectNotFound: there is no such report, or none of its measures is yours.
    """
    tk.check_access("digitalms_report_check_list", context, data_dict)
    told = schema.asked("digitalms_report_check_list", context, data_dict)
    row, user = drafts.find(told["id"]), account(context.get("user"))
    if user is None or not checking.keeps_any(row, user):
        raise drafts.unknown(row.name)
    whole = made(row)
    found = checking.shown(whole, user)
    about = {
        "title": row.title,
        "as_of": row.as_of.isoformat(),
        "checked": checking.checked(found),
        "columns": list(whole.report.columns),
        "sections": [{"kind": part.kind, "title": part.title} for part in whole.report.sections],
    }
    return {**schema.paged(found, told), **about}


def digitalms_report_check(context: Context, data_dict: Json) -> Json:
    """Note that you have looked at what a report says of a measure (its office, coordinators).

    Args:
        id: the measure's key.
        report: the report's name.
        seen: the ``statement_id`` that was read; where the report says something newer, nothing is noted.

    Returns:
        ``{id, report}``.

    Raises:
        ObjectNotFound: there is no such report, or none of its measures is yours.
        ValidationError: keyed ``id`` where the report does not tell the measure, ``seen`` where it says
            something newer of it, ``report`` while a job freezes it.
    """
    tk.check_access("digitalms_report_check", context, data_dict)
    told = schema.asked("digitalms_report_check", context, data_dict)
    user = account(context.get("user"))
    if user is None or not checking.keeps_any(drafts.find(told["report"]), user):
        raise drafts.unknown(told["report"])
    row = drafts.find_free(context, told["report"], "report")
    checking.check(made(row), told["id"], user, told.get("seen"))
    return {"id": told["id"], "report": row.name}
