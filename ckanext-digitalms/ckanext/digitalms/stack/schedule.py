"""The schedule: CKAN's and our own commands at their times, each a process of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from .healing import heal
from .home import Home

__all__ = ["ckan_command", "main", "make_schedule", "run"]

# a child of the logger that ckan.ini configures: any other would be silenced when CKAN reads it
log = logging.getLogger("ckanext.digitalms.schedule")

_LONGEST = 3600
_ZONE_OPTION = "ckanext.digitalms.time_zone"


def ckan_command(ini: str, *words: str) -> list[str]:
    """Return the command line of CKAN's script and its interpreter (a moved clone breaks its first line)."""
    return [sys.executable, str(Path(sys.executable).with_name("ckan")), "-c", ini, *words]


def run(ini: str, *words: str) -> bool:
    """Run a command; a failure is logged and tried again at the next time."""
    try:
        done = subprocess.run(
            ckan_command(ini, *words),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.error("ckan %s was ended: it took longer than %s s", " ".join(words), _LONGEST)
        return False
    if done.returncode:
        log.error(
            "ckan %s failed (%s): %s", " ".join(words), done.returncode, (done.stderr or done.stdout)[-2000:]
        )
    else:
        log.info("ckan %s: done %s", " ".join(words), done.stdout[-2000:].strip())
    return done.returncode == 0


def make_schedule(ini: str, zone: ZoneInfo) -> BlockingScheduler:
    """Say what runs when."""
    scheduler = BlockingScheduler(
        timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": _LONGEST}
    )
    soon = datetime.now(zone) + timedelta(seconds=20)  # not while the web server starts
    # finishes jobs, goes on with those whose worker died, ends stuck ones and begins those that are due
    scheduler.add_job(
        run, IntervalTrigger(minutes=1, timezone=zone), [ini, "digitalms", "harvest", "run"], id="harvest"
    )
    # at the start too: it finishes or undoes a release that a crash left half done
    scheduler.add_job(
        run,
        CronTrigger(hour=0, minute=1, timezone=zone),
        [ini, "digitalms", "publish"],
        id="publish",
        next_run_time=soon,
    )
    scheduler.add_job(
        run,
        IntervalTrigger(hours=1, timezone=zone),
        [ini, "digitalms", "reindex-check"],
        id="reindex-check",
        next_run_time=soon,
    )
    scheduler.add_job(heal, IntervalTrigger(seconds=5, timezone=zone), [Home.default()], id="heal")
    return scheduler


def main() -> None:
    """Run until ended; CKAN_INI names the configuration."""
    from ckan.cli import CKANConfigLoader

    ini = os.environ["CKAN_INI"]
    config = CKANConfigLoader(ini).get_config()  # sets up the logs, too
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # not each minute that a long run goes on
    zone = ZoneInfo(config.get(_ZONE_OPTION) or "Europe/Berlin")
    make_schedule(ini, zone).start()


if __name__ == "__main__":
    main()
