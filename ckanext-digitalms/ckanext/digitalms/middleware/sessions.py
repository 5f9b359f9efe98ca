"""Sessions are kept in Redis (`SESSION_TYPE = redis`), and end.

At sign-in a session notes when it ends at the latest, and which password it was made with. So it ends by
itself, by signing out (then it is gone from Redis), and when the password changes, in whatever way that is.
CKAN's `remember_token` outlives all of these and is neither set nor taken: who wants to stay signed in gets
a session that lasts longer.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.config.middleware.common_middleware import CKANRedisSessionInterface
from ckan.types import CKANApp, Request, Response
from flask import Flask, current_app, flash, g, session
from flask_login import user_logged_in, user_logged_out
from flask_session.redis.redis import RedisSession
from redis.exceptions import RedisError
from werkzeug.datastructures import ImmutableMultiDict

from ckanext.digitalms import config

from .embeds import is_embed

__all__ = ["FILES", "harden", "install", "is_unreadable"]

log = logging.getLogger(__name__)

_USER = "_user_id"  # flask-login's
_SIGN_IN = "digitalms_sign_in"
FILES = frozenset({"static", "webassets.index"})  # that are the same for everybody


class _Session(RedisSession):
    """A session that knows whether Redis has it, or could not be asked."""

    is_kept = False
    is_unreadable = False


class Sessions(CKANRedisSessionInterface):
    """Sessions with an end of their own; without Redis everybody is a stranger, and nothing is lost."""

    session_class = _Session

    def open_session(self, app: Flask, request: Request) -> _Session:
        """Read the session of a cookie; a cookie that means nothing is taken away."""
        told = request.cookies.get(app.config["SESSION_COOKIE_NAME"])
        if request.path.startswith(str(tk.config["ckan.webassets.url"]).rstrip("/") + "/"):
            return self._unread()  # files that are everybody's; a page has many, and Redis may be slow
        if is_embed(request.path):
            return self._unread()  # it stands in pages of others, and is nobody's
        try:
            found: _Session = super().open_session(app, request)
        except RedisError:
            log.exception("Sessions cannot be read: Redis does not answer")
            return self._unread()
        found.is_kept = found.sid == told
        found.modified = told is not None and not found.is_kept
        return found

    def _unread(self) -> _Session:
        found: _Session = self.session_class(sid=self._generate_sid(self.sid_length))
        found.is_unreadable = True
        return found

    def save_session(self, app: Flask, session: _Session, response: Response) -> None:
        """Keep what changed, and the rest from ending while it is used."""
        if session and response.cache_control.public:
            # a form's token is one person's, which CKAN forgets
            response.cache_control.public = False
            response.cache_control.private = True
        if session.is_unreadable:
            return
        try:
            super().save_session(app, session, response)
            if session and not session.modified:
                # not written again: it may have been ended by another request meanwhile
                self.client.expire(self._get_store_id(session.sid), _seconds(session))
        except RedisError:
            log.exception("A session cannot be kept: Redis does not answer")

    def regenerate(self, session: _Session) -> None:
        """Return it another id."""
        super().regenerate(session)
        session.is_kept = False

    def get_expiration_time(self, app: Flask, session: _Session) -> datetime | None:
        """Return the end of the cookie: that of the browser, unless somebody wants to stay signed in."""
        del app
        noted = session.get(_SIGN_IN)
        return datetime.fromtimestamp(noted["ends"], UTC) if noted and noted["is_long"] else None

    def _upsert_session(self, session_lifetime: Any, session: _Session, store_id: str) -> None:
        del session_lifetime
        data = self.serializer.encode(session)
        # what another request has ended meanwhile does not come back
        self.client.set(store_id, data, ex=_seconds(session), xx=session.is_kept)


def install(app: CKANApp) -> None:
    """Take CKAN's place in keeping sessions, and note sign-in and sign-out."""
    kept = app.session_interface
    if isinstance(kept, CKANRedisSessionInterface):
        app.session_interface = Sessions(app)
        app.session_interface.serializer = kept.serializer
        # CKAN copies all of this into its own configuration, which must not hold what cannot be copied
        app.config.pop("SESSION_REDIS", None)
    harden(app.config, str(tk.config["ckan.site_url"]))
    app.url_value_preprocessor(_end_what_is_over)
    app.before_request(_say_why_it_ended)
    app.before_request(_say_that_nobody_knows)
    app.after_request(_take_old_cookie_away)
    user_logged_in.connect(_note_sign_in)
    user_logged_out.connect(_forget)


def harden(settings: MutableMapping[str, Any], site_url: str) -> None:
    """Let no script read the cookie, no other site send it, nobody on the way see it.

    Its name tells browsers to take it only encrypted and from this host, so that no neighbour sets it.
    """
    settings["SESSION_COOKIE_HTTPONLY"] = True
    if settings.get("SESSION_COOKIE_SAMESITE") != "Strict":
        settings["SESSION_COOKIE_SAMESITE"] = "Lax"
    if site_url.startswith("https:"):
        settings["SESSION_COOKIE_SECURE"] = True
        settings["SESSION_COOKIE_NAME"] = _guarded(settings)


def _guarded(settings: Mapping[str, Any]) -> str:
    name = str(settings["SESSION_COOKIE_NAME"])
    if name.startswith(("__Host-", "__Secure-")):
        return name
    root = settings.get("SESSION_COOKIE_PATH") or settings.get("APPLICATION_ROOT") or "/"
    is_of_host = not settings.get("SESSION_COOKIE_DOMAIN") and root == "/"
    return f"{'__Host-' if is_of_host else '__Secure-'}{name}"


def is_unreadable() -> bool:
    """Return whether nobody knows who sent this, since Redis could not be asked."""
    return bool(getattr(session, "is_unreadable", False))


def _seconds(found: Mapping[str, Any]) -> int:
    """Return for how long a session is kept from now on."""
    idle = config.session_seconds()
    noted = found.get(_SIGN_IN)
    if not noted:
        return idle
    left = max(1, round(float(noted["ends"]) - time.time()))
    return left if noted["is_long"] else min(left, idle)


def _note_sign_in(app: CKANApp, user: model.User) -> None:
    del app
    is_long = session.pop("_remember", None) == "set"
    session.pop("_remember_seconds", None)
    session[_SIGN_IN] = {
        "ends": time.time() + config.long_session_seconds(),
        "is_long": is_long,
        "of": _password_mark(user),
    }


def _forget(app: CKANApp, user: model.User) -> None:
    del app, user
    session.clear()


def _password_mark(user: model.User) -> str:
    """Tell one password from another without giving it away."""
    key = str(tk.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"session {user.id} {user.password}".encode(), "sha256").hex()


def _end_what_is_over(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """Make a stranger of who is not signed in any more, before anybody asks who it is."""
    del endpoint, values
    cookies = tk.request.cookies
    old = tk.config["REMEMBER_COOKIE_NAME"]
    if old in cookies:
        g.digitalms_has_old_cookie = True
        tk.request.cookies = ImmutableMultiDict(
            (name, value) for name, value in cookies.items() if name != old
        )
    if _USER not in session:
        return
    noted, user = session.get(_SIGN_IN), model.User.get(session[_USER])
    g.digitalms_password_changed = bool(
        noted and user and not hmac.compare_digest(noted["of"], _password_mark(user))
    )
    if not noted or noted["ends"] < time.time() or g.digitalms_password_changed:
        session.clear()


def _say_why_it_ended() -> Response | None:
    request = tk.request
    is_page = request.method == "GET" and request.blueprint != "api" and request.endpoint not in FILES
    if not g.get("digitalms_password_changed") or not is_page:
        return None
    flash(
        tk._(
            "Your password was changed, which has ended all your sign-ins: sign in with the new one. Your "
            "API tokens are still valid; revoke them in your profile if others may know them."
        ),
        "alert-info",
    )
    answer: Response = tk.redirect_to("user.login")
    return answer


def _say_that_nobody_knows() -> None:
    """Tell who had signed in, and seems not to have, that this is not so."""
    request = tk.request
    is_page = request.method == "GET" and request.blueprint != "api" and request.endpoint not in FILES
    is_page = is_page and not is_embed(request.path)
    if is_page and is_unreadable() and current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        flash(
            tk._(
                "Sign-ins cannot be read at the moment, so you see what everybody sees. You are still signed "
                "in: load the page again in a minute."
            ),
            "alert-info",
        )


def _take_old_cookie_away(response: Response) -> Response:
    if g.get("digitalms_has_old_cookie"):
        response.delete_cookie(
            tk.config["REMEMBER_COOKIE_NAME"],
            path=tk.config["REMEMBER_COOKIE_PATH"] or "/",
            domain=tk.config["REMEMBER_COOKIE_DOMAIN"] or None,
        )
    return response
