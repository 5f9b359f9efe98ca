"""``ckan digitalms publish``: the open tables, now."""

from __future__ import annotations

import click

from ckanext.digitalms.publishing import releases, thinning


@click.command()
@click.option(
    "--only-recover", is_flag=True, help="Finish or undo what a crash left half done; publish nothing new."
)
def publish(only_recover: bool) -> None:
    """Publish the open tables, if what is public differs from the current release; exit 1 if refused."""
    if only_recover:
        releases.recover()
        click.echo("no release is half done")
        return
    outcome = releases.publish_all()
    if outcome.problems:
        for problem in outcome.problems:
            click.echo(str(problem), err=True)
        click.echo("refused: the former release stays", err=True)
        raise SystemExit(1)
    click.echo(f"{outcome.change}: {outcome.release_id or 'there is no public measure yet'}")
    if gone := thinning.thin():
        click.echo(f"old releases removed: {len(gone)}")
