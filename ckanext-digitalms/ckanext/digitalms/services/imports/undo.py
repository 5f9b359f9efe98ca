"""Undo of a table or a delivery that was taken over."""

from __future__ import annotations

from ckan.types import Context

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services.deliveries import ACCEPTED, note_undone

from .apply import finish
from .taking_back import take_back


def undo(context: Context, delivery: Delivery) -> None:
    """Take back what a delivery changed, all of it or nothing, and commit.

    What it said counts no longer, so that Stand, due day and all else are as they were before.

    Raises:
        tk.ValidationError: a measure was changed since.
    """
    packages = take_back(context, (delivery.report or {}).get("changes", ()))
    note_undone(delivery, context.get("user"))
    finish(packages)


def can_be_undone(delivery: Delivery) -> bool:
    """Return whether a delivery was taken over and noted what it wrote."""
    changes = (delivery.report or {}).get("changes", ())
    return delivery.state == ACCEPTED and any(each.get("statement_id") for each in changes)
