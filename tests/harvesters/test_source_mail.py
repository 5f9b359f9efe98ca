"""Mails on sources, received by a real SMTP server: once, in the reader's language, never in a run's way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from ckan import model
from ckan.cli.cli import ckan as ckan_command
from ckan.tests.helpers import call_action
from ckanext.harvest.model import HarvestJob, HarvestSource
from pytest_httpserver import HTTPServer
from shelf import ADDRESS, ShelfHarvester, books
from source_steps import Steps

from ckanext.digitalms.model import HarvestNotice
from ckanext.digitalms.services.operation import consistency
from ckanext.digitalms.services.sources import mail as source_mail

HEADER = "measure_id;as_of;status;progress_percent;statement;source\n"
BAD = HEADER + "gibtsnicht;31.12.2019;;10;;\ndms;31.12.2019;läuft;10;;\n"
GOOD = HEADER + "dms;31.12.2019;;10;;\n"
pytestmark = [
    pytest.mark.with_plugins({"shelf": ShelfHarvester}),
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
    pytest.mark.ckan_config("ckanext.digitalms.harvest.mail", True),
    pytest.mark.ckan_config("smtp.mail_from", "katalog@example.org"),
]


class Mailbox:
    """What the server has received; ``refuses`` answers every mail with an error."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        if self.refuses:
            return "451 not now"
        self.mails.append(message_from_bytes(bytes(envelope.content or b""), policy=default))
        return "250 OK"


@pytest.fixture
def mailbox(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A real SMTP server on the loopback, which CKAN's mailer is told of."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{controller.port}")
    yield box
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def steps(
    make_measure: Any, source_of: Callable[..., Steps], office: Any, personas: Any, httpserver: HTTPServer
) -> Steps:
    """A source whose table has two errors."""
    make_measure()
    serve(httpserver, BAD)
    return source_of(
        "digitalms_progress",
        httpserver.url_for("/stand.csv"),
        office["id"],
        config={"contact": "fachamt@example.org"},
    )


def serve(server: HTTPServer, text: str) -> None:
    server.clear()
    server.expect_request("/stand.csv").respond_with_data(text)


@pytest.fixture
def tend(cli: Any, ckan_config: Any, with_extended_cli: Any) -> Callable[[], str]:
    """Do what the schedule does every minute; return what it says."""

    def run() -> str:
        done = cli.invoke(ckan_command, ["digitalms", "harvest", "run"])
        assert done.exit_code == 0, done.output + repr(done.exception)
        model.Session.rollback()
        return str(done.output)

    return run


def later(**by: float) -> None:
    """Let time pass since the last try."""
    query = sa.update(HarvestNotice).values(tried_at=HarvestNotice.tried_at - timedelta(**by))
    model.Session.execute(query)
    model.repo.commit()


class TestErrors:
    def test_the_owner_gets_every_cause_with_a_link(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str]
    ) -> None:
        steps.run()
        assert tend() == ""
        [letter] = mailbox.mails
        assert letter["To"] == "fachamt <fachamt@example.org>"
        assert "katalog@example.org" in letter["From"]
        assert letter["Subject"] == "Fortschritt der citeq: 2 Fehler im letzten Lauf"
        body = letter.get_content()
        assert "hatte 2 Fehler" in body
        assert "gibtsnicht" in body
        assert "läuft" in body
        assert "Was zu tun ist:" in body
        assert "http://test.ckan.net/digitalisierung/datenqualitaet/quelle/" in body
        assert "/fehler.csv" in body

    def test_never_twice_for_the_same_errors(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str], httpserver: HTTPServer
    ) -> None:
        steps.run()
        tend()
        tend()
        steps.run()
        tend()
        assert len(mailbox.mails) == 1
        serve(httpserver, BAD.replace("gibtsnicht", "auchnicht"))
        steps.run()
        tend()
        assert len(mailbox.mails) == 2

    def test_again_when_it_was_well_meanwhile(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str], httpserver: HTTPServer
    ) -> None:
        steps.run()
        tend()
        serve(httpserver, GOOD)
        steps.run()
        tend()
        assert len(mailbox.mails) == 1, "nothing is written about a good run"
        serve(httpserver, BAD)
        steps.run()
        tend()
        assert len(mailbox.mails) == 2

    def test_in_the_readers_language(self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str]) -> None:
        source = model.Session.get(HarvestSource, steps.source_id)
        source.config = '{"contact": "fachamt@example.org", "language": "en"}'
        source.save()
        steps.run()
        tend()
        assert mailbox.mails[0]["Subject"] == "Fortschritt der citeq: 2 errors in the last run"
        assert "/en/digitalisierung/" in mailbox.mails[0].get_content()

    def test_without_a_mailbox_the_editors_of_the_organisation(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str]
    ) -> None:
        source = model.Session.get(HarvestSource, steps.source_id)
        source.config = "{}"
        source.save()
        steps.run()
        tend()
        assert {letter["To"].addresses[0].addr_spec for letter in mailbox.mails} == {
            model.User.get("editor").email
        }

    def test_switched_off(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str], ckan_config: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.harvest.mail", False)
        steps.run()
        tend()
        assert mailbox.mails == []

    @pytest.mark.parametrize("contact", ["kein Postfach", "a@b", ["a@example.org"], "a@example.org, b@c.de"])
    def test_a_contact_that_is_no_mailbox_is_refused(
        self, source_of: Callable[..., Steps], office: Any, contact: Any
    ) -> None:
        with pytest.raises(tk.ValidationError):
            source_of("digitalms_progress", ADDRESS, office["id"], config={"contact": contact})

    def test_a_language_that_is_not_offered_is_refused(
        self, source_of: Callable[..., Steps], office: Any
    ) -> None:
        with pytest.raises(tk.ValidationError):
            source_of("digitalms_progress", ADDRESS, office["id"], config={"language": "tlh"})


class TestFailingServer:
    def test_a_run_is_not_hindered_and_the_mail_comes_later(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str]
    ) -> None:
        mailbox.refuses = True
        job_id = steps.begin()
        steps.gather()
        steps.fetch()
        assert "ließ sich nicht senden" in tend()
        assert model.Session.get(HarvestJob, job_id).status == "Finished"
        mailbox.refuses = False
        assert tend() == ""
        assert mailbox.mails == [], "not every minute"
        later(minutes=6)
        assert tend() == ""
        assert len(mailbox.mails) == 1
        later(days=1)
        tend()
        assert len(mailbox.mails) == 1

    def test_no_server_at_all(
        self, steps: Steps, tend: Callable[[], str], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{free_port()}")
        steps.run()
        assert "ließ sich nicht senden" in tend()

    def test_a_server_that_hangs(
        self, steps: Steps, tend: Callable[[], str], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(source_mail, "PATIENCE", 0.5)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{silent.getsockname()[1]}")
            steps.run()
            began = datetime.now(UTC)
            assert "ließ sich nicht senden" in tend()
            assert datetime.now(UTC) - began < timedelta(seconds=15)
        assert threading.active_count() < 50


class TestCoordinators:
    def test_a_question_is_asked_once(
        self,
        source_of: Callable[..., Steps],
        office: Any,
        personas: Any,
        mailbox: Mailbox,
        tend: Callable[[], str],
    ) -> None:
        ShelfHarvester.books = books(*range(1, 11))
        steps = source_of("shelf", ADDRESS, office["id"])
        steps.run()
        ShelfHarvester.books = []
        steps.run()
        tend()
        steps.run()
        tend()
        asked = [each for each in mailbox.mails if "verschwinden?" in str(each["Subject"])]
        assert [each["To"].addresses[0].addr_spec for each in asked] == [model.User.get("coordinator").email]
        assert "10 von 10 Datensätzen" in asked[0].get_content()

    def test_an_overdue_source_is_told_once_and_checked(
        self, steps: Steps, mailbox: Mailbox, tend: Callable[[], str], httpserver: HTTPServer, app: Any
    ) -> None:
        serve(httpserver, GOOD)
        steps.run()
        source = model.Session.get(HarvestSource, steps.source_id)
        source.frequency, source.next_run = "DAILY", datetime.now() + timedelta(days=1)
        source.save()
        tend()
        assert mailbox.mails == []
        assert [str(each) for each in consistency.problems() if "twice its frequency" in str(each)] == []
        for job in model.Session.query(HarvestJob):
            job.finished = datetime.now() - timedelta(days=3)
        model.repo.commit()
        tend()
        tend()
        [letter] = mailbox.mails
        assert letter["Subject"] == "Fortschritt der citeq ist überfällig"
        assert letter["To"].addresses[0].addr_spec == model.User.get("coordinator").email
        assert len([each for each in consistency.problems() if "twice its frequency" in str(each)]) == 1
        shown = app.get("/digitalisierung/datenqualitaet/").body
        assert "1 Quelle ist überfällig" in shown
        steps.run()
        assert "überfällig" not in app.get("/digitalisierung/datenqualitaet/").body
        listed = call_action("digitalms_source_list")["results"]
        assert [(each["state"], each["is_late"]) for each in listed] == [("fresh", False)]
