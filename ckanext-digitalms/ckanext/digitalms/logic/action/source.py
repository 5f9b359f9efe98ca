"""Sources: how they run, what vanished at them, and the answer to their question."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from ckanext.harvest.logic import HarvestJobExists, HarvestSourceInactiveError

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.model import HarvestIdentity
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.services.sources.contacts import owners
from ckanext.digitalms.services.sources.errors import errors_of_run
from ckanext.digitalms.services.sources.health import SourceHealth, source_health, sources
from ckanext.digitalms.services.sources.identities import (
    ANSWERS,
    known_records,
    missing_records,
    question_decide,
    question_get,
    question_waiting,
)
from ckanext.digitalms.services.sources.runs import SourceRun, last_runs
from ckanext.digitalms.sources.errors import RunError

RUNS = 30

__all__ = ["digitalms_source_list", "digitalms_source_show", "digitalms_vanishing_decide"]


@tk.side_effect_free
def digitalms_source_list(context: Context, data_dict: Json) -> Json:
    """List the sources and how they run, by title.

    Args:
        id: only the source of this id or name.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has id, name, title, type, frequency, organisation (id),
        organisation_title, state (``running``, ``waiting``, ``failed``, ``late``, ``fresh`` or ``new``),
        is_late, last_success, age_days, running_since, next_run and ``runs``: the newest ten, each with
        begun, finished, errors, taken_over and removed. Moments are ISO 8601 with their time zone.

    Raises:
        ObjectNotFound: there is no source of this id or name.
    """
    tk.check_access("digitalms_source_list", context, data_dict)
    told = schema.asked("digitalms_source_list", context, data_dict)
    found = [source_health(told["id"])] if told.get("id") else sources()
    return {"count": len(found), "results": [_health(each) for each in schema.page_of(found, told)]}


@tk.side_effect_free
def digitalms_source_show(context: Context, data_dict: Json) -> Json:
    """Return all about one source to those who keep it.

    Args:
        id: the id or name of the source.
        limit: of the errors of the newest run, of ``gone`` and ``vanishing``, up to 1000 each; default 100.
        offset: how many of each to leave out first.

    Returns:
        as in the list, with the newest thirty runs, and url, contacts, ``errors`` of the newest run
        (``{count, results}``; each with cause, label, record, row, field, found, message, remedy, contact),
        ``gone`` (records that the source has not any more: identifier, title, package_id, gone_since,
        removed_from, is_confirmed) with ``gone_count``, and ``question`` (what waits for a coordinator: id,
        asked_at, present, vanishing, vanishing_count) or null.

    Raises:
        ObjectNotFound: there is no such source.
    """
    tk.check_access("digitalms_source_show", context, data_dict)
    told = schema.asked("digitalms_source_show", context, data_dict)
    health = source_health(told["id"])
    contacts = [each.email for each in owners(health.id, health.organisation)]
    runs = last_runs([health.id], RUNS).get(health.id, [])
    errors = errors_of_run(runs[-1].id, ", ".join(contacts)) if runs else []
    gone = missing_records(health.id)
    return {
        **_health(health),
        "url": health.url,
        "contacts": contacts,
        "runs": [_run(run) for run in runs],
        "errors": {
            "count": len(errors),
            "results": errors if context.get("for_view") else _in_words(schema.page_of(errors, told)),
        },
        "gone": [_gone(each) for each in schema.page_of(gone, told)],
        "gone_count": len(gone),
        "question": _question(health.id, told),
    }


def digitalms_vanishing_decide(context: Context, data_dict: Json) -> Json:
    """Answer the question of a source whether so many of its records may vanish (coordinators).

    Yes counts them as removed at the source from now on, so that they are deleted after the grace time, and
    begins a run; no leaves everything as it is, and the next run asks again if they are still missing.

    Args:
        id: the question, from ``digitalms_source_show``.
        confirm: true (they may vanish) or false (they stay).
        seen: its ``asked_at`` as it was read; where a run has found other records since, nothing is decided.

    Returns:
        ``{id, source_id, state, vanishing}``; state is ``confirmed`` or ``rejected``.

    Raises:
        ObjectNotFound: there is no such question.
        ValidationError: it is answered already; keyed ``seen`` where it asks for other records by now.
    """
    tk.check_access("digitalms_vanishing_decide", context, data_dict)
    told = schema.asked("digitalms_vanishing_decide", context, data_dict)
    question = question_get(told["id"])
    model.Session.refresh(question, with_for_update=True)  # the second of two callers waits here
    if question.state != "waiting":
        answer = tk._(ANSWERS[question.state])
        message = tk._("The question is answered already ({state}).").format(state=answer)
        model.Session.rollback()
        raise tk.ValidationError({"id": [message]})
    if told.get("seen") and told["seen"] != _iso(question.asked_at):
        model.Session.rollback()
        message = tk._(
            "The source was read since, and other records would vanish: look at the question anew."
        )
        raise tk.ValidationError({"seen": [message]})
    question_decide(question, told["confirm"], author_of(context))
    model.repo.commit()
    if told["confirm"]:
        with suppress(HarvestJobExists, HarvestSourceInactiveError):
            run = {"user": context["user"], "ignore_auth": True, "model": model, "session": model.Session}
            tk.get_action("harvest_job_create")(run, {"source_id": question.source_id, "run": True})
    return {
        "id": question.id,
        "source_id": question.source_id,
        "state": question.state,
        "vanishing": question.vanishing,
    }


def _health(health: SourceHealth) -> Json:
    now = datetime.now(UTC)
    return {
        "id": health.id,
        "name": health.name,
        "title": health.title,
        "type": health.type,
        "frequency": health.frequency,
        "organisation": health.organisation,
        "organisation_title": health.organisation_title,
        "state": health.state(now),
        "is_late": health.is_late(now),
        "last_success": _iso(health.last_success),
        "age_days": (now - health.last_success).days if health.last_success else None,
        "running_since": _iso(health.running_since),
        "next_run": _iso(health.next_run),
        "runs": [_run(run) for run in health.runs],
    }


def _run(run: SourceRun) -> Json:
    return {
        "id": run.id,
        "begun": _iso(run.begun),
        "finished": _iso(run.finished),
        "errors": run.errors,
        "taken_over": run.taken_over,
        "removed": run.removed,
    }


def _in_words(errors: Sequence[RunError]) -> list[Json]:
    return [{**each.shown(tk._), "cause": each.cause} for each in errors]


def _gone(record: HarvestIdentity) -> Json:
    return {
        "identifier": record.identifier,
        "title": record.title or record.identifier,
        "package_id": record.package_id,
        "gone_since": _iso(record.gone_since),
        "removed_from": _iso(record.gone_since + config.harvest_grace() if record.gone_since else None),
        "is_confirmed": record.gone_confirmed,
    }


def _question(source_id: str, told: Json) -> Json | None:
    question = question_waiting(source_id)
    if question is None:
        return None
    known = known_records(source_id)
    return {
        "id": question.id,
        "asked_at": _iso(question.asked_at),
        "present": question.present,
        "vanishing": [
            {"identifier": each, "title": (known[each].title if each in known else "") or each}
            for each in schema.page_of(question.vanishing, told)
        ],
        "vanishing_count": len(question.vanishing),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
