"""Whom the stack runs as when root starts it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from ckanext.digitalms.stack import account
from ckanext.digitalms.stack.errors import StackError
from ckanext.digitalms.stack.home import Home

NOBODY = pwd.getpwnam(account.SUBSTITUTE)
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another account")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The accounts that there are; none can be made."""
    names: set[str] = {account.SUBSTITUTE}

    def look(name: str) -> Any:
        if name not in names:
            raise KeyError(name)
        return NOBODY

    monkeypatch.setattr(account.pwd, "getpwnam", look)
    monkeypatch.setattr(account, "_MAKERS", ())
    return names


def test_the_substitute_where_no_account_can_be_made(known: set[str]) -> None:
    assert account.own_account() == NOBODY


def test_a_sentence_where_there_is_no_account_at_all(known: set[str]) -> None:
    known.clear()
    with pytest.raises(StackError, match="neither an account 'digitalms' nor 'nobody'"):
        account.own_account()


def test_an_ordinary_user_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    account.become(Home(tmp_path / "home"))
    assert not (tmp_path / "home" / "run").exists()


def test_a_sentence_without_setpriv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(StackError, match="setpriv"):
        account.words_before([])


@only_root
def test_a_closed_folder_is_passed(known: set[str], tmp_path: Path) -> None:
    """Such as a clone below /root: with the one right that this needs, and without it in an open one."""
    within = tmp_path / "closed" / "clone"
    within.mkdir(parents=True)
    above = Path(tempfile.gettempdir())
    for folder in (within, *within.parents):
        if above in folder.parents:
            folder.chmod(0o755)
    assert account.words_before([within]) == account._plain(NOBODY)
    within.parent.chmod(0o700)
    words = account.words_before([within])
    assert words == account._passing(NOBODY)
    listed = subprocess.run([*words, "ls", str(within)], capture_output=True, check=False)
    assert listed.returncode == 0


@only_root
def test_a_sentence_where_it_cannot_be_passed(
    known: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container whose root has not got the right to give."""
    monkeypatch.setattr(account, "_passing", account._plain)
    (tmp_path / "closed").mkdir(mode=0o700)
    with pytest.raises(StackError, match="cannot reach"):
        account.words_before([tmp_path / "closed" / "clone"])
