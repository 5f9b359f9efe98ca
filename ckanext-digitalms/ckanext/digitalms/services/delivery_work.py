"""Deliveries too large to wait for: checked and taken over by jobs, which outlive browser and worker.

What is to be done stands with the delivery, so nothing is lost with the queue: a job whose worker died is
begun again, a few times, by the schedule of every minute. Only how far it is stands in Valkey.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import redis
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.model.about import Work

from . import locks, progress
from .deliveries import delivery_finish, delivery_get
from .sources.handlers import handler_of

log = logging.getLogger(__name__)

CHECK, TAKE_OVER = "check", "take_over"
OPEN = ("received", "waiting")
# a packed workbook takes as long as a text so many times its size
PACKED = 8
# a worker needs a moment from taking a message out to holding the lock
PATIENCE = timedelta(seconds=30)
MOST_TRIES = 3
_KEPT = 3600  # seconds for which it is known how far a job is
_ZIP = b"PK"


def is_large(delivery: Delivery) -> bool:
    """Return whether one does not wait for a file to be read."""
    times = PACKED if bytes(delivery.content[:2]) == _ZIP else 1
    return delivery.size * times > config.job_bytes()


def begin(delivery: Delivery, what: str, user: str) -> None:
    """Have a delivery checked or taken over by a job, and commit."""
    work = Work(what=what, user=user, at=datetime.now(UTC).isoformat(), tries=0)
    delivery.of_any = {**delivery.of_any, "work": work}
    model.repo.commit()
    _enqueue(delivery.id)


def told(delivery: Delivery) -> dict[str, Any] | None:
    """Return what is done with a delivery at this moment: ``what``, ``percent`` (or null) and ``failed``."""
    work = delivery.of_any.get("work")
    if not work or delivery.state not in OPEN:
        return None
    has_failed = work["tries"] >= MOST_TRIES and not locks.is_held(_lock(delivery.id))
    return {"what": work["what"], "percent": _percent(delivery.id), "failed": has_failed}


def run(delivery_id: str) -> None:
    """Do what is to be done with a delivery, as a job; a second one at the same time does nothing."""
    with locks.if_free(_lock(delivery_id)) as is_free:
        delivery = delivery_get(delivery_id)
        work = delivery.of_any.get("work")
        if not is_free or not work or delivery.state not in OPEN or work["tries"] >= MOST_TRIES:
            return
        delivery.of_any = {**delivery.of_any, "work": {**work, "tries": work["tries"] + 1}}
        model.repo.commit()
        with progress.heard(lambda part: _keep(delivery_id, part)), locks.patiently():
            do(delivery, work["what"], {"user": work["user"], "ignore_auth": True})
        model.Session.refresh(delivery)
        about = dict(delivery.about)
        about.pop("work", None)
        delivery.about = about
        model.repo.commit()


def do(delivery: Delivery, what: str, context: Context) -> None:
    """Check a delivery, or take it over, and commit what became of it."""
    handler = handler_of(delivery.kind)
    if what == TAKE_OVER:
        handler.process_delivery(context, delivery)
        return
    report = handler.judge_delivery(delivery)
    if report.is_accepted:
        delivery.report = report.to_json()
    else:
        delivery_finish(delivery, "refused", report.to_json())
    model.repo.commit()


def resume() -> list[Message]:
    """Begin again what a worker left, and say so."""
    has_work = sa.cast(Delivery.about["work"], sa.Text).is_not(None)
    query = sa.select(Delivery.id).where(Delivery.state.in_(OPEN), Delivery.about.has_key("work"), has_work)
    said: list[Message] = []
    for delivery_id in list(model.Session.scalars(query)):
        delivery = delivery_get(delivery_id)
        work = delivery.of_any["work"]
        is_new = datetime.now(UTC) - datetime.fromisoformat(work["at"]) < PATIENCE
        if is_new or work["tries"] >= MOST_TRIES or locks.is_held(_lock(delivery_id)):
            continue
        delivery.of_any = {**delivery.of_any, "work": {**work, "at": datetime.now(UTC).isoformat()}}
        model.repo.commit()
        _enqueue(delivery_id)
        text = N_("“{filename}”: the worker that read it died; it is read again.")
        said.append(Message(text, {"filename": delivery.filename}))
    return said


def _enqueue(delivery_id: str) -> None:
    try:
        tk.enqueue_job(run, [delivery_id], title="digitalms delivery")
    except redis.RedisError:
        log.exception("No job could be queued: the schedule begins it")


def _lock(delivery_id: str) -> str:
    return f"digitalms-delivery:{delivery_id}"


def _key(delivery_id: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:delivery:{delivery_id}"


def _keep(delivery_id: str, part: float) -> None:
    try:
        connect_to_redis().set(_key(delivery_id), int(100 * part), ex=_KEPT)
    except redis.RedisError:
        log.warning("How far a delivery is read cannot be told")


def _percent(delivery_id: str) -> int | None:
    try:
        found = connect_to_redis().get(_key(delivery_id))
    except redis.RedisError:
        return None
    return int(found) if found is not None else None
