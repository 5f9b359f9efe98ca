"""The schedule: CKAN's and our own commands at their times, each a process of its own.

Each is forked from the one that has loaded CKAN (`fork_server.py`): to load it every minute would keep a
processor busy for seconds of it.
"""

from __future__ import annotations

import logging
import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from . import forked
from .healing import heal
from .home import Home

__all__ = ["main", "make_schedule", "run"]

# a child of the logger that ckan.ini configures: any other would be silenced when CKAN reads it
log = logging.getLogger("ckanext.digitalms.schedule")

_LONGEST = 3600


def run(*words: str) -> bool:
    """Run a command of ``ckan digitalms``; a failure is logged and tried again at the next time."""
    command = " ".join(words)
    try:
        done = subprocess.run(
            forked.command("digitalms", *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.error("%s was ended: it took longer than %s s", command, _LONGEST)
        return False
    text = done.stdout.decode(errors="replace")[-2000:].strip()
    if done.returncode:
        log.error("%s failed (%s): %s", command, done.returncode, text)
    else:
        log.info("%s: done %s", command, text)
    return done.returncode == 0


def make_schedule(zone: ZoneInfo) -> BlockingScheduler:
    """Say what runs when."""
    scheduler = BlockingScheduler(
        timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": _LONGEST}
    )
    soon = datetime.now(zone) + timedelta(seconds=20)  # not while the web server starts
    # finishes jobs, goes on with those whose worker died, ends stuck ones and begins those that are due
    scheduler.add_job(run, IntervalTrigger(minutes=1, timezone=zone), ["harvest", "run"], id="harvest")
    # at the start too: it finishes or undoes a release that a crash left half done, and sweeps the files of a
    # report that was being frozen
    scheduler.add_job(
        run,
        CronTrigger(hour=0, minute=1, timezone=zone),
        ["publish"],
        id="publish",
        next_run_time=soon,
    )
    scheduler.add_job(
        run,
        IntervalTrigger(hours=1, timezone=zone),
        ["reindex-check"],
        id="reindex-check",
        next_run_time=soon,
    )
    # says in the log what other portals would not take
    scheduler.add_job(run, CronTrigger(hour=2, minute=30, timezone=zone), ["dcat", "check"], id="dcat-check")
    # before midnight, so that a month ends with what it had; and soon after a start
    scheduler.add_job(
        run,
        CronTrigger(hour=23, minute=50, timezone=zone),
        ["figures"],
        id="figures",
        next_run_time=soon + timedelta(seconds=40),
    )
    scheduler.add_job(heal, IntervalTrigger(seconds=5, timezone=zone), [Home.default()], id="heal")
    return scheduler


def main() -> None:
    """Run until ended, in a process that has CKAN."""
    from ckanext.digitalms import config

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # not each minute that a long run goes on
    make_schedule(config.time_zone()).start()
