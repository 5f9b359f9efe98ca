"""The supervisor (supervisord) of one home: configuration, start, end, and what it says of its programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import IO, Any

from .ckan_ini import child_environment
from .errors import StackError
from .home import Home, State, tail, write_private
from .lifetime import Begun, begun, lives
from .orphans import MARK
from .program import Program

__all__ = ["ProgramStatus", "Record", "Supervisor", "read_record"]

_SETTLED = ("RUNNING", "STARTING")


@dataclass(frozen=True)
class ProgramStatus:
    """What the supervisor says of one program."""

    name: str
    state: str
    pid: int | None
    since: datetime | None


@dataclass(frozen=True)
class Record:
    """The supervisor and the process in the foreground that it belongs to, if any: pid and when it began."""

    pid: int
    created: Begun
    front_pid: int | None = None
    front_created: Begun | None = None

    def is_alive(self) -> bool:
        """Return whether this very supervisor lives."""
        return lives(self.pid, self.created)

    def is_abandoned(self) -> bool:
        """Return whether it lost the process in the foreground that should end it."""
        return self.front_pid is not None and not lives(self.front_pid, self.front_created or 0)


def read_record(home: Home) -> Record | None:
    """Read who supervises this home, if anybody was recorded."""
    try:
        return Record(**json.loads((home.run / "supervisor.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


class Supervisor:
    """Start, ask and end the supervisor of one home."""

    def __init__(self, home: Home, state: State) -> None:
        self.home = home
        self.state = state
        self._process: subprocess.Popen[bytes] | None = None

    # -- start and end -------------------------------------------------
    def start(self, programs: list[Program], lock: IO[str], *, foreground: bool) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the process in the foreground."""
        write_private(self.home.run / "supervisord.conf", self._configuration(programs))
        command = [
            sys.executable,
            "-P",
            "-m",
            f"{__package__}.supervising",
            "-n",
            "-s",  # not a second time to a file that nobody turns over
            "-c",
            str(self.home.run / "supervisord.conf"),
        ]
        environment = child_environment(self.home) | {MARK: self.state.id}
        with (self.home.log / "supervisord.out").open("wb") as out:
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
        front = os.getpid() if foreground else None
        record = {
            "pid": self._process.pid,
            "created": begun(self._process.pid),
            "front_pid": front,
            "front_created": begun(front) if front else None,
        }
        write_private(self.home.run / "supervisor.json", json.dumps(record))

    def has_ended(self) -> bool:
        """Return whether the supervisor that this object started is gone."""
        return self._process is not None and self._process.poll() is not None

    def stop(self, seconds: float = 90) -> None:
        """End it with all its programs; by force after a time."""
        record = read_record(self.home)
        if record is None or not record.is_alive():
            return
        os.kill(record.pid, signal.SIGTERM)
        end = time.monotonic() + seconds
        while record.is_alive() and time.monotonic() < end:
            if self._process is not None:
                self._process.poll()
            time.sleep(0.05)
        if record.is_alive():
            os.kill(record.pid, signal.SIGKILL)

    # -- questions -------------------------------------------------------
    def launch(self, program: Program) -> None:
        """Start a program without waiting for it."""
        self._ask(lambda rpc: rpc.startProcess(f"{program.group}:{program.name}", False))

    def restart(self, group: str, name: str) -> None:
        """Stop a program and start it again."""
        self._ask(lambda rpc: rpc.stopProcess(f"{group}:{name}"))
        self._ask(lambda rpc: rpc.startProcess(f"{group}:{name}", False))

    def programs(self) -> list[ProgramStatus]:
        """Say what runs; empty when the supervisor does not answer."""
        return [_status(entry) for entry in self._ask(lambda rpc: rpc.getAllProcessInfo()) or []]

    def check_alive(self, name: str, too_late: bool) -> None:
        """Raise when waiting for a program is of no use any more: it failed, or it took too long."""
        if self.has_ended():
            raise StackError(f"The supervisor ended by itself: see {self.home.log / 'supervisord.out'}.")
        if too_late or any(
            program.name == name and program.state in ("FATAL", "BACKOFF") for program in self.programs()
        ):
            log = self.home.log / f"{name}.log"
            raise StackError(f"{name} did not start. The end of its log {log}:\n{tail(log)}")

    def _ask(self, question: Any) -> Any:
        port, password = self.state.ports["supervisor"], self.state.passwords["supervisor"]
        proxy = xmlrpc.client.ServerProxy(
            f"http://digitalms:{password}@127.0.0.1:{port}/RPC2", allow_none=True
        )
        end = time.monotonic() + 5
        while True:
            try:
                with proxy:
                    return question(proxy.supervisor)
            except (OSError, HTTPException):
                if self._process is None or self.has_ended() or time.monotonic() > end:
                    return None
                time.sleep(0.05)

    # -- configuration -----------------------------------------------------
    def _configuration(self, programs: list[Program]) -> str:
        home = self.home
        sections = [
            _section(
                "supervisord",
                logfile=home.log / "supervisord.log",
                logfile_maxbytes="5MB",
                logfile_backups=2,
                pidfile=home.run / "supervisord.pid",
                childlogdir=home.log,
                umask="077",
                strip_ansi="true",
                **({"user": "root"} if os.geteuid() == 0 else {}),
            ),
            _section(
                "inet_http_server",
                port=f"127.0.0.1:{self.state.ports['supervisor']}",
                username="digitalms",
                password=self.state.passwords["supervisor"],
            ),
            _section(
                "rpcinterface:supervisor",
                **{"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
            ),
        ]
        groups = sorted({program.group for program in programs}, key=lambda group: group != "services")
        for priority, group in enumerate(groups, start=1):
            names = ",".join(program.name for program in programs if program.group == group)
            sections.append(_section(f"group:{group}", programs=names, priority=priority))
        sections += [self._program(program) for program in programs]
        return "\n".join(sections)

    def _program(self, program: Program) -> str:
        environment = ",".join(f"{name}={_quoted(value)}" for name, value in program.environment.items())
        return _section(
            f"program:{program.name}",
            command=" ".join(_quoted(word) for word in program.command),
            directory=program.folder,
            environment=environment,
            autostart=str(program.autostart).lower(),
            autorestart="true",
            startsecs=program.start_seconds,
            startretries=1_000_000,  # a service may be away for hours; supervisord waits longer with each try
            stopsignal=program.stop_signal,
            stopwaitsecs=program.stop_seconds,
            killasgroup="true",
            redirect_stderr="true",
            stdout_logfile=self.home.log / f"{program.name}.log",
            stdout_logfile_maxbytes="10MB",
            stdout_logfile_backups=3,
        )


def _section(header: str, **options: object) -> str:
    # supervisord expands %(name)s in values
    lines = [f"{name} = {str(value).replace('%', '%%')}" for name, value in options.items() if value != ""]
    return "\n".join([f"[{header}]", *lines, ""])


def _quoted(word: str) -> str:
    """Quote a word the way supervisord's shlex reads it; also `;`, which begins a comment for it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _status(entry: dict[str, Any]) -> ProgramStatus:
    runs = entry["statename"] in _SETTLED
    since = datetime.fromtimestamp(entry["start"], UTC) if runs and entry["start"] else None
    return ProgramStatus(entry["name"], entry["statename"], entry["pid"] or None, since)
