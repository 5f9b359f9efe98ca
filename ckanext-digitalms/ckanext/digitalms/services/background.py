"""Every job of ours is queued here, with the time that it may take.

RQ ends a job that takes longer, and CKAN gives each three minutes: less than one of ours may wait for
somebody else who publishes, or for a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import jobs

from . import locks

__all__ = ["SECONDS_OF_WORK", "is_queued", "queue", "queue_later"]

# what a job takes when it waits no more: a release of large tables, a report with all its files, an index
SECONDS_OF_WORK = 3600


def queue(
    job: Callable[..., None], args: Sequence[str] = (), *, title: str, job_id: str | None = None
) -> None:
    """Have a worker do something; raises ``RedisError`` where the queue is away.

    Args:
        job: a function of a module.
        args: what it is given.
        title: for whoever lists the queue.
        job_id: what the job is called, used for no other one: RQ forgets one whose name it meets again.
    """
    told = {"timeout": _timeout(), "job_id": job_id}
    tk.enqueue_job(job, args=list(args), title=title, rq_kwargs=told)


def is_queued(job_id: str) -> bool:
    """Return whether no worker has taken a job out of the queue; raises as :func:`queue`."""
    return jobs.get_queue().get_job_position(job_id) is not None


def queue_later(job: str, after: timedelta, *, title: str) -> None:
    """Have a worker call a function, told by its whole name, after a time; raises as :func:`queue`."""
    meta = {"title": title}
    jobs.get_queue().enqueue_in(after, job, job_timeout=_timeout(), meta=meta, result_ttl=0)


def _timeout() -> int:
    """Return after how many seconds a job is ended: an owner may give more, and -1 never."""
    owners: Any = tk.config["ckan.jobs.timeout"]
    least = locks.SECONDS_OF_A_JOB + SECONDS_OF_WORK
    return int(owners) if int(owners) < 0 else max(int(owners), least)
