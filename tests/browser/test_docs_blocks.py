"""Every shell and Python block of the pages for users runs as it stands, against a real server.

Left out are blocks that start the server or the tests themselves: the suite is that.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from ckan.tests import factories

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/use-the-data.md")
BLOCK = re.compile(r"^```(bash|sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ADDRESS = "http://localhost:5000"


def blocks():
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for number, (language, code) in enumerate(BLOCK.findall(text), 1):
            if "script/" not in code:
                yield f"{page}, block {number}", language, code


@pytest.fixture
def published(filled):
    """A filled catalogue whose tables are published; its address and a token."""
    token = factories.APIToken(user=factories.Sysadmin()["name"])["token"]
    answer = requests.post(
        f"{filled}/api/action/digitalms_table_publish", json={}, headers={"Authorization": token}, timeout=120
    )
    assert answer.json()["success"], answer.text
    return filled, token


def run(language: str, code: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a block; return what it said where it failed."""
    program = [sys.executable, "-c"] if language == "python" else ["bash", "-euo", "pipefail", "-c"]
    done = subprocess.run(
        [*program, code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_blocks(published, tmp_path):
    """Every block ends without an error."""
    address, token = published
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "CKAN_TOKEN": token, "PATH": path}
    said = {
        name: run(language, code.replace(ADDRESS, address), tmp_path, environment)
        for name, language, code in blocks()
    }
    assert len(said) >= 8
    assert {name: text for name, text in said.items() if text} == {}
