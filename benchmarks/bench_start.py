"""From a fresh clone to the first filled page, and a second start: seconds, against their limits.

A first, uncounted clone fills uv's cache, so that the network's share of the Python packages is left out;
what is counted starts from a new clone and an empty home, Solr's jars included.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIRST_LIMIT, SECOND_LIMIT = 60, 10
PORT = "5087"


def start(clone: Path) -> float:
    """Run script/server until ``ready:``, then stop it; return the seconds until then."""
    environment = {**os.environ, "PORT": PORT, "DIGITALMS_HOME": str(clone / ".digitalms")}
    environment = {name: value for name, value in environment.items() if not name.startswith("CKAN_")}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(clone / "script" / "server")], cwd=clone, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "ready:" in line:
            break
    seconds = time.perf_counter() - begin
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert "ready:" in lines[-1], "".join(lines)
    return seconds


def test_start(tmp_path: Path, capsys: Any) -> None:
    """First and second start in a new clone."""
    for name in ("warm", "clone"):
        subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / name)], check=True)
    start(tmp_path / "warm")
    clone = tmp_path / "clone"
    first, second = start(clone), start(clone)
    with capsys.disabled():
        print("\n| start | seconds | limit | ratio |\n|---|---|---|---|")
        print(f"| fresh clone to the first page | {first:.1f} | {FIRST_LIMIT} | {first / FIRST_LIMIT:.2f} |")
        print(f"| second start | {second:.1f} | {SECOND_LIMIT} | {second / SECOND_LIMIT:.2f} |")
