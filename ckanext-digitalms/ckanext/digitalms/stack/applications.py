"""CKAN's own processes: web server, job worker, harvest consumers, schedule."""

from __future__ import annotations

import sys

from .home import Home, State
from .program import Program, ckan_command

__all__ = ["programs"]

_GROUP = "app"
_SETTLING = 5  # CKAN needs some seconds to find out that it cannot start


def programs(home: Home, state: State) -> list[Program]:
    """Say what runs besides the three services, the web server first."""
    ini = str(home.ini)
    return [
        _program(home, "web", *_web(state), stop_seconds=20),
        _program(home, "worker", *ckan_command(ini, "jobs", "worker"), stop_seconds=20),
        _program(home, "harvest-gather", *ckan_command(ini, "harvester", "gather-consumer"), stop_seconds=5),
        _program(home, "harvest-fetch", *ckan_command(ini, "harvester", "fetch-consumer"), stop_seconds=5),
        _program(
            home, "schedule", sys.executable, "-P", "-m", "ckanext.digitalms.stack.schedule", stop_seconds=5
        ),
    ]


def _program(home: Home, name: str, *command: str, stop_seconds: int) -> Program:
    return Program(name, _GROUP, command, home.root, stop_seconds=stop_seconds, start_seconds=_SETTLING)


def _web(state: State) -> list[str]:
    return [sys.executable, "-P", "-m", "ckanext.digitalms.stack.web", str(state.web_port)]
