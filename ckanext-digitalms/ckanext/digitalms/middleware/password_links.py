"""A forgotten password: CKAN's pages, but that they tell nobody which accounts there are."""

from __future__ import annotations

import hashlib
import threading

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer, signals
from ckan.types import CKANApp, Response
from flask import copy_current_request_context
from limits import parse

from ckanext.digitalms.services.accounts import attempts, mail_server, reset_keys, reset_links
from ckanext.digitalms.storable import is_storable, plain_id

from .refusals import refuse, refuse_too_often

__all__ = ["install"]

# more for one account are not sent, and nobody is told: a mailbox is not to be filled
_BY_ADDRESS, _BY_ACCOUNT = parse("20 per hour"), parse("3 per hour")


def install(app: CKANApp) -> None:
    """Take the place of what CKAN does with a name or address, and judge each link first."""
    app.before_request(_request_link)
    app.before_request(_judge_link)
    signals.perform_password_reset.connect(_say_what_ended)


def _request_link() -> Response | None:
    """Mail a link to whose account it is; the answer, and how long it takes, are the same for everybody."""
    if tk.request.endpoint != "user.request_reset" or tk.request.method != "POST":
        return None
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
        return refuse(503, tk._("Not possible just now"), _no_mail())
    if attempts.count(_BY_ACCOUNT, "reset", hashlib.sha256(told.lower().encode()).hexdigest()):
        send = copy_current_request_context(reset_links.send)
        threading.Thread(target=send, args=(told,), daemon=True).start()
    tk.h.flash_success(
        tk._("If there is such an account, a link for a new password is on its way to its mailbox.")
    )
    return _back()


def _no_mail() -> str:
    """Say what to do where no mail can be sent."""
    return str(
        tk._(
            "This catalogue cannot send mails just now, so no link was sent. Ask whoever runs it for a new "
            "password (ckan user setpass)."
        )
    )


def _back() -> Response:
    answer: Response = tk.redirect_to("user.request_reset")
    return answer


def _judge_link() -> Response | None:
    """Answer a link that is not valid the same, whether there is such an account or not."""
    if tk.request.endpoint != "user.perform_reset":
        return None
    user = model.User.get(plain_id((tk.request.view_args or {}).get("id")) or None)
    key = tk.request.args.get("key")
    if user is not None and mailer.verify_reset_link(user, key) and not reset_keys.is_over(user):
        return None
    sentence = tk._("This link is not valid any more, or was used already. Ask for another one.")
    return refuse(403, tk._("Not allowed"), sentence)


def _say_what_ended(username: str, user: model.User) -> None:
    """Say after a reset what becomes of sign-ins and tokens."""
    del username, user
    tk.h.flash_notice(
        tk._(
            "All sign-ins with the old password have ended. API tokens are still valid; revoke those that "
            "others may know."
        )
    )
