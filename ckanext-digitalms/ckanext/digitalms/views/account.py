"""A forgotten password: CKAN's pages, but that they tell nobody which accounts there are."""

from __future__ import annotations

import hashlib
import logging
import threading

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer, signals
from ckan.types import Response
from ckan.views.user import RequestResetView
from flask import Blueprint, copy_current_request_context
from limits import parse

from ckanext.digitalms.middleware.refusals import refuse_too_often
from ckanext.digitalms.services.accounts import attempts, mail_server, reset_keys
from ckanext.digitalms.storable import is_storable, plain_id

from .errors import Answer, handle_errors, page

digitalms_account = Blueprint("digitalms_account", __name__)
handle_errors(digitalms_account)

log = logging.getLogger(__name__)

# more for one account are not sent, and nobody is told: a mailbox is not to be filled
_BY_ADDRESS, _BY_ACCOUNT = parse("20 per hour"), parse("3 per hour")


@digitalms_account.post("/user/reset")
def request_reset() -> Answer | Response:
    """Mail a link to whose account it is; the answer, and how long it takes, are the same for everybody."""
    tk.check_access("request_reset", {})
    told = tk.request.form.get("user", "").strip()
    if not told or not is_storable(told):
        tk.h.flash_error(tk._("Type your username or your email address."))
        return _back()
    address = str(tk.request.remote_addr)
    if not attempts.count(_BY_ADDRESS, "reset-address", address):
        sentence = tk._("Links for a new password were asked for too often.")
        return refuse_too_often(sentence, attempts.free_at(_BY_ADDRESS, "reset-address", address))
    if not mail_server.can_send():
        return page(503, tk._("Not possible just now"), no_mail())
    if attempts.count(_BY_ACCOUNT, "reset", hashlib.sha256(told.lower().encode()).hexdigest()):
        threading.Thread(target=copy_current_request_context(_send), args=(told,), daemon=True).start()
    tk.h.flash_success(
        tk._("If there is such an account, a link for a new password is on its way to its mailbox.")
    )
    return _back()


@digitalms_account.before_app_request
def judge_link() -> Answer | None:
    """Answer a link that is not valid the same, whether there is such an account or not."""
    if tk.request.endpoint != "user.perform_reset":
        return None
    user = model.User.get(plain_id((tk.request.view_args or {}).get("id")) or None)
    key = tk.request.args.get("key")
    if user is not None and mailer.verify_reset_link(user, key) and not reset_keys.is_over(user):
        return None
    sentence = tk._("This link is not valid any more, or was used already. Ask for another one.")
    return page(403, tk._("Not allowed"), sentence)


def say_what_ended(username: str, user: model.User) -> None:
    """Say after a reset what becomes of sign-ins and tokens."""
    del username, user
    tk.h.flash_notice(
        tk._(
            "All sign-ins with the old password have ended. API tokens are still valid; revoke those that "
            "others may know."
        )
    )


signals.perform_password_reset.connect(say_what_ended)


def no_mail() -> str:
    """Say what to do where no mail can be sent."""
    return str(
        tk._(
            "This catalogue cannot send mails just now, so no link was sent. Ask whoever runs it for a new "
            "password (ckan user setpass)."
        )
    )


@digitalms_account.before_app_request
def keep_admins_private() -> None:
    """Show the names of an organisation's admins to whom its members are shown; CKAN asks nobody."""
    if str(tk.request.endpoint).endswith(".admins"):
        try:
            tk.check_access("member_list", {}, {"id": (tk.request.view_args or {}).get("id")})
        except tk.NotAuthorized as error:
            tk.abort(403, str(error))


def _back() -> Response:
    answer: Response = tk.redirect_to("user.request_reset")
    return answer


def _send(told: str) -> None:
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
