"""``ckan digitalms check``: whether all agrees, and which options are unsafe."""

from __future__ import annotations

import click

from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.operation import consistency, unsafe_options


@click.command()
def check() -> None:
    """Say what disagrees of datasets, history, index, releases and frozen reports, and unsafe options.

    Exit 1 if anything does not agree.
    """
    found = consistency.problems()
    for problem in (*found, *unsafe_options.problems()):
        click.echo(translate(problem, str))
    if found:
        raise SystemExit(1)
    click.echo("all agree")
