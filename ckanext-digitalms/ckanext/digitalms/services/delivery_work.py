"""What is too large to wait for is done by jobs, which outlive browser and worker: one way for all files.

A file that came in is a *subject*: a delivery, a draft of a table, a table of ours that comes back, a
council report; so is a report that is frozen. What is to be done stands with it (``work``), so nothing is
lost with the queue: a job whose worker died is begun again, a few times, by the schedule of every minute,
and one that waits in the queue is left there. It calls an action of the API once more, with what was typed
and as who typed it; why it was refused is kept and told with what was typed. Only how far it is stands in
Valkey.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
import redis
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.types import Context
from flask_babel import get_locale

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import CouncilReport, Delivery, ReportImport
from ckanext.digitalms.model.about import Work
from ckanext.digitalms.model.report import JOBS

from . import background, locks, progress
from .deliveries import delivery_finish
from .language import language
from .sources.handlers import handler_of

log = logging.getLogger(__name__)

Subject: TypeAlias = Delivery | ReportImport | CouncilReport

CHECK, TAKE_OVER, EXAMINE, PUBLISH, UNDO, READ = "check", "take_over", "examine", "publish", "undo", "read"
FREEZE = "freeze"
OPEN = ("received", "waiting")
# a packed workbook takes as long as a text so many times its size
PACKED = 8
# bytes of a text that take as long to read as one measure takes to write
OF_A_MEASURE = 20_000
# the schedule looks every minute, and a worker needs a moment from taking a job out to holding the lock
PATIENCE = timedelta(seconds=90)
MOST_TRIES = 3
_KEPT = 3600  # seconds for which it is known how far a job is
_ZIP = b"PK"
_DIED = N_("“{filename}”: the worker that read it died; it is read again.")
_LOST = N_("“{filename}”: it was no longer in the queue, and no worker had begun with it; it is read now.")
# in the context of an action: it is called by the job
_JOB = "digitalms_job"


@dataclass(frozen=True)
class Call:
    """An action of the API with what it is given."""

    action: str
    told: Mapping[str, Any]


def is_large(subject: Subject, quickness: float = 1) -> bool:
    """Return whether one does not wait for a file to be read.

    Args:
        subject: whose file it is.
        quickness: how much quicker it is read than a delivery of the same size.
    """
    times = PACKED if bytes(subject.content[:2]) == _ZIP else 1
    return subject.size * times > config.job_bytes() * quickness


def are_many(measures: int) -> bool:
    """Return whether one does not wait for so many measures to be written."""
    return measures * OF_A_MEASURE > config.job_bytes()


def may_wait(context: Context, told: Mapping[str, Any]) -> bool:
    """Return whether somebody asks for a job, and it is not the job itself that asks."""
    return bool(told.get("background")) and _JOB not in context


def begin(subject: Subject, what: str, user: str, call: Call | None = None) -> None:
    """Have something done with a file by a job, and commit.

    Args:
        subject: the file, new or locked: what is noted with it is written back as a whole.
        what: in a word, for the page.
        user: for whom.
        call: the action that does it; without one the delivery is checked or taken over.
    """
    work = Work(what=what, user=user, at=datetime.now(UTC).isoformat(), tries=0, job=uuid.uuid4().hex)
    if call is not None:
        locale = str(get_locale() or tk.config["ckan.locale_default"])
        work |= Work(action=call.action, told=dict(call.told), state=subject.state, language=locale)  # type: ignore[typeddict-item]
    subject.work = work
    model.Session.add(subject)
    model.repo.commit()
    _forget(subject.id)
    _enqueue(subject.id, work["job"])


def told(subject: Subject) -> dict[str, Any] | None:
    """Return what is done with a file at this moment.

    ``what``, ``percent`` (or null), ``failed``; of what was refused ``errors`` by field, and ``told``, what
    had been typed.
    """
    work = subject.work
    if not work or not _is_open(subject, work):
        return None
    errors = work.get("errors")
    has_failed = bool(errors) or (work["tries"] >= MOST_TRIES and not locks.is_held(_lock(subject.id)))
    answer = {"what": work["what"], "percent": None if has_failed else _percent(subject.id)}
    typed = {"errors": errors or {}, "told": work.get("told", {})} if has_failed and "action" in work else {}
    return {**answer, "failed": has_failed, **typed}


def refuse_at_work(context: Context, subject: Subject, field: str = "busy") -> None:
    """Refuse to change what a job is at work with.

    Raises:
        ValidationError: at the field; the transaction is rolled back.
    """
    work = told(subject) if _JOB not in context else None
    if work and not work["failed"]:
        model.Session.rollback()
        message = tk._("The file is being worked on at this moment: wait a little.")
        raise tk.ValidationError({field: [message]})


def refuse_busy(context: Context, subject: Subject, field: str = "busy") -> None:
    """Refuse to change what a job is at work with; what a job has left undone is forgotten, no commit.

    Args:
        context: of the acting user.
        subject: the file, locked.
        field: where it is told.

    Raises:
        ValidationError: at the field; the transaction is rolled back.
    """
    refuse_at_work(context, subject, field)
    if subject.work and _JOB not in context:
        subject.work = None


def run(subject_id: str) -> None:
    """Do what is to be done with a file, as a job; a second one at the same time does nothing."""
    with locks.if_free(_lock(subject_id)) as is_free:
        subject = _subject(subject_id, locked=True) if is_free else None
        work = subject.work if subject else None
        if subject is None or work is None or not _is_waiting(subject, work):
            model.Session.rollback()
            return
        subject.work = {**work, "tries": work["tries"] + 1}
        model.repo.commit()
        with progress.heard(lambda part: _keep(subject_id, part)), locks.patiently():
            errors = _called(work) if "action" in work else do(subject, work["what"], _context(work))
        model.Session.expire_all()
        subject = _subject(subject_id, locked=True)
        if subject is not None:
            subject.work = {**(subject.work or work), "errors": errors} if errors else None
            model.repo.commit()


def _context(work: Work) -> Context:
    return {"user": work["user"], "ignore_auth": True}


def _called(work: Work) -> dict[str, Any]:
    """Call the action; return why it was refused, by field."""
    context: Any = {"user": work["user"], _JOB: True}
    with language(work["language"]):
        try:
            tk.get_action(work["action"])(context, dict(work["told"]))
        except tk.ValidationError as refused:
            errors: dict[str, Any] = refused.error_dict
        except (tk.NotAuthorized, tk.ObjectNotFound) as refused:
            errors = {"id": [str(refused.message or tk._("You may not do this."))]}
        else:
            return {}
    model.Session.rollback()
    return errors


def do(subject: Subject, what: str, context: Context) -> dict[str, Any]:
    """Check a delivery, or take it over, and commit what became of it; nothing of that is an error."""
    assert isinstance(subject, Delivery)  # noqa: S101 - a report has its actions
    handler = handler_of(subject.kind)
    if what == TAKE_OVER:
        handler.process_delivery(context, subject)
        return {}
    report = handler.judge_delivery(subject)
    if report.is_accepted:
        subject.report = report.to_json()
    else:
        delivery_finish(subject, "refused", report.to_json())
    model.repo.commit()
    return {}


def resume() -> list[Message]:
    """Begin again what a worker left, and say so."""
    said: list[Message] = []
    for subject_id in _with_work():
        subject = _subject(subject_id)
        work = subject.work if subject else None
        if subject is None or work is None or not _is_waiting(subject, work):
            continue
        is_new = datetime.now(UTC) - datetime.fromisoformat(work["at"]) < PATIENCE
        if is_new or locks.is_held(_lock(subject_id)) or _is_in_queue(subject_id, work):
            continue
        subject = _subject(subject_id, locked=True)
        work = subject.work if subject else None
        if subject is None or work is None or not _is_waiting(subject, work):
            model.Session.rollback()  # somebody else has done it, or forgotten it
            continue
        job_id = uuid.uuid4().hex
        subject.work = {**work, "at": datetime.now(UTC).isoformat(), "job": job_id}
        model.repo.commit()
        _enqueue(subject_id, job_id)
        said.append(Message(_DIED if work["tries"] else _LOST, {"filename": subject.filename}))
    return said


def _is_in_queue(subject_id: str, work: Work) -> bool:
    """Return whether a worker is still to begin: the job is in the queue, or was so at the last look."""
    try:
        if background.is_queued(work.get("job", "")):
            connect_to_redis().set(_seen(subject_id), 1, ex=PATIENCE)
            return True
        return bool(connect_to_redis().exists(_seen(subject_id)))
    except redis.RedisError:
        log.warning("The queue is away: whether a file waits there cannot be told")
        return True


def _with_work() -> list[str]:
    found: list[str] = []
    for table, column in ((Delivery, Delivery.about), (ReportImport, ReportImport.proposal)):
        is_open = sa.or_(table.state.in_(OPEN), column["work"]["state"].astext == table.state)
        found += model.Session.scalars(sa.select(table.id).where(column.has_key("work"), is_open))
    is_kept = CouncilReport.settings["work"].astext.is_not(None)
    return [*found, *(one.id for one in model.Session.scalars(sa.select(CouncilReport).where(is_kept)))]


def _is_open(subject: Subject, work: Work) -> bool:
    """Return whether it is still to be done: a file in another state was finished before a worker died."""
    return subject.state == work.get("state") or subject.state in OPEN


def _is_waiting(subject: Subject, work: Work) -> bool:
    return _is_open(subject, work) and "errors" not in work and work["tries"] < MOST_TRIES


def _subject(subject_id: str, *, locked: bool = False) -> Subject | None:
    """Find a subject; one that is to be changed is locked and read anew, as it is written back as a whole."""
    how: dict[str, Any] = {"with_for_update": True, "populate_existing": True} if locked else {}
    if subject_id.startswith(JOBS):
        report: CouncilReport | None = model.Session.get(CouncilReport, subject_id.removeprefix(JOBS), **how)
        return report
    found: Subject | None = model.Session.get(Delivery, subject_id, **how)
    return found or model.Session.get(ReportImport, subject_id, **how)


def _enqueue(subject_id: str, job_id: str) -> None:
    try:
        background.queue(run, [subject_id], title="digitalms delivery", job_id=job_id)
    except redis.RedisError:
        log.exception("No job could be queued: the schedule begins it")


def _lock(subject_id: str) -> str:
    return f"digitalms-delivery:{subject_id}"


def _key(subject_id: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:delivery:{subject_id}"


def _seen(subject_id: str) -> str:
    return f"{_key(subject_id)}:queued"


def _keep(subject_id: str, part: float) -> None:
    try:
        connect_to_redis().set(_key(subject_id), int(100 * part), ex=_KEPT)
    except redis.RedisError:
        log.warning("How far a file is read cannot be told")


def _forget(subject_id: str) -> None:
    try:
        connect_to_redis().delete(_key(subject_id), _seen(subject_id))
    except redis.RedisError:
        log.warning("How far a file is read cannot be told")


def _percent(subject_id: str) -> int | None:
    try:
        found = connect_to_redis().get(_key(subject_id))
    except redis.RedisError:
        return None
    return int(found) if found is not None else None
