"""The commands of the console script `digitalms`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.box import SIMPLE
from rich.table import Table

from . import backup, ckan_ini
from .account import become
from .errors import INTERRUPTED, StackError
from .home import Home
from .program import ckan_command
from .server import Server, stop
from .supervisor import Supervisor, read_record
from .terminal import Terminal

__all__ = ["cli"]

_NOT_RUNNING = 3  # as service managers say it


class _Forwarding(click.Group):
    """A group whose unknown commands are those of `ckan digitalms`."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = super().get_command(ctx, cmd_name)
        return known or click.Command(
            cmd_name,
            callback=lambda words: _forward("digitalms", cmd_name, *words),
            params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
            context_settings={"ignore_unknown_options": True, "help_option_names": []},
            add_help_option=False,
        )


@click.group(
    cls=_Forwarding,
    epilog="Every other command is one of `ckan digitalms`, run with the configuration in DIGITALMS_HOME: "
    "`digitalms publish`, `digitalms import-report FILE` …; `digitalms commands` lists them.",
)
def cli() -> None:
    """Run a catalogue of digitalisation measures on embedded services.

    Its data are in DIGITALMS_HOME (default: .digitalms in the current folder).
    """


@cli.command()
@click.option("--no-demo", is_flag=True, help="Leave an empty catalogue empty.")
@click.option(
    "--example-history", is_flag=True, help="Add a fictional continuation to the demo, marked as such."
)
@click.option("--foreground", is_flag=True, help="Stay until Ctrl-C or SIGTERM, then stop everything.")
@click.option("--port", envvar="PORT", type=click.IntRange(1, 65535), default=5000, show_default=True)
def up(no_demo: bool, example_history: bool, foreground: bool, port: int) -> None:
    """Start everything: database, index, queue, web server, job worker, harvest and schedule."""
    become(Home.default())
    server = Server(Home.default(), port, Terminal())
    try:
        server.run(demo=not no_demo, example_history=example_history, foreground=foreground)
    except KeyboardInterrupt:  # click would say "Aborted!"
        sys.exit(INTERRUPTED)


@cli.command()
def down() -> None:
    """Stop everything that runs in this home."""
    home = _existing_home()
    terminal = Terminal()
    with terminal.step("Stopped"):
        ran = stop(home)
    if not ran:
        terminal.say(f"Nothing was running in {home.root}.")


@cli.command()
def status() -> None:
    """Say what runs, where, since when."""
    home = _existing_home()
    record = read_record(home)
    state = home.load()
    if record is None or not record.is_alive():
        click.echo(f"Nothing runs in {home.root}. Start it with `digitalms up`.")
        sys.exit(_NOT_RUNNING)
    click.echo(str(home.root))
    table = Table("part", "state", "pid", "since", "where", box=SIMPLE)
    where = {name: f"127.0.0.1:{port}" for name, port in state.ports.items()}
    where |= {"web": f"http://localhost:{state.web_port}"}
    for program in Supervisor(home, state).programs():
        since = f"{program.since.astimezone():%Y-%m-%d %H:%M:%S}" if program.since else ""
        cells = (program.name, program.state.lower(), str(program.pid or ""), since)
        table.add_row(*cells, where.get(program.name, f"log/{program.name}.log"))
    Terminal().console.print(table)


@cli.command()
@click.argument("user")
def token(user: str) -> None:
    """Make an API token for an account and print it."""
    _ckan("user", "token", "add", user, "digitalms", "-q")


@cli.command(name="backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_(file: Path) -> None:
    """Write databases, uploads, releases and settings into one file, while everything runs."""
    backup.back_up(_existing_home(), file.resolve(), Terminal())


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(file: Path) -> None:
    """Make the catalogue of a backup in an empty DIGITALMS_HOME."""
    backup.restore(Home.default(), file.resolve(), Terminal())


@cli.command(name="commands")
def commands_() -> None:
    """List the commands of `ckan digitalms`."""
    _forward("digitalms", "--help")


def _existing_home() -> Home:
    home = Home.default()
    if not home.state_file.exists():
        raise StackError(
            f"There is no catalogue in {home.root}. Start one with `digitalms up`, or set DIGITALMS_HOME."
        )
    return home


def _forward(*words: str) -> None:
    _ckan(*words)


def _ckan(*words: str) -> None:
    """Become `ckan` with this home's configuration."""
    home = _existing_home()
    become(home, for_command=True)
    command = ckan_command(str(home.ini), *words)
    os.execve(command[0], command, ckan_ini.child_environment(home))  # noqa: S606 - no shell is wanted
