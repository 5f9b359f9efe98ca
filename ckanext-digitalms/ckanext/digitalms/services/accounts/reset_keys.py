"""A link for a new password ends: a day after it was made, an invitation after a week.

CKAN's keys hold until they are used. Here a key carries the moment at which it was made, whoever makes it.
"""

from __future__ import annotations

import re
import time

from ckan import model

from ckanext.digitalms.services.listening import listen_once

__all__ = ["DAY", "WEEK", "is_over", "watch"]

DAY = 86_400
WEEK = 7 * DAY
_STAMPED = re.compile(r".+\.(\d{10,12})")


def watch() -> None:
    """Stamp every key that an account is given."""
    listen_once(model.User.reset_key, "set", _stamp, retval=True)


def is_over(user: model.User) -> bool:
    """Return whether the key of an account has ended; one that says no time has."""
    made = _STAMPED.fullmatch(user.reset_key or "")
    lasts = WEEK if user.is_pending() else DAY
    return made is None or not 0 <= time.time() - int(made[1]) <= lasts


def _stamp(user: model.User, key: str | None, former: object, initiator: object) -> str | None:
    del user, former, initiator
    return f"{key}.{int(time.time())}" if key and not _STAMPED.fullmatch(key) else key
