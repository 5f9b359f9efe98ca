"""The schedule: CKAN's and our own commands at their times, each a process of its own.

Each is forked from one that has loaded CKAN (Python's fork server): to load it every minute would keep a
processor busy for seconds of it.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import NamedTemporaryFile
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from .healing import heal
from .home import Home

__all__ = ["main", "make_schedule", "run"]

# a child of the logger that ckan.ini configures: any other would be silenced when CKAN reads it
log = logging.getLogger("ckanext.digitalms.schedule")

_LONGEST = 3600
_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload([f"{__package__}.wsgi"])
_ZONE_OPTION = "ckanext.digitalms.time_zone"


def run(*words: str) -> bool:
    """Run a command of ``ckan digitalms``; a failure is logged and tried again at the next time."""
    command = " ".join(words)
    with NamedTemporaryFile() as said:
        process = _FORKING.Process(target=_be_command, args=(words, said.name))
        try:
            process.start()
        except (EOFError, OSError):  # why is in the log: it is the fork server's
            log.error("%s was not begun: CKAN does not load", command)
            return False
        process.join(_LONGEST)
        if process.exitcode is None:
            process.kill()
            log.error("%s was ended: it took longer than %s s", command, _LONGEST)
            return False
        text = said.read().decode(errors="replace")[-2000:].strip()
    if process.exitcode:
        log.error("%s failed (%s): %s", command, process.exitcode, text)
    else:
        log.info("%s: done %s", command, text)
    return process.exitcode == 0


def _be_command(words: tuple[str, ...], said: str) -> None:
    """Be the command, in a process that has CKAN already; what it says goes to a file."""
    from ckan.lib.app_globals import app_globals

    from ckanext.digitalms.cli import digitalms

    with Path(said).open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    app_globals._check_uptodate()  # what a sysadmin has set since CKAN was loaded
    digitalms.main(list(words), prog_name="ckan digitalms")


def make_schedule(zone: ZoneInfo) -> BlockingScheduler:
    """Say what runs when."""
    scheduler = BlockingScheduler(
        timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": _LONGEST}
    )
    soon = datetime.now(zone) + timedelta(seconds=20)  # not while the web server starts
    # finishes jobs, goes on with those whose worker died, ends stuck ones and begins those that are due
    scheduler.add_job(run, IntervalTrigger(minutes=1, timezone=zone), ["harvest", "run"], id="harvest")
    # at the start too: it finishes or undoes a release that a crash left half done
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
    scheduler.add_job(heal, IntervalTrigger(seconds=5, timezone=zone), [Home.default()], id="heal")
    return scheduler


def main() -> None:
    """Run until ended; CKAN_INI names the configuration."""
    from ckan.cli import CKANConfigLoader

    config = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()  # sets up the logs, too
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # not each minute that a long run goes on
    zone = ZoneInfo(config.get(_ZONE_OPTION) or "Europe/Berlin")
    make_schedule(zone).start()


if __name__ == "__main__":
    main()
