"""Backups that nobody should restore: each is refused with a sentence before anything is touched."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.stack import archive, backup, lifetime, services
from ckanext.digitalms.stack.archive import Manifest, Writer
from ckanext.digitalms.stack.errors import StackError
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.terminal import Terminal

VERSION = "1.0"
MANIFEST: dict[str, Any] = {
    "format": 1,
    "version": VERSION,
    "created_at": "2026-01-01T00:00:00Z",
    "site_id": "x",
    "secret_key": "y",
    "members": {},
}


def tar(members: dict[str, bytes], manifest: bytes | None) -> bytes:
    """A tar with members, and a list at its end."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as whole:
        for name, content in [*members.items(), *([("manifest.json", manifest)] if manifest else [])]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            whole.addfile(info, io.BytesIO(content))
    return out.getvalue()


def listed(**change: Any) -> bytes:
    return json.dumps({**MANIFEST, **change}).encode()


def good(folder: Path, name: str = "storage/a.txt") -> bytes:
    """A backup as we write it, of one file under any name."""
    file = folder / "inhalt"
    file.write_bytes(b"Inhalt")
    out = io.BytesIO()
    writer = Writer(out, Manifest(**{**MANIFEST, "members": {}}))
    writer.add(file, name)
    writer.close()
    return out.getvalue()


LINK = tarfile.TarInfo("storage/link")
LINK.type, LINK.linkname = tarfile.SYMTYPE, "/etc/passwd"

BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is no backup"),
    "NUL": (lambda: bytes(20_480), "is no backup"),
    "a PDF": (lambda: b"%PDF-1.7" + bytes(2000), "is no backup"),
    "a table": (lambda: "AGS;Wert\n05515000;1\n".encode("utf-16") * 500, "is no backup"),
    "without a list": (lambda: tar({"a": b"x"}, None), "cut off or damaged"),
    "a list that is no JSON": (lambda: tar({"a": b"x"}, b"{"), "is no backup"),
    "a list of nothing": (lambda: tar({}, b"null"), "is no backup"),
    "a list nested deeply": (lambda: tar({}, b"[" * 100_000), "is no backup"),
    "a list with NaN": (lambda: tar({}, listed(format=float("nan"), members=None)), "is no backup"),
    "members that are none": (lambda: tar({}, listed(members=None)), "is no backup"),
    "members as list": (lambda: tar({}, listed(members=["a"])), "is no backup"),
    "members as texts": (lambda: tar({"a": b"x"}, listed(members={"a": "x"})), "is no backup"),
    "a field too many": (lambda: tar({}, listed(mood="gut")), "is no backup"),
    "a format in words": (lambda: tar({}, listed(format="eins")), "is no backup"),
    "a version in words": (lambda: tar({}, listed(version="neu")), "is no backup"),
    "a newer format": (lambda: tar({}, listed(format=2)), "newer than the 1.0"),
    "a newer version": (lambda: tar({}, listed(version="1.1")), "newer than the 1.0"),
    "a newer version with more fields": (lambda: tar({}, listed(version="2.0", mood="gut")), "newer than"),
    "a member that is not listed": (lambda: tar({"a": b"x"}, listed()), "is damaged"),
    "a member that is missing": (
        lambda: tar({}, listed(members={"a": {"size": 1, "sha256": "x"}})),
        "is damaged",
    ),
    "a member of another size": (
        lambda: tar({"a": b"x"}, listed(members={"a": {"size": 10**30, "sha256": "x"}})),
        "is damaged",
    ),
}


class TestRead:
    @pytest.mark.parametrize("name", BAD)
    def test_refused(self, name, tmp_path):
        """With the file, what is wrong, and that nothing was restored."""
        make, words = BAD[name]
        file = tmp_path / "a.tar"
        file.write_bytes(make())
        with pytest.raises(StackError, match=words) as refused:
            archive.read(file, VERSION)
        assert str(file) in str(refused.value)
        assert "Nothing was restored" in str(refused.value)

    def test_a_list_as_large_as_a_disk(self, tmp_path, monkeypatch):
        """Not read into memory."""
        monkeypatch.setattr(archive, "_LONGEST_LIST", 1000)
        file = tmp_path / "a.tar"
        file.write_bytes(tar({}, listed(site_id="x" * 2000)))
        with pytest.raises(StackError, match="is no backup"):
            archive.read(file, VERSION)

    @settings(max_examples=examples(100), deadline=None)
    @given(st.data())
    def test_damaged_anywhere(self, tmp_path_factory, data):
        """Any byte changed: refused, or what is restored is as it was."""
        folder = tmp_path_factory.mktemp("a")
        whole = bytearray(good(folder))
        for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=5)):
            whole[place] = data.draw(st.integers(0, 255))
        file = folder / "a.tar"
        file.write_bytes(whole)
        with contextlib.suppress(StackError):
            archive.extract(file, archive.read(file, VERSION), folder / "neu")
            assert [path.read_bytes() for path in (folder / "neu").rglob("*.txt")] in ([b"Inhalt"], [])


class TestExtract:
    @pytest.mark.parametrize("name", ["../fremd.txt", "storage/../../fremd.txt"])
    def test_a_path_that_leads_elsewhere(self, name, tmp_path):
        file, folder = tmp_path / "a.tar", tmp_path / "home" / "x"
        file.write_bytes(good(tmp_path, name))
        told = archive.read(file, VERSION)
        with pytest.raises(StackError, match="outside of its folder"):
            archive.extract(file, told, folder)
        assert not list(tmp_path.rglob("fremd.txt"))

    def test_links(self, tmp_path):
        """We write none, so a tar with one is none of ours."""
        file = tmp_path / "a.tar"
        with tarfile.open(file, "w") as whole:
            whole.addfile(LINK)
            info = tarfile.TarInfo("manifest.json")
            info.size = len(listed())
            whole.addfile(info, io.BytesIO(listed()))
        with pytest.raises(StackError, match="is no backup"):
            archive.read(file, VERSION)

    def test_as_it_was(self, tmp_path):
        file = tmp_path / "a.tar"
        file.write_bytes(good(tmp_path))
        archive.extract(file, archive.read(file, VERSION), tmp_path / "neu")
        assert (tmp_path / "neu" / "storage" / "a.txt").read_bytes() == b"Inhalt"


class TestRestore:
    def test_two_at_once(self, tmp_path, monkeypatch):
        """The second leaves the first alone."""
        monkeypatch.setattr(backup, "version", lambda _: VERSION)
        file = tmp_path / "a.tar"
        file.write_bytes(good(tmp_path))
        first = Home(tmp_path / f".home.restore-{os.getppid()}")
        first.create()
        with pytest.raises(StackError, match="Another restore"):
            backup.restore(Home(tmp_path / "home"), file, Terminal())
        assert first.root.exists()

    @pytest.mark.parametrize("what", ["nirgends.tar", "."])
    def test_no_file(self, tmp_path, what):
        with pytest.raises(StackError, match="There is no file"):
            backup.restore(Home(tmp_path / "home"), tmp_path / what, Terminal())
        assert not (tmp_path / "home").exists()


class TestBackUp:
    """What a backup leaves that does not come to its end; the databases' part is in ``test_backup.py``."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Home:
        """A home that counts as running: this very process is its supervisor."""
        home = Home(tmp_path / "home")
        home.create()
        home.save(home.load())
        record = {"pid": os.getpid(), "created": lifetime.begun(os.getpid())}
        (home.run / "supervisor.json").write_text(json.dumps(record), "utf-8")
        return home

    @staticmethod
    def dumps(written: Callable[[], None]) -> Callable[..., None]:
        """A backup that has come to its dumps when something happens."""

        def write(home: Home, state: Any, writer: Any, folder: Path, terminal: Any) -> None:
            (folder / "ckan.dump").write_bytes(b"alles")
            written()

        return write

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_ended(self, home, tmp_path, monkeypatch, number):
        """By a service manager or a terminal: as by Ctrl-C, nothing is left."""
        former = signal.signal(number, lambda *_: None)
        monkeypatch.setattr(backup, "_write", self.dumps(lambda: signal.raise_signal(number)))
        try:
            with pytest.raises(KeyboardInterrupt):
                backup.back_up(home, tmp_path / "a.tar", Terminal())
        finally:
            signal.signal(number, former)
        assert [path.name for path in home.run.iterdir()] == ["supervisor.json"]
        assert [path.name for path in tmp_path.iterdir()] == ["home"]

    @pytest.mark.parametrize("by", ["backup", "start"])
    def test_killed(self, home, tmp_path, by, monkeypatch):
        """The next backup, or start, removes it, whatever the file was to be called; one at work is left."""
        beside, mine = tmp_path / "beside", tmp_path / ".fremd.1"
        beside.mkdir()
        mine.write_bytes(b"")
        code = (
            "import os, signal, sys; from pathlib import Path; from ckanext.digitalms.stack import backup;"
            "from ckanext.digitalms.stack.home import Home;"
            "from ckanext.digitalms.stack.terminal import Terminal\n"
            "def write(home, state, writer, folder, terminal):\n"
            "    (folder / 'ckan.dump').write_bytes(b'alles')\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "backup._write = write\n"
            "backup.back_up(Home(Path(sys.argv[1])), Path(sys.argv[2]), Terminal())"
        )
        command = [sys.executable, "-P", "-c", code, str(home.root), str(beside / "gestern.tar")]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert len(list(beside.iterdir())) == 1
        assert len(list(home.run.glob("backup-*/ckan.dump"))) == 1
        at_work = home.run / f"backup-{os.getppid()}"
        at_work.mkdir()
        if by == "start":
            services.open_home(home)[0].close()
        else:
            monkeypatch.setattr(backup, "_write", self.dumps(lambda: None))
            backup.back_up(home, tmp_path / "heute.tar", Terminal())
        assert list(home.run.glob("backup-*")) == [at_work]
        assert list(beside.iterdir()) == []
        assert mine.exists()

    def test_a_number_that_was_given_again(self, home, tmp_path, monkeypatch):
        """The process that has it now is not the one that made the backup."""
        folder = home.run / f"backup-{os.getppid()}"
        folder.mkdir()
        note = {"part": str(tmp_path / f".a.tar.{os.getppid()}"), "begun": "früher:1"}
        (folder / "note.json").write_text(json.dumps(note), "utf-8")
        Path(note["part"]).write_bytes(b"halb")
        monkeypatch.setattr(backup, "_write", self.dumps(lambda: None))
        backup.back_up(home, tmp_path / "b.tar", Terminal())
        assert not folder.exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "home"]


def test_a_restore_into_a_disk_of_its_own_says_so() -> None:
    """A folder in which something is mounted cannot be put in place by a rename."""
    mounted = next(path for path in (Path("/dev/shm"), Path("/proc")) if path.is_mount())
    with pytest.raises(StackError, match="is a disk of its own"):
        backup.restore(Home(mounted), Path("x"), Terminal())


class TestNaming:
    """A finished backup gets its name, and never that of something else."""

    @pytest.fixture(params=[True, False], ids=["names", "no second names"])
    def part(self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """One that is written; sticks and shares have no second names for a file."""

        def refuse(_source: Path, target: Path) -> None:
            raise FileExistsError if target.exists() else PermissionError(1, "Operation not permitted")

        if not request.param:
            monkeypatch.setattr(os, "link", refuse)
        made = tmp_path / "part"
        made.write_bytes(b"whole")
        return made

    def test_it_is_named(self, part: Path, tmp_path: Path) -> None:
        backup._name(part, tmp_path / "b.tar")
        assert (tmp_path / "b.tar").read_bytes() == b"whole"

    def test_nothing_is_replaced(self, part: Path, tmp_path: Path) -> None:
        (tmp_path / "b.tar").write_bytes(b"other")
        with pytest.raises(FileExistsError):
            backup._name(part, tmp_path / "b.tar")
        assert (tmp_path / "b.tar").read_bytes() == b"other"
