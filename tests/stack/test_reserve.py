"""The space that is kept for a full disk, and what PostgreSQL leaves alone meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
from collections import namedtuple
from pathlib import Path

import pytest

from ckanext.digitalms.stack import postgres, reserve
from ckanext.digitalms.stack.home import Home

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create()
    return made


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that are free; the last one counts."""
    told = [10**12]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, told[-1]))
    return told


def test_given_up_when_hardly_any_is_left_and_made_again(home: Home, free: list[int]) -> None:
    reserve.keep_reserve(home)
    assert home.reserve.stat().st_size == reserve.SIZE
    assert home.reserve.stat().st_blocks * 512 >= reserve.SIZE  # space, not only a size
    free.append(20 * 10**6)
    reserve.keep_reserve(home)
    assert home.reserve.exists()
    free.append(10**6)
    reserve.keep_reserve(home)
    assert not home.reserve.exists()
    free.append(reserve.PLENTY - 1)
    reserve.keep_reserve(home)
    assert not home.reserve.exists()
    free.append(reserve.PLENTY + 1)
    reserve.keep_reserve(home)
    assert home.reserve.exists()
    assert not home.reserve.with_suffix(".part").exists()


def test_no_half_reserve(home: Home, free: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _start: int, _size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    reserve.keep_reserve(home)
    assert not home.reserve.exists()
    assert not home.reserve.with_suffix(".part").exists()


def test_postgresql_cleans_up_or_not(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its configuration is written over in place, without a byte more."""
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *words: told.append(words))
    postgres.let_vacuum(home, may=False)  # before there are databases
    home.postgres.mkdir()
    (home.postgres / "postmaster.pid").write_text("4711\n", "utf-8")
    configuration = home.postgres / "postgresql.conf"
    text = "a = 1\n#autovacuum = on\t\t\t# Enable autovacuum subprocess?  'on'\n#autovacuum_naptime = 1min\n"
    configuration.write_text(text, "utf-8")
    postgres.let_vacuum(home, may=True)
    assert (configuration.read_text("utf-8"), told) == (text, [])
    for _ in range(2):
        postgres.let_vacuum(home, may=False)
    assert configuration.read_text("utf-8") == text.replace("#autovacuum = on", "autovacuum = off")
    assert told == [(4711, signal.SIGHUP)]
    postgres.let_vacuum(home, may=True)
    assert (configuration.read_text("utf-8"), len(told)) == (text, 2)
