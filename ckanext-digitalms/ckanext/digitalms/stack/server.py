"""The whole server of one home: from nothing, or from whatever the last one left, to a page that answers."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from importlib.resources import files
from types import FrameType
from typing import IO

import requests

from . import applications, ckan_ini, forked, postgres, services, solr
from .accounts import ACCOUNTS, passwords
from .errors import StackError
from .home import DEMO, DONE, EXAMPLE_HISTORY, Home, State, is_port_free, tail
from .orphans import MARK, end_orphans
from .postgres import Databases
from .program import ckan_command
from .supervisor import Supervisor, read_record
from .terminal import Terminal

__all__ = ["Server", "interruptible", "stop"]

_PATIENCE = 120
_MIGRATIONS = "migration/digitalms/versions"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Server:
    """One start of the server of a home."""

    def __init__(self, home: Home, port: int, terminal: Terminal) -> None:
        self.home = home
        self.port = port
        self.terminal = terminal
        self.state: State
        self.supervisor: Supervisor

    def run(self, *, demo: bool, example_history: bool, foreground: bool) -> None:
        """Start everything; in the foreground stay until a signal says to stop, then stop everything.

        Raises:
            StackError: It could not start, or the supervisor was ended from outside.
            KeyboardInterrupt: A signal came before the start was complete.
        """
        lock, self.state = services.open_home(self.home)
        self.supervisor = Supervisor(self.home, self.state)
        with lock, interruptible():
            try:
                self._start_services(lock, foreground=foreground)
                self._start_catalogue(demo=demo, example_history=example_history)
                if foreground:
                    self._stay()
                    self._stop_all(quiet=False)
            except BaseException as reason:
                self._stop_all(quiet=isinstance(reason, StackError))
                raise

    # -- start ---------------------------------------------------------
    def _start_services(self, lock: IO[str], *, foreground: bool) -> None:
        if not is_port_free(self.port):
            raise StackError(
                f"Port {self.port} is taken by another program. End it, or choose another port: "
                f"PORT={self.port + 1}."
            )
        self.state.web_port = self.port
        programs = services.prepare(self.home, self.state, self.terminal)
        programs += applications.programs(self.home, self.state)
        ckan_ini.write(self.home, self.state)
        self._drop_old_index()
        with self.terminal.step("PostgreSQL, Valkey and Solr"):
            self.supervisor.start(programs, lock, foreground=foreground)
            services.wait(self.state, self.supervisor, [Databases()])
            postgres.keep_log_ready(self.home, self.state)

    def _start_catalogue(self, *, demo: bool, example_history: bool) -> None:
        # of a home that is older than this mark, or restored, the accounts are known
        is_new = not (self.state.announced or self.state.prepared_key or self.state.restored_site_id)
        self._prepare_databases()
        self._rebuild_index()
        ckan, web, *others = applications.programs(self.home, self.state)
        self.supervisor.launch(ckan)
        self.supervisor.launch(web)
        self._fill(demo=demo, example_history=example_history)
        with self.terminal.step("Web server, job worker, harvest and schedule"):
            self._wait_for_page()
            for program in others:
                self.supervisor.launch(program)
        if not self.state.announced:
            self._show_accounts(is_new=is_new)
        self.terminal.ready(f"http://localhost:{self.port}")

    def _fill(self, *, demo: bool, example_history: bool) -> None:
        """Fill in the demo, as it was wanted when it was begun; what a kill left of it is finished."""
        interrupted = self.state.demo in (DEMO, EXAMPLE_HISTORY)
        if not interrupted:
            if not demo or not self._is_empty():
                return
            self.state.demo = EXAMPLE_HISTORY if example_history else DEMO
            self.home.save(self.state)
        words = ["demo", *(["--example-history"] if self.state.demo == EXAMPLE_HISTORY else [])]
        # publishing is not left to the job worker, so that every page and file is there when it says "ready"
        commands = [*([["reindex-check"]] if interrupted else []), words, ["publish"]]
        with self.terminal.step("The demo's measures, and their open data"):
            for command in commands:
                self._call(command[0], forked.command("digitalms", *command))
        self.state.demo = DONE
        self.home.save(self.state)

    def _drop_old_index(self) -> None:
        """Remove an index that was made with another analysis; its files would not fit the new one."""
        if self.state.index_key != solr.schema_key(self.home):
            shutil.rmtree(self.home.solr / "home" / solr.CORE / "data", ignore_errors=True)

    def _rebuild_index(self) -> None:
        key = solr.schema_key(self.home)
        if self.state.index_key == key:
            return
        if not self._is_empty():
            with self.terminal.step("Search index, made anew"):
                ini = str(self.home.ini)
                self._call("search-index", ckan_command(ini, "search-index", "rebuild"))
                self._call("reindex-check", ckan_command(ini, "digitalms", "reindex-check"))
        self.state.index_key = key
        self.home.save(self.state)

    def _prepare_databases(self) -> None:
        """Create or migrate tables, accounts and organisations, if anything changed that this depends on."""
        key = self._preparation_key()
        if self.state.prepared_key == key:
            return
        with self.terminal.step("Databases, accounts and organisations"):
            command = [sys.executable, "-P", "-m", f"{__package__}.first_run", str(self.home.root)]
            self._call("first-run", command)
        self.state.prepared_key = key
        self.home.save(self.state)

    def _preparation_key(self) -> str:
        versions = sorted(
            f"{dist.name} {dist.version}" for dist in distributions() if dist.name.lower().startswith("ckan")
        )
        migrations = sorted(
            path.name
            for path in files("ckanext.digitalms").joinpath(_MIGRATIONS).iterdir()
            if path.name.endswith(".py")
        )
        own = self.home.ini.read_text(encoding="utf-8")
        return hashlib.sha256(
            "\n".join([*versions, *migrations, *ckan_ini.PLUGINS, own]).encode()
        ).hexdigest()

    def _call(self, name: str, command: list[str]) -> None:
        """Run a step of its own process; its words go to a log of its name."""
        log = self.home.log / f"{name}.log"
        environment = ckan_ini.child_environment(self.home) | {MARK: self.state.id}
        with log.open("wb") as out:
            done = subprocess.run(
                command,
                env=environment,
                cwd=self.home.root,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                check=False,
            )
        if done.returncode:
            raise StackError(f"The step '{name}' failed. The end of its log {log}:\n{tail(log)}")

    def _is_empty(self) -> bool:
        with postgres.connect(self.state, Databases().ckan) as cursor:
            cursor.execute("select not exists (select from package)")
            empty: bool = cursor.fetchone()[0]
        return empty

    def _wait_for_page(self) -> None:
        end = time.monotonic() + _PATIENCE
        with requests.Session() as session:
            session.trust_env = False  # the loopback never goes through a proxy
            while True:
                try:
                    session.get(
                        f"http://127.0.0.1:{self.port}/api/3/action/status_show", timeout=30
                    ).raise_for_status()
                except requests.RequestException:
                    for name in ("ckan", "web"):
                        self.supervisor.check_alive(name, time.monotonic() > end)
                    time.sleep(0.1)
                else:
                    return

    def _show_accounts(self, *, is_new: bool) -> None:
        if is_new:
            self.terminal.say(f"Accounts (kept in {self.home.accounts}):")
            for name, password in passwords(self.home).items():
                self.terminal.say(f"  {name:12} {password:18} {ACCOUNTS.get(name, '')}")
        self.state.announced = True
        self.home.save(self.state)

    # -- stay and stop ---------------------------------------------------
    def _stay(self) -> None:
        """Wait for a signal."""
        try:
            while not self.supervisor.has_ended():
                time.sleep(0.3)
        except KeyboardInterrupt:
            return
        raise StackError(
            f"The supervisor was ended from outside; all is stopped. See {self.home.log / 'supervisord.log'}."
        )

    def _stop_all(self, *, quiet: bool) -> None:
        for number in _SIGNALS:  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        if quiet:
            stop(self.home)
            return
        with self.terminal.step("Stopped"):
            stop(self.home)


def stop(home: Home) -> bool:
    """End the server of a home and whatever else of it still lives; tell whether there was anything."""
    state = home.load()
    record = read_record(home)
    ran = record is not None and record.is_alive()
    Supervisor(home, state).stop()
    return bool(end_orphans(home, state.id)) or ran


@contextmanager
def interruptible() -> Iterator[None]:
    """Treat the ends of a terminal and of a service manager like Ctrl-C."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # under nohup the end of the terminal is to mean nothing
    numbers = [
        number for number in _SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
    ]
    former = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
