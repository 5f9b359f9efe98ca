"""Mails on sources: errors to those who keep one, questions and alarms to the coordinators.

Sent by the schedule after the runs have ended, so that a mail server that fails or hangs never reaches a
run. Each mail is noted before it is sent: rather none than the same twice; one that could not be sent is
tried again later.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from babel.dates import format_datetime
from ckan import model
from ckan.lib import mailer

from ckanext.digitalms import config
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.model import HarvestNotice
from ckanext.digitalms.services.language import language
from ckanext.digitalms.sources import mail
from ckanext.digitalms.sources.errors import digest, grouped

from .contacts import Contact, coordinators, own_options, owners
from .errors import errors_of_run
from .health import SourceHealth, sources
from .identities import question_waiting

log = logging.getLogger(__name__)

PATIENCE = 20  # seconds for one answer of the mail server
FIRST_RETRY, LAST_RETRY = timedelta(minutes=5), timedelta(hours=6)


@dataclass(frozen=True)
class Notice:
    """What there is to say on a source: of which kind, with which content, to whom."""

    kind: str
    digest: str
    recipients: list[Contact]
    letter: Callable[[str], mail.Letter]


def send_due_mails() -> list[Message]:
    """Send what nobody has got yet, and say what could not be sent; commits."""
    if not config.harvest_mails():
        return []
    said: list[Message] = []
    now = datetime.now(UTC)
    for source in sources():
        notices = list(_notices(source, now))
        _forget(source.id, {notice.kind for notice in notices})
        for notice in notices:
            said += _send(source, notice, now)
    return said


def _notices(source: SourceHealth, now: datetime) -> Iterator[Notice]:
    question = question_waiting(source.id)
    if source.has_failed:
        errors = errors_of_run(source.runs[-1].id)
        yield Notice(
            "errors",
            digest(errors),
            owners(source.id, source.organisation),
            lambda locale: mail.about_errors(
                source.title,
                grouped(errors),
                _url("read", source, locale),
                _url("errors", source, locale),
                tk._,
            ),
        )
    if question is not None:
        count, present = len(question.vanishing), question.present
        yield Notice(
            "question",
            question.id,
            coordinators(),
            lambda locale: mail.about_question(
                source.title, count, present, _url("read", source, locale), tk._
            ),
        )
    if source.is_late(now):
        yield Notice(
            "late",
            str(source.last_success),
            coordinators(),
            lambda locale: mail.about_age(
                source.title, _moment(source.last_success, locale), _url("read", source, locale), tk._
            ),
        )


def _url(page: str, source: SourceHealth, locale: str) -> str:
    told = "default" if locale == tk.config["ckan.locale_default"] else locale
    where = {"id": source.name, "_external": True, "locale": told}
    return str(tk.url_for(f"digitalms_source.{page}", **where))


def _moment(moment: datetime | None, locale: str) -> str:
    return "" if moment is None else format_datetime(moment, "long", tzinfo=config.time_zone(), locale=locale)


def _forget(source_id: str, kinds: Iterable[str]) -> None:
    """Forget what is well again: it is told anew when it comes back."""
    query = sa.delete(HarvestNotice).where(
        HarvestNotice.source_id == source_id, HarvestNotice.kind.not_in(list(kinds))
    )
    model.Session.execute(query)
    model.repo.commit()


def _send(source: SourceHealth, notice: Notice, now: datetime) -> Iterator[Message]:
    told = own_options(source.id).get("language") if notice.kind == "errors" else None
    locale = str(told or tk.config["ckan.locale_default"])
    for contact in notice.recipients:
        kept = _kept(source.id, notice.kind, contact.email)
        if kept.digest == notice.digest or _is_too_early(kept, now):
            continue
        kept.digest, kept.tried_at = notice.digest, now
        model.repo.commit()
        try:
            with language(locale), _bounded():
                letter = notice.letter(locale)
                mailer.mail_recipient(contact.name, contact.email, letter.subject, letter.body)
        except (mailer.MailerException, OSError, ValueError, AssertionError) as error:
            kept.digest, kept.failures = None, kept.failures + 1
            text = N_("{source}: the mail to {recipient} could not be sent ({reason}); it is tried again.")
            values: dict[str, object] = {"recipient": contact.email, "reason": str(error)[:200]}
            yield Message(text, {"source": source.title, **values})
        else:
            kept.failures = 0
        model.repo.commit()


def _kept(source_id: str, kind: str, recipient: str) -> HarvestNotice:
    key = {"source_id": source_id, "kind": kind, "recipient": recipient}
    found: HarvestNotice | None = model.Session.scalar(sa.select(HarvestNotice).filter_by(**key))
    if found is None:
        found = HarvestNotice(**key, failures=0)
        model.Session.add(found)
    return found


def _is_too_early(kept: HarvestNotice, now: datetime) -> bool:
    if not kept.failures:
        return False
    wait = min(FIRST_RETRY * 2 ** min(kept.failures - 1, 10), LAST_RETRY)
    return bool(now - kept.tried_at < wait)


@contextmanager
def _bounded() -> Iterator[None]:
    """Set a time limit, since CKAN's mailer knows none: a mail server that hangs would stop the schedule."""
    former = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(former)
