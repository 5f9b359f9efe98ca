"""Sign-in slows down after failures, and answers alike whether there is such an account or not.

What failed is counted in Redis: by account and address together, by address, and by account. An account that
is not there is counted like any other, and takes as long.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.lib.signals import failed_login
from ckan.types import CKANApp, Response
from flask_login import user_logged_in
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from passlib.hash import pbkdf2_sha512
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from ckanext.digitalms import config
from ckanext.digitalms.logic.lookup import is_storable

from .refusals import refuse

__all__ = ["ahead", "install", "too_often"]

log = logging.getLogger(__name__)

# failures; the last is below what ASVS 2.2.1 allows, and still lets nobody lock out another for long
BOTH, ADDRESS, ACCOUNT = parse("5 per 5 minutes"), parse("30 per 15 minutes"), parse("50 per hour")
_LONGEST = 4096  # what passlib reads of a password


def install(app: CKANApp) -> None:
    """Count what fails and what does not."""
    failed_login.connect(_count)
    user_logged_in.connect(_start_afresh)
    app.register_error_handler(RedisError, _not_now)


def ahead(identity: dict[str, Any]) -> None:
    """Refuse who failed too often, before CKAN looks at the password; an unknown account takes as long."""
    _make_readable(identity)
    user = _account(identity["login"])
    for item, *key in _keys(identity["login"], user):
        if not _limiter().test(item, *key):
            raise HTTPException(response=_wait(item, key))
    if user is None or not user.is_active:
        pbkdf2_sha512.verify(identity["password"], _some_hash())


def _make_readable(identity: dict[str, Any]) -> None:
    """Take what no database or hash can read for nothing: it is no account's name or password."""
    for name in ("login", "password"):
        told = identity.get(name)
        is_readable = isinstance(told, str) and is_storable(told) and len(told) <= _LONGEST
        identity[name] = told if is_readable else ""


def _account(login: str) -> model.User | None:
    found: model.User | None = model.User.by_name(login) or model.User.by_email(login)
    return found


def _keys(login: str, user: model.User | None) -> Iterable[tuple[RateLimitItem, str, str]]:
    account = user.id if user else hashlib.sha256(login.lower().encode()).hexdigest()
    address = str(tk.request.remote_addr)
    yield BOTH, "sign-in", f"{account} {address}"
    yield ADDRESS, "sign-in-address", address
    yield ACCOUNT, "sign-in-account", account


def _count(login: str) -> None:
    for item, *key in _keys(login, _account(login)):
        _limiter().hit(item, *key)


def _start_afresh(app: CKANApp, user: model.User) -> None:
    del app
    item, *key = next(iter(_keys("", user)))
    _limiter().clear(item, *key)


def _wait(item: RateLimitItem, key: list[str]) -> Response:
    return too_often(
        tk._("Signing in has failed too often."), _limiter().get_window_stats(item, *key).reset_time
    )


def too_often(sentence: str, until: float) -> Response:
    """Say that somebody has to wait, and until when."""
    end = datetime.fromtimestamp(until, config.time_zone()) + timedelta(minutes=1)
    when = tk._("Try again after {clock}.").format(clock=f"{end:%H:%M}")
    answer = refuse(429, tk._("Too often"), f"{sentence} {when}")
    answer.headers["Retry-After"] = str(max(1, round(until - time.time()) + 1))
    return answer


def _not_now(error: Exception) -> Response:
    log.error("Redis does not answer", exc_info=error)
    sentence = tk._(
        "A part that this needs does not answer just now, so nothing was changed. Wait a minute and try "
        "again; what is public can be read meanwhile."
    )
    return refuse(503, tk._("Not possible just now"), sentence)


@cache
def _limiter() -> MovingWindowRateLimiter:
    pool = connect_to_redis().connection_pool
    return MovingWindowRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix="digitalms"))


@cache
def _some_hash() -> str:
    return str(pbkdf2_sha512.hash("nobody's"))
