"""Harvest jobs that are stuck: begun again when their worker died, ended when nothing happens any more.

ckanext-harvest alone puts a lost gathering back after two hours, also that of a job that is ended by then,
and leaves a job that was never sent to the queue for ever. Here a worker is known to be dead when the lock
of its work is free (:mod:`..locks`); a run of a harvester without that lock is left to the time limit.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.services.language import in_default_language
from ckanext.digitalms.services.locks import is_held, job_lock, object_lock

from .findings import finding_keep
from .queue import GATHER, OBJECT, HarvestQueue, Taken

log = logging.getLogger(__name__)

# a worker needs a moment from taking a message out to holding the lock
PATIENCE = timedelta(seconds=30)
NEVER_SENT = timedelta(minutes=2)
MOST_DEATHS = 3
MOST_TRIES = 5  # of ckanext-harvest for one object
OPEN = ("WAITING", "FETCH", "IMPORT")

NEVER_BEGUN = N_("{source}: the run of {moment} was never begun; it is begun now.")
BEGUN_AGAIN = N_("{source}: the worker died during the run of {moment}; the run goes on.")
ENDED = N_(
    "The run of {moment} is ended: nothing has happened in it for {minutes} minutes. "
    "The next run begins anew; if that one stops too, "
    "the operator looks at the logs of the harvest consumers."
)
DEADLY = N_(
    "The run of {moment} is ended: its worker died {count} times. Nothing was taken over by halves; "
    "the operator looks at the logs of the harvest consumers (too little memory?)."
)
INACTIVE = N_("The run of {moment} is ended: the source is not active any more.")
GIVEN_UP = N_(
    "The record was tried {count} times and its worker died each time: the operator looks at the logs."
)


def repair_stuck_jobs() -> list[Message]:
    """Begin again or end whatever is stuck, and say what was done; commits."""
    said: list[Message] = []
    for job in list(model.Session.scalars(_unfinished())):
        said += _repair(job)
    if HarvestQueue.is_used():
        said += _lost_gatherings()
        said += _lost_objects()
    _explain_given_up()
    model.repo.commit()
    return said


def end_job(job: HarvestJob, reason: Message) -> Message:
    """End a job with a reason that its source's page shows; what was taken over in it stays."""
    model.Session.execute(
        sa.update(HarvestObject)
        .where(HarvestObject.harvest_job_id == job.id, HarvestObject.state.in_(OPEN))
        .values(state="ERROR", report_status="errored")
    )
    job.status, job.finished = "Finished", _now()
    finding_keep(job.source_id, job.id, "stuck", reason)
    model.Session.add(HarvestGatherError(message=in_default_language(reason), job=job))
    model.repo.commit()
    if HarvestQueue.is_used():
        HarvestQueue(GATHER).forget(job.id)
    tk.get_action("harvest_source_reindex")(site_context(), {"id": job.source_id})
    return Message(N_("{source}: {what}"), {"source": _title(job), "what": reason})


def _unfinished() -> sa.Select[tuple[HarvestJob]]:
    return sa.select(HarvestJob).where(HarvestJob.status.in_(["New", "Running"])).order_by(HarvestJob.created)


def _repair(job: HarvestJob) -> Iterator[Message]:
    if not job.source.active:
        yield end_job(job, Message(INACTIVE, {"moment": _moment(job)}))
    elif _age(job.get_last_action_time()) > timedelta(minutes=config.harvest_timeout()):
        values: dict[str, object] = {"moment": _moment(job), "minutes": config.harvest_timeout()}
        yield end_job(job, Message(ENDED, values))
    elif _was_never_sent(job):
        _send(job)
        yield Message(NEVER_BEGUN, {"source": _title(job), "moment": _moment(job)})


def _was_never_sent(job: HarvestJob) -> bool:
    if _age(job.created) < NEVER_SENT:
        return False
    if job.status == "New":
        return True
    if job.gather_started or not HarvestQueue.is_used() or not is_ours(job):
        return False
    return not HarvestQueue(GATHER).has(job.id) and not is_held(job_lock(job.id))


def _send(job: HarvestJob) -> None:
    tk.get_action("harvest_send_job_to_gather_queue")(site_context(), {"id": job.id})


def is_ours(job: HarvestJob) -> bool:
    """Return whether the job's harvester holds the lock of its work."""
    return bool(getattr(queue.get_harvester(job.source.type), "holds_work_lock", False))


def _lost_gatherings() -> Iterator[Message]:
    gatherings = HarvestQueue(GATHER)
    for taken in list(gatherings.taken()):
        job = model.Session.get(HarvestJob, taken.id)
        if job is None or job.status == "Finished" or job.gather_finished:
            if _is_abandoned(taken, job_lock(taken.id)):
                gatherings.forget(taken.id)  # ckanext-harvest would gather it a second time
        elif is_ours(job) and _is_abandoned(taken, job_lock(taken.id)):
            count = gatherings.count_begun(job.id)
            if count > MOST_DEATHS:
                yield end_job(job, Message(DEADLY, {"moment": _moment(job), "count": count}))
            else:
                gatherings.put_back(job.id)
                yield Message(BEGUN_AGAIN, {"source": _title(job), "moment": _moment(job)})


def _lost_objects() -> Iterator[Message]:
    objects = HarvestQueue(OBJECT)
    for taken in list(objects.taken()):
        found = model.Session.get(HarvestObject, taken.id)
        if not _is_abandoned(taken, object_lock(taken.id)):
            continue
        if found is None or found.state not in OPEN:
            objects.forget(taken.id)
        elif is_ours(found.job):
            objects.put_back(found.id)
            yield Message(BEGUN_AGAIN, {"source": _title(found.job), "moment": _moment(found.job)})


def _is_abandoned(taken: Taken, work: str) -> bool:
    # ckanext-harvest's marks have the time of the machine, without a zone
    return datetime.now() - taken.since > PATIENCE and not is_held(work)


def _explain_given_up() -> None:
    """Say why an object failed that ckanext-harvest gave up without a word."""
    silent = sa.select(HarvestObject).where(
        HarvestObject.state == "ERROR",
        HarvestObject.retry_times >= MOST_TRIES,
        HarvestObject.job.has(HarvestJob.status == "Running"),
        ~HarvestObject.errors.any(),
    )
    for each in model.Session.scalars(silent):
        each.report_status = "errored"
        reason = Message(GIVEN_UP, {"count": each.retry_times})
        finding_keep(each.harvest_source_id, each.harvest_job_id, "stuck", reason, identifier=each.guid)
        sentence = in_default_language(reason)
        model.Session.add(HarvestObjectError(message=sentence, object=each, stage="Import"))


def _now() -> datetime:
    # ckanext-harvest keeps UTC without saying so
    return datetime.now(UTC).replace(tzinfo=None)


def _age(moment: datetime) -> timedelta:
    return _now() - moment


def _title(job: HarvestJob) -> str:
    return str(job.source.title or job.source.url)


def _moment(job: HarvestJob) -> str:
    return config.local_time(job.created)


def site_context() -> Context:
    """Return the context of the catalogue itself, with what ckanext-harvest's actions expect in it."""
    user = tk.get_action("get_site_user")({"ignore_auth": True, "defer_commit": True}, {})
    return {"user": user["name"], "ignore_auth": True, "model": model, "session": model.Session}
