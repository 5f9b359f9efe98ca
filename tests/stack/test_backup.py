"""A running catalogue is backed up and comes back in another home, on another port."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from ckanext.digitalms.publishing import releases
from ckanext.digitalms.services import locks
from ckanext.digitalms.stack import backup
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.server import stop
from ckanext.digitalms.tables.open_tables import FIGURE_TABLES, GROUPS, QUALITY_TABLES

pytestmark = pytest.mark.long

TABLES = ("measures", "status_series", "steps", "council_references")
# tables that the schedule publishes a minute after a start, whether a backup has been made or not
OF_THE_SCHEDULE = (*GROUPS[FIGURE_TABLES], *GROUPS[QUALITY_TABLES])


class Catalogue:
    """A home and the server in it."""

    def __init__(self, root: Path, port: int | None = None) -> None:
        self.home = Home(root)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or probe.getsockname()[1]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(Path(sys.executable).with_name("digitalms")), *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DIGITALMS_HOME": str(self.home.root), "PORT": str(self.port)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``digitalms``."""
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        answer = requests.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=60)
        answer.raise_for_status()
        return answer

    def action(self, name: str, token: str = "", **data: Any) -> Any:
        """Call the API."""
        address = f"http://127.0.0.1:{self.port}/api/3/action/{name}"
        headers = {"Authorization": token} if token else {}
        answer = requests.post(address, json=data, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def facts(self) -> dict[str, Any]:
        """Everything that a person or a script can tell two catalogues apart by."""
        found = self.action("package_search", rows=1000)["results"]
        told = [one for one in found if one.get("digitalms_table") not in OF_THE_SCHEDULE]
        return {
            "ids": sorted((p["name"], p["id"], [r["id"] for r in p["resources"]]) for p in told),
            "history": self.action("digitalms_measure_history", id="dms"),
            "found": self.action("package_search", q="Glasfaser", rows=0)["count"],
        }

    def hashes(self, release: str) -> dict[str, str]:
        """SHA-256 of every file of a release, as it is downloaded."""
        return {
            f"{table}.{form}": hashlib.sha256(
                self.get(f"/digitalisierung/daten/{table}/{release}/{table}.{form}").content
            ).hexdigest()
            for table in TABLES
            for form in ("csv", "excel.csv", "xlsx", "json")
        }


@pytest.fixture(scope="module")
def running(demo_home: tuple[Home, int], demo_runs: Callable[[], None]) -> Catalogue:
    """A running catalogue with the demo."""
    demo_runs()
    home, port = demo_home
    return Catalogue(home.root, port)


@pytest.fixture(scope="module")
def token(running: Catalogue) -> str:
    return running.run("token", "coordinator").stdout.strip().splitlines()[-1].strip()


@pytest.fixture(scope="module")
def saved(running: Catalogue, token: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that was made while a change was being published."""
    running.action(
        "digitalms_statement_create", token, id="dms", as_of="2020-01-01", statement="Kurz vor der Sicherung"
    )
    publishing = subprocess.Popen(
        running.command("publish"), env=running.environment, stdout=subprocess.DEVNULL
    )
    file = tmp_path_factory.mktemp("kept") / "sicherung.tar"
    done = running.run("backup", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert publishing.wait(120) == 0
    return file


def other(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "wieder da")


class TestBackup:
    def test_only_for_its_owner(self, saved: Path) -> None:
        assert saved.stat().st_mode & 0o077 == 0
        assert [path.name for path in saved.parent.iterdir()] == [saved.name]

    def test_an_existing_file_is_kept(self, running: Catalogue, tmp_path: Path) -> None:
        file = tmp_path / "da.tar"
        file.write_text("wichtig")
        done = running.run("backup", str(file))
        assert done.returncode == 1
        assert "is there already" in done.stderr
        assert file.read_text() == "wichtig"

    def test_nothing_runs(self, tmp_path: Path) -> None:
        home = Home(tmp_path / "still")
        home.create()
        home.load()
        catalogue = Catalogue(home.root)
        done = catalogue.run("backup", str(tmp_path / "a.tar"))
        assert done.returncode == 1
        assert "start it with `digitalms up`" in done.stderr

    def test_the_lock_is_that_of_publishing(self) -> None:
        assert f"hashtextextended('{locks.PUBLISH}', 0)" in backup.PUBLISH_LOCK
        assert str(locks._LOCK).split("(")[0].lower() == backup.PUBLISH_LOCK.split("(")[0]
        assert "locks.publishing(" in inspect.getsource(releases.publish)


class TestRestore:
    def test_everything_is_back(self, running: Catalogue, saved: Path, token: str, tmp_path: Path) -> None:
        """Ids, hashes, history and search are equal; the token works; nothing disagrees."""
        there = other(tmp_path)
        try:
            done = there.run("restore", str(saved))
            assert done.returncode == 0, done.stdout + done.stderr
            up = there.run("up")
            assert up.returncode == 0, up.stdout + up.stderr
            assert there.facts() == running.facts()
            assert there.facts()["found"] > 0
            release = there.action("digitalms_table_list")["results"][0]["release_id"]
            assert there.hashes(release) == running.hashes(release)
            checked = there.run("check")
            if checked.returncode:  # once more: the schedule may have been publishing just then
                checked = there.run("check")
            assert checked.returncode == 0, checked.stdout + checked.stderr
            there.action(
                "digitalms_statement_create", token, id="dms", as_of="2020-02-02", statement="Weiter"
            )
        finally:
            stop(there.home)

    def test_a_home_with_anything_is_left_alone(self, saved: Path, tmp_path: Path) -> None:
        there = other(tmp_path)
        there.home.root.mkdir()
        (there.home.root / "brief.txt").write_text("wichtig")
        done = there.run("restore", str(saved))
        assert done.returncode == 1
        assert "is not empty" in done.stderr
        assert [path.name for path in there.home.root.iterdir()] == ["brief.txt"]

    @pytest.mark.parametrize("part", [0.001, 0.3, 0.7, "in the list"])
    def test_a_truncated_file(self, saved: Path, tmp_path: Path, part: float | str) -> None:
        data = saved.read_bytes()
        with tarfile.open(saved) as tar:
            within_the_list = tar.getmember("manifest.json").offset_data + 100
        end = int(len(data) * part) if isinstance(part, float) else within_the_list
        self.refused(tmp_path, data[:end], "cut off|no backup")

    def test_a_damaged_file(self, saved: Path, tmp_path: Path) -> None:
        with tarfile.open(saved) as tar:
            place = tar.getmember("database/ckan.dump").offset_data + 5000
        data = bytearray(saved.read_bytes())
        data[place] ^= 0xFF
        self.refused(tmp_path, bytes(data), "is damaged: database/ckan.dump")

    @pytest.mark.parametrize("told", [{"format": 99}, {"version": "999.0"}])
    def test_a_newer_version(self, saved: Path, tmp_path: Path, told: dict[str, Any]) -> None:
        newer = tmp_path / "newer.tar"
        with tarfile.open(saved) as tar, tarfile.open(newer, "w") as out:
            for member in tar.getmembers():
                content = tar.extractfile(member)
                if member.name == "manifest.json":
                    assert content is not None
                    changed = json.dumps({**json.load(content), **told}).encode()
                    (tmp_path / "manifest.json").write_bytes(changed)
                    out.add(tmp_path / "manifest.json", "manifest.json")
                else:
                    out.addfile(member, content)
        self.refused(tmp_path, newer.read_bytes(), "which is newer than")

    @pytest.mark.parametrize("data", [b"", b"Kein Tar", bytes(10_240)])
    def test_no_backup_at_all(self, tmp_path: Path, data: bytes) -> None:
        self.refused(tmp_path, data, "is no backup")

    def refused(self, tmp_path: Path, data: bytes, sentence: str) -> None:
        file = tmp_path / "kaputt.tar"
        file.write_bytes(data)
        there = other(tmp_path)
        done = there.run("restore", str(file))
        assert done.returncode == 1, done.stdout
        assert any(words in done.stderr for words in sentence.split("|")), done.stderr
        assert not there.home.root.exists()
