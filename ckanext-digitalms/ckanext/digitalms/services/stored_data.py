"""What is stored of persons, where and how long: read from the configuration, for the page on privacy.

`tests/services/test_stored_data.py` compares it with the tables that there are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from limits import parse_many

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message

__all__ = ["Stored", "of_accounts", "of_readers"]

_FOR_GOOD = Message(N_("for good: it says who wrote what stands in public"))
_WITH_ACCOUNT = Message(N_("until the account is removed"))
_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True)
class Stored:
    """Something that is stored of persons.

    Args:
        what: is stored, and what for.
        where: it is.
        until: when it ends.
        tables: of the database that it stands in.
    """

    what: Message
    where: Message
    until: Message
    tables: tuple[str, ...] = ()


_DATABASE, _REDIS = Message(N_("database")), Message(N_("memory of sessions and counters (Redis)"))
_LOGS = Message(N_("log of the catalogue"))


def of_readers() -> Iterator[Stored]:
    """Give what is stored of who only reads."""
    cookie = str(tk.config.get("SESSION_COOKIE_NAME") or "ckan")
    yield Stored(
        Message(
            N_(
                "Pages with a form set one cookie, “{cookie}”, with a random number that keeps others "
                "from sending "
                "the form in your name. All other pages set none, and no page follows visitors."
            ),
            {"cookie": cookie},
        ),
        _REDIS,
        Message(
            N_("in your browser until you close it, here {time} after its last use"),
            {"time": _time(config.session_seconds())},
        ),
    )
    yield _counts()
    longest = _longest_budget()
    if longest:
        yield Stored(
            Message(
                N_(
                    "So that nobody can overload the catalogue, searches, pages of other days and parts "
                    "of tables "
                    "are counted by network address (of IPv6 its first half)."
                )
            ),
            _REDIS,
            Message(N_("{time} at most"), {"time": _time(2 * longest)}),  # of the window before, too
        )
    yield _log()


def _counts() -> Stored:
    what = N_(
        "Downloads, reads by the interface and searches are counted by table and month, without who it was: "
        "no address, no program, no account. Words that found nothing are counted under a code; they stand "
        "in clear only once they have been searched for five times in a month, and never mail addresses, "
        "numbers or names of accounts."
    )
    where = Message(N_("memory of sessions and counters (Redis) and database"))
    return Stored(Message(what), where, Message(N_("the codes 32 days, the counts for good")))


def _log() -> Stored:
    if logging.getLogger("ckan.config.middleware.flask_app").isEnabledFor(logging.INFO):
        what = N_(
            "Of each request its path (without what was searched for), its result and how long it took "
            "are written "
            "down, without the network address; of a fault also what was asked for."
        )
    else:
        what = N_(
            "Requests are not written down. Of a fault, what was asked for is written down to find its cause."
        )
    return Stored(Message(what), _LOGS, Message(N_("as long as whoever runs the catalogue keeps its logs")))


def of_accounts() -> Iterator[Stored]:
    """Give what is stored of who has an account, or is named as a contact."""
    yield from _accounts()
    yield from _signing_in()
    yield from _authors()
    yield from _coming_in()
    yield Stored(
        Message(
            N_(
                "Datasets name whom to ask about them (an office and its mailbox, or a person if "
                "somebody enters one); "
                "this is public."
            )
        ),
        _DATABASE,
        Message(N_("until it is changed; earlier wordings are not kept")),
        ("package",),
    )


def _accounts() -> Iterator[Stored]:
    account = ("user", "member", "package_member", "dashboard")
    follows = ("user_following_dataset", "user_following_group", "user_following_user")
    yield Stored(
        Message(
            N_(
                "Of an account: name, mailbox, password (as a hash only), offices that it belongs to, "
                "what it follows, "
                "its uploaded files and when it was last used. Only those who keep the members of an "
                "office see it; "
                "the mailbox is seen by sysadmins and by the person alone."
            )
        ),
        _DATABASE,
        _WITH_ACCOUNT,
        (*account, *follows, "file_owner", "file_owner_transfer_history"),
    )
    yield Stored(
        Message(N_("When the desk was opened last, and when the visit before ended.")),
        _DATABASE,
        _WITH_ACCOUNT,
        ("digitalms_desk_visit",),
    )
    yield Stored(
        Message(N_("Keys for programs (API tokens): name, when they were made and last used.")),
        _DATABASE,
        Message(N_("until they are revoked")),
        ("api_token",),
    )


def _signing_in() -> Iterator[Stored]:
    yield Stored(
        Message(N_("A sign-in is kept with the number of the account.")),
        _REDIS,
        Message(
            N_("{time} after its last use; with “Stay signed in” {long}; or until signing out"),
            {"time": _time(config.session_seconds()), "long": _time(config.long_session_seconds())},
        ),
    )
    yield Stored(
        Message(
            N_(
                "Sign-ins that failed are counted by account and network address, against guessing of "
                "passwords."
            )
        ),
        _REDIS,
        Message(N_("{time} at most"), {"time": _time(_HOUR)}),
    )


def _authors() -> Iterator[Stored]:
    yield Stored(
        Message(
            N_(
                "Who wrote a Stand, a note, a report, a page of the city, a sitting or a dataset, let an "
                "organisation in or blanked a text "
                "is noted by the number of the account. Pages and open tables do not show it."
            )
        ),
        _DATABASE,
        _FOR_GOOD,
        (
            "digitalms_statement",
            "digitalms_retraction",
            "digitalms_internal_note",
            "digitalms_city_text",
            "digitalms_report",
            "digitalms_report_version",
            "digitalms_sitting_calendar",
            "digitalms_admission",
            "digitalms_redaction",
            "harvest_source",
        ),
    )
    if p.plugin_loaded("activity"):
        yield Stored(
            Message(N_("What somebody changed in the catalogue is listed (activity).")),
            _DATABASE,
            Message(N_("until whoever runs the catalogue removes it")),
            ("activity", "activity_detail"),
        )


def _coming_in() -> Iterator[Stored]:
    yield Stored(
        Message(N_("Who handed in a file, a table or a report is noted with it.")),
        _DATABASE,
        Message(
            N_("previews {previews}, drafts {drafts}, what changed nothing {deliveries}; else for good"),
            {name: _days(name) for name in ("previews", "drafts", "deliveries")},
        ),
        ("digitalms_delivery", "digitalms_report_import"),
    )
    yield Stored(
        Message(N_("Mails on sources of data: to whom they went; and who answered a question of a source.")),
        _DATABASE,
        _days("notices"),
        ("digitalms_harvest_notice", "digitalms_harvest_question"),
    )


def _days(name: str) -> Message:
    days = config.retention_days(name)
    return Message(N_("{days} days"), {"days": days}) if days else Message(N_("for good"))


def _time(seconds: int) -> Message:
    if seconds % _DAY == 0 and seconds > _DAY:
        return Message(N_("{days} days"), {"days": seconds // _DAY})
    if seconds % _HOUR == 0:
        return Message(N_("{hours} h"), {"hours": seconds // _HOUR})
    return Message(N_("{minutes} min"), {"minutes": -(-seconds // 60)})


def _longest_budget() -> int:
    texts = filter(None, (config.budget(kind) for kind in ("downloads", "days", "searches")))
    return max((int(limit.get_expiry()) for text in texts for limit in parse_many(text)), default=0)
