"""What a home remembers, and whom it lets in."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import stat
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from ckanext.digitalms.stack.accounts import ACCOUNTS, passwords
from ckanext.digitalms.stack.errors import StackError, sentence_for
from ckanext.digitalms.stack.home import SERVICE_PORTS, Home, is_port_free


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new home in a folder with a space and an umlaut."""
    home = Home(tmp_path / "mein Büro" / "data")
    home.create()
    return home


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_the_state_stays(home: Home) -> None:
    first = home.load()
    first.index_key = "abc"
    home.save(first)
    assert home.load() == first


def test_secrets_are_for_the_owner_only(home: Home) -> None:
    home.load()
    passwords(home)
    for path in (home.state_file, home.accounts):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.storage.stat().st_mode) == 0o700


def test_every_home_has_passwords_of_its_own(tmp_path: Path) -> None:
    states = []
    for name in ("a", "b"):
        home = Home(tmp_path / name)
        home.create()
        states.append(home.load())
    assert not set(states[0].passwords.values()) & set(states[1].passwords.values())
    assert states[0].id != states[1].id


def test_keys_have_at_least_32_random_bytes(home: Home) -> None:
    """So many as HMAC with SHA-256 deserves: they sign API tokens and what forms send back."""
    assert {len(bytes.fromhex(key)) for key in home.load().passwords.values()} == {32}


@pytest.mark.parametrize("name", ["100 %", "a # b", "a;b"])
def test_a_name_that_configuration_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StackError, match="in its name"):
        Home(tmp_path / name).create()
    assert not (tmp_path / name).exists()


def damaged(whole: str) -> list[str]:
    """A state that was cut, emptied, or holds what it must not."""
    told = json.loads(whole)
    wrong = [
        {"id": 1},
        {"id": ""},
        {"passwords": []},
        {"passwords": {}},
        {"passwords": {**told["passwords"], "ckan": None}},
        {"ports": {"solr": "many"}},
        {"ports": []},
        {"web_port": 0},
        {"demo": None},
        {"unknown": 2},
    ]
    return ["", "{", "[]", "null", "\x00" * 300, whole[:200], *(json.dumps({**told, **one}) for one in wrong)]


def test_a_broken_state_is_a_sentence_and_never_overwritten(home: Home) -> None:
    """It holds the only passwords of the databases beside it; the copy of it is named."""
    home.load()
    whole = home.state_file.read_text("utf-8")
    for text in damaged(whole):
        home.state_file.write_text(text, encoding="utf-8")
        with pytest.raises(StackError, match=r"state\.json cannot be read.*cp '.*state\.copy\.json'"):
            home.load()
        assert home.state_file.read_text(encoding="utf-8") == text
    home.state_copy.write_text("{", encoding="utf-8")
    with pytest.raises(StackError, match="from a backup"):
        home.load()
    home.state_file.write_bytes(b"\xff\xfe")
    with pytest.raises(StackError, match=r"state\.json cannot be read"):
        home.load()


def test_a_missing_state_is_not_begun_anew_beside_databases(home: Home) -> None:
    first = home.load()
    home.state_file.unlink()
    with pytest.raises(StackError, match=r"state\.json is missing.*cp "):
        home.load()
    shutil.copy(home.state_copy, home.state_file)
    assert home.load() == first


def test_a_state_of_an_older_version_is_read(home: Home) -> None:
    told = json.loads(json.dumps(asdict(home.load())))
    for name in ("demo", "announced"):
        del told[name]
    home.state_file.write_text(json.dumps(told), encoding="utf-8")
    assert home.load().demo == ""


def test_only_one_may_hold_the_lock(home: Home) -> None:
    with home.lock() as lock:
        assert lock is not None
        assert home.lock() is None
    again = home.lock()
    assert again is not None
    again.close()


def test_a_killed_holder_leaves_no_lock(home: Home) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ckanext.digitalms.stack.home import Home;"
        "lock = Home(Path(sys.argv[1])).lock(); print(bool(lock), flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-P", "-c", code, str(home.root)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "True"
    assert home.lock() is None
    holder.kill()
    holder.communicate()
    lock = home.lock()
    assert lock is not None
    lock.close()


def test_ports_are_kept_unless_taken(home: Home, taken_port: int) -> None:
    state = home.load()
    home.assign_ports(state)
    before = dict(state.ports)
    assert set(before) == set(SERVICE_PORTS)
    assert len(set(before.values())) == len(SERVICE_PORTS)
    home.assign_ports(state)
    assert state.ports == before
    state.ports["solr"] = taken_port
    home.assign_ports(state)
    assert state.ports["solr"] != taken_port
    assert {**state.ports, "solr": 0} == {**before, "solr": 0}


def test_a_taken_port_is_seen(taken_port: int) -> None:
    assert not is_port_free(taken_port)


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 3 * 10**6))
    with pytest.raises(StackError, match=r"Only 3 MB are free"):
        Home(tmp_path / "full").create()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "No space"),
        (errno.EACCES, "DIGITALMS_HOME"),
        (errno.EROFS, "DIGITALMS_HOME"),
        (errno.EIO, "disk"),
    ],
)
def test_an_error_of_the_system_names_the_file(number: int, words: str) -> None:
    sentence = sentence_for(OSError(number, "reason", "/data/disk/state.json"))
    assert "/data/disk/state.json" in sentence
    assert words in sentence


def test_passwords_are_made_once(home: Home) -> None:
    first = passwords(home)
    assert set(first) == set(ACCOUNTS)
    assert len(set(first.values())) == len(ACCOUNTS)
    assert passwords(home) == first


def test_a_missing_password_is_added_and_the_others_stay(home: Home) -> None:
    home.accounts.write_text("# mine\nadmin geheim mit Leerzeichen\n", encoding="utf-8")
    assert passwords(home)["admin"] == "geheim mit Leerzeichen"
    assert set(passwords(home)) == set(ACCOUNTS)
