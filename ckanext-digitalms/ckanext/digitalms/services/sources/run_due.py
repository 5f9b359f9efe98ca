"""What the schedule does every minute: stuck, due and finished jobs of sources, deliveries, then mails."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.locks import if_free

from .jobs import repair_stuck_jobs, site_context
from .mail import send_due_mails

LOCK = "digitalms-harvest-run"


def run_due() -> list[Message]:
    """Begin, mend and finish harvest jobs; return what an operator should read.

    ckanext-harvest's own ``harvest_jobs_run`` comes second: by then no job is left that it would end with a
    sentence for programmers, or put into the queue a second time.
    """
    with if_free(LOCK) as is_free:
        if not is_free:
            return [Message(N_("Another harvest run is at work; this one leaves it to that one."))]
        said = repair_stuck_jobs()
        tk.get_action("harvest_jobs_run")(site_context(), {})
        return [*said, *delivery_work.resume(), *send_due_mails()]
