"""``ckan digitalms figures``: the catalogue counts and judges itself, and publishes what it found."""

from __future__ import annotations

import click

from ckanext.digitalms import config
from ckanext.digitalms.dcat.checking import ShapesError
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.figures import kept as counted
from ckanext.digitalms.services.quality import kept as verdicts
from ckanext.digitalms.tables.open_tables import FIGURE_TABLES, QUALITY_TABLES


@click.command("figures")
def count_figures() -> None:
    """Judge changed datasets, count this month, end the months before, publish both tables."""
    try:
        judged = verdicts.refresh()
    except ShapesError as error:
        raise click.ClickException(str(error)) from error
    counted.refresh(config.today())
    click.echo(f"datasets judged: {judged}")
    with locks.patiently():
        outcomes = [releases.publish(group) for group in (FIGURE_TABLES, QUALITY_TABLES)]
    problems = [problem for one in outcomes for problem in one.problems]
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise SystemExit(1)
    click.echo(", ".join(one.change for one in outcomes))
