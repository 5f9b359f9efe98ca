"""CKAN's own processes: web server, worker, harvest consumers, schedule, and what they are forked from."""

from __future__ import annotations

import sys

from . import forked
from .home import Home, State
from .program import Program

__all__ = ["programs"]

_GROUP = "app"
_SETTLING = 5  # CKAN needs some seconds to find out that it cannot start


def programs(home: Home, state: State) -> list[Program]:
    """Say what runs besides the three services: what loads CKAN first, then the web server."""
    loading = (sys.executable, "-P", "-m", f"{__package__}.fork_server")
    return [
        _program(home, "ckan", *loading, stop_seconds=5),
        _program(home, "web", *forked.command("web", str(state.web_port)), stop_seconds=20),
        _program(home, "worker", *forked.command("jobs", "worker"), stop_seconds=20),
        _program(home, "harvest-gather", *forked.command("harvester", "gather-consumer"), stop_seconds=5),
        _program(home, "harvest-fetch", *forked.command("harvester", "fetch-consumer"), stop_seconds=5),
        _program(home, "schedule", *forked.command("schedule"), stop_seconds=5),
    ]


def _program(home: Home, name: str, *command: str, stop_seconds: int) -> Program:
    return Program(name, _GROUP, command, home.root, stop_seconds=stop_seconds, start_seconds=_SETTLING)
