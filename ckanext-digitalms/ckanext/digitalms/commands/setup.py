"""``ckan digitalms setup`` and ``demo``: what a new catalogue needs before anybody can work in it."""

from __future__ import annotations

import click

from ckanext.digitalms.demo import fill


@click.command()
@click.option("--coordinator", help="An account that becomes editor of the coordinators' organisation.")
@click.option("--editor", help="An account that becomes editor of the first office.")
def setup(coordinator: str | None, editor: str | None) -> None:
    """Make the coordinators' organisation and the first office, and give accounts their roles."""
    fill.organisations(coordinator, editor)
    click.echo("organisations: ready")


@click.command()
@click.option("--example-history", is_flag=True, help="Add a fictional continuation, marked as such.")
def demo(example_history: bool) -> None:
    """Fill in the seven measures of the council report of 14.03.2019, and coverage of the Münsterland."""
    fill.organisations(None, None)
    count = fill.measures(fictional=example_history)
    click.echo(f"measures: {count} created")
    click.echo(f"coverage: {fill.coverage()}")
