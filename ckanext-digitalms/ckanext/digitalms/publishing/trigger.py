"""Publishing by itself: a job follows every committed change of what is public.

Each such change adds a public statement, in whichever way it was made (form, API, harvest, import,
deletion), an edition of coverage, or a version of the words of the search; so the session is watched, not
the actions. Several changes in a row wait for one job.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan import model
from ckan.lib.redis import connect_to_redis
from sqlalchemy.orm import Session

from ckanext.digitalms import config
from ckanext.digitalms.model import CoverageEdition, Retraction, StatementRow, SynonymList
from ckanext.digitalms.services import background, locks
from ckanext.digitalms.services.listening import listen_once

from . import releases

log = logging.getLogger(__name__)

_CHANGED = "digitalms_changed"
# a job that never started does not hold the next one back for longer
_PATIENCE = 120


def watch() -> None:
    """Begin to watch the session; more than once does no harm."""
    for event, listener in (
        ("after_flush", _note),
        ("after_commit", _follow),
        ("after_soft_rollback", _forget),
    ):
        listen_once(model.Session, event, listener)


def request() -> None:
    """Ask for a job that publishes, unless one is waiting already."""
    if not config.publishes_on_change():
        return
    try:
        if connect_to_redis().set(_key(), "1", nx=True, ex=_PATIENCE):
            background.queue(run, title="digitalms publish")
    except redis.RedisError:
        log.exception("No job could be queued: the daily run will publish")


def run() -> None:
    """Publish, as a job; changes from now on ask for another one, and so does who waited in vain."""
    connect_to_redis().delete(_key())
    try:
        with locks.patiently():
            outcome = releases.publish_all()
    except locks.BusyError:
        log.warning("Open tables: somebody else was publishing, or a backup was made, for long; asked again")
        request()
        return
    log.info("Open tables: %s %s", outcome.change, outcome.release_id or "")


def _key() -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:publish"


def _note(session: Session, flush_context: Any) -> None:
    del flush_context
    if any(_is_public(row) for row in session.new):
        session.info[_CHANGED] = True


def _is_public(row: object) -> bool:
    return isinstance(row, CoverageEdition | Retraction | SynonymList) or (
        isinstance(row, StatementRow) and row.visibility == "public"
    )


def _follow(session: Session) -> None:
    # the release of a savepoint is no commit yet
    if not session.in_nested_transaction() and session.info.pop(_CHANGED, False):
        request()


def _forget(session: Session, previous: Any) -> None:
    if not previous.nested:
        session.info.pop(_CHANGED, None)
