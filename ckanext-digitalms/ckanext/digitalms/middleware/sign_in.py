"""Sign-in slows down after failures, and answers alike whether there is such an account or not.

What failed is counted in Redis: by account and address together, by address, and by account. An account that
is not there is counted like any other, and takes as long.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.signals import failed_login
from ckan.types import CKANApp, Response
from flask_login import user_logged_in
from limits import RateLimitItem, parse
from passlib.hash import pbkdf2_sha512
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from ckanext.digitalms.services.accounts import attempts
from ckanext.digitalms.storable import is_storable

from .refusals import refuse_too_often

__all__ = ["ahead", "install"]

# failures; the last is below what ASVS 2.2.1 allows, and still lets nobody lock out another for long
BOTH, ADDRESS, ACCOUNT = parse("5 per 5 minutes"), parse("30 per 15 minutes"), parse("50 per hour")
_LONGEST = 4096  # what passlib reads of a password
_LEADING_ON = {"user.login", "user.logout"}
_WAYS = ("next", "came_from")
# browsers take a backslash for a slash, drop tabs, and two slashes begin another host
_OWN_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*|")


def install(app: CKANApp) -> None:
    """Count what fails and what does not, and lead nowhere else afterwards."""
    app.before_request(_stay_here)
    failed_login.connect(_count)
    user_logged_in.connect(_start_afresh)


def ahead(identity: dict[str, Any]) -> None:
    """Refuse who failed too often, before CKAN looks at the password; an unknown account takes as long."""
    _make_readable(identity)
    user = _account(identity["login"])
    for item, *key in _keys(identity["login"], user):
        if not attempts.has_room(item, *key):
            raise HTTPException(response=_wait(item, key))
    if user is None or not user.is_active:
        pbkdf2_sha512.verify(identity["password"], _some_hash())


def _stay_here() -> Response | None:
    """Forget where to go after signing in or out unless it is a page of this catalogue.

    Who is signed in already goes there at once, or to the page that is named for it.
    """
    if tk.request.endpoint not in _LEADING_ON:
        return None
    if not all(map(_is_own_page, _ways())):
        kept = [(name, value) for name, value in tk.request.args.items(multi=True) if name not in _WAYS]
        tk.request.args = ImmutableMultiDict(kept)
    if tk.request.endpoint == "user.logout" or tk.current_user.is_anonymous:
        return None
    tk.h.flash_notice(tk._("You are logged in as {name}.").format(name=tk.current_user.display_name))
    way = next(filter(None, _ways()), None)
    answer: Response = tk.redirect_to(way or tk.config["ckan.auth.route_after_login"])
    return answer


def _ways() -> list[str]:
    return [value for name in _WAYS for value in tk.request.args.getlist(name)]


def _is_own_page(address: str) -> bool:
    own = str(tk.config["ckan.site_url"]).rstrip("/") + "/"
    return bool(_OWN_PAGE.fullmatch("/" + address.removeprefix(own) if address.startswith(own) else address))


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
        attempts.count(item, *key)


def _start_afresh(app: CKANApp, user: model.User) -> None:
    del app
    item, *key = next(iter(_keys("", user)))
    attempts.forget(item, *key)


def _wait(item: RateLimitItem, key: list[str]) -> Response:
    return refuse_too_often(tk._("Signing in has failed too often."), attempts.free_at(item, *key))


@cache
def _some_hash() -> str:
    return str(pbkdf2_sha512.hash("nobody's"))
