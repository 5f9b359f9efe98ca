"""Commands say in a sentence which service failed."""

from __future__ import annotations

import errno

import click
import psycopg2
import pytest
from click.testing import CliRunner

from ckanext.digitalms.cli import _Group


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk of the catalogue is full"),
        (psycopg2.errors.DiskFull("could not extend file"), "The disk of the catalogue is full"),
        (psycopg2.OperationalError("connection refused"), "The database does not answer"),
    ],
)
def test_a_failed_service_is_a_sentence(error: Exception, sentence: str) -> None:
    def fail() -> None:
        raise error

    group = _Group("digitalms", commands={"fail": click.Command("fail", callback=fail)})
    done = CliRunner().invoke(group, ["fail"])
    assert done.exit_code == 1
    assert f"Error: {sentence}" in done.output
    assert str(error) in done.output


def test_other_failures_are_told_as_ever() -> None:
    def fail() -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file", "/x")

    group = _Group("digitalms", commands={"fail": click.Command("fail", callback=fail)})
    assert isinstance(CliRunner().invoke(group, ["fail"]).exception, FileNotFoundError)
