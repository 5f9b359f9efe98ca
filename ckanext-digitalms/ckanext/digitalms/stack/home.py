"""The folder that holds everything of one embedded stack, and what it remembers between starts."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import sys
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from .errors import StackError

__all__ = [
    "DEMO",
    "DONE",
    "EXAMPLE_HISTORY",
    "SERVICE_PORTS",
    "Home",
    "State",
    "is_port_free",
    "tail",
    "write_private",
]

SERVICE_PORTS = ("postgres", "valkey", "solr", "supervisor")
_PASSWORDS = ("postgres", "ckan", "datastore", "valkey", "supervisor", "secret_key")
_LATER_PASSWORDS = ("solr",)  # which homes of older versions have not; made anew at will
_KEY_BYTES = 32
_LEAST_FREE = 500 * 10**6
_COPY = "state.copy.json"
DEMO, EXAMPLE_HISTORY, DONE = "demo", "example-history", "done"
_TAIL_LINES = 15
_UNREADABLE = set("%#;\n\r")


@dataclass
class State:
    """What the next start must know; kept in state.json."""

    id: str
    passwords: dict[str, str]
    ports: dict[str, int] = field(default_factory=dict)
    web_port: int = 5000
    prepared_key: str = ""  # what the databases were prepared for
    index_key: str = ""  # the analysis that the index was made with
    restored_site_id: str = ""  # of the catalogue that this one was restored from
    demo: str = ""  # how far the demo is: DEMO or EXAMPLE_HISTORY while it is filled in, then DONE
    announced: bool = False  # the accounts were shown

    @property
    def site_id(self) -> str:
        """Return CKAN's id of the catalogue: ids of resources are made from it, so a restore keeps it."""
        return self.restored_site_id or f"digitalms-{self.id[:8]}"


class Home:
    """Paths below one folder; making one creates the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.run = self.root / "run"
        self.log = self.root / "log"
        self.postgres = self.root / "postgres"
        self.new_postgres = self.root / ".postgres.new"  # while it is made
        self.valkey = self.root / "valkey"
        self.solr = self.root / "solr"
        self.storage = self.root / "storage"
        self.ini = self.root / "ckan.ini"
        self.generated_ini = self.root / "stack.ini"
        self.accounts = self.root / "accounts.txt"
        self.state_file = self.root / "state.json"
        self.state_copy = self.root / _COPY
        self.reserve = self.root / "reserve"  # space for a full disk

    @classmethod
    def default(cls) -> Home:
        """Take DIGITALMS_HOME, else `.digitalms` in the current folder."""
        return cls(Path(os.environ.get("DIGITALMS_HOME") or ".digitalms"))

    def create(self) -> None:
        """Make the folders, or say why the place does not serve."""
        for path in (self.root, Path(sys.prefix)):
            if found := sorted(_UNREADABLE & set(str(path))):
                raise StackError(
                    f"The folder {path} has {' '.join(found)} in its name, which configuration files of CKAN "
                    "and the supervisor take for something else. Choose another: DIGITALMS_HOME=FOLDER."
                )
        # others may pass, not look: under root PostgreSQL (of the tests) is another account
        for folder in (self.root, self.run):
            folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        for folder in (self.log, self.valkey, self.solr, self.storage):
            folder.mkdir(mode=0o700, exist_ok=True)
        free = shutil.disk_usage(self.root).free
        if free < _LEAST_FREE and not self.state_file.exists():  # what is there already can still be read
            raise StackError(
                f"Only {free // 10**6} MB are free in {self.root}; {_LEAST_FREE // 10**6} MB are needed. "
                "Free some space, or choose another folder: DIGITALMS_HOME=FOLDER."
            )

    def load(self) -> State:
        """Read state.json, or begin one.

        Raises:
            StackError: it is damaged, or it is gone while the databases are there.
        """
        try:
            state = _read_state(self.state_file)
            self._add_passwords(state)
            return state
        except FileNotFoundError as error:
            if self.postgres.exists() or self.state_copy.exists():
                raise StackError(self._lost("is missing")) from error
            state = State(id=uuid.uuid4().hex, passwords={name: _password() for name in _PASSWORDS})
            self._add_passwords(state)
            return state
        except (ValueError, TypeError) as error:
            raise StackError(self._lost(f"cannot be read ({str(error)[:200]})")) from error

    def _add_passwords(self, state: State) -> None:
        missing = [name for name in _LATER_PASSWORDS if name not in state.passwords]
        if missing:
            state.passwords |= {name: _password() for name in missing}
            self.save(state)

    def save(self, state: State) -> None:
        """Replace state.json as a whole, then the copy of it that is kept beside."""
        text = json.dumps(asdict(state), indent=1)
        for path in (self.state_file, self.state_copy):
            write_private(path, text)

    def _lost(self, what: str) -> str:
        """Say that state.json is of no use, and where another one may be found."""
        sentence = f"{self.state_file} {what}. It holds the passwords of the databases beside it. "
        try:
            _read_state(self.state_copy)
        except (OSError, ValueError, TypeError):
            return sentence + (
                "Bring it back from a backup of this folder, or move the folder away and start afresh "
                "(`digitalms restore` makes a home from a backup of the catalogue)."
            )
        copy = f"cp '{self.state_copy}' '{self.state_file}'"
        return f"{sentence}A copy is kept beside it; bring it back: {copy}."

    def lock(self) -> IO[str] | None:
        """Take the lock of this home; None when another process holds it.

        The lock belongs to the open file and ends with the last process that has it open, however that ends.
        The supervisor inherits it, so it is held as long as anything is supervised here.
        """
        handle = (self.run / "lock").open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle

    def assign_ports(self, state: State) -> None:
        """Keep each service's port of last time if it is free, else take another."""
        for name in SERVICE_PORTS:
            while not state.ports.get(name) or not is_port_free(state.ports[name]):
                state.ports[name] = _any_free_port(taken=set(state.ports.values()))
        self.save(state)


def _read_state(path: Path) -> State:
    """Read a state; raises ``ValueError`` or ``TypeError`` when it is none."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise TypeError("it is no JSON object")
    state = State(**told)
    texts = [state.id, state.prepared_key, state.index_key, state.restored_site_id, state.demo]
    words, ports = state.passwords, state.ports
    if not state.id or not all(isinstance(text, str) for text in texts):
        raise TypeError("an id or a step is no text")
    if not isinstance(words, dict) or not all(isinstance(w, str) and w for w in words.values()):
        raise TypeError("a password is no text")
    if missing := [name for name in _PASSWORDS if name not in words]:
        raise ValueError(f"passwords are missing: {', '.join(missing)}")
    numbers = [state.web_port, *(ports.values() if isinstance(ports, dict) else [None])]
    if not all(type(number) is int and 0 < number < 65536 for number in numbers):
        raise TypeError("a port is no number of a port")
    return state


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, so that it outlives a power cut; only its owner may read it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else the name may come back to the former file
    finally:
        os.close(folder)


def tail(log: Path) -> str:
    """Return the last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])


def is_port_free(port: int) -> bool:
    """Return whether a server could listen on this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_free_port(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port


def _password() -> str:
    return secrets.token_hex(_KEY_BYTES)
