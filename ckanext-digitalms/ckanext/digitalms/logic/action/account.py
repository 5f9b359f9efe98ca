"""CKAN's actions on accounts: what needs a mail server, and what needs a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import authenticator
from ckan.types import Context
from werkzeug.exceptions import HTTPException

from ckanext.digitalms.services.accounts import mail_server, reset_keys
from ckanext.digitalms.storable import plain_id

Action = Callable[[Context, dict[str, Any]], Any]

__all__ = ["user_invite", "user_update"]


@tk.chained_action
def user_invite(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Invite somebody by mail; where none can be sent, no account is made that nobody hears of."""
    tk.get_or_bust(data_dict, ["email", "group_id", "role"])
    data_dict = {**data_dict, "group_id": plain_id(data_dict["group_id"])}
    tk.check_access("user_invite", context, data_dict)
    if not mail_server.can_send():
        sentence = tk._(
            "This catalogue cannot send mails just now, so nobody was invited. Whoever runs it can make the "
            "account (ckan user add), and you then add it as a member."
        )
        raise tk.ValidationError({"email": [sentence]})
    # CKAN takes the account back if the mail fails, which the one who invites may not do
    invited = original_action({**context, "ignore_auth": True}, data_dict)
    return {name: value for name, value in invited.items() if name != "apikey"}


@tk.chained_action
def user_update(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Change an account; for another password or mailbox of your own, `old_password` is the one of today.

    CKAN asks for it on its page only, so that whoever found a session or a token took the account for good.
    """
    user = model.User.get(plain_id(data_dict.get("id")) or None)
    if user is not None and _is_own(user, context, data_dict) and _changes_access(user, data_dict):
        _check_password(user, data_dict.get("old_password"))
    return original_action(context, data_dict)


def _is_own(user: model.User, context: Context, data_dict: dict[str, Any]) -> bool:
    """Return whether somebody changes the own account, and not by a link, a command or for another one."""
    key = data_dict.get("reset_key")
    is_by_link = bool(key) and key == user.reset_key and not reset_keys.is_over(user)
    return not context.get("ignore_auth") and not is_by_link and context.get("user") in {user.id, user.name}


def _changes_access(user: model.User, data_dict: dict[str, Any]) -> bool:
    is_password = any(data_dict.get(name) for name in ("password", "password1"))
    return is_password or data_dict.get("email", user.email) != user.email


def _check_password(user: model.User, told: object) -> None:
    """Refuse a wrong password; it is counted as a sign-in that failed."""
    identity = {"login": user.name, "password": told, "check_captcha": False}
    try:
        found = authenticator.ckan_authenticator(identity) if isinstance(told, str) else None
    except HTTPException as error:
        sentence = tk._("Signing in has failed too often. Try again later.")
        raise tk.ValidationError({"old_password": [sentence]}) from error
    if found is None or found.id != user.id:
        sentence = tk._("Another password or mailbox needs the password of today: it is not this one.")
        raise tk.ValidationError({"old_password": [sentence]})
