"""``ckan digitalms check``: whether database, history, index and releases agree."""

from __future__ import annotations

import click

from ckanext.digitalms.logic import consistency
from ckanext.digitalms.messages import translate


@click.command()
def check() -> None:
    """Say what does not agree between datasets, history, search index and releases; exit 1 if anything."""
    found = consistency.problems()
    for problem in found:
        click.echo(translate(problem, str))
    if found:
        raise SystemExit(1)
    click.echo("all agree")
