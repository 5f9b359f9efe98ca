"""A running catalogue that tests of the stack share: a first start is twice the work of another one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ckanext.digitalms.stack.home import Home
from ckanext.digitalms.stack.server import stop

_STOPPED = 3  # exit code of ``digitalms status``


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, int]]:
    """A home with the demo, in a folder with a space, and its port; see ``demo_runs``."""
    home = Home(tmp_path_factory.mktemp("stack") / "a b")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    yield home, port
    stop(home)


@pytest.fixture(scope="session")
def demo_runs(demo_home: tuple[Home, int]) -> Callable[[], None]:
    """Start it in the background, unless it runs."""
    home, port = demo_home

    def digitalms(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(Path(sys.executable).with_name("digitalms")), *words],
            env={**os.environ, "DIGITALMS_HOME": str(home.root), "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def run() -> None:
        if not home.root.exists() or digitalms("status").returncode == _STOPPED:
            up = digitalms("up")
            assert up.returncode == 0, up.stdout + up.stderr

    return run
