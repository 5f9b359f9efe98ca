"""Options of CKAN that leave a door open, each with why and what to set instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.messages import N_, Message

__all__ = ["problems"]

KEY_BYTES = 32
_INLINE = ("image/svg", "text/html", "text/xml", "application/xml", "application/xhtml")
_VIEWS = ("webpage_view", "text_view", "resource_proxy")


@dataclass(frozen=True)
class Door:
    """One option, when it is unsafe, why, and what to set."""

    option: str
    is_open: Callable[[Any], bool]
    why: str
    remedy: str


def _on(value: Any) -> bool:
    return bool(tk.asbool(value)) if value not in (None, "") else False


def _is_https() -> bool:
    return str(tk.config.get("ckan.site_url") or "").startswith("https://")


def _short(value: Any) -> bool:
    return 0 < len(str(value or "").removeprefix("string:").encode()) < KEY_BYTES


def _runs_scripts(value: Any) -> bool:
    types = [str(one).lower() for one in tk.aslist(value)]
    return any(one in {"*", ""} or one.startswith(_INLINE) for one in types)


_PUBLISHES = N_("every account makes one and publishes in it")
_DELETES = N_("an organisation's admin deletes it with all it holds")
_SIGNS = N_("whoever guesses it signs in as anybody")
DOORS: tuple[Door, ...] = (
    Door("ckan.auth.user_create_organizations", _on, _PUBLISHES, "false"),
    Door("ckan.auth.user_create_groups", _on, N_("every account makes one"), "false"),
    Door("ckan.auth.user_delete_organizations", _on, _DELETES, "false"),
    Door("ckan.auth.user_delete_groups", _on, _DELETES, "false"),
    Door("ckan.auth.anon_create_dataset", _on, N_("anybody publishes without signing in"), "false"),
    Door("ckan.auth.create_unowned_dataset", _on, N_("datasets of nobody are kept by nobody"), "false"),
    Door(
        "ckan.auth.create_dataset_if_not_in_organization",
        _on,
        N_("accounts without a role make datasets"),
        "false",
    ),
    Door("ckan.auth.create_user_via_api", _on, N_("anybody makes accounts"), "false"),
    Door("ckan.auth.create_user_via_web", _on, N_("anybody makes accounts"), "false"),
    Door("ckan.auth.public_user_details", _on, N_("the list of accounts is public"), "false"),
    Door("ckan.auth.reveal_private_datasets", _on, N_("private datasets are told to exist"), "false"),
    Door(
        "ckan.auth.public_activity_stream_detail",
        _on,
        N_("former states of datasets are public, redacted ones too"),
        "false",
    ),
    Door("ckan.datastore.sqlsearch.enabled", _on, N_("strangers write queries for the database"), "false"),
    Door(
        "ckan.hide_version",
        lambda value: not _on(value),
        N_("strangers read which version this is, and so which holes it has"),
        "true",
    ),
    Door("debug", _on, N_("errors show code and settings"), "false"),
    Door("SECRET_KEY", _short, _SIGNS, N_("at least 32 random bytes")),
    Door("WTF_CSRF_SECRET_KEY", _short, _SIGNS, N_("at least 32 random bytes")),
    Door("api_token.jwt.encode.secret", _short, _SIGNS, N_("at least 32 random bytes")),
    Door("api_token.jwt.decode.secret", _short, _SIGNS, N_("at least 32 random bytes")),
    Door("WTF_CSRF_ENABLED", lambda value: not _on(value), N_("other sites send forms for you"), "true"),
    Door(
        "SESSION_TYPE",
        lambda value: str(value) == "cookie",
        N_("nobody can end a session that was stolen"),
        "redis",
    ),
    Door("SESSION_COOKIE_HTTPONLY", lambda value: not _on(value), N_("scripts read the session"), "true"),
    Door(
        "SESSION_COOKIE_SECURE",
        lambda value: _is_https() and not _on(value),
        N_("the session is sent without encryption, too"),
        "true",
    ),
    Door(
        "SESSION_COOKIE_SAMESITE",
        lambda value: str(value) not in {"Lax", "Strict"},
        N_("other sites send requests as you"),
        "Lax",
    ),
    Door(
        "ckan.site_url",
        lambda value: str(value).startswith("http://") and "//localhost" not in str(value),
        N_("passwords are sent without encryption"),
        N_("an address with https://"),
    ),
    Door("ckan.cors.origin_allow_all", _on, N_("every site reads what its visitors may see here"), "false"),
    Door(
        "ckan.gravatar_default",
        lambda value: str(value) != "disabled",
        N_("hashes of mailboxes are told to another site"),
        "disabled",
    ),
    Door(
        "ckan.plugins",
        lambda value: bool({*_VIEWS} & {*tk.aslist(value)}),
        N_("webpage_view, text_view and resource_proxy show foreign content on your site"),
        N_("the list without them"),
    ),
    *(
        Door(
            f"ckan.upload.{kind}.mimetypes",
            _runs_scripts,
            N_("files that run scripts are uploaded as pictures"),
            "image/png image/jpeg image/gif image/webp",
        )
        for kind in ("user", "group")
    ),
)


def problems(told: Mapping[str, Any] | None = None) -> Iterator[Message]:
    """Name every option that leaves a door open, of the configuration that runs or of another one."""
    options = tk.config if told is None else told
    for door in DOORS:
        if door.is_open(options.get(door.option)):
            text = N_("Option {option}: {why}. Set it to: {remedy}")
            values: dict[str, object] = {
                "option": door.option,
                "why": Message(door.why),
                "remedy": Message(door.remedy),
            }
            yield Message(text, values)
