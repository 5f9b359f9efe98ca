"""No password of an address is in a log."""

from __future__ import annotations

import logging

import pytest

from ckanext.digitalms.services.operation.log_filter import hide_in_logs, without_passwords

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "address",
    [
        "http://ckan:geheim@127.0.0.1:8983/solr/ckan",
        "postgresql://ckan_default:geheim@localhost/ckan",
        "redis://:geheim@127.0.0.1:6379/0?socket_timeout=3",
    ],
)
def test_a_password_is_left_out(address: str) -> None:
    shown = without_passwords(f"Failed to connect to server at {address}: refused")
    assert "geheim" not in shown
    assert shown.endswith(": refused")


@pytest.mark.parametrize("text", ["http://example.org/a@b", "mailto:a@example.org", "12:30 http://x/y:z"])
def test_anything_else_stays(text: str) -> None:
    assert without_passwords(text) == text


def test_messages_and_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    hide_in_logs()
    hide_in_logs()
    try:
        try:
            raise OSError("http://ckan:geheim@127.0.0.1/solr")
        except OSError as error:
            logging.getLogger("tests.secret_words").exception("Failed at %s", error)
    finally:
        logging.setLogRecordFactory(before)
    assert "geheim" not in caplog.text
    assert "http://ckan:…@127.0.0.1/solr" in caplog.text
