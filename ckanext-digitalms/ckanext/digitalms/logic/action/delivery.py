"""Deliveries: an office or the coordinator hands in a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import msgspec
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.deliveries import (
    delivery_count,
    delivery_create,
    delivery_get,
    delivery_list,
    delivery_lock,
    delivery_summaries,
    in_words,
    mark_of,
    refuse_blanked,
    seen_by,
)
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.organisations import titles_of
from ckanext.digitalms.services.sources.handlers import DeliveryHandler, handler_of
from ckanext.digitalms.services.sources.health import source_config, source_organisation
from ckanext.digitalms.services.uploads import organisation_id, uploaded
from ckanext.digitalms.validation.dialect import OPTIONS, Dialect
from ckanext.digitalms.validation.findings import Finding

COVERAGE = "coverage"
__all__ = ["digitalms_delivery_create", "digitalms_delivery_list", "digitalms_delivery_show"]


def digitalms_delivery_create(context: Context, data_dict: Json) -> Json:
    """Hand in a table; all of it is taken over or nothing.

    Args:
        upload: the file (multipart), or
        content: its content as text, or
        delivery_id: the id of an earlier delivery that was only tried, to take it over now; with options of
            how it is written, also of one that was refused, to read it in another way.
        seen: of an earlier delivery its ``mark`` as it was read; where it is another one, nothing is done.
        filename: its name; by default that of the upload.
        kind: ``progress`` (default) or ``coverage``, which is for coordinators.
        edition, customer, base, source: of coverage: year and month of the data, for whom, of what the share
            is taken, whose figures these are.
        areas: of coverage: the boundaries with the known areas, GeoJSON with AGS and GEN (multipart or text);
            without it those count that boundaries or editions named before.
        shares: of coverage: whether shares are ``percent``, ``fraction`` (0 to 1), or to be told by the
            numbers (``auto``, the default); with ``delivery_id`` the answer where that was asked.
        confirm: answer the questions on the delivery with yes (coordinator).
        source_id: the harvest source that it is delivered for; it gives organisation and dialect.
        organisation: the organisation whose measures it may write; a coordinator may leave it out.
        encoding, delimiter, decimal_char, date_format: how it is written; default ``auto``.
        sheet, hidden: of a workbook: the title of the sheet; ``taken_in`` if hidden cells belong to it.
        header, leave_out, missing: rows of the titles (``3-4``, ``none``), and rows and words without data.
        dry_run: only say what is wrong and what would change.
        background: do not wait where the file is large: a job reads it, and ``work`` of
            ``digitalms_delivery_show`` says how far it is.

    Returns:
        ``{id, state, report, …}`` as :func:`digitalms_delivery_show`; state is ``received`` (tried
        only), ``accepted``, ``unchanged``, ``refused``, or ``waiting`` for a coordinator who confirms.

    Raises:
        ValidationError: no file, a wrong option, or (``seen``) another report; wrong cells raise nothing.
    """
    data_dict = {**data_dict, **_about(data_dict)}
    tk.check_access("digitalms_delivery_create", context, data_dict)
    told = schema.asked("digitalms_delivery_create", context, data_dict)
    delivery = _earlier(told) if told.get("delivery_id") else _received(context, told)
    _answer(delivery, told, context["user"])
    what = delivery_work.CHECK if told["dry_run"] else delivery_work.TAKE_OVER
    if told["background"] and delivery_work.is_large(delivery):
        delivery_work.begin(delivery, what, context["user"])
    else:
        delivery_work.do(delivery, what, context)
    return shown(delivery)


def _about(data_dict: Json) -> Json:
    """Find out for whom a delivery is, so that the right to it can be judged."""
    if data_dict.get("delivery_id"):
        delivery = delivery_get(data_dict["delivery_id"])
        about = {"organisation": delivery.organisation, "source_id": delivery.source_id}
        return {**about, "kind": delivery.kind}
    if data_dict.get("source_id"):
        source_config(data_dict["source_id"])
        return {"organisation": source_organisation(data_dict["source_id"])}
    return {}


def _options(told: Json) -> dict[str, str]:
    """Return what was said of how the file is written."""
    return {name: told[name] for name in OPTIONS if told.get(name)}


def _earlier(told: Json) -> Delivery:
    """Return a delivery that can still be taken over, or read in another way, locked."""
    delivery, options = delivery_lock(delivery_get(told["delivery_id"])), _options(told)
    if delivery.state not in ({*delivery_work.OPEN, "refused"} if options else delivery_work.OPEN):
        message = tk._("The delivery of {moment} is finished already ({state}): hand in the file again.")
        told_of = in_words(delivery)
        model.Session.rollback()
        raise tk.ValidationError({"delivery_id": [message.format(**told_of)]})
    refuse_blanked(delivery, "delivery_id")
    if told.get("seen") and told["seen"] != mark_of(delivery):
        model.Session.rollback()
        message = tk._("Somebody has had the file read in another way since: look at what it changes now.")
        raise tk.ValidationError({"seen": [message]})
    work = delivery_work.told(delivery)
    if work and not work["failed"]:
        model.Session.rollback()
        message = tk._("The delivery is being read at this moment: wait a little.")
        raise tk.ValidationError({"delivery_id": [message]})
    if options:
        _read_otherwise(delivery, options)
    return delivery


def _read_otherwise(delivery: Delivery, options: Mapping[str, str]) -> None:
    """Forget what was found and answered while the file was read in another way."""
    delivery.dialect = Dialect.declared(options).to_json()
    delivery.state, delivery.report, delivery.finished_at = "received", None, None
    delivery.about = {name: value for name, value in delivery.about.items() if name != "confirmed_by"}


def _answer(delivery: Delivery, told: Json, user: str) -> None:
    """Keep what somebody answers to the questions on a delivery."""
    if told.get("delivery_id") and told.get("shares") and told["kind"] == COVERAGE:
        delivery.of_coverage = {**delivery.of_coverage, "shares": told["shares"]}
    if told["confirm"]:
        delivery.of_any = {**delivery.of_any, "confirmed_by": user}


def _received(context: Context, told: Json) -> Delivery:
    handler = handler_of(told["kind"])
    try:
        filename, content = uploaded(told)
    except tk.ValidationError as refused:
        # all that is wrong is told at once
        raise tk.ValidationError({**_wrong(handler, told), **refused.error_dict}) from refused
    about = handler.about_delivery(told)
    options = _options(told)
    if told.get("source_id") and not options:
        options = json.loads(source_config(told["source_id"]) or "{}")
    delivery = delivery_create(
        told["kind"],
        filename,
        content,
        source_id=told.get("source_id"),
        organisation=organisation_id(told.get("organisation")),
        dialect=Dialect.declared(options).to_json(),
        about=about,
        user_id=author_of(context),
    )
    model.repo.commit()
    return delivery


def _wrong(handler: DeliveryHandler, told: Json) -> Json:
    try:
        handler.about_delivery(told)
    except tk.ValidationError as refused:
        return dict(refused.error_dict)
    finally:
        model.Session.rollback()
    return {}


@tk.side_effect_free
def digitalms_delivery_show(context: Context, data_dict: Json) -> Json:
    """Return a delivery with the whole report on it.

    Args:
        id: the delivery.
        limit: of ``findings`` and of ``changes``, up to 1000 each; default 100.
        offset: how many of each to leave out first.

    Returns:
        ``{id, kind, filename, size, sha256, source_id, organisation, user_id, dialect, about, received_at,
        finished_at, state, report, mark, work}``; ``mark`` is another one where it is read in another way;
        ``work`` is null, or says what a job does with it (``what``, ``percent``, ``failed``; of what was
        refused ``errors`` and ``told``); the report has ``findings`` (cause, row, field, found, message,
        allowed, remedy), ``summary`` by cause, ``changes`` and ``unchanged``; ``findings_count`` and
        ``changes_count`` say how many there are in all.

    Raises:
        ObjectNotFound: there is no such delivery.
    """
    tk.check_access("digitalms_delivery_show", context, data_dict)
    told = schema.asked("digitalms_delivery_show", context, data_dict)
    delivery = delivery_get(told["id"])
    return {**shown(delivery, told), **({"report": delivery.report} if context.get("for_view") else {})}


@tk.side_effect_free
def digitalms_delivery_list(context: Context, data_dict: Json) -> Json:
    """List deliveries that you may see, newest first, without their findings.

    Args:
        source_id: only those of a source.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``
    """
    tk.check_access("digitalms_delivery_list", context, data_dict)
    told = schema.asked("digitalms_delivery_list", context, data_dict)
    visible_to = seen_by(context["user"])
    found = delivery_list(told.get("source_id"), told["limit"], told["offset"], visible_to)
    summaries = delivery_summaries([delivery.id for delivery in found])
    titles = titles_of(delivery.organisation for delivery in found if delivery.organisation)
    return {
        "count": delivery_count(told.get("source_id"), visible_to),
        "results": [{**_told(one, titles), "report": summaries.get(one.id)} for one in found],
    }


def shown(delivery: Delivery, page: Mapping[str, Any] = schema.FIRST_PAGE) -> Json:
    """Return a delivery as the API tells it, with its findings in the reader's language.

    Args:
        delivery: the delivery.
        page: which of its findings and changes are told.
    """
    report = report_in_words(delivery.report, page) if delivery.report else None
    titles = titles_of([delivery.organisation] if delivery.organisation else [])
    work = delivery_work.told(delivery)
    return {**_told(delivery, titles), "report": report, "mark": mark_of(delivery), "work": work}


def report_in_words(stored: Mapping[str, Any], page: Mapping[str, Any]) -> Json:
    """Return a page of a report as the API tells it, in the reader's language."""
    report = dict(stored)
    for name in ("findings", "changes"):
        told = report.get(name) or []
        report |= {name: schema.page_of(told, page), f"{name}_count": len(told)}
    return {**report, "findings": _in_words(report["findings"])}


def _told(delivery: Delivery, titles: Mapping[str, str]) -> Json:
    names = (
        "id",
        "kind",
        "filename",
        "size",
        "sha256",
        "source_id",
        "organisation",
        "user_id",
        "dialect",
        "about",
        "state",
    )
    return {
        **{name: getattr(delivery, name) for name in names},
        "organisation_title": titles.get(delivery.organisation or "", ""),
        "received_at": delivery.received_at.isoformat(),
        "finished_at": delivery.finished_at.isoformat() if delivery.finished_at else None,
    }


def _in_words(findings: Sequence[Json]) -> list[Json]:
    """Return the findings with their sentences in the reader's language beside the stable types."""
    return [
        {
            "cause": finding.cause.value,
            "severity": finding.severity,
            "row": finding.row,
            "field": finding.field,
            "found": finding.found,
            "title": tk._(finding.cause.label),
            "message": translate(finding.message, tk._),
            "allowed": translate(finding.allowed, tk._) if finding.allowed else None,
            "remedy": translate(finding.advice, tk._),
        }
        for finding in msgspec.convert(findings, list[Finding])
    ]
