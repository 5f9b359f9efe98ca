"""A process of CKAN that does not load it: `python -m ckanext.digitalms.stack.forked WORDS`.

The words are `web PORT`, `schedule`, or those of a command of `ckan`. What they say is done by a process that
the fork server makes (`fork_server.py`). This one stands for it: it passes signals on, ends with its exit
code, and whoever kills it kills the other.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

from .home import Home

__all__ = ["GROUPS", "LONGEST_WORDS", "STARTED", "address", "command", "main"]

# commands of `ckan`: the module that has them, and the name they have there
GROUPS = {
    "digitalms": ("ckanext.digitalms.cli", "digitalms"),
    "jobs": ("ckan.cli.jobs", "jobs"),
    "harvester": ("ckanext.harvest.cli", "harvester"),
}
STARTED = b"+"
LONGEST_WORDS = 1 << 16  # bytes
_PATIENCE = 120  # seconds; CKAN is loaded meanwhile


def command(*words: str) -> list[str]:
    """Return the command line that does what the words say, in the folder of the home."""
    return [sys.executable, "-P", "-m", __name__, *words]


def address() -> Path:
    """Return the fork server's socket, as every process of the home names it.

    The path begins at the home, which is their current folder: a whole one may be longer than a socket's
    address can be.
    """
    return (Home.default().run / "ckan.sock").relative_to(Path.cwd())


def main() -> None:
    """Ask, and stand for the process that was made."""
    with _ask(sys.argv[1:]) as line:

        def pass_on(number: int, _frame: FrameType | None) -> None:
            line.send(bytes([number]))

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, pass_on)
        told = line.recv(1)
    sys.exit(told[0] if told else 1)


def _ask(words: list[str]) -> socket.socket:
    """Return the connection to a process that has begun."""
    end = time.monotonic() + _PATIENCE
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(address()))
            socket.send_fds(line, [json.dumps(words).encode()], [0, 1, 2])
            if line.recv(1) == STARTED:
                return line
        except OSError:
            pass  # it is being started, or was killed just now
        line.close()
        if time.monotonic() > end:
            sys.exit("There is no fork server: see log/ckan.log for why CKAN does not load.")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
