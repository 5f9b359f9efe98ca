"""Undo of a table or a delivery that was taken over."""

from __future__ import annotations

from ckan import model
from ckan.types import Context

from ckanext.digitalms.model import Delivery

from .apply import finish, now
from .taking_back import take_back

UNDONE = "undone"


def undo(context: Context, delivery: Delivery) -> None:
    """Take back what a delivery changed, all of it or nothing, and commit.

    What it said counts no longer, so that Stand, due day and all else are as they were before.

    Raises:
        tk.ValidationError: a measure was changed since.
    """
    packages = take_back(context, (delivery.report or {}).get("changes", ()))
    delivery.state = UNDONE
    delivery.of_any = {**delivery.of_any, "undone_at": now(), "undone_by": context.get("user")}
    model.Session.add(delivery)
    finish(packages)


def can_be_undone(delivery: Delivery) -> bool:
    """Return whether a delivery was taken over and noted what it wrote."""
    changes = (delivery.report or {}).get("changes", ())
    return delivery.state == "accepted" and any(each.get("statement_id") for each in changes)
