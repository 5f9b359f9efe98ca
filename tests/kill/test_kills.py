"""Processes are killed at random moments of all kinds of work; nothing is lost, doubled or half.

Each change carries a word of its own. After the kills every word of an acknowledged change stands in the
history, in the versions of a table of one's own or among the frozen reports, exactly once, a word of a change
that nobody acknowledged at most once, and ``digitalms check`` finds that datasets, history, index, releases
and files agree.
``KILLS`` says how many (``.ci/run`` does a few, ``script/nightly`` 40; 200 for a release).
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from ckanext.digitalms.stack import archive
from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import find_orphans

pytestmark = pytest.mark.long

OWN = "woerter"
KILLS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("KILL_SEED", "2019"))
CONSOLE = [sys.executable, str(Path(sys.executable).with_name("digitalms"))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Catalogue:
    """A running catalogue of its own, and what was asked of it."""

    folder: Path
    port: int
    token: str = ""
    acknowledged: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    day: date = date(2020, 1, 1)
    editions: Iterator[int] = field(default_factory=itertools.count)

    @property
    def backups(self) -> Path:
        return self.folder.parent

    @property
    def environment(self) -> dict[str, str]:
        own = {"DIGITALMS_HOME": str(self.folder), "PORT": str(self.port)}
        return {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")} | own

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*CONSOLE, *words],
            env=self.environment,
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def up(self) -> None:
        done = self.run("up")
        assert done.returncode == 0, done.stdout + done.stderr

    def call(self, action: str, **told: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                f"http://127.0.0.1:{self.port}/api/action/{action}",
                json=told,
                headers={"Authorization": self.token},
                timeout=60,
            )

    def victims(self) -> list[psutil.Process]:
        home = Home(self.folder)
        return find_orphans(home, home.load().id)

    def recover(self) -> None:
        """Wait until the supervisor has brought everything back; start anew when it was killed itself."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            with suppress(requests.RequestException, ValueError):
                if self.call("package_search", rows=0).json()["success"]:
                    return
            if self.run("status").returncode == 3:
                self.up()
            time.sleep(0.5)
        raise AssertionError(self.run("status").stdout)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "home", free_port())
    made.up()
    made.token = made.run("token", "admin").stdout.split()[-1]
    yield made
    made.run("down")


def next_day(catalogue: Catalogue) -> str:
    catalogue.day += timedelta(days=1)
    return catalogue.day.isoformat()


def edit(catalogue: Catalogue, word: str) -> requests.Response:
    return catalogue.call("package_patch", id="dms", statement=word, as_of=next_day(catalogue))


def say(catalogue: Catalogue, word: str) -> requests.Response:
    return catalogue.call("digitalms_statement_create", id="wlan", statement=word, as_of=next_day(catalogue))


def deliver(catalogue: Catalogue, word: str) -> requests.Response:
    file = catalogue.folder.parent / f"{word}.csv"
    file.write_text(
        f"measure_id,as_of,status,progress_percent,statement,source\n"
        f"breitband,{next_day(catalogue)},in_progress,,{word},Fachamt\n",
        encoding="utf-8",
    )
    done = catalogue.run("harvest", "progress", str(file), "--organisation", "citeq")
    answer = requests.Response()
    answer.status_code = 200 if done.returncode == 0 else 500
    answer._content = json.dumps({"success": done.returncode == 0}).encode()
    return answer


def publish(catalogue: Catalogue, word: str) -> requests.Response:
    answer = edit(catalogue, word)
    catalogue.call("digitalms_table_publish")
    return answer


def own_table(catalogue: Catalogue, word: str) -> requests.Response:
    """Publish a version of a table of one's own; the first one makes its dataset."""
    is_there = catalogue.call("package_show", id=OWN).json()["success"]
    told = {"dataset": OWN} if is_there else {"organisation": "opendata", "name": OWN}
    table = f"Wort;Zahl\n{word};1\n"
    answer = catalogue.call("digitalms_dataset_draft_create", content=table, filename="wort.csv", **told)
    if answer.status_code != 200:
        return answer
    return catalogue.call("digitalms_dataset_publish", id=answer.json()["result"]["id"])


def versions(catalogue: Catalogue) -> list[str]:
    """Return the text of every version of the table."""
    listed = catalogue.call("digitalms_dataset_version_list", id=OWN, limit=1000).json()
    addresses = (
        [version["files"][0]["url"] for version in listed["result"]["results"]] if listed["success"] else []
    )
    with requests.Session() as session:
        session.trust_env = False
        return [session.get(address, timeout=60).text for address in addresses]


def cover(catalogue: Catalogue, word: str) -> requests.Response:
    """Deliver an edition of coverage whose source is the word."""
    month = next(catalogue.editions)
    edition = f"{2000 + month // 12}-{month % 12 + 1:02d}"
    answer = catalogue.call(
        "digitalms_delivery_create",
        kind="coverage",
        content="AGS;alle Technologien ≥ 30 Mbit/s\n05515000;96.51\n",
        areas=json.dumps({"features": [{"properties": {"AGS": "05515000", "GEN": "Münster"}}]}),
        edition=edition,
        customer="business",
        base="premises",
        source=word,
        confirm=True,  # that the figures of another edition come again
    )
    return taken_over(answer)


def bring_in(catalogue: Catalogue, word: str) -> requests.Response:
    """Bring back the table of Stands with one more row."""
    row = {
        "measure_id": "mobilfunk",
        "as_of": next_day(catalogue),
        "status": "in_progress",
        "statement": word,
    }
    content = json.dumps([row])
    answer = catalogue.call(
        "digitalms_table_import", content=content, filename="a.json", table="status_series"
    )
    return taken_over(answer)


def taken_over(answer: requests.Response) -> requests.Response:
    """An answer that says what became of a file; anything but taking it over fails the test at once."""
    if answer.status_code == 200 and answer.json()["success"]:
        assert answer.json()["result"]["state"] == "accepted", answer.text
    return answer


def freeze(catalogue: Catalogue, word: str) -> requests.Response:
    """Freeze a report whose title is the word."""
    made = catalogue.call(
        "digitalms_report_create", title=word, name=word, as_of="2019-03-14", measures=["dms"]
    )
    if made.status_code != 200:
        return made
    return catalogue.call("digitalms_report_freeze", id=word)


def reports(catalogue: Catalogue) -> list[str]:
    """Return the title of every frozen report, each of which has all its files."""
    listed = catalogue.call("digitalms_report_list", limit=1000).json()["result"]["results"]
    frozen = [one for one in listed if one["state"] == "frozen"]
    for one in frozen:
        told = catalogue.call("digitalms_report_show", id=one["name"]).json()["result"]
        for file in told["versions"][0]["files"]:
            asked = {"id": one["name"], "format": file["ending"]}
            content = catalogue.call("digitalms_report_file", **asked).json()["result"]["content"]
            assert hashlib.sha256(base64.b64decode(content)).hexdigest() == file["sha256"]
    return [one["title"] for one in frozen]


def back_up(catalogue: Catalogue, word: str) -> requests.Response:
    """Make a backup; of the word nothing is seen in the catalogue."""
    catalogue.asked.remove(word)
    catalogue.run("backup", str(catalogue.backups / f"{word}.tar"))
    return requests.Response()


def sources(catalogue: Catalogue) -> list[str]:
    """Return the source of every edition."""
    asked = {"area_code": "05515000", "customer": "business", "limit": 1000}
    rows = catalogue.call("digitalms_coverage_show", **asked).json()["result"]["results"]
    return [row["source"] for row in rows]


WORK: tuple[Callable[[Catalogue, str], requests.Response], ...] = (
    edit,
    say,
    deliver,
    publish,
    own_table,
    cover,
    bring_in,
    freeze,
    back_up,
)


def attempt(catalogue: Catalogue, work: Callable[[Catalogue, str], requests.Response]) -> None:
    word = f"wort{uuid.uuid4().hex}"
    catalogue.asked.append(word)
    with suppress(requests.RequestException, ValueError, subprocess.TimeoutExpired):
        answer = work(catalogue, word)
        if answer.status_code == 200 and answer.json()["success"]:
            catalogue.acknowledged.append(word)


def kill_one(catalogue: Catalogue, chance: random.Random) -> None:
    time.sleep(chance.uniform(0.0, 1.2))
    with suppress(psutil.NoSuchProcess, IndexError):
        chance.choice(catalogue.victims()).kill()


def checked_soon(catalogue: Catalogue) -> subprocess.CompletedProcess[str]:
    """Check until all agree; the schedule finishes releases and mends the index soon after a start."""
    end = time.monotonic() + 90
    checked = catalogue.run("check")
    while checked.returncode and time.monotonic() < end:
        time.sleep(3)
        checked = catalogue.run("check")
    return checked


def test_nothing_is_lost(catalogue: Catalogue) -> None:
    """Kills in the middle of work: all acknowledged changes are there once, everything agrees."""
    chance = random.Random(SEED)
    # each kind of work as often as the others
    works = itertools.chain.from_iterable(chance.sample(WORK, len(WORK)) for _ in itertools.count())
    with ThreadPoolExecutor(1) as pool:
        for _ in range(KILLS):
            working = pool.submit(attempt, catalogue, next(works))
            killing = threading.Thread(target=kill_one, args=(catalogue, chance))
            killing.start()
            working.result()
            killing.join()
            catalogue.recover()
    catalogue.run("down")
    catalogue.up()
    entries = [
        entry["statement"]
        for measure in ("dms", "wlan", "breitband", "mobilfunk")
        for entry in catalogue.call("digitalms_measure_history", id=measure).json()["result"]["results"]
    ]
    entries += sources(catalogue)
    entries += reports(catalogue)
    entries += [text.split("\n")[1].split(",")[0] for text in versions(catalogue)]
    counts = {word: entries.count(word) for word in catalogue.asked}
    assert {word: counts[word] for word in catalogue.acknowledged} == dict.fromkeys(catalogue.acknowledged, 1)
    assert all(count <= 1 for count in counts.values())
    checked = checked_soon(catalogue)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    # a backup is whole or it is not there
    for file in catalogue.backups.glob("*.tar"):
        assert archive.read(file, version("ckanext-digitalms")).members
