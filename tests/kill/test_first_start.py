"""The first start is killed at random moments; the next one ends with a whole demo.

``FIRST_KILLS`` says how many kills (``script/nightly`` does 5; 20 for a release), ``KILL_SEED`` where they
begin. A home is killed up to five times, then it must become ready.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.orphans import find_orphans
from ckanext.digitalms.stack.server import stop

pytestmark = [pytest.mark.alone, pytest.mark.thorough]

KILLS = int(os.environ.get("FIRST_KILLS", "2"))
SEED = int(os.environ.get("KILL_SEED", "2019"))
A_HOME = 5
LONGEST = float(os.environ.get("FIRST_SECONDS", "40"))  # a first start takes about so long
CONSOLE = [sys.executable, str(Path(sys.executable).with_name("digitalms"))]
# Stands of each measure with the made-up continuation
STANDS = {
    "strategie": 3,
    "serviceportal": 4,
    "dms": 3,
    "open-data": 3,
    "breitband": 3,
    "wlan": 3,
    "mobilfunk": 2,
}


def begin(folder: Path, port: int) -> subprocess.Popen[str]:
    own = {"DIGITALMS_HOME": str(folder), "PORT": str(port)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CKAN_")}
    return subprocess.Popen(
        [*CONSOLE, "up", "--foreground", "--example-history"],
        env=kept | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill(front: subprocess.Popen[str], home: Home, chance: random.Random) -> None:
    """Kill the process in the foreground alone, or all there is."""
    victims = [psutil.Process(front.pid)] if front.poll() is None else []
    if chance.random() < 0.7 and home.state_file.exists():
        victims += find_orphans(home, home.load().id)
    for process in victims:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    front.communicate()


def until_ready(front: subprocess.Popen[str]) -> str:
    printed = []
    assert front.stdout is not None
    for line in front.stdout:
        printed.append(line)
        if line.startswith("ready: "):
            return "".join(printed)
    raise AssertionError("".join(printed))


def ask(port: int, action: str, **told: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"http://127.0.0.1:{port}/api/3/action/{action}", params=told, timeout=60)
        answer.raise_for_status()
        return answer.json()["result"]


def check_whole(folder: Path, port: int) -> None:
    """Seven measures with all their Stands, coverage, a release of the open tables, an index that agrees."""
    listed = ask(port, "digitalms_measure_list")["results"]
    assert {one["measure_id"] for one in listed} == set(STANDS)
    stands = {
        name: len({entry["as_of"] for entry in ask(port, "digitalms_measure_history", id=name)["results"]})
        for name in STANDS
    }
    assert stands == STANDS
    coverage = ask(port, "digitalms_coverage_show", technology="all", speed_mbit_s=30, limit=100)
    assert coverage["count"] == 67
    assert ask(port, "package_search", rows=0)["count"] == len(ask(port, "package_list"))
    with requests.Session() as session:
        session.trust_env = False
        table = session.get(f"http://127.0.0.1:{port}/digitalisierung/daten/measures.csv", timeout=60)
    assert table.status_code == 200
    assert len(table.text.splitlines()) == 1 + len(STANDS)
    own = {**os.environ, "DIGITALMS_HOME": str(folder)}
    checked = subprocess.run([*CONSOLE, "check"], env=own, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_killed_first_start_ends_with_a_whole_demo(tmp_path: Path, free_port: int) -> None:
    chance = random.Random(SEED)
    left = KILLS
    while left:
        folder = tmp_path / f"home-{left}"
        home = Home(folder)
        kills = min(left, A_HOME)
        left -= kills
        try:
            for _ in range(kills):
                front = begin(folder, free_port)
                time.sleep(chance.uniform(0.5, LONGEST))
                kill(front, home, chance)
            front = begin(folder, free_port)
            printed = until_ready(front)
            check_whole(folder, free_port)
            assert "admin" in (folder / "accounts.txt").read_text("utf-8")
            assert home.load().demo == "done", printed
        finally:
            stop(home)
            front.communicate(timeout=60)
