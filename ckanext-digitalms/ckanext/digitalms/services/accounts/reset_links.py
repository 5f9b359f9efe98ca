"""Mailing a link for a new password to whose account it is."""

from __future__ import annotations

import logging

import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer, signals
from ckan.views.user import RequestResetView

__all__ = ["send"]

log = logging.getLogger(__name__)


def send(told: str) -> None:
    """Mail a link to the accounts of a name or address; whether there is one shows in no way."""
    try:
        for user in _accounts(told):
            RequestResetView()._send_notification(user)
            signals.request_password_reset.send(user.name, user=user)
    except (mailer.MailerException, OSError):
        log.exception("A link for a new password could not be mailed")
    finally:
        model.Session.remove()


def _accounts(told: str) -> list[model.User]:
    if "@" in told:
        same = sa.func.lower(model.User.email) == told.lower()
        return [user for user in model.Session.query(model.User).filter(same) if user.is_active]
    user = model.User.by_name(told)
    return [user] if user is not None and user.email and not user.is_deleted() else []
