"""CKAN's actions on accounts that need a mail server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.logic.lookup import plain_id
from ckanext.digitalms.services import mail

Action = Callable[[Context, dict[str, Any]], Any]

__all__ = ["user_invite"]


@tk.chained_action
def user_invite(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Invite somebody by mail; where none can be sent, no account is made that nobody hears of."""
    tk.get_or_bust(data_dict, ["email", "group_id", "role"])
    data_dict = {**data_dict, "group_id": plain_id(data_dict["group_id"])}
    tk.check_access("user_invite", context, data_dict)
    if not mail.can_send():
        sentence = tk._(
            "This catalogue cannot send mails just now, so nobody was invited. Whoever runs it can make the "
            "account (ckan user add), and you then add it as a member."
        )
        raise tk.ValidationError({"email": [sentence]})
    # CKAN takes the account back if the mail fails, which the one who invites may not do
    invited = original_action({**context, "ignore_auth": True}, data_dict)
    return {name: value for name, value in invited.items() if name != "apikey"}
