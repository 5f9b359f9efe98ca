"""What is written to those who keep a source: short, in their language, with the way to all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.digitalms.messages import N_, Message, translate

from .errors import ErrorGroup, Gettext

SHOWN_CAUSES = 10


@dataclass(frozen=True)
class Letter:
    """A mail in a language: subject and body."""

    subject: str
    body: str


def about_errors(title: str, groups: Sequence[ErrorGroup], page: str, table: str, gettext: Gettext) -> Letter:
    """Say what was wrong in the last run: every cause with its number, one example and what to do."""
    count = sum(len(group.errors) for group in groups)
    lines = [
        _told(
            N_("The last run of the source “{title}” had {count} errors."), gettext, title=title, count=count
        )
    ]
    for group in groups[:SHOWN_CAUSES]:
        first = group.errors[0].shown(gettext)
        example = first["message"] if not first["record"] else f"{first['record']}: {first['message']}"
        lines += [
            "",
            f"{gettext(group.label)} ({len(group.errors)})",
            _told(N_("For example: {example}"), gettext, example=example[:500]),
            _told(N_("What to do: {remedy}"), gettext, remedy=first["remedy"]),
        ]
    if len(groups) > SHOWN_CAUSES:
        lines += ["", _told(N_("And {count} causes more."), gettext, count=len(groups) - SHOWN_CAUSES)]
    lines += ["", _told(N_("All errors: {url}"), gettext, url=page)]
    lines += [_told(N_("As a table (CSV): {url}"), gettext, url=table), "", gettext(ONCE)]
    subject = _told(N_("{title}: {count} errors in the last run"), gettext, title=title, count=count)
    return Letter(subject, "\n".join(lines))


def about_question(title: str, vanishing: int, present: int, page: str, gettext: Gettext) -> Letter:
    """Ask the coordinator to answer the question of a source."""
    values: dict[str, object] = {"title": title, "count": vanishing, "present": present, "url": page}
    text = N_(
        "The source “{title}” has {count} of {present} records no more. Nothing was changed; please say "
        "whether they may vanish: {url}"
    )
    subject = N_("{title}: may {count} records vanish?")
    return Letter(_told(subject, gettext, **values), _told(text, gettext, **values))


def about_age(title: str, last_success: str, page: str, gettext: Gettext) -> Letter:
    """Say that a source is older than twice its frequency."""
    values: dict[str, object] = {"title": title, "moment": last_success or Message(N_("never")), "url": page}
    text = N_(
        "The last successful run of the source “{title}” is older than twice its frequency: {moment}. "
        "See what is wrong: {url}"
    )
    return Letter(_told(N_("{title} is overdue"), gettext, **values), _told(text, gettext, **values))


ONCE = N_("This mail comes once; another one follows only when the errors are other ones.")


def _told(text: str, gettext: Gettext, **values: object) -> str:
    return translate(Message(text, values), gettext)
