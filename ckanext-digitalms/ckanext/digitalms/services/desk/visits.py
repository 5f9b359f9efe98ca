"""Visits to the desk: a look that comes some time after the one before begins another visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.digitalms.model import DeskVisit

__all__ = ["note", "since"]

# who is away for longer comes for another visit; a page that is loaded again is none
PAUSE = timedelta(minutes=30)
# what somebody is told who was never here
FIRST = timedelta(days=14)


def note(user_id: str, now: datetime | None = None) -> datetime:
    """Note that the desk was opened, and return when the visit before ended; the caller commits.

    Two that open it at the same moment are one visit: the row is locked by the first.
    """
    moment = now or datetime.now(UTC)
    told = insert(DeskVisit).values(user_id=user_id, since=None, opened_at=moment)
    is_another = DeskVisit.opened_at < moment - PAUSE
    update = told.on_conflict_do_update(
        index_elements=[DeskVisit.user_id],
        set_={
            "since": sa.case((is_another, DeskVisit.opened_at), else_=DeskVisit.since),
            "opened_at": sa.func.greatest(DeskVisit.opened_at, moment),
        },
    )
    before = model.Session.scalar(update.returning(DeskVisit.since))
    return before or moment - FIRST


def since(user_id: str, now: datetime | None = None) -> datetime:
    """Return when the visit before this one ended; two weeks ago for who was here only once, or never."""
    asked = sa.select(DeskVisit.since).where(DeskVisit.user_id == user_id)
    return model.Session.scalar(asked) or (now or datetime.now(UTC)) - FIRST
